/**
 * KubeArmor's telemetry, as its relay and `karmor logs` write it: logs (`ContainerLog`, `HostLog`, once `SystemLog`) and alerts (`MatchedPolicy`,
 * `MatchedHostPolicy`, `MatchedNetworkPolicy`). Field facts: kubearmor/KubeArmor protobuf and getting-started/kubearmor-events.md.
 *
 * - Of an exec `Resource` is the new process with its arguments and `Source` its parent's side; of all else `Source` is the command line that acted.
 * - `PPID` is often the host's number where the parent lies outside the container: `HostPID` and `HostPPID` count.
 * - `ExecEvent.ExecID` is not taken as an id of the process: of an exec it names the image before, of all else the image that acted.
 * - `UpdatedTime` has microseconds, `Timestamp` whole seconds. There is no id, so nothing is ever a duplicate.
 * - Severities are 1 to 10, 10 the worst: from 9 critical, 7 high, 5 medium, 3 low, below info. What was blocked is `refused`.
 * - A socket without a peer is no connection: an alert about it is a policy activity, a log of it is passed over.
 */
import { DOCKER_NAME } from '../contract/container';
import { known } from './agent-expressions';
import { basename, dirname, flags, instant, precisionOf, texts, userId } from './expressions';
import { ALONE, Body, type Columns, type Format, share } from './format';

const columns: Columns = {
  Timestamp: 'text',
  UpdatedTime: 'time',
  ClusterName: 'text',
  HostName: 'text',
  NamespaceName: 'text',
  PodName: 'text',
  Owner: new Body({ Ref: 'text', Name: 'text' }),
  ContainerID: 'text',
  ContainerName: 'text',
  ContainerImage: 'text',
  // Exporters between write some of these as 1.252488e+06.
  HostPPID: 'text',
  HostPID: 'text',
  PPID: 'text',
  PID: 'text',
  UID: 'text',
  UserName: 'text',
  ParentProcessName: 'text',
  ProcessName: 'text',
  PolicyName: 'text',
  Severity: 'text',
  Tags: 'text',
  ATags: 'texts',
  Type: 'text',
  Source: 'text',
  Operation: 'text',
  Resource: 'text',
  Data: 'text',
  Enforcer: 'text',
  Action: 'text',
  Result: 'text',
  Cwd: 'text',
  TTY: 'text',
};

const number = (written: string) => `TRY_CAST(TRY_CAST(${written} AS DOUBLE) AS UINTEGER)`;
/** A value of `key=value key=value,key=value`. */
const detail = (...keys: readonly string[]) =>
  `nullif(regexp_extract(details, '(?:^|[ ,])(?:${keys.join('|')})=([^ ,]+)', 1), '')`;
const firstWord = (text: string) => `regexp_extract(${text}, '^[^ ]+')`;
/** A part of Docker's own name of a container. */
const dockerName = (part: 1 | 2 | 3) => `nullif(regexp_extract(e.ContainerName, '${DOCKER_NAME}', ${part}), '')`;
const ERRNO = {
  'Operation not permitted': 1,
  'No such file or directory': 2,
  'Permission denied': 13,
  'Connection refused': 111,
};

const project = `
SELECT
  ${ALONE},
  CASE
    WHEN operation IS NULL THEN 'rejected: not KubeArmor telemetry'
    WHEN kind IS NULL THEN 'ignored: a socket without a peer'
  END AS skip,

  told AS time,
  CASE WHEN e.UpdatedTime IS NOT NULL THEN ${precisionOf('e.UpdatedTime')} WHEN told IS NOT NULL THEN 's' END AS precision,
  coalesce(kind, 'policy') AS kind,
  CASE WHEN kind = 'policy' THEN coalesce(nullif(call, ''), operation) END AS label,
  CASE
    WHEN e.Action = 'Block' OR alert AND e.Result IN ('Permission denied', 'Operation not permitted') THEN 'refused'
    WHEN e.Result = 'Passed' THEN 'ok'
    WHEN e.Result <> '' THEN 'failed'
    ELSE 'unknown'
  END AS result,
  CASE e.Result ${Object.entries(ERRNO)
    .map(([text, errno]) => `WHEN '${text}' THEN ${errno}`)
    .join(' ')} END AS errno,
  ${flags(['told IS NULL', 'undated'])} AS flags,

  coalesce(${known('e.ClusterName')}, cluster) AS cluster,
  coalesce(${known('e.NamespaceName')}, ${dockerName(3)}) AS namespace,
  ${known('e.Owner.Name')} AS workload,
  CASE WHEN e.Owner.Name <> '' THEN ${known('e.Owner.Ref')} END AS workloadkind,
  CASE WHEN e.Owner.Ref = 'Deployment' THEN ${known('e.Owner.Name')} END AS deployment,
  coalesce(${known('e.PodName')}, ${dockerName(2)}) AS pod,
  coalesce(${dockerName(1)}, ${known('e.ContainerName')}) AS container,
  ${known('e.ContainerID')} AS containerid,
  ${known('e.ContainerImage')} AS image,
  ${known('e.HostName')} AS host,

  ${basename('exe')} AS comm,
  CASE WHEN operation = 'Process' THEN ${known('e.Resource')} ELSE ${known('e.Source')} END AS cmdline,
  CASE WHEN contains(exe, '/') THEN exe END AS exe,
  ${known('e.Cwd')} AS cwd,
  ${number('e.HostPID')} AS pid,
  nullif(${number('e.HostPPID')}, 0) AS ppid,
  CASE WHEN e.ContainerID <> '' THEN ${number('e.PID')} END AS vpid,
  ${basename(`coalesce(${known('e.ParentProcessName')}, CASE WHEN operation = 'Process' THEN nullif(${firstWord('e.Source')}, '') END)`)} AS parent,
  ${userId(number('e.UID'))} AS uid,
  ${known('e.UserName')} AS username,
  -- As the kernel numbers terminals: pts/n from 136 << 8, ttyn from 4 << 8.
  CASE
    WHEN regexp_full_match(e.TTY, '(/dev/)?pts/?[0-9]{1,5}') THEN 34816 + regexp_extract(e.TTY, '[0-9]+')::UINTEGER
    WHEN regexp_full_match(e.TTY, '(/dev/)?tty[0-9]{1,2}') THEN 1024 + regexp_extract(e.TTY, '[0-9]+')::UINTEGER
  END::UINTEGER AS tty,

  CASE WHEN kind = 'net' THEN CASE WHEN inbound THEN 'in' ELSE 'out' END END AS direction,
  CASE WHEN kind = 'net' THEN coalesce(
    lower(nullif(${detail('protocol', 'Protocol')}, '0')),
    CASE WHEN regexp_matches(details, 'UDP_') THEN 'udp' WHEN regexp_matches(details, 'tcp_') THEN 'tcp' END
  ) END AS l4proto,
  CASE WHEN kind = 'net' THEN coalesce(${detail('SourceIP')}, CASE WHEN inbound AND NOT bound THEN peer END) END AS client,
  CASE WHEN kind = 'net' THEN coalesce(TRY_CAST(${detail('SourcePort')} AS USMALLINT), CASE WHEN inbound AND NOT bound THEN peerport END) END AS clientport,
  CASE WHEN kind = 'net' THEN coalesce(${detail('DestinationIP')}, CASE WHEN NOT inbound OR bound THEN peer END) END AS server,
  CASE WHEN kind = 'net' THEN coalesce(TRY_CAST(${detail('DestinationPort')} AS USMALLINT), CASE WHEN NOT inbound OR bound THEN peerport END) END AS serverport,
  CASE WHEN kind = 'net' AND asked IS NOT NULL THEN [asked] END AS domain,

  CASE WHEN kind = 'file' THEN ${basename('e.Resource')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('e.Resource')} END AS directory,
  CASE WHEN kind = 'file' THEN e.Resource END AS path,
  CASE WHEN kind = 'file' THEN CASE
    WHEN regexp_matches(call, 'UNLINK|RMDIR') THEN 'delete'
    WHEN regexp_matches(call, 'RENAME') THEN 'rename'
    WHEN regexp_matches(call, 'CHMOD') THEN 'chmod'
    WHEN regexp_matches(call, 'CHOWN') THEN 'chown'
    WHEN regexp_matches(call, 'MKDIR|MKNOD|LINK|CREAT') OR contains(details, 'O_CREAT') THEN 'create'
    WHEN regexp_matches(details, 'O_WRONLY|O_RDWR') OR regexp_matches(call, 'TRUNC') THEN 'write'
    WHEN contains(details, 'O_RDONLY') THEN 'read'
  END END AS mode,

  CASE WHEN alert THEN ${known('e.PolicyName')} END AS rule,
  CASE WHEN alert THEN CASE WHEN level >= 9 THEN 'critical' WHEN level >= 7 THEN 'high' WHEN level >= 5 THEN 'medium' WHEN level >= 3 THEN 'low' WHEN level >= 0 THEN 'info' END END AS severity,
  CASE WHEN alert THEN ${known('e.Severity')} END AS severityraw,
  CASE WHEN alert THEN coalesce(nullif(${texts('e.ATags')}, []), string_split(nullif(e.Tags, ''), ',')) END AS tags,
  CASE WHEN alert THEN concat_ws(' ', 'kubearmor', ${known('e.Enforcer')}) END AS origin
FROM (
  SELECT
    *,
    CASE
      WHEN operation = 'Process' THEN 'cmd'
      WHEN operation = 'NetworkFirewall' OR peer IS NOT NULL OR peerport IS NOT NULL OR asked IS NOT NULL THEN 'net'
      WHEN operation = 'Network' THEN CASE WHEN alert THEN 'policy' END
      WHEN starts_with(e.Resource, '/') THEN 'file'
      ELSE 'policy'
    END AS kind,
    CASE
      WHEN operation = 'Process' AND starts_with(e.Resource, '/') THEN ${firstWord('e.Resource')}
      ELSE coalesce(${known('e.ProcessName')}, nullif(${firstWord(`CASE WHEN operation = 'Process' THEN e.Resource ELSE e.Source END`)}, ''))
    END AS exe
  FROM (
    SELECT
      *,
      CASE WHEN operation = 'Network' THEN ${detail('sin_addr', 'sin6_addr', 'remoteip')} END AS peer,
      CASE WHEN operation = 'Network' THEN TRY_CAST(${detail('sin_port', 'sin6_port', 'port')} AS USMALLINT) END AS peerport,
      -- A name that was asked for; domain=AF_INET is the family of a socket.
      CASE WHEN operation = 'Network' THEN nullif(regexp_extract(e.Data, '(?:^|[ ,])domain=([^ ,]*[.][^ ,]*)', 1), '') END AS asked,
      coalesce(regexp_matches(details, 'tcp_accept|SYS_ACCEPT|SYS_BIND|SYS_LISTEN') OR e.Resource = 'INGRESS', false) AS inbound,
      coalesce(regexp_matches(details, 'SYS_BIND|SYS_LISTEN'), false) AS bound,
      regexp_extract(e.Data, '(?:syscall=|lsm=|kprobe=|kfunc=)([A-Za-z0-9_]+)', 1) AS call
    FROM (
      SELECT
        *,
        ${known('e.Operation')} AS operation,
        concat_ws(' ', e.Resource, e.Data) AS details,
        starts_with(e.Type, 'Matched') OR e.PolicyName <> '' AS alert,
        TRY_CAST(e.Severity AS INTEGER) AS level,
        coalesce(${instant('e.UpdatedTime')}, TRY(make_timestamp_ns(TRY_CAST(TRY_CAST(e.Timestamp AS DOUBLE) AS BIGINT) * 1000000000))) AS told
      FROM record
    )
  )
)`;

const OPERATIONS = ['Process', 'File', 'Network', 'Capabilities', 'Syscall', 'NetworkFirewall'];
const isKubeArmor = (record: Readonly<Record<string, unknown>>): boolean =>
  typeof record.Operation === 'string' &&
  OPERATIONS.includes(record.Operation) &&
  typeof record.Type === 'string' &&
  ('Source' in record || 'Resource' in record);

export const kubearmor: Format = {
  id: 'kubearmor',
  title: 'KubeArmor telemetry',
  version: 2,
  recognisedBy: 'Operation (Process, File, Network, Capabilities, Syscall) and Type with Source or Resource',
  limits: [
    'KubeArmor records what its visibility settings and policies select: the absence of anything else proves nothing.',
    'KubeArmor tells no ends of processes, no process ids that are never used again, no session id and no login user; older versions no terminal.',
    'Of a connection only the other side is known.',
    'What was blocked never happened: such a command did not run.',
  ],
  selects: 'Only what its visibility settings and policies select.',
  columns,
  detect: ({ records }) => share(records, isKubeArmor),
  project,
};
