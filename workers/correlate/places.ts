/**
 * Where things ran: each scope of the case as a container instance (by container id, compared on its first 12 digits) of a pod
 * on a host. A scope that names only the container id takes its pod from another scope that names both, else from what the API server told of the pod.
 */
import { CONTAINER_ID, DOCKER_NAME } from '../contract/container';

export interface ScopeRow {
  readonly scope: number;
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly containerid: string | null;
  readonly host: string | null;
  readonly node: string | null;
  /** The one log that tells of it, where nothing names the host. */
  readonly log: string | null;
}

/** Whose container an id is, as bodies of API calls tell it (`told.ts`). */
export interface ContainerOf {
  readonly cluster: string | null;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** First 12 digits. */
  readonly id: string;
}

/** One container instance, a restart makes another; or a machine outside any. */
export interface Place {
  readonly namespace: string;
  /** Empty where none is known. */
  readonly pod: string;
  readonly cluster: string | null;
  readonly container: string | null;
  /** First 12 digits. */
  readonly containerid: string | null;
  /** The node, or the host as the agent wrote it. */
  readonly host: string | null;
  /** Whose clock the times are of: the host, or the log that stands in for it, since agents write one a node. */
  readonly clock: string | null;
}

export interface Places {
  readonly places: readonly Place[];
  /** Place of a scope; scopes that name neither pod nor container nor host are not in it. */
  readonly ofScope: ReadonlyMap<number, number>;
}

const CONTAINER = new RegExp(CONTAINER_ID);
const DOCKER = new RegExp(DOCKER_NAME);

export const shortId = (id: string | null): string | null => (id === null ? null : (CONTAINER.exec(id)?.[1] ?? null));
export const podKey = (namespace: string | null, pod: string | null): string => `${namespace ?? ''}\0${pod ?? ''}`;

interface Named extends ScopeRow {
  readonly id: string | null;
}

/** Takes Docker's composed name apart where the agent gave nothing better. */
function named(row: ScopeRow): Named {
  const id = shortId(row.containerid);
  const docker = row.container === null ? null : DOCKER.exec(row.container);
  if (!docker) return { ...row, id };
  return {
    ...row,
    id,
    container: docker[1] ?? null,
    pod: row.pod ?? docker[2] ?? null,
    namespace: row.namespace ?? docker[3] ?? null,
  };
}

export function resolvePlaces(rows: readonly ScopeRow[], told: readonly ContainerOf[] = []): Places {
  const known = rows.map(named);
  const byId = new Map<string, Pick<Named, 'cluster' | 'namespace' | 'pod' | 'container'> & Partial<Named>>();
  for (const row of [...known, ...told]) if (row.id !== null && row.pod !== null && !byId.has(row.id)) byId.set(row.id, row);

  const places: Place[] = [];
  const numbers = new Map<string, number>();
  const ofScope = new Map<number, number>();
  for (const row of known) {
    const whole = row.id === null ? undefined : byId.get(row.id);
    // Outside any pod: a machine itself, or a container that no source ties to a pod.
    const pod = row.pod ?? whole?.pod ?? (row.host !== null || row.node !== null || row.id !== null ? '' : null);
    if (pod === null) continue;
    const host = row.node ?? row.host ?? whole?.node ?? whole?.host ?? null;
    const place: Place = {
      namespace: row.namespace ?? whole?.namespace ?? '',
      pod,
      cluster: row.cluster ?? whole?.cluster ?? null,
      container: row.container ?? whole?.container ?? null,
      containerid: row.id,
      host,
      clock: host ?? row.log,
    };
    const key = JSON.stringify(row.id ?? [place.cluster, place.namespace, pod, place.container, place.host]);
    const number = numbers.get(key) ?? places.length;
    if (number === places.length) places.push(place);
    numbers.set(key, number);
    ofScope.set(row.scope, number);
  }
  return { places, ofScope };
}

/** A machine itself. What its records tell may run in a container all the same, where they name none. */
export const isMachine = (place: Place | undefined): boolean => place?.pod === '' && place.containerid === null;

/** Names that both sides know must agree; what one side does not know rules nothing out. */
export const compatible = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;
