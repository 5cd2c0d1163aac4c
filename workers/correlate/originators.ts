/** What a call that opens a session asked for, read from `exec` activities; what opens one without a call: `openers.ts`. */

export interface OriginatorRow {
  readonly key: bigint;
  readonly subresource: string | null;
  readonly label: string | null;
  readonly command: readonly string[] | null;
  readonly requesturi: string | null;
  readonly code: number | null;
  readonly result: string | null;
  readonly stage: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly name: string | null;
  readonly container: string | null;
}

/** Why no process is looked for: each is a sentence in `why`. */
export type Barren = 'refused' | 'failed' | 'attach' | 'port-forward' | 'container' | 'proxy' | 'no-pod';

export interface Asked {
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  /** Null where the call does not tell it. */
  readonly argv: readonly string[] | null;
  /** Null where the call does not tell it. */
  readonly tty: boolean | null;
  readonly barren: Barren | null;
}

/** A call that may have started a process in a container that it names. */
export const startsProcess = (
  call: Pick<Asked, 'barren' | 'pod'> & { readonly opener: unknown; readonly time: number },
): boolean => call.opener === null && call.barren === null && call.pod !== null && !Number.isNaN(call.time);

/** `/api/v1/nodes/NODE/proxy/{exec,run,attach}/NAMESPACE/POD[/UID]/CONTAINER?cmd=…`, also `/api/v1/proxy/nodes/NODE/…`: the kubelet's own exec, reached through the API. */
const NODE_PROXY =
  /\/(?:nodes\/[^/?]+\/proxy|proxy\/nodes\/[^/?]+)\/(?:cri\/)?(exec|run|attach|portForward)\/([^/?]+)\/([^/?]+)(?:\/([^/?]+))?(?:\/([^/?]+))?/;

/** What an exec call asked for. Query texts are form-encoded (`+` is a blank); of a repeated `container` the server takes the last. */
export function asked(row: OriginatorRow): Asked {
  const uri = row.requesturi ?? '';
  const query = new URLSearchParams(uri.includes('?') ? uri.slice(uri.indexOf('?') + 1) : '');
  const proxied = NODE_PROXY.exec(uri);
  const argv = row.command ?? (query.has('command') ? query.getAll('command') : query.has('cmd') ? query.getAll('cmd') : null);
  return {
    namespace: proxied?.[2] ?? row.namespace,
    pod: proxied?.[3] ?? row.pod ?? row.name,
    container: proxied?.[5] ?? proxied?.[4] ?? row.container ?? query.getAll('container').at(-1) ?? null,
    argv: argv !== null && argv.length > 0 ? argv : null,
    tty: row.requesturi === null ? null : isOn(query.get('tty')),
    barren: barrenOf(row, proxied?.[1]),
  };
}

const isOn = (value: string | null): boolean => value === 'true' || value === '1';

function barrenOf(row: OriginatorRow, proxied: string | undefined): Barren | null {
  if (row.result === 'refused' || row.code === 401 || row.code === 403) return 'refused';
  if (row.result === 'failed' || (row.code !== null && row.code >= 400)) return 'failed';
  const what = proxied ?? row.subresource;
  if (what === 'attach') return 'attach';
  if (what === 'portforward' || what === 'portForward') return 'port-forward';
  if (what === 'ephemeralcontainers') return 'container';
  if (what !== 'exec' && what !== 'run') return 'proxy';
  return null;
}
