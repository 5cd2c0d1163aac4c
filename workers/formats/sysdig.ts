/**
 * Sysdig Secure's Activity Audit (commands, connections, files, kube execs) and its policy events, as its event forwarder writes them and as its API
 * answers. Field facts: the vendor's page on event forwarding, which shows one payload of each type, and the API's types.
 *
 * - The API answers with a page, `{page, data: […]}`. Two dialects: the forwarder writes addresses and protocols as numbers beside dotted text, the API as text. Both give one event one `id`: a key given
 *   by the source; the two copies merge.
 * - `timestamp` is nanoseconds, in the legacy policy payload microseconds beside `timestampNs`, in reports of scanners milliseconds: told by its size.
 * - Sysdig folds identical commands into one record with a `count`.
 * - A kube exec is told by the back end from the API server's audit: `auditId` is that event's. Its `stages` are not those of the audit log (both lie
 *   within milliseconds, also of a shell that stays open), so no end is taken from them.
 * - Policy events carry Falco's fields (`content.fields`; a list of pairs in the legacy payload). Severities 0 to 3 are high, 4 and 5 medium, 6 low, 7 info.
 */
import { dotted, epochNs, firstNamed, known, protocolOf } from './agent-expressions';
import { flags, instant, texts, userId, within } from './expressions';
import { ATTRIBUTES, FIELDS, interpreted } from './falco/fields';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const LABELS = [
  'agent.tag.cluster',
  'container.image.digest',
  'container.image.id',
  'container.image.repo',
  'container.image.tag',
  'container.label.io.kubernetes.container.name',
  'container.label.io.kubernetes.pod.name',
  'container.label.io.kubernetes.pod.namespace',
  'container.name',
  'host.hostName',
  'host.mac',
  'kubernetes.cluster.name',
  'kubernetes.cronJob.name',
  'kubernetes.daemonSet.name',
  'kubernetes.deployment.name',
  'kubernetes.job.name',
  'kubernetes.namespace.name',
  'kubernetes.node.name',
  'kubernetes.pod.name',
  'kubernetes.replicaSet.name',
  'kubernetes.statefulSet.name',
  'process.name',
] as const;
type Label = (typeof LABELS)[number];

const columns: Columns = {
  type: 'text',
  id: 'text',
  agentId: 'integer',
  timestamp: 'text',
  timestampNs: 'integer',
  timestampRFC3339Nano: 'time',
  hostname: 'text',
  containerId: 'text',
  labels: new Body(Object.fromEntries(LABELS.map((name) => [name, 'text' as const]))),
  eventLabels: 'json',

  comm: 'text',
  cmdline: 'text',
  pcomm: 'text',
  procExepath: 'text',
  cwd: 'text',
  pid: 'integer',
  ppid: 'integer',
  tty: 'integer',
  uid: 'integer',
  username: 'text',
  userLoginUid: 'integer',
  userLoginName: 'text',
  loginShellId: 'integer',
  count: 'integer',

  clientIpv4: 'text',
  clientIpv4Dot: 'text',
  clientPort: 'integer',
  serverIpv4: 'text',
  serverIpv4Dot: 'text',
  serverPort: 'integer',
  l4protocol: 'text',
  direction: 'text',
  processName: 'text',
  dnsDomains: 'texts',
  errorCode: 'integer',

  directory: 'text',
  filename: 'text',
  permissions: 'text',

  args: new Body({ command: 'json', container: 'text' }),
  auditId: 'text',
  name: 'text',
  namespace: 'text',
  resource: 'text',
  subResource: 'text',
  sourceAddresses: 'texts',
  user: new Body({ username: 'text', groups: 'texts' }),
  userAgent: 'text',

  source: 'text',
  severity: 'integer',
  machineId: 'text',
  hostMac: 'text',
  ruleType: 'text',
  content: new Body({ ruleName: 'text', ruleType: 'text', ruleTags: 'texts', fields: 'json' }),
  fields: 'json',
};

const label = (name: Label) => `coalesce(${known(`e.labels."${name}"`)}, ${known(`legacylabels."${name}"`)})`;
const WORKLOADS = {
  Deployment: label('kubernetes.deployment.name'),
  StatefulSet: label('kubernetes.statefulSet.name'),
  DaemonSet: label('kubernetes.daemonSet.name'),
  CronJob: label('kubernetes.cronJob.name'),
  Job: label('kubernetes.job.name'),
  ReplicaSet: label('kubernetes.replicaSet.name'),
};

/** The legacy payload's list of `{key, value}` as one object. */
const objectOf = (pairs: string) =>
  `'{' || array_to_string(list_transform(from_json(${pairs}, '[{"key":"VARCHAR","value":"VARCHAR"}]'), lambda pair: to_json(pair.key)::VARCHAR || ':' || to_json(pair.value)::VARCHAR), ',') || '}'`;
const structOf = (names: readonly string[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, 'VARCHAR'])));

/** Where the value of a record of one sort is. */
const only = (sort: string, value: string) => `CASE WHEN sort = '${sort}' THEN ${value} END`;

const OWN: { readonly [column: string]: string } = {
  label: only(
    'kubernetes',
    `CASE e.subResource WHEN 'exec' THEN 'kube exec' WHEN 'attach' THEN 'kube attach' WHEN 'portforward' THEN 'port-forward' END`,
  ),
  result: only('connection', `CASE WHEN error = 0 OR error = 115 THEN 'ok' WHEN error > 0 THEN 'failed' END`),
  errno: only('connection', 'CASE WHEN error <> 115 THEN nullif(error, 0) END'),
  namespace: `coalesce(${known('e.namespace')}, ${label('kubernetes.namespace.name')}, ${label('container.label.io.kubernetes.pod.namespace')})`,
  workload: `coalesce(${Object.values(WORKLOADS).join(', ')})`,
  workloadkind: firstNamed(WORKLOADS),
  deployment: WORKLOADS.Deployment,
  pod: `coalesce(${label('kubernetes.pod.name')}, ${label('container.label.io.kubernetes.pod.name')}, ${only('kubernetes', `CASE WHEN e.resource = 'pods' THEN e.name END`)})`,
  container: `coalesce(e.args.container, ${label('container.label.io.kubernetes.container.name')}, ${label('container.name')})`,
  containerid: known('e.containerId'),
  image: `coalesce(${label('container.image.repo')} || coalesce(':' || ${label('container.image.tag')}, '@' || ${label('container.image.digest')}, ''), ${label('container.image.digest')}, ${label('container.image.id')})`,
  host: `coalesce(${known('e.hostname')}, ${label('host.hostName')})`,
  comm: `coalesce(${known('e.comm')}, ${known('e.processName')})`,
  cmdline: `coalesce(${known('e.cmdline')}, ${only('policy', label('process.name'))})`,
  exe: known('e.procExepath'),
  cwd: known('e.cwd'),
  pid: within('e.pid', 'UINTEGER'),
  ppid: within('e.ppid', 'UINTEGER'),
  parent: known('e.pcomm'),
  uid: userId('e.uid'),
  username: known('e.username'),
  loginuid: userId('e.userLoginUid'),
  loginname: known('e.userLoginName'),
  shellid: `nullif(${within('e.loginShellId', 'UINTEGER')}, 0)`,
  tty: within('e.tty', 'UINTEGER'),
  direction: only('connection', `CASE WHEN e.direction IN ('in', 'out') THEN e.direction END`),
  l4proto: only('connection', protocolOf('e.l4protocol')),
  client: `coalesce(e.clientIpv4Dot, ${dotted('e.clientIpv4')})`,
  clientport: within('e.clientPort', 'USMALLINT'),
  server: `coalesce(e.serverIpv4Dot, ${dotted('e.serverIpv4')})`,
  serverport: within('e.serverPort', 'USMALLINT'),
  file: only('fileaccess', known('e.filename')),
  directory: only('fileaccess', known('e.directory')),
  path: only('fileaccess', `coalesce(e.directory, '') || coalesce(e.filename, '')`),
  mode: only('fileaccess', `CASE WHEN contains(e.permissions, 'w') THEN 'write' WHEN e.permissions = 'r' THEN 'read' END`),
  resource: only('kubernetes', 'e.resource'),
  subresource: only('kubernetes', known('e.subResource')),
  name: only('kubernetes', 'e.name'),
  command: `CASE json_type(e.args.command) WHEN 'ARRAY' THEN ${texts('e.args.command')} WHEN 'VARCHAR' THEN [e.args.command ->> '$'] END`,
  user: 'e."user".username',
  groups: texts('e."user".groups'),
  useragent: known('e.userAgent'),
  sourceaddresses: texts('e.sourceAddresses'),
  auditid: known('e.auditId'),
};

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  'sysdig' || chr(31) || e.id AS merge,
  CASE WHEN e.agentId IS NULL THEN 1 ELSE 0 END::UTINYINT AS rank,
  e.id IS NOT NULL AS keyed,
  CASE
    WHEN list_contains(['command', 'connection', 'fileaccess', 'kubernetes', 'policy'], sort) THEN NULL
    WHEN sort = 'audittrail' THEN 'ignored: what users did in Sysdig itself (audittrail)'
    WHEN sort = 'benchmark' THEN 'ignored: a benchmark result'
    WHEN sort = 'hostscanning' THEN 'ignored: a report of vulnerabilities'
    WHEN sort IS NOT NULL THEN 'ignored: another type of Sysdig event'
    ELSE 'rejected: not a Sysdig event'
  END AS skip,

  told AS time,
  CASE WHEN told IS NOT NULL THEN unit END AS precision,
  CASE sort
    WHEN 'command' THEN 'cmd'
    WHEN 'connection' THEN 'net'
    WHEN 'fileaccess' THEN 'file'
    WHEN 'kubernetes' THEN CASE WHEN list_contains(['exec', 'attach', 'portforward', 'ephemeralcontainers'], e.subResource) THEN 'exec' ELSE 'api' END
    ELSE meant
  END AS kind,
  ${within('e.count', 'UINTEGER')} AS count,
  ${flags(['told IS NULL', 'undated'])} AS flags,
  coalesce(${label('kubernetes.cluster.name')}, ${label('agent.tag.cluster')}, cluster) AS cluster,
  coalesce(${label('host.mac')}, ${known('e.hostMac')}, ${known('e.machineId')}) AS mac,
  ${label('kubernetes.node.name')} AS node,
  nullif(${texts('e.dnsDomains')}, []) AS domain,
  ${Object.entries(ATTRIBUTES)
    .map(([name, value]) => `${OWN[name] === undefined ? value : `coalesce(${OWN[name]}, ${value})`} AS "${name}"`)
    .join(',\n  ')},

  ${only('policy', `coalesce(e.content.ruleName, fields."falco.rule", e.name)`)} AS rule,
  ${only('policy', `CASE WHEN level <= 3 THEN 'high' WHEN level <= 5 THEN 'medium' WHEN level = 6 THEN 'low' WHEN level = 7 THEN 'info' END`)} AS severity,
  ${only('policy', 'level::VARCHAR')} AS severityraw,
  ${only('policy', texts('e.content.ruleTags'))} AS tags,
  ${only('policy', `concat_ws(' ', 'sysdig', ${known('e.source')})`)} AS origin
FROM (${interpreted(
  `(
    SELECT *, ${Object.keys(FIELDS)
      .map((name) => `fields."${name}" AS "${name}"`)
      .join(',\n      ')}
    FROM (
      SELECT
        *,
        coalesce(e.type, CASE WHEN e.content.ruleName IS NOT NULL OR e.ruleType IS NOT NULL THEN 'policy' END) AS sort,
        -- A unit is told by its size: nanoseconds have 19 digits from 2001 to 2286.
        coalesce(
          CASE unit WHEN 'ns' THEN ${epochNs('stamp')} WHEN 'us' THEN ${epochNs('stamp * 1000')} WHEN 'ms' THEN ${epochNs('stamp * 1000000')} END,
          ${instant('stamptext')}
        ) AS told,
        TRY_CAST(abs(TRY_CAST(e.errorCode AS HUGEINT)) AS INTEGER) AS error,
        ${within('e.severity', 'INTEGER')} AS level,
        CASE WHEN fieldsjson IS NOT NULL THEN from_json(CASE json_type(fieldsjson) WHEN 'ARRAY' THEN ${objectOf('fieldsjson')} ELSE fieldsjson END, '${structOf([...Object.keys(FIELDS), 'falco.rule'])}') END AS fields,
        CASE WHEN e.eventLabels IS NOT NULL THEN from_json(${objectOf('e.eventLabels')}, '${structOf(LABELS)}') END AS legacylabels
      FROM (
        SELECT *, CASE WHEN stamp >= 100000000000000000 THEN 'ns' WHEN stamp >= 100000000000000 THEN 'us' WHEN stamp >= 100000000000 THEN 'ms' WHEN stamptext IS NOT NULL THEN 'ns' END AS unit
        FROM (
          SELECT
            *,
            coalesce(TRY_CAST(e.timestampNs AS BIGINT), TRY_CAST(e.timestamp AS BIGINT)) AS stamp,
            coalesce(e.timestampRFC3339Nano, CASE WHEN contains(e.timestamp, '-') THEN e.timestamp END) AS stamptext,
            coalesce(e.content.fields, e.fields) AS fieldsjson
          FROM record
        )
      )
    )
  )`,
  'false',
)})`;

/** One key of each type that no other source with such a type has. */
const MARKS: { readonly [type: string]: readonly string[] } = {
  command: ['cmdline', 'loginShellId'],
  connection: ['serverIpv4', 'serverPort'],
  fileaccess: ['permissions', 'filename'],
  kubernetes: ['auditId', 'subResource'],
  policy: ['originator', 'machineId', 'eventLabels'],
  audittrail: ['originator', 'machineId'],
  benchmark: ['originator', 'machineId'],
  hostscanning: ['originator', 'machineId'],
};

function isSysdig(record: Readonly<Record<string, unknown>>): boolean {
  if (typeof record.id !== 'string' || !('timestamp' in record)) return false;
  if (typeof record.type === 'string') return MARKS[record.type]?.some((key) => key in record) ?? false;
  if (Array.isArray(record.eventLabels) && Array.isArray(record.fields)) return true;
  return isObject(record.content) && 'ruleName' in record.content && 'fields' in record.content;
}

export const sysdig: Format = {
  id: 'sysdig',
  title: 'Sysdig Activity Audit and policy events',
  version: 1,
  recognisedBy:
    'type (command, connection, fileaccess, kubernetes, policy) with id, timestamp and keys of that type; fields and eventLabels of the legacy payload',
  limits: [
    'Sysdig records commands of login shells with a terminal and of processes that entered a container, not every process, and thins floods: the absence of a command proves nothing.',
    'Identical commands are folded into one record with a count; their single times are not recorded.',
    'Sysdig tells no ends of processes or connections, no process ids that are never used again, and no IPv6 addresses.',
    'A file record names neither the user nor the command line; a kube exec names no response code, and its command may be the first word only.',
  ],
  selects: 'Commands only of terminals and of what entered a container, thinned in floods; files only as its policies say.',
  columns,
  detect: ({ records }) => share(records, isSysdig),
  envelope: (value) => (isObject(value) && Array.isArray(value.data) && share(value.data, isSysdig) > 0.5 ? ['data'] : undefined),
  project,
};
