/** Which container a process is in, by its control groups, and what the capture says of containers. */

import { type Fields, fieldsOf, parsed, textOf } from '../../envelopes/facts';

export interface Container {
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly namespace: string | undefined;
  readonly pod: string | undefined;
}

/** As docker, containerd, CRI-O and podman name a control group; their own monitors are none. */
const GROUP = /(?:^|[/:-])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope|\.service)?(?=\/|$)/g;
const MONITOR = /conmon-[0-9a-f]{64}/;
/** Control groups of the host are mostly shorter than a container's id. */
const ID_DIGITS = 64;

/** First 12 digits of the innermost container's id; undefined where these control groups are of the host. */
export function containerOf(groups: readonly string[]): string | undefined {
  for (const group of groups) {
    if (group.length < ID_DIGITS || MONITOR.test(group)) continue;
    const id = [...group.matchAll(GROUP)].at(-1)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

/** `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`: Docker's own name of a pod's container. */
const DOCKER_NAME = /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_\d+$/;
const MOST_CONTAINERS = 100_000;
const LABEL = 'io.kubernetes.';

export class Containers {
  private readonly known = new Map<string, Container>();

  get = (id: string | undefined): Container | undefined => (id === undefined ? undefined : this.known.get(id));

  /** An event of old captures, with few words. */
  add(id: string | undefined, name: string | undefined, image: string | undefined): void {
    if (id !== undefined) this.keep(id, { name, image, namespace: undefined, pod: undefined });
  }

  /** `{"container":{…}}`; text that is not JSON (the writer cuts at 64 KiB) tells nothing. */
  addJson(text: string): void {
    const container = fieldsOf(fieldsOf(parsed(text)).container);
    const id = textOf(container.id);
    if (id === undefined) return;
    const labels = { ...fieldsOf(container.pod_sandbox_labels), ...fieldsOf(container.labels) };
    this.keep(id.slice(0, 12), {
      name: textOf(labels[`${LABEL}container.name`]) ?? textOf(container.name),
      image: imageOf(container),
      namespace: textOf(labels[`${LABEL}pod.namespace`]),
      pod: textOf(labels[`${LABEL}pod.name`]),
    });
  }

  private keep(id: string, container: Container): void {
    if (this.known.size >= MOST_CONTAINERS && !this.known.has(id)) return;
    const docker = DOCKER_NAME.exec(container.name ?? '');
    this.known.set(
      id,
      docker
        ? { ...container, name: docker[1], pod: container.pod ?? docker[2], namespace: container.namespace ?? docker[3] }
        : container,
    );
  }
}

/** As it was asked for; where that is a bare digest, repository and tag. */
function imageOf(container: Fields): string | undefined {
  const image = textOf(container.image);
  if (image !== undefined && !/^(sha256:)?[0-9a-f]{12,}$/.test(image)) return image;
  const repo = textOf(container.imagerepo);
  const tag = textOf(container.imagetag);
  return repo === undefined ? image : tag === undefined ? repo : `${repo}:${tag}`;
}
