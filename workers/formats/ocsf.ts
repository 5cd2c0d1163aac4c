/**
 * OCSF process, network and file activity (class_uid 1007, 4001 to 4014, 1001), as security lakes and agents write it. Field facts: schema.ocsf.io 1.0 to 1.7.
 *
 * - `time` is milliseconds since the epoch, or text in `time_dt`. Some translations write seconds, which as milliseconds would lie in 1970: such are taken as seconds, and flagged.
 * - A launch tells the new process in `process` and who launched it in `actor.process`; other classes tell their process in `actor.process` alone.
 * - A termination merges into the launch of the same `process.uid`; the closing of a connection into its opening.
 * - Severity is that of the finding that a product attached (1 informational to 6 fatal); a rule is named only where the record names one.
 */
import { isKubernetesCall } from '../envelopes/ocsf-api';
import { isFalcoFinding } from '../envelopes/ocsf-falco';
import { epochNs, protocolOf } from './agent-expressions';
import { basename, dirname, flags, instant, precisionOf, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const user = new Body({ name: 'text', uid: 'text' });
const file = new Body({ path: 'text', name: 'text' });
const container = new Body({ uid: 'text', name: 'text', image: new Body({ name: 'text', tag: 'text' }) });
const PROCESS = {
  uid: 'text',
  pid: 'integer',
  name: 'text',
  cmd_line: 'text',
  working_directory: 'text',
  created_time: 'text',
  created_time_dt: 'time',
  terminated_time: 'text',
  file,
  user,
  auid: 'integer',
  container,
  session: new Body({ uid: 'text', terminal: 'text' }),
} as const;
const process = new Body({ ...PROCESS, parent_process: new Body(PROCESS) });
const endpoint = new Body({ ip: 'text', port: 'integer', hostname: 'text', domain: 'text' });

const columns: Columns = {
  class_uid: 'integer',
  activity_id: 'integer',
  time: 'text',
  time_dt: 'time',
  start_time: 'text',
  start_time_dt: 'time',
  status_id: 'integer',
  severity_id: 'integer',
  disposition_id: 'integer',
  exit_code: 'integer',
  process,
  actor: new Body({ process, user }),
  device: new Body({ hostname: 'text', name: 'text', ip: 'text', mac: 'text', container }),
  src_endpoint: endpoint,
  dst_endpoint: endpoint,
  connection_info: new Body({ direction_id: 'integer', protocol_name: 'text', protocol_num: 'integer' }),
  query: new Body({ hostname: 'text' }),
  file,
  file_result: file,
  metadata: new Body({ uid: 'text', product: new Body({ name: 'text' }) }),
  finding_info: new Body({ title: 'text' }),
  policy: new Body({ name: 'text' }),
  firewall_rule: new Body({ name: 'text' }),
};

/** The process behind the record: the one that began or ended, else the one that acted. */
const own = (field: string) => `CASE WHEN launched THEN e.process.${field} ELSE e.actor.process.${field} END`;
const parent = (field: string) =>
  `CASE WHEN launched THEN coalesce(e.process.parent_process.${field}, e.actor.process.${field}) ELSE e.actor.process.parent_process.${field} END`;
const text = (place: string) => `nullif(${place}, '')`;
/** Network classes of which a single connection is told, by what they are called here. */
const NETWORKS: Readonly<Record<number, string>> = {
  4002: 'http',
  4003: 'dns',
  4005: 'rdp',
  4006: 'smb',
  4007: 'ssh',
  4008: 'ftp',
  4013: 'ntp',
  4014: 'tunnel',
};
const inSeconds = (time: string) => `abs(TRY_CAST(${time} AS DOUBLE)) < 1e11`;
/** Milliseconds or seconds since the epoch, perhaps with a fraction. A cast to DECIMAL takes 20 µs, one to BIGINT a thousandth of it. */
const epoch = (time: string) => {
  const inNs = (type: string) =>
    epochNs(`TRY_CAST(${time} AS ${type}) * CASE WHEN ${inSeconds(time)} THEN 1000000000 ELSE 1000000 END`);
  return `CASE WHEN TRY_CAST(${time} AS BIGINT)::VARCHAR = ${time} THEN ${inNs('BIGINT')} ELSE ${inNs('DECIMAL(28, 9)')} END`;
};
const image = (place: string) =>
  `${text(`${place}.image.name`)} || CASE WHEN ${place}.image.tag IS NULL OR ends_with(${place}.image.name, ':' || ${place}.image.tag) THEN '' ELSE ':' || ${place}.image.tag END`;

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN launched AND act IN (1, 2) AND uid IS NOT NULL THEN concat_ws(chr(31), 'ocsf process', coalesce(host, ''), uid)
    WHEN network AND act IN (1, 2, 3) AND uid IS NOT NULL AND client IS NOT NULL AND server IS NOT NULL
      THEN concat_ws(chr(31), 'ocsf connection', coalesce(host, ''), uid, client, coalesce(e.src_endpoint.port, ''), server, coalesce(e.dst_endpoint.port, ''))
  END AS merge,
  CASE WHEN ending THEN 1 ELSE 0 END::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN e.class_uid IS NULL THEN 'rejected: not an OCSF event'
    WHEN kind IS NULL THEN 'ignored: no process, network or file activity'
  END AS skip,

  CASE WHEN ending AND launched THEN coalesce(born, told) ELSE told END AS time,
  CASE WHEN e.time_dt IS NOT NULL THEN ${precisionOf('e.time_dt')} WHEN told IS NULL THEN NULL WHEN NOT seconds THEN 'ms' WHEN contains(e.time, '.') THEN 'us' ELSE 's' END AS precision,
  CASE WHEN ending THEN told END AS "end",
  kind,
  CASE WHEN network AND act = 7 THEN 'listen' ELSE protocol END AS label,
  CASE
    WHEN e.disposition_id = '2' OR (network AND act = 5) THEN 'refused'
    WHEN e.status_id = '2' OR (network AND act = 4) THEN 'failed'
    WHEN e.status_id = '1' THEN 'ok'
    ELSE 'unknown'
  END AS result,
  ${flags(
    ['ending', 'start not recorded'],
    ['ending AND launched AND born IS NULL', 'time is not that of the start'],
    ['told IS NULL', 'undated'],
    ['e.time_dt IS NULL AND seconds', 'time taken as seconds'],
    ["kind = 'net' AND direction IS NULL", 'direction unknown'],
  )} AS flags,

  cluster,
  ${text(`coalesce(${own('container.name')}, e.device.container.name)`)} AS container,
  ${text(`coalesce(${own('container.uid')}, e.device.container.uid)`)} AS containerid,
  coalesce(CASE WHEN launched THEN ${image('e.process.container')} ELSE ${image('e.actor.process.container')} END, ${image('e.device.container')}) AS image,
  host,
  ${text('e.device.ip')} AS hostip,
  ${text('e.device.mac')} AS mac,

  coalesce(${text(own('name'))}, ${basename('exe')}) AS comm,
  ${text(own('cmd_line'))} AS cmdline,
  exe,
  ${text(own('working_directory'))} AS cwd,
  ${within(own('pid'), 'UINTEGER')} AS pid,
  ${within(parent('pid'), 'UINTEGER')} AS ppid,
  coalesce(${text(parent('name'))}, ${basename(parent('file.path'))}) AS parent,
  ${userId(`coalesce(${own('"user".uid')}, e.actor."user".uid)`)} AS uid,
  coalesce(${text(own('"user".name'))}, ${text('e.actor."user".name')}) AS username,
  ${userId(own('auid'))} AS loginuid,
  34816 + TRY_CAST(regexp_extract(${own('session.terminal')}, '^(?:/dev/)?pts/?([0-9]+)$', 1) AS UINTEGER) AS tty,
  coalesce(host, '') || '/' || uid AS entityid,
  coalesce(host, '') || '/' || ${text(parent('uid'))} AS parententity,
  CASE WHEN launched THEN born END AS started,
  CASE WHEN ending AND launched THEN TRY_CAST(e.exit_code AS INTEGER) END AS exitcode,

  CASE WHEN kind = 'net' THEN direction END AS direction,
  CASE WHEN kind = 'net' THEN ${protocolOf(`coalesce(${text('e.connection_info.protocol_name')}, e.connection_info.protocol_num)`)} END AS l4proto,
  CASE WHEN kind = 'net' THEN client END AS client,
  CASE WHEN kind = 'net' THEN ${within('e.src_endpoint.port', 'USMALLINT')} END AS clientport,
  CASE WHEN kind = 'net' THEN server END AS server,
  CASE WHEN kind = 'net' THEN ${within('e.dst_endpoint.port', 'USMALLINT')} END AS serverport,
  CASE WHEN kind = 'net' THEN nullif(list_filter([${text('coalesce(e.dst_endpoint.domain, e.dst_endpoint.hostname)')}, ${text('e.query.hostname')}], lambda name: name IS NOT NULL), []) END AS domain,

  CASE WHEN kind = 'file' THEN coalesce(${text('e.file.name')}, ${basename('e.file.path')}) END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('e.file.path')} END AS directory,
  CASE WHEN kind = 'file' THEN ${text('e.file.path')} END AS path,
  CASE WHEN kind = 'file' THEN CASE act WHEN 1 THEN 'create' WHEN 2 THEN 'read' WHEN 3 THEN 'write' WHEN 4 THEN 'delete' WHEN 5 THEN 'rename' WHEN 6 THEN 'chmod' WHEN 7 THEN 'chmod' WHEN 14 THEN 'open' END END AS mode,

  rule,
  CASE WHEN rule IS NOT NULL THEN CASE e.severity_id WHEN '6' THEN 'critical' WHEN '5' THEN 'critical' WHEN '4' THEN 'high' WHEN '3' THEN 'medium' WHEN '2' THEN 'low' WHEN '1' THEN 'info' END END AS severity,
  CASE WHEN rule IS NOT NULL THEN e.severity_id END AS severityraw,
  CASE WHEN rule IS NOT NULL THEN coalesce(${text('e.metadata.product.name')}, 'ocsf') END AS origin
FROM (
  SELECT
    *,
    ${text(own('uid'))} AS uid,
    ${text(own('file.path'))} AS exe,
    (launched AND act = 2) OR (network AND act IN (2, 3)) AS ending,
    CASE e.connection_info.direction_id WHEN '1' THEN 'in' WHEN '2' THEN 'out' END AS direction
  FROM (
    SELECT
      ${PLACE}, f, e, cluster,
      CASE e.class_uid WHEN '1007' THEN 'cmd' WHEN '1001' THEN 'file' WHEN '4001' THEN 'net'
        ${Object.keys(NETWORKS)
          .map((uid) => `WHEN '${uid}' THEN 'net'`)
          .join(' ')} END AS kind,
      coalesce(e.class_uid = '4001', false) AS network,
      CASE e.class_uid ${Object.entries(NETWORKS)
        .map(([uid, name]) => `WHEN '${uid}' THEN '${name}'`)
        .join(' ')} END AS protocol,
      coalesce(${inSeconds('e.time')}, false) AS seconds,
      -- Opening or injecting into another process is something that the actor did.
      coalesce(e.class_uid = '1007' AND e.activity_id IN ('1', '2'), false) AS launched,
      TRY_CAST(e.activity_id AS INTEGER) AS act,
      coalesce(${instant('e.time_dt')}, ${epoch('e.time')}, ${instant('e.start_time_dt')}, ${epoch('e.start_time')}) AS told,
      coalesce(${instant('e.process.created_time_dt')}, ${epochNs('TRY_CAST(e.process.created_time AS HUGEINT) * 1000000')}) AS born,
      coalesce(${text('e.device.hostname')}, ${text('e.device.name')}, w.host) AS host,
      ${text('e.src_endpoint.ip')} AS client,
      ${text('e.dst_endpoint.ip')} AS server,
      coalesce(${text('e.finding_info.title')}, ${text('e.policy.name')}, ${text('e.firewall_rule.name')}) AS rule
    FROM record
  )
)`;

/** Calls to a Kubernetes API are put together again as audit events (`envelopes/ocsf-api.ts`), and Falco's alerts taken out (`envelopes/ocsf-falco.ts`). */
const isOcsf = (record: Readonly<Record<string, unknown>>): boolean =>
  !isKubernetesCall(record) &&
  !isFalcoFinding(record) &&
  Number.isInteger(record.class_uid) &&
  isObject(record.metadata) &&
  ['activity_id', 'type_uid', 'category_uid'].some((key) => key in record);

export const ocsf: Format = {
  id: 'ocsf',
  title: 'OCSF process, network and file activity',
  version: 2,
  recognisedBy: 'class_uid, activity_id and metadata',
  limits: [
    'OCSF is a target of translations: what the product behind it did not record, or the translation lost, is not in it.',
    'There is no terminal, no process id inside a container, and mostly no pod.',
  ],
  columns,
  detect: ({ records }) => share(records, isOcsf),
  project,
};
