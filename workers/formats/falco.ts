/**
 * Falco alerts with `json_output`, and what falcosidekick makes of them (`uuid`, `@timestamp`, field names with `_` for `.`).
 * Which fields exist depends on the output of the rule: any may be absent, `<NA>`, null or empty, which all mean unknown.
 *
 * Each alert is an activity of its own that carries its rule. Priorities become severities so: Emergency, Alert and Critical are
 * critical, Error high, Warning medium, Notice low, Informational and Debug info. There is no id, so nothing is ever a duplicate.
 */
import { basename, dirname, flags, instant, precisionOf, texts, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, type Leaf, PLACE, share } from './format';

const FIELDS = {
  'evt.time': 'text',
  'evt.time.iso8601': 'text',
  'evt.type': 'text',
  'evt.hostname': 'text',
  'evt.source': 'text',
  'evt.res': 'text',
  'evt.rawres': 'integer',
  'evt.arg.flags': 'text',
  'evt.is_open_read': 'boolean',
  'evt.is_open_write': 'boolean',
  'proc.name': 'text',
  'proc.cmdline': 'text',
  'proc.exepath': 'text',
  'proc.cwd': 'text',
  'proc.pid': 'integer',
  'proc.ppid': 'integer',
  'proc.vpid': 'integer',
  'proc.pvpid': 'integer',
  'proc.pname': 'text',
  'proc.aname[2]': 'text',
  'proc.aname[3]': 'text',
  'proc.aname[4]': 'text',
  'proc.sid': 'integer',
  'proc.tty': 'integer',
  'proc.loginshellid': 'integer',
  'proc.pid.ts': 'integer',
  'proc.is_container_healthcheck': 'boolean',
  'proc.is_container_liveness_probe': 'boolean',
  'proc.is_container_readiness_probe': 'boolean',
  'user.uid': 'integer',
  'user.name': 'text',
  'user.loginuid': 'integer',
  'user.loginname': 'text',
  'container.id': 'text',
  'container.name': 'text',
  'container.image.repository': 'text',
  'container.image.tag': 'text',
  'k8s.ns.name': 'text',
  'k8s.pod.name': 'text',
  'k8s.deployment.name': 'text',
  'k8s.rs.name': 'text',
  'fd.name': 'text',
  'fd.directory': 'text',
  'fd.filename': 'text',
  'fd.type': 'text',
  'fd.l4proto': 'text',
  'fd.cip': 'text',
  'fd.cport': 'integer',
  'fd.sip': 'text',
  'fd.sport': 'integer',
  'fs.path.name': 'text',
  'ka.auditid': 'text',
  'ka.verb': 'text',
  'ka.user.name': 'text',
  'ka.user.groups': 'text',
  'ka.impuser.name': 'text',
  'ka.target.name': 'text',
  'ka.target.namespace': 'text',
  'ka.target.resource': 'text',
  'ka.target.subresource': 'text',
  'ka.target.pod.name': 'text',
  'ka.uri': 'text',
  'ka.uri.param[command]': 'text',
  'ka.uri.param[container]': 'text',
  'ka.useragent': 'text',
  'ka.sourceips': 'text',
  'ka.response.code': 'integer',
  'ka.response.reason': 'text',
  'ka.auth.decision': 'text',
  'ka.stage': 'text',
} as const satisfies Record<string, Leaf>;
type Field = keyof typeof FIELDS;

const underscored = (field: string) => field.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '');
const columns: Columns = {
  time: 'time',
  '@timestamp': 'time',
  rule: 'text',
  priority: 'text',
  output: 'text',
  hostname: 'text',
  source: 'text',
  tags: 'texts',
  output_fields: new Body(
    Object.fromEntries(
      Object.entries(FIELDS).flatMap(([field, leaf]) => [
        [field, leaf],
        [underscored(field), leaf],
      ]),
    ),
  ),
};

/** A field by its own name or with `_` for `.`. */
const shared = Object.fromEntries(
  Object.keys(FIELDS).map((name) => [
    name,
    [
      ['output_fields', name],
      ['output_fields', underscored(name)],
    ],
  ]),
);

/** A field's value; unknown is NULL. */
const field = (name: Field) => `nullif(nullif("${name}", '<NA>'), '')`;

const list = (...values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const EXEC = list('execve', 'execveat');
const NET = list('connect', 'accept', 'accept4', 'listen', 'bind', 'sendto', 'recvfrom', 'sendmsg', 'recvmsg');
const FILE_CALLS =
  'open|openat|openat2|open_by_handle_at|creat|unlink|unlinkat|rename|renameat|renameat2|mkdir|mkdirat|rmdir|symlink|symlinkat|link|linkat|chmod|fchmod|fchmodat';

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  NULL::VARCHAR AS merge,
  0::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN e.rule IS NULL AND e.priority IS NULL THEN 'rejected: not a Falco alert'
    WHEN starts_with(e.rule, 'Falco internal') OR e.source = 'internal' THEN 'ignored: Falco about itself'
  END AS skip,

  coalesce(${instant('timetext')}, evttime) AS time,
  CASE WHEN timetext IS NOT NULL THEN ${precisionOf('timetext')} WHEN evttime IS NOT NULL THEN 'ns' END AS precision,
  kind,
  CASE WHEN kind = 'exec' THEN CASE subresource WHEN 'attach' THEN 'kube attach' WHEN 'portforward' THEN 'port-forward' ELSE 'kube exec' END END AS label,
  CASE
    WHEN ${field('ka.auth.decision')} = 'forbid' OR code IN (401, 403) THEN 'refused'
    WHEN code >= 400 OR (rawres < 0 AND NOT pending) OR (res <> 'SUCCESS' AND NOT pending) THEN 'failed'
    WHEN code >= 100 OR rawres >= 0 OR res = 'SUCCESS' OR pending THEN 'ok'
    ELSE 'unknown'
  END AS result,
  CASE WHEN rawres < 0 AND NOT pending THEN -rawres END AS errno,
  ${flags(
    ['timetext IS NULL AND evttime IS NOT NULL', 'time from evt.time'],
    ['timetext IS NULL AND evttime IS NULL', 'undated'],
    ['direction IS NULL AND client IS NOT NULL', 'direction unknown'],
  )} AS flags,

  cluster,
  coalesce(${field('k8s.ns.name')}, ${field('ka.target.namespace')}) AS namespace,
  coalesce(${field('k8s.deployment.name')}, ${field('k8s.rs.name')}) AS workload,
  CASE WHEN ${field('k8s.deployment.name')} IS NOT NULL THEN 'Deployment' WHEN ${field('k8s.rs.name')} IS NOT NULL THEN 'ReplicaSet' END AS workloadkind,
  ${field('k8s.deployment.name')} AS deployment,
  coalesce(${field('k8s.pod.name')}, CASE WHEN ${field('ka.target.resource')} = 'pods' THEN ${field('ka.target.name')} END) AS pod,
  coalesce(nullif(${field('container.name')}, 'host'), ${field('ka.uri.param[container]')}) AS container,
  nullif(${field('container.id')}, 'host') AS containerid,
  ${field('container.image.repository')} || coalesce(':' || ${field('container.image.tag')}, '') AS image,
  coalesce(nullif(e.hostname, ''), ${field('evt.hostname')}) AS host,

  coalesce(${field('proc.name')}, ${basename(`regexp_extract(${field('proc.cmdline')}, '^[^ ]+')`)}) AS comm,
  rtrim(${field('proc.cmdline')}) AS cmdline,
  ${field('proc.exepath')} AS exe,
  ${field('proc.cwd')} AS cwd,
  ${within(field('proc.pid'), 'UINTEGER')} AS pid,
  ${within(field('proc.ppid'), 'UINTEGER')} AS ppid,
  ${within(field('proc.vpid'), 'UINTEGER')} AS vpid,
  ${field('proc.pname')} AS parent,
  nullif(list_filter([${field('proc.pname')}, ${field('proc.aname[2]')}, ${field('proc.aname[3]')}, ${field('proc.aname[4]')}], lambda name: name IS NOT NULL), []) AS ancestors,
  ${userId(field('user.uid'))} AS uid,
  ${field('user.name')} AS username,
  ${userId(field('user.loginuid'))} AS loginuid,
  ${field('user.loginname')} AS loginname,
  nullif(${within(field('proc.loginshellid'), 'UINTEGER')}, 0) AS shellid,
  ${within(field('proc.sid'), 'UINTEGER')} AS sid,
  ${within(field('proc.tty'), 'UINTEGER')} AS tty,
  -- The parent is outside the container's own processes, and the process is not its entry point.
  CASE WHEN nullif(${field('container.id')}, 'host') IS NOT NULL
    THEN TRY_CAST(${field('proc.pvpid')} AS BIGINT) = 0 AND TRY_CAST(${field('proc.vpid')} AS BIGINT) <> 1 END AS entered,
  list_bool_or([${field('proc.is_container_healthcheck')} = 'true', ${field('proc.is_container_liveness_probe')} = 'true', ${field('proc.is_container_readiness_probe')} = 'true']) AS probe,
  CASE WHEN kind = 'cmd' THEN TRY(make_timestamp_ns(TRY_CAST(${field('proc.pid.ts')} AS BIGINT))) END AS started,

  CASE WHEN kind = 'net' THEN direction END AS direction,
  CASE WHEN kind = 'net' THEN ${field('fd.l4proto')} END AS l4proto,
  CASE WHEN kind = 'net' THEN client END AS client,
  CASE WHEN kind = 'net' THEN ${within('clientport', 'USMALLINT')} END AS clientport,
  CASE WHEN kind = 'net' THEN server END AS server,
  CASE WHEN kind = 'net' THEN ${within('serverport', 'USMALLINT')} END AS serverport,

  CASE WHEN kind = 'file' THEN coalesce(${field('fd.filename')}, ${basename('path')}) END AS file,
  CASE WHEN kind = 'file' THEN coalesce(${field('fd.directory')}, ${dirname('path')}) END AS directory,
  CASE WHEN kind = 'file' THEN path END AS path,
  CASE WHEN kind = 'file' THEN mode END AS mode,

  ${field('ka.verb')} AS verb,
  ${field('ka.target.resource')} AS resource,
  subresource,
  ${field('ka.target.name')} AS name,
  CASE WHEN ${field('ka.uri.param[command]')} IS NOT NULL THEN [${field('ka.uri.param[command]')}] END AS command,
  ${field('ka.user.name')} AS "user",
  string_split(${field('ka.user.groups')}, ',') AS groups,
  ${field('ka.impuser.name')} AS impersonated,
  ${field('ka.useragent')} AS useragent,
  string_split(${field('ka.sourceips')}, ',') AS sourceaddresses,
  code,
  ${field('ka.response.reason')} AS reason,
  ${field('ka.auth.decision')} AS decision,
  ${field('ka.uri')} AS requesturi,
  ${field('ka.auditid')} AS auditid,
  ${field('ka.stage')} AS stage,

  e.rule AS rule,
  CASE lower(e.priority)
    WHEN 'emergency' THEN 'critical' WHEN 'alert' THEN 'critical' WHEN 'critical' THEN 'critical'
    WHEN 'error' THEN 'high' WHEN 'warning' THEN 'medium' WHEN 'notice' THEN 'low'
    WHEN 'informational' THEN 'info' WHEN 'info' THEN 'info' WHEN 'debug' THEN 'info'
  END AS severity,
  e.priority AS severityraw,
  ${texts('e.tags')} AS tags,
  concat_ws(' ', 'falco', coalesce(nullif(e.source, ''), ${field('evt.source')})) AS origin
FROM (
  SELECT
    *,
    CASE
      WHEN e.source = 'k8s_audit' OR ${field('ka.verb')} IS NOT NULL OR ${field('ka.auditid')} IS NOT NULL
        THEN CASE WHEN subresource IN ('exec', 'attach', 'portforward', 'ephemeralcontainers') THEN 'exec' ELSE 'api' END
      WHEN call IN (${EXEC}) THEN 'cmd'
      WHEN ${field('fd.type')} IN ('ipv4', 'ipv6') OR list_contains([${NET}], call) OR client IS NOT NULL THEN 'net'
      WHEN path IS NOT NULL AND (call IS NULL OR regexp_full_match(call, '${FILE_CALLS}')) THEN 'file'
      WHEN coalesce(${field('proc.name')}, ${field('proc.cmdline')}) IS NOT NULL THEN 'cmd'
      ELSE 'policy'
    END AS kind,
    -- A connection that does not block is under way.
    coalesce(rawres = -115, res = 'EINPROGRESS', false) AS pending,
    CASE WHEN call = 'connect' THEN 'out' WHEN call IN ('accept', 'accept4', 'listen') THEN 'in' END AS direction,
    CASE
      WHEN regexp_matches(call, 'unlink|rmdir') THEN 'delete'
      WHEN regexp_matches(call, 'rename') THEN 'rename'
      WHEN regexp_matches(call, 'chmod') THEN 'chmod'
      WHEN regexp_matches(call, 'mkdir|link|creat') OR regexp_matches(opened, 'O_CREAT|F_CREATED') THEN 'create'
      WHEN ${field('evt.is_open_write')} = 'true' OR regexp_matches(opened, 'O_WRONLY|O_RDWR') THEN 'write'
      WHEN ${field('evt.is_open_read')} = 'true' OR regexp_matches(opened, 'O_RDONLY') THEN 'read'
    END AS mode
  FROM (
    SELECT
      *,
      coalesce(${field('fd.cip')}, nullif(tuple.client, '')) AS client,
      coalesce(${field('fd.cport')}, nullif(tuple.clientport, '')) AS clientport,
      coalesce(${field('fd.sip')}, nullif(tuple.server, '')) AS server,
      coalesce(${field('fd.sport')}, nullif(tuple.serverport, '')) AS serverport,
      coalesce(${field('fs.path.name')}, CASE WHEN tuple.client = '' AND starts_with(${field('fd.name')}, '/') THEN ${field('fd.name')} END) AS path
    FROM (
      SELECT
        *,
        coalesce(e.time, e."@timestamp") AS timetext,
        -- Nanoseconds as a whole number; some rules print a clock time instead, which says no day, and examples another unit.
        TRY(make_timestamp_ns(CASE WHEN evtns > 100000000000000000 THEN evtns END)) AS evttime,
        ${field('evt.type')} AS call,
        ${field('evt.arg.flags')} AS opened,
        ${field('evt.res')} AS res,
        TRY_CAST(${field('evt.rawres')} AS INTEGER) AS rawres,
        TRY_CAST(${field('ka.response.code')} AS INTEGER) AS code,
        ${field('ka.target.subresource')} AS subresource,
        -- "client:port->server:port"
        regexp_extract(${field('fd.name')}, '^\\[?([0-9A-Fa-f.:]+?)\\]?:([0-9]+)->\\[?([0-9A-Fa-f.:]+?)\\]?:([0-9]+)$', ['client', 'clientport', 'server', 'serverport']) AS tuple
      FROM (SELECT *, coalesce(TRY_CAST(${field('evt.time')} AS BIGINT), TRY_CAST(${field('evt.time.iso8601')} AS BIGINT)) AS evtns FROM record)
    )
  )
)`;

const isFalco = (record: Readonly<Record<string, unknown>>): boolean =>
  typeof record.rule === 'string' &&
  (isObject(record.output_fields) || (typeof record.priority === 'string' && typeof record.output === 'string'));

export const falco: Format = {
  id: 'falco',
  title: 'Falco alerts (JSON)',
  version: 1,
  recognisedBy: 'rule and priority with output or output_fields',
  limits: [
    'Falco logs only what a rule matched: the absence of commands, connections or files proves nothing.',
    'Which attributes an alert carries depends on the output of its rule.',
    'Falco tells no ends of processes and no process ids that are never used again.',
  ],
  columns,
  shared,
  detect: ({ records }) => share(records, isFalco),
  project,
};
