/**
 * What Falco's fields mean as activity columns, for every source that carries them: Falco's own alerts, and Sysdig's policy events. Fields are those of
 * falcosecurity/libs and of the k8saudit and k8smeta plugins. Any may be absent, `<NA>`, null or empty, which all mean unknown.
 */
import { basename, dirname, userId, within } from '../expressions';
import type { Leaf } from '../format';

export const FIELDS = {
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
  'proc.args': 'text',
  'proc.exe': 'text',
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
  'fd.is_server': 'boolean',
  'fd.cip': 'text',
  'fd.cport': 'integer',
  'fd.sip': 'text',
  'fd.sport': 'integer',
  'fd.lip': 'text',
  'fd.lport': 'integer',
  'fd.rip': 'text',
  'fd.rport': 'integer',
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
export type Field = keyof typeof FIELDS;

/** A field's value, of a relation with a column of each field's name; unknown is NULL. */
export const field = (name: Field) => `nullif(nullif("${name}", '<NA>'), '')`;

const list = (...values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const EXEC = list('execve', 'execveat');
const NET = list('connect', 'accept', 'accept4', 'listen', 'bind', 'sendto', 'recvfrom', 'sendmsg', 'recvmsg');
const OPENS = ['open', 'openat', 'openat2', 'open_by_handle_at'];
/** What a call does to a file; one that opens it does what its flags say. */
const CALLS: { readonly [mode: string]: readonly string[] } = {
  delete: ['unlink', 'unlinkat', 'rmdir'],
  rename: ['rename', 'renameat', 'renameat2'],
  chmod: ['chmod', 'fchmod', 'fchmodat'],
  create: ['creat', 'mkdir', 'mkdirat', 'symlink', 'symlinkat', 'link', 'linkat'],
};
const FILE_CALLS = list(...OPENS, ...Object.values(CALLS).flat());
const onlyOf = (kind: 'net' | 'file', value: string) => `CASE WHEN meant = '${kind}' THEN ${value} END`;

/**
 * Columns beside those of a relation with a column of each field's name: `meant` (the kind), `evttime`, `call`, `code`, `rawres`, `res`, `pending`,
 * `subresource` and others that `ATTRIBUTES` reads.
 * @param isAudit true where the event is one of the API server's
 */
export const interpreted = (relation: string, isAudit: string): string => `
  SELECT
    *,
    CASE
      WHEN ${isAudit} OR ${field('ka.verb')} IS NOT NULL OR ${field('ka.auditid')} IS NOT NULL
        THEN CASE WHEN list_contains(['exec', 'attach', 'portforward', 'ephemeralcontainers'], subresource) THEN 'exec' ELSE 'api' END
      WHEN call IN (${EXEC}) THEN 'cmd'
      WHEN ${field('fd.type')} IN ('ipv4', 'ipv6') OR list_contains([${NET}], call) OR fieldclient IS NOT NULL THEN 'net'
      WHEN fieldpath IS NOT NULL AND (call IS NULL OR list_contains([${FILE_CALLS}], call)) THEN 'file'
      WHEN coalesce(${field('proc.name')}, ${field('proc.cmdline')}) IS NOT NULL THEN 'cmd'
      ELSE 'policy'
    END AS meant,
    -- A connection that does not block is under way.
    coalesce(rawres = -115, res = 'EINPROGRESS', false) AS pending,
    CASE WHEN fieldpath IS NOT NULL THEN CASE
      ${Object.entries(CALLS)
        .map(([mode, calls]) => `WHEN list_contains([${list(...calls)}], call) THEN '${mode}'`)
        .join('\n      ')}
      WHEN contains(opened, 'O_CREAT') OR contains(opened, 'F_CREATED') THEN 'create'
      WHEN ${field('evt.is_open_write')} = 'true' OR contains(opened, 'O_WRONLY') OR contains(opened, 'O_RDWR') THEN 'write'
      WHEN ${field('evt.is_open_read')} = 'true' OR contains(opened, 'O_RDONLY') THEN 'read'
    END END AS fieldmode
  FROM (
    SELECT
      *,
      coalesce(${field('fd.cip')}, nullif(tuple.client, ''), CASE sided WHEN 'out' THEN ${field('fd.lip')} WHEN 'in' THEN ${field('fd.rip')} END) AS fieldclient,
      coalesce(${field('fd.cport')}, nullif(tuple.clientport, ''), CASE sided WHEN 'out' THEN ${field('fd.lport')} WHEN 'in' THEN ${field('fd.rport')} END) AS fieldclientport,
      coalesce(${field('fd.sip')}, nullif(tuple.server, ''), CASE sided WHEN 'out' THEN ${field('fd.rip')} WHEN 'in' THEN ${field('fd.lip')} END) AS fieldserver,
      coalesce(${field('fd.sport')}, nullif(tuple.serverport, ''), CASE sided WHEN 'out' THEN ${field('fd.rport')} WHEN 'in' THEN ${field('fd.lport')} END) AS fieldserverport,
      coalesce(${field('fs.path.name')}, CASE WHEN nullif(tuple.client, '') IS NULL AND starts_with(${field('fd.name')}, '/') THEN ${field('fd.name')} END) AS fieldpath
    FROM (
      SELECT
        *,
        -- Nanoseconds as a whole number; some rules print a clock time instead, which says no day, and examples another unit.
        TRY(make_timestamp_ns(CASE WHEN evtns > 100000000000000000 THEN evtns END)) AS evttime,
        CASE
          WHEN call = 'connect' THEN 'out'
          WHEN call IN ('accept', 'accept4', 'listen') THEN 'in'
          WHEN ${field('fd.is_server')} = 'true' OR ${field('fd.lip')} = ${field('fd.sip')} AND ${field('fd.lport')} = ${field('fd.sport')} THEN 'in'
          WHEN ${field('fd.is_server')} = 'false' OR ${field('fd.lip')} = ${field('fd.cip')} AND ${field('fd.lport')} = ${field('fd.cport')} THEN 'out'
        END AS sided,
        -- "client:port->server:port"
        CASE WHEN contains(${field('fd.name')}, '->') THEN regexp_extract(${field('fd.name')}, '^\\[?([0-9A-Fa-f.:]+?)\\]?:([0-9]+)->\\[?([0-9A-Fa-f.:]+?)\\]?:([0-9]+)$', ['client', 'clientport', 'server', 'serverport']) END AS tuple
      FROM (
        SELECT
          *,
          coalesce(TRY_CAST(${field('evt.time')} AS BIGINT), TRY_CAST(${field('evt.time.iso8601')} AS BIGINT)) AS evtns,
          ${field('evt.type')} AS call,
          ${field('evt.arg.flags')} AS opened,
          ${field('evt.res')} AS res,
          TRY_CAST(${field('evt.rawres')} AS INTEGER) AS rawres,
          TRY_CAST(${field('ka.response.code')} AS INTEGER) AS code,
          ${field('ka.target.subresource')} AS subresource
        FROM ${relation}
      )
    )
  )`;

/** The list of those that are known; NULL where there is none. */
const presentOf = (...names: readonly Field[]): string => {
  const values = names.map(field).join(', ');
  return `CASE WHEN coalesce(${values}) IS NOT NULL THEN list_filter([${values}], lambda name: name IS NOT NULL) END`;
};

/** NULL where none is known. */
const anyTrue = (...names: readonly Field[]): string => {
  const values = names.map(field);
  return `CASE WHEN ${values.map((value) => `${value} = 'true'`).join(' OR ')} THEN true WHEN coalesce(${values.join(', ')}) IS NOT NULL THEN false END`;
};

/** Activity columns from what `interpreted` gives. */
export const ATTRIBUTES = {
  label: `CASE WHEN meant = 'exec' THEN CASE subresource WHEN 'attach' THEN 'kube attach' WHEN 'portforward' THEN 'port-forward' ELSE 'kube exec' END END`,
  result: `CASE
    WHEN ${field('ka.auth.decision')} = 'forbid' OR code IN (401, 403) THEN 'refused'
    WHEN code >= 400 OR (rawres < 0 AND NOT pending) OR (res <> 'SUCCESS' AND NOT pending) THEN 'failed'
    WHEN code >= 100 OR rawres >= 0 OR res = 'SUCCESS' OR pending THEN 'ok'
    ELSE 'unknown'
  END`,
  errno: 'CASE WHEN rawres < 0 AND NOT pending THEN -rawres END',

  namespace: `coalesce(${field('k8s.ns.name')}, ${field('ka.target.namespace')})`,
  workload: `coalesce(${field('k8s.deployment.name')}, ${field('k8s.rs.name')})`,
  workloadkind: `CASE WHEN ${field('k8s.deployment.name')} IS NOT NULL THEN 'Deployment' WHEN ${field('k8s.rs.name')} IS NOT NULL THEN 'ReplicaSet' END`,
  deployment: field('k8s.deployment.name'),
  pod: `coalesce(${field('k8s.pod.name')}, CASE WHEN ${field('ka.target.resource')} = 'pods' THEN ${field('ka.target.name')} END)`,
  container: `coalesce(nullif(${field('container.name')}, 'host'), ${field('ka.uri.param[container]')})`,
  containerid: `nullif(${field('container.id')}, 'host')`,
  image: `${field('container.image.repository')} || coalesce(':' || ${field('container.image.tag')}, '')`,
  host: field('evt.hostname'),

  comm: `coalesce(${field('proc.name')}, ${basename(`regexp_extract(${field('proc.cmdline')}, '^[^ ]+')`)})`,
  cmdline: `rtrim(coalesce(${field('proc.cmdline')}, coalesce(${field('proc.exe')}, ${field('proc.name')}) || ' ' || ${field('proc.args')}))`,
  exe: `coalesce(${field('proc.exepath')}, CASE WHEN starts_with(${field('proc.exe')}, '/') THEN ${field('proc.exe')} END)`,
  cwd: field('proc.cwd'),
  pid: within(field('proc.pid'), 'UINTEGER'),
  ppid: within(field('proc.ppid'), 'UINTEGER'),
  vpid: within(field('proc.vpid'), 'UINTEGER'),
  parent: field('proc.pname'),
  ancestors: presentOf('proc.pname', 'proc.aname[2]', 'proc.aname[3]', 'proc.aname[4]'),
  uid: userId(field('user.uid')),
  username: field('user.name'),
  loginuid: userId(field('user.loginuid')),
  loginname: field('user.loginname'),
  shellid: `nullif(${within(field('proc.loginshellid'), 'UINTEGER')}, 0)`,
  sid: within(field('proc.sid'), 'UINTEGER'),
  tty: within(field('proc.tty'), 'UINTEGER'),
  // The parent is outside the container's own processes, and the process is not its entry point.
  entered: `CASE WHEN nullif(${field('container.id')}, 'host') IS NOT NULL
    THEN TRY_CAST(${field('proc.pvpid')} AS BIGINT) = 0 AND TRY_CAST(${field('proc.vpid')} AS BIGINT) <> 1 END`,
  probe: anyTrue('proc.is_container_healthcheck', 'proc.is_container_liveness_probe', 'proc.is_container_readiness_probe'),
  started: `CASE WHEN meant = 'cmd' THEN TRY(make_timestamp_ns(TRY_CAST(${field('proc.pid.ts')} AS BIGINT))) END`,

  direction: onlyOf('net', 'sided'),
  l4proto: onlyOf('net', field('fd.l4proto')),
  client: onlyOf('net', 'fieldclient'),
  clientport: onlyOf('net', within('fieldclientport', 'USMALLINT')),
  server: onlyOf('net', 'fieldserver'),
  serverport: onlyOf('net', within('fieldserverport', 'USMALLINT')),

  file: onlyOf('file', `coalesce(${field('fd.filename')}, ${basename('fieldpath')})`),
  directory: onlyOf('file', `coalesce(${field('fd.directory')}, ${dirname('fieldpath')})`),
  path: onlyOf('file', 'fieldpath'),
  mode: onlyOf('file', 'fieldmode'),

  verb: field('ka.verb'),
  resource: field('ka.target.resource'),
  subresource: 'subresource',
  name: field('ka.target.name'),
  command: `CASE WHEN ${field('ka.uri.param[command]')} IS NOT NULL THEN [${field('ka.uri.param[command]')}] END`,
  user: field('ka.user.name'),
  groups: `string_split(${field('ka.user.groups')}, ',')`,
  impersonated: field('ka.impuser.name'),
  useragent: field('ka.useragent'),
  sourceaddresses: `string_split(${field('ka.sourceips')}, ',')`,
  code: 'code',
  reason: field('ka.response.reason'),
  decision: field('ka.auth.decision'),
  requesturi: field('ka.uri'),
  auditid: field('ka.auditid'),
  stage: field('ka.stage'),
} as const;
