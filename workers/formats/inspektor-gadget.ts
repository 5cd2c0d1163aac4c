/**
 * Events of Inspektor Gadget's gadgets, of both generations: the flat objects up to v0.30 (later with `k8s` and `runtime`), and those of image-based gadgets
 * (`proc`, `x` beside `x_raw`). Field facts: inspektor-gadget/inspektor-gadget gadgets/trace_*, docs/gadgets/.
 *
 * - An event does not name its gadget: what it is about is told by its keys. `pid` is the host's; `containerPid` is the host's pid of the container's first
 *   process, so that process and its children did not enter from outside.
 * - In events of connections `src` is the local side, also of an accepted one. A close is merged into what it closes, a DNS response into its query.
 * - `timestamp` is RFC 3339 with the zone of whoever ran the gadget; some gadgets write nanoseconds since the boot, and are undated.
 * - `sessionid` is the audit session, not the process's: it is not taken as `sid`.
 * - Rows of snapshots, tops and profiles are counters and lists, no events.
 */
import { firstNamed, modeOfFlags, protocolOf } from './agent-expressions';
import { basename, dirname, flags, instant, precisionOf, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const ENDPOINT = new Body({ addr: 'text', port: 'integer', proto: 'text' });
const columns: Columns = {
  type: 'text',
  node: 'text',
  namespace: 'text',
  pod: 'text',
  container: 'text',
  k8s: new Body({
    node: 'text',
    namespace: 'text',
    podName: 'text',
    pod: 'text',
    containerName: 'text',
    container: 'text',
    owner: new Body({ kind: 'text', name: 'text' }),
  }),
  runtime: new Body({ containerName: 'text', containerId: 'text', containerImageName: 'text', containerPid: 'integer' }),
  timestamp: 'text',
  timestamp_raw: 'integer',
  message: 'text',

  proc: new Body({
    comm: 'text',
    pid: 'integer',
    creds: new Body({ uid: 'integer', user: 'text' }),
    parent: new Body({ comm: 'text', pid: 'integer' }),
  }),
  comm: 'text',
  task: 'text',
  pid: 'integer',
  tgid: 'integer',
  ppid: 'integer',
  pcomm: 'text',
  uid: 'integer',
  user: 'text',
  loginuid: 'integer',
  tty_major: 'integer',
  tty_minor: 'integer',
  args: 'json',
  cwd: 'text',
  exepath: 'text',

  ret: 'integer',
  retval: 'integer',
  err: 'integer',
  error: 'text',
  error_raw: 'integer',

  fd: 'integer',
  fname: 'text',
  path: 'text',
  filename: 'text',
  flags: 'json',
  flags_raw: 'integer',

  operation: 'text',
  saddr: 'text',
  sport: 'integer',
  daddr: 'text',
  dport: 'integer',
  src: ENDPOINT,
  dst: ENDPOINT,
  srcIP: 'text',
  srcPort: 'integer',
  dstIP: 'text',
  dstPort: 'integer',
  protocol: 'text',
  addr: 'text',
  port: 'integer',
  proto: 'text',
  pktType: 'text',
  pkt_type: 'text',
  podIP: 'text',
  qr: 'text',
  id: 'text',
  name: 'text',
  qtype: 'text',
  nameserver: 'json',

  syscall: 'text',
  signal: 'text',
  target: 'text',
  cap: 'text',

  received: 'integer',
  sent: 'integer',
  io: 'integer',
  value: 'integer',
  userStack: 'json',
  cgroupPath: 'text',
};

/** The gadgets write `<>` for what they do not know. */
const known = (text: string) => `nullif(nullif(${text}, '<>'), '')`;
const firstKnown = (...places: readonly string[]) => `coalesce(${places.map(known).join(', ')})`;
const tuple = `least(here, there), greatest(here, there), least(hereport, thereport), greatest(hereport, thereport)`;
const LABELS = { signal: 'e.signal', mount: 'e.target', capability: 'e.cap', 'system call': 'e.syscall' };

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN act IN ('connect', 'accept', 'close') AND here IS NOT NULL AND there IS NOT NULL
      THEN concat_ws(chr(31), 'ig connection', coalesce(node, ''), coalesce(containerid, ''), pid, ${tuple})
    WHEN asked IS NOT NULL AND e.id IS NOT NULL THEN concat_ws(chr(31), 'ig query', coalesce(node, ''), coalesce(containerid, ''), e.id, asked)
  END AS merge,
  CASE WHEN act = 'close' OR answer THEN 1 ELSE 0 END::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN NOT list_contains(['normal', 'connect', 'accept', 'close', 'unknown'], e.type) AND e.message IS NOT NULL THEN 'ignored: a message of the gadget itself'
    WHEN coalesce(e.received, e.sent, e.io) IS NOT NULL OR e.userStack IS NOT NULL THEN 'ignored: a counter of a top or profile'
    WHEN e.cgroupPath IS NOT NULL THEN 'ignored: a container of a list'
    WHEN kind IS NOT NULL THEN NULL
    WHEN pid IS NOT NULL AND comm IS NOT NULL THEN 'ignored: a process of a snapshot'
    ELSE 'rejected: not an event of a gadget'
  END AS skip,

  told AS time,
  precision,
  CASE WHEN act = 'close' OR answer THEN told END AS "end",
  coalesce(kind, 'policy') AS kind,
  CASE WHEN bound THEN 'bind' WHEN kind = 'policy' THEN coalesce(
    ${firstNamed(LABELS)} || coalesce(' ' || ${known('coalesce(e.signal, e.target, e.cap, e.syscall)')}, ''),
    ${known('e.operation')}
  ) END AS label,
  CASE WHEN error > 0 OR e.error <> '' THEN 'failed' WHEN error = 0 OR e.error = '' OR kind = 'file' AND TRY_CAST(e.fd AS INTEGER) > 0 THEN 'ok' ELSE 'unknown' END AS result,
  nullif(greatest(error, 0), 0) AS errno,
  ${flags(
    ["act = 'close' OR answer", 'start not recorded'],
    ["act = 'close'", 'client taken from the ports'],
    ['told IS NULL AND since IS NOT NULL', 'time since the boot of the host'],
    ['told IS NULL', 'undated'],
  )} AS flags,

  cluster,
  ${firstKnown('e.k8s.namespace', 'e.namespace')} AS namespace,
  ${known('e.k8s.owner.name')} AS workload,
  CASE WHEN e.k8s.owner.name <> '' THEN ${known('e.k8s.owner.kind')} END AS workloadkind,
  CASE WHEN e.k8s.owner.kind = 'Deployment' THEN ${known('e.k8s.owner.name')} END AS deployment,
  ${firstKnown('e.k8s.podName', 'e.k8s.pod', 'e.pod')} AS pod,
  ${firstKnown('e.k8s.containerName', 'e.k8s.container', 'e.container', 'e.runtime.containerName')} AS container,
  containerid,
  ${known('e.runtime.containerImageName')} AS image,
  node AS host,
  node,

  comm,
  CASE WHEN kind = 'cmd' THEN nullif(rtrim(CASE json_type(e.args) WHEN 'ARRAY' THEN array_to_string(from_json(e.args, '["VARCHAR"]'), ' ') ELSE e.args ->> '$' END), '') END AS cmdline,
  coalesce(${known('e.exepath')}, CASE WHEN kind = 'cmd' THEN nullif(regexp_extract(CASE json_type(e.args) WHEN 'ARRAY' THEN e.args ->> '$[0]' ELSE e.args ->> '$' END, '^/[^ ]+'), '') END) AS exe,
  ${known('e.cwd')} AS cwd,
  ${within('pid', 'UINTEGER')} AS pid,
  ${within('ppid', 'UINTEGER')} AS ppid,
  ${firstKnown('e.proc.parent.comm', 'e.pcomm')} AS parent,
  ${userId('coalesce(e.proc.creds.uid, e.uid)')} AS uid,
  ${firstKnown('e.proc.creds."user"', 'e."user"')} AS username,
  ${userId('e.loginuid')} AS loginuid,
  TRY_CAST(e.tty_major AS USMALLINT)::UINTEGER * 256 + TRY_CAST(e.tty_minor AS USMALLINT) AS tty,
  CASE WHEN e.runtime.containerPid IN (pid, ppid) THEN false END AS entered,

  CASE WHEN kind = 'net' THEN CASE
    WHEN act = 'connect' THEN 'out' WHEN act = 'accept' OR bound THEN 'in'
    WHEN passing IN ('OUTGOING', '4') THEN CASE WHEN answer THEN 'in' ELSE 'out' END
    WHEN passing IN ('HOST', '0') THEN CASE WHEN answer THEN 'out' ELSE 'in' END
  END END AS direction,
  CASE WHEN kind = 'net' THEN coalesce(${protocolOf(known('coalesce(e.src.proto, e.dst.proto, e.proto, e.protocol)'))}, CASE WHEN act IN ('connect', 'accept', 'close') THEN 'tcp' END) END AS l4proto,
  CASE WHEN kind = 'net' AND NOT bound THEN CASE WHEN incoming THEN there ELSE here END END AS client,
  CASE WHEN kind = 'net' AND NOT bound THEN ${within('CASE WHEN incoming THEN thereport ELSE hereport END', 'USMALLINT')} END AS clientport,
  CASE WHEN kind = 'net' THEN CASE WHEN incoming OR bound THEN here ELSE there END END AS server,
  CASE WHEN kind = 'net' THEN ${within('CASE WHEN incoming OR bound THEN hereport ELSE thereport END', 'USMALLINT')} END AS serverport,
  CASE WHEN asked IS NOT NULL THEN [asked] END AS domain,

  CASE WHEN kind = 'file' THEN ${basename('path')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('path')} END AS directory,
  CASE WHEN kind = 'file' THEN path END AS path,
  CASE WHEN kind = 'file' THEN ${modeOfFlags('opened', 'bits')} END AS mode
FROM (
  SELECT
    *,
    CASE
      WHEN e.args IS NOT NULL OR e.exepath IS NOT NULL THEN 'cmd'
      WHEN here IS NOT NULL OR there IS NOT NULL OR asked IS NOT NULL THEN 'net'
      WHEN path IS NOT NULL THEN 'file'
      WHEN coalesce(e.signal, e.target, e.cap, e.syscall, e.operation) IS NOT NULL THEN 'policy'
    END AS kind,
    -- The local side is the server: accepted; a query that comes in or the answer that goes out; of a close, the lower port.
    CASE
      WHEN act = 'accept' THEN true
      WHEN act = 'close' THEN TRY_CAST(hereport AS INTEGER) < TRY_CAST(thereport AS INTEGER)
      WHEN passing IN ('HOST', '0') THEN NOT answer
      WHEN passing IN ('OUTGOING', '4') THEN answer
      ELSE false
    END AS incoming
  FROM (
    SELECT
      *,
      coalesce(asked IS NOT NULL AND list_contains(['1', 'R', 'Response', 'true'], e.qr), false) AS answer,
      e.addr IS NOT NULL AND e.port IS NOT NULL AND act IS NULL AS bound,
      coalesce(e.src.addr, e.saddr, e.addr, CASE WHEN e.pktType = 'HOST' THEN e.dstIP ELSE e.srcIP END, CASE WHEN e.pktType IS NOT NULL THEN e.podIP END) AS here,
      coalesce(e.src.port, e.sport, CASE WHEN e.pktType = 'HOST' THEN e.dstPort ELSE e.srcPort END, CASE WHEN e.addr IS NOT NULL OR e.pktType = 'HOST' THEN e.port END) AS hereport,
      coalesce(e.dst.addr, e.daddr, CASE WHEN e.pktType = 'HOST' THEN e.srcIP ELSE e.dstIP END, CASE json_type(e.nameserver) WHEN 'OBJECT' THEN e.nameserver ->> '$.addr' WHEN 'VARCHAR' THEN e.nameserver ->> '$' END) AS there,
      coalesce(e.dst.port, e.dport, CASE WHEN e.pktType = 'HOST' THEN e.srcPort ELSE e.dstPort END, CASE WHEN e.pktType = 'OUTGOING' THEN e.port END) AS thereport,
      coalesce(e.pktType, e.pkt_type) AS passing,
      CASE WHEN stamptext IS NOT NULL THEN ${instant('stamptext')} ELSE TRY(make_timestamp_ns(CASE WHEN since > 100000000000000000 THEN since END)) END AS told,
      CASE WHEN stamptext IS NOT NULL THEN ${precisionOf('stamptext')} WHEN since > 100000000000000000 THEN 'ns' END AS precision,
      TRY_CAST(coalesce(e.error_raw, e.err, (-TRY_CAST(coalesce(e.ret, e.retval) AS INTEGER)::BIGINT)::VARCHAR) AS INTEGER) AS error
    FROM (
      SELECT
        *,
        CASE WHEN coalesce(e.operation, e.type) IN ('connect', 'accept', 'close') THEN coalesce(e.operation, e.type) END AS act,
        CASE WHEN coalesce(e.qr, e.qtype) IS NOT NULL THEN rtrim(${known('e.name')}, '.') END AS asked,
        ${firstKnown('e.fname', 'e.path', 'e.filename')} AS path,
        CASE json_type(e.flags) WHEN 'ARRAY' THEN array_to_string(from_json(e.flags, '["VARCHAR"]'), '|') WHEN 'VARCHAR' THEN e.flags ->> '$' END AS opened,
        TRY_CAST(coalesce(e.flags_raw, e.flags ->> '$') AS BIGINT) AS bits,
        ${firstKnown('e.k8s.node', 'e.node')} AS node,
        ${known('e.runtime.containerId')} AS containerid,
        ${firstKnown('e.proc.comm', 'e.comm', 'e.task')} AS comm,
        coalesce(e.proc.pid, e.tgid, e.pid) AS pid,
        coalesce(e.proc.parent.pid, e.ppid) AS ppid,
        CASE WHEN contains(e.timestamp, '-') THEN e.timestamp END AS stamptext,
        coalesce(TRY_CAST(e.timestamp_raw AS BIGINT), TRY_CAST(e.timestamp AS BIGINT)) AS since
      FROM record
    )
  )
)`;

const has = (record: Readonly<Record<string, unknown>>, ...keys: readonly string[]) => keys.every((key) => key in record);
function isGadget(record: Readonly<Record<string, unknown>>): boolean {
  if (isObject(record.runtime) && (isObject(record.k8s) || isObject(record.proc))) return true;
  if (isObject(record.proc))
    return has(record.proc, 'comm', 'pid') && (isObject(record.k8s) || 'timestamp_raw' in record || 'mntns_id' in record.proc);
  const named = has(record, 'comm', 'pid');
  return named && (['mountnsid', 'mntnsid', 'mntns_id', 'mntns'].some((key) => key in record) || has(record, 'pod', 'container'));
}

export const inspektorGadget: Format = {
  id: 'inspektor-gadget',
  title: 'Inspektor Gadget events',
  version: 2,
  recognisedBy: 'proc or comm and pid, with k8s, runtime, a mount namespace id or pod and container',
  limits: [
    'A gadget records one sort of event while it runs: the absence of any other sort proves nothing.',
    'Inspektor Gadget tells no ends of processes, no process ids that are never used again, no session id and no pid inside the container.',
    'Events of older gadgets have no time, or one that counts from the boot of the host.',
    'Only trace_exec tells arguments, terminal and login user.',
  ],
  selects: 'Only the sort of event that each gadget traces, while it ran.',
  columns,
  detect: ({ records }) => share(records, isGadget),
  project,
};
