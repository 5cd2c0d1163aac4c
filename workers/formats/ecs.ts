/**
 * Process, network and file events in the Elastic Common Schema: Elastic Defend, Cloud Defend, auditbeat's auditd module, and whatever else writes these fields; nested or
 * with dotted names. Field facts: elastic/ecs (Apache-2.0), elastic/beats auditbeat.
 *
 * - An entity id stays over the images that one process runs one after another, so a process is told by it and its executable; the end merges into the start.
 * - `source` is who opened a connection; of auditbeat's calls only the peer is known.
 * - An entry leader is the first process of a way in; a process that is its own entry leader, by way of the kubelet, a runtime or ssh, entered from outside.
 * - Forks tell nothing that the exec does not, and are counted only. Logins and changes of accounts are `policy` activities, as those of Linux audit are. An alert keeps the kind of what it fired on and carries its rule.
 */
import { basename, dirname, flags, instant, precisionOf, texts, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, type Leaf, PLACE, share } from './format';

const FIELDS = {
  '@timestamp': 'time',
  'event.action': 'json',
  'event.category': 'json',
  'event.type': 'json',
  'event.kind': 'text',
  'event.module': 'text',
  'event.dataset': 'text',
  'event.outcome': 'text',
  'event.severity': 'text',
  'process.entity_id': 'text',
  'process.pid': 'integer',
  'process.vpid': 'integer',
  'process.name': 'text',
  'process.executable': 'text',
  'process.args': 'json',
  'process.command_line': 'text',
  'process.title': 'text',
  'process.working_directory': 'text',
  'process.start': 'time',
  'process.end': 'time',
  'process.exit_code': 'integer',
  'process.user.id': 'integer',
  'process.user.name': 'text',
  'process.tty.char_device.major': 'integer',
  'process.tty.char_device.minor': 'integer',
  'process.parent.entity_id': 'text',
  'process.parent.pid': 'integer',
  'process.parent.name': 'text',
  'process.parent.executable': 'text',
  'process.ppid': 'integer',
  'process.session_leader.pid': 'integer',
  'process.entry_leader.entity_id': 'text',
  'process.entry_leader.pid': 'integer',
  'process.entry_leader.same_as_process': 'boolean',
  'process.entry_leader.entry_meta.type': 'text',
  'user.id': 'integer',
  'user.name': 'text',
  'user.audit.id': 'integer',
  'user.audit.name': 'text',
  'user.effective.name': 'text',
  'source.ip': 'json',
  'source.port': 'integer',
  'destination.ip': 'json',
  'destination.port': 'integer',
  'destination.domain': 'text',
  'dns.question.name': 'text',
  'network.transport': 'text',
  'network.direction': 'text',
  'file.path': 'text',
  'container.id': 'text',
  'container.name': 'text',
  'container.image.name': 'text',
  'container.image.tag': 'json',
  'orchestrator.cluster.name': 'text',
  'orchestrator.namespace': 'text',
  'orchestrator.resource.name': 'text',
  'orchestrator.resource.type': 'text',
  'orchestrator.resource.parent.type': 'text',
  'kubernetes.namespace': 'text',
  'kubernetes.pod.name': 'text',
  'kubernetes.deployment.name': 'text',
  'kubernetes.container.name': 'text',
  'kubernetes.node.name': 'text',
  'host.name': 'text',
  'host.hostname': 'text',
  'host.ip': 'json',
  'host.mac': 'json',
  'rule.name': 'text',
  'rule.id': 'text',
  'auditd.message_type': 'text',
  'auditd.result': 'text',
  'auditd.sequence': 'integer',
  'auditd.data.syscall': 'text',
  'auditd.data.exit': 'text',
  'auditd.data.tty': 'text',
  tags: 'json',
} as const satisfies Record<string, Leaf>;
type Field = keyof typeof FIELDS;

type Tree = { [key: string]: Leaf | Tree };
const tree: Tree = {};
for (const [name, leaf] of Object.entries(FIELDS)) {
  const keys = name.split('.');
  const last = keys.pop() as string;
  let at = tree;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Tree;
  }
  at[last] = leaf;
}
const asColumns = (level: Tree): Columns =>
  Object.fromEntries(
    Object.entries(level).map(([key, inner]) => [key, typeof inner === 'string' ? inner : new Body(asColumns(inner))]),
  );

const dotted = Object.entries(FIELDS).filter(([name]) => name.includes('.'));
const columns: Columns = { ...asColumns(tree), ...Object.fromEntries(dotted) };
/** A field below objects, or under its dotted name. */
const shared = Object.fromEntries(dotted.map(([name]) => [name, [name.split('.'), [name]]]));

const field = (name: Field): string => (name.includes('.') ? `nullif("${name}", '')` : `e."${name}"`);
const number = (name: Field) => `"${name}"`;
/** One text or a list of them, as the writer liked. */
const list = (name: Field) => {
  const place = name.includes('.') ? `"${name}"` : `e."${name}"`;
  return `CASE WHEN ord(${place}::VARCHAR) = 91 THEN ${texts(place)} WHEN ${place} IS NOT NULL THEN [${place} ->> '$'] END`;
};
const first = (name: Field) => `(${list(name)})[1]`;
const has = (values: string, ...any: readonly string[]) =>
  `list_has_any(${values}, [${any.map((each) => `'${each}'`).join(', ')}])`;

/** Major 136 and on are pseudo terminals; written as the kernel's device number, as other agents do. */
const DEVICE = `(TRY_CAST("process.tty.char_device.major" AS UINTEGER) << 8) | TRY_CAST("process.tty.char_device.minor" AS UINTEGER)`;
const PTS = `34816 + TRY_CAST(regexp_extract("auditd.data.tty", '^pts/?([0-9]+)$', 1) AS UINTEGER)`;

const EXECS = "'execve', 'execveat'";
const CONNECTS = "'connect', 'accept', 'accept4', 'bind', 'sendto', 'recvfrom', 'sendmsg'";
const WAYS_IN = "'kubelet', 'container', 'runtime', 'sshd', 'ssm', 'teleport', 'terminal', 'console'";

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN kind = 'cmd' AND entity IS NOT NULL AND (started OR ended) THEN concat_ws(chr(31), 'ecs process', coalesce(host, ''), entity, coalesce(exe, ''))
    WHEN kind = 'net' AND entity IS NOT NULL AND client IS NOT NULL AND server IS NOT NULL AND (opening OR closing)
      THEN concat_ws(chr(31), 'ecs connection', coalesce(host, ''), entity, client, coalesce(clientport, ''), server, coalesce(serverport, ''))
  END AS merge,
  CASE WHEN ended OR closing THEN 1 ELSE 0 END::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN categories IS NULL AND "event.module" IS NULL AND len(actions) = 0 AND exe IS NULL THEN 'rejected: not an event of this schema'
    WHEN ${field('event.kind')} IN ('state', 'metric', 'pipeline_error') THEN 'ignored: a state, not an event'
    WHEN ${has('actions', 'fork')} AND NOT ${has('actions', 'exec')} THEN 'ignored: a process was forked'
    WHEN kind IS NULL THEN 'ignored: no process, network, file or login event'
  END AS skip,

  CASE WHEN ended THEN coalesce(${instant(number('process.start'))}, told) ELSE told END AS time,
  ${precisionOf(`CASE WHEN ended THEN coalesce("process.start", e."@timestamp") ELSE e."@timestamp" END`)} AS precision,
  CASE WHEN ended THEN coalesce(${instant(number('process.end'))}, told) WHEN closing THEN told END AS "end",
  kind,
  CASE WHEN kind = 'policy' THEN actions[1] WHEN ${has('actions', 'listen', 'bind')} OR call = 'bind' THEN 'listen' END AS label,
  CASE
    WHEN ${field('event.outcome')} = 'failure' OR "auditd.result" = 'fail' OR ${has('types', 'denied')} THEN CASE WHEN ${has('types', 'denied')} THEN 'refused' ELSE 'failed' END
    WHEN ${field('event.outcome')} = 'success' OR "auditd.result" = 'success' OR (kind = 'cmd' AND NOT detected) THEN 'ok'
    ELSE 'unknown'
  END AS result,
  ${flags(
    ['ended OR closing', 'start not recorded'],
    [`ended AND "process.start" IS NULL`, 'time is not that of the start'],
    ['told IS NULL', 'undated'],
    ["kind = 'net' AND direction IS NULL", 'direction unknown'],
  )} AS flags,

  coalesce(${field('orchestrator.cluster.name')}, cluster) AS cluster,
  coalesce(${field('orchestrator.namespace')}, ${field('kubernetes.namespace')}) AS namespace,
  ${field('kubernetes.deployment.name')} AS workload,
  CASE WHEN ${field('kubernetes.deployment.name')} IS NOT NULL THEN 'Deployment' ELSE ${field('orchestrator.resource.parent.type')} END AS workloadkind,
  ${field('kubernetes.deployment.name')} AS deployment,
  coalesce(${field('kubernetes.pod.name')}, CASE WHEN ${field('orchestrator.resource.type')} = 'pod' THEN ${field('orchestrator.resource.name')} END) AS pod,
  coalesce(${field('kubernetes.container.name')}, ${field('container.name')}) AS container,
  ${field('container.id')} AS containerid,
  ${field('container.image.name')} || CASE WHEN ${first('container.image.tag')} IS NULL OR ends_with(${field('container.image.name')}, ':' || ${first('container.image.tag')}) THEN '' ELSE ':' || ${first('container.image.tag')} END AS image,
  host,
  ${first('host.ip')} AS hostip,
  replace(${first('host.mac')}, '-', ':') AS mac,
  ${field('kubernetes.node.name')} AS node,

  coalesce(${field('process.name')}, ${basename('exe')}) AS comm,
  coalesce(${field('process.command_line')}, nullif(array_to_string(${list('process.args')}, ' '), ''), ${field('process.title')}) AS cmdline,
  exe,
  ${field('process.working_directory')} AS cwd,
  ${within(number('process.pid'), 'UINTEGER')} AS pid,
  ${within('coalesce("process.parent.pid", "process.ppid")', 'UINTEGER')} AS ppid,
  ${within(number('process.vpid'), 'UINTEGER')} AS vpid,
  coalesce(${field('process.parent.name')}, ${basename(field('process.parent.executable'))}) AS parent,
  ${userId('coalesce("process.user.id", "user.id")')} AS uid,
  coalesce(${field('process.user.name')}, ${field('user.name')}) AS username,
  ${userId(number('user.audit.id'))} AS loginuid,
  ${field('user.audit.name')} AS loginname,
  ${within(number('process.session_leader.pid'), 'UINTEGER')} AS sid,
  coalesce(${DEVICE}, ${PTS})::UINTEGER AS tty,
  coalesce(host, '') || '/' || entity AS entityid,
  coalesce(host, '') || '/' || ${field('process.parent.entity_id')} AS parententity,
  CASE WHEN "process.entry_leader.entity_id" IS NOT NULL OR "process.entry_leader.same_as_process" IS NOT NULL
    THEN coalesce("process.entry_leader.same_as_process" = 'true', "process.entry_leader.entity_id" = entity) AND list_contains([${WAYS_IN}], ${field('process.entry_leader.entry_meta.type')}) END AS entered,
  CASE WHEN kind = 'cmd' THEN ${instant(number('process.start'))} END AS started,
  CASE WHEN ended THEN TRY_CAST("process.exit_code" AS INTEGER) END AS exitcode,

  CASE WHEN kind = 'net' THEN direction END AS direction,
  CASE WHEN kind = 'net' THEN lower(${field('network.transport')}) END AS l4proto,
  CASE WHEN kind = 'net' THEN client END AS client,
  CASE WHEN kind = 'net' THEN ${within('clientport', 'USMALLINT')} END AS clientport,
  CASE WHEN kind = 'net' THEN server END AS server,
  CASE WHEN kind = 'net' THEN ${within('serverport', 'USMALLINT')} END AS serverport,
  CASE WHEN kind = 'policy' THEN nullif(list_filter([client], lambda address: address IS NOT NULL), []) END AS sourceaddresses,
  nullif(list_filter([${field('destination.domain')}, ${field('dns.question.name')}], lambda name: name IS NOT NULL), []) AS domain,

  CASE WHEN kind = 'file' THEN ${basename('path')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('path')} END AS directory,
  CASE WHEN kind = 'file' THEN path END AS path,
  CASE WHEN kind = 'file' THEN CASE
    WHEN ${has('types', 'deletion')} OR ${has('actions', 'deletion')} OR regexp_matches(call, 'unlink|rmdir') THEN 'delete'
    WHEN ${has('actions', 'rename')} OR regexp_matches(call, 'rename') THEN 'rename'
    WHEN ${has('types', 'creation')} OR ${has('actions', 'creation')} OR regexp_matches(call, 'mkdir|creat|link') THEN 'create'
    WHEN ${has('actions', 'overwrite', 'modification')} OR (${has('types', 'change')} AND NOT regexp_matches(call, 'chmod|chown')) THEN 'write'
    WHEN regexp_matches(call, 'chmod') THEN 'chmod'
    WHEN regexp_matches(call, 'chown') THEN 'chown'
    WHEN ${has('types', 'access')} THEN 'read'
    ELSE 'open'
  END END AS mode,

  CASE WHEN detected THEN coalesce(${field('rule.name')}, ${field('rule.id')}) END AS rule,
  CASE WHEN detected THEN CASE WHEN TRY_CAST("event.severity" AS INTEGER) >= 99 THEN 'critical' WHEN TRY_CAST("event.severity" AS INTEGER) >= 73 THEN 'high'
    WHEN TRY_CAST("event.severity" AS INTEGER) >= 47 THEN 'medium' WHEN TRY_CAST("event.severity" AS INTEGER) >= 21 THEN 'low' END END AS severity,
  CASE WHEN detected THEN "event.severity" END AS severityraw,
  nullif(${list('tags')}, []) AS tags,
  CASE WHEN detected THEN coalesce(${field('event.module')}, ${field('event.dataset')}, 'elastic') END AS origin
FROM (
  SELECT
    *,
    coalesce(${field('rule.name')}, ${field('rule.id')}) IS NOT NULL AND (${field('event.kind')} IN ('alert', 'signal') OR ${field('event.kind')} IS NULL) AS detected,
    kind = 'cmd' AND ${has('types', 'end')} AND NOT ${has('types', 'start')} AS ended,
    kind = 'cmd' AND (${has('types', 'start')} OR ${has('actions', 'exec', 'executed')}) AS started,
    kind = 'net' AND (${has('types', 'end')} OR ${has('actions', 'disconnect_received')}) AND NOT ${has('types', 'start')} AS closing,
    kind = 'net' AND (${has('types', 'start')} OR ${has('actions', 'connection_attempted', 'connection_accepted')}) AS opening,
    CASE
      WHEN ${has('actions', 'connection_accepted')} OR ${field('network.direction')} IN ('ingress', 'inbound', 'incoming') OR call IN ('accept', 'accept4') THEN 'in'
      WHEN ${has('actions', 'connection_attempted')} OR ${field('network.direction')} IN ('egress', 'outbound', 'outgoing') OR call = 'connect' THEN 'out'
    END AS direction
  FROM (
    SELECT
      *,
      CASE
        WHEN ${has('categories', 'network')} OR list_contains([${CONNECTS}], call) THEN 'net'
        WHEN ${has('categories', 'file')} THEN 'file'
        WHEN ${has('categories', 'process')} OR call IN (${EXECS}) OR ${has('actions', 'executed')} THEN 'cmd'
        WHEN path IS NOT NULL AND call IS NOT NULL THEN 'file'
        WHEN ${has('categories', 'authentication', 'iam')} OR (${has('categories', 'session')} AND ${field('event.module')} = 'auditd') THEN 'policy'
        WHEN ${field('event.kind')} IN ('alert', 'signal') THEN CASE WHEN exe IS NOT NULL THEN 'cmd' ELSE 'policy' END
      END AS kind
    FROM (
      SELECT
        ${PLACE}, f, e, zone, cluster, ${dotted.map(([name]) => `"${name}"`).join(', ')},
        ${instant('e."@timestamp"')} AS told,
        ${list('event.category')} AS categories,
        coalesce(${list('event.type')}, []) AS types,
        coalesce(${list('event.action')}, []) AS actions,
        "auditd.data.syscall" AS call,
        nullif("process.entity_id", '') AS entity,
        nullif("process.executable", '') AS exe,
        nullif("file.path", '') AS path,
        coalesce(nullif("host.name", ''), nullif("host.hostname", ''), w.host) AS host,
        ${first('source.ip')} AS client,
        "source.port" AS clientport,
        ${first('destination.ip')} AS server,
        "destination.port" AS serverport
      FROM record
    )
  )
)`;

const CATEGORIES = new Set([
  ...['process', 'network', 'file', 'authentication', 'session', 'iam'],
  ...['audit-rule', 'intrusion_detection', 'malware'],
]);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);
const inside = (record: Readonly<Record<string, unknown>>, object: string, key: string): unknown => {
  const value = record[object];
  return isObject(value) && value[key] !== undefined ? value[key] : record[`${object}.${key}`];
};

const isEcs = (record: Readonly<Record<string, unknown>>): boolean => {
  const categories = listed(inside(record, 'event', 'category'));
  const told =
    isObject(record.process) ||
    isObject(record.file) ||
    isObject(record.auditd) ||
    Object.keys(record).some((key) => /^(process|file|source)\./.test(key));
  return told && (categories.some((each) => CATEGORIES.has(String(each))) || inside(record, 'event', 'module') === 'auditd');
};

export const ecs: Format = {
  id: 'ecs',
  title: 'Elastic Common Schema events',
  version: 2,
  recognisedBy: 'event.category process, network, file or authentication beside process or file, nested or with dotted names',
  limits: [
    'Which events there are is decided by the integration that wrote them and its policy; event filters leave no trace.',
    'auditbeat tells the peer of a connection only, and no container.',
    'Of two images that one process runs one after another the end names the last.',
  ],
  selects: 'Only what the integration that wrote it and its policy select.',
  columns,
  shared,
  detect: ({ records }) => share(records, isEcs),
  project,
};
