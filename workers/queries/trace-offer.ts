/**
 * Where Trace is offered (the seed: kube exec and attach, ssh, dropbear, shells), with what it cannot show on the button. It is absent only where no runtime
 * record of that pod is in the case: then nothing could have told what was done there.
 */
import type { ActivityJson } from '../contract/activity';
import type { Detail } from '../contract/detail';
import { quote } from '../contract/filter-print';
import type { SessionSummary } from '../contract/session';
import { sql } from '../contract/sql';
import { inView } from './in-view';
import { select } from './select';
import type { Source } from './source';

/** `sh`, `bash`, `/bin/zsh`, a login shell as `-bash`; the daemons that let somebody in. */
const LETS_IN = /^(?:.*\/)?(?:-?\w*sh|sshd|dropbear)$/;
/** Opens no process of its own: it carries bytes. */
const CARRIES = new Set(['portforward', 'proxy']);

type Offer = Pick<Detail, 'traceable' | 'traceLimit'>;

export async function traceOffer(source: Source, activity: ActivityJson, session: SessionSummary | null): Promise<Offer> {
  if (!opens(activity)) return { traceable: false, traceLimit: null };
  if (activity.kind === 'exec' && !(await hasRuntime(source, activity)))
    return {
      traceable: false,
      traceLimit: `No runtime record of ${placeOf(activity)} is in this case: nothing tells what was done in it.`,
    };
  if (session === null)
    return { traceable: false, traceLimit: 'It belongs to no session: nothing in this evidence tells who opened it.' };
  if (session.confidence === null)
    return { traceable: true, traceLimit: session.why[0]?.what ?? 'No process of this session is in the evidence.' };
  return { traceable: true, traceLimit: untoldBy(activity) };
}

function opens({ kind, label, comm, subresource }: ActivityJson): boolean {
  if (kind === 'exec') return !CARRIES.has(String(subresource ?? '')) && label !== 'port-forward';
  return /^(ssh|dropbear|shell)$/.test(String(label ?? '')) || (kind === 'cmd' && LETS_IN.test(String(comm ?? '')));
}

/** GKE's audit log, and any kept at level Metadata without its URI, names neither command nor container: the link then rests on pod and time. */
function untoldBy({ kind, command, container }: ActivityJson): string | null {
  if (kind !== 'exec' || command !== undefined) return null;
  return container === undefined
    ? 'The audit log here names neither command nor container (GKE leaves them out): the link rests on pod and time alone.'
    : 'The audit log here does not name the command: the link rests on pod, container and time alone.';
}

const placeOf = ({ pod, name }: ActivityJson): string => `pod ${String(pod ?? name ?? 'of an unknown name').slice(0, 200)}`;

/** Whether anything but requests to the API tells of the pod. */
async function hasRuntime(source: Source, { pod, name, namespace }: ActivityJson): Promise<boolean> {
  const named = pod ?? name;
  if (typeof named !== 'string') return true;
  const where = typeof namespace === 'string' ? ` namespace=${quote(namespace)}` : '';
  const { condition } = await inView(source, { filter: `kind in (cmd, net, file, policy) pod=${quote(named)}${where}` });
  const rows = await select(
    source.connection,
    { found: 'INTEGER' },
    sql`SELECT 1 AS found FROM activity a WHERE ${condition} LIMIT 1`,
  );
  return rows.length > 0;
}
