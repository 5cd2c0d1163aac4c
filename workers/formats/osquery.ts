/**
 * osquery's result log: `process_events`, `bpf_process_events`, `socket_events`, `bpf_socket_events`, `process_file_events`, `file_events`, `user_events`, one row a line (`columns`), in batches
 * (`diffResults`, whose added rows are items: envelopes/osquery-batch.ts) or snapshots. Field facts: osquery specs/*.table, docs/wiki/deployment/logging.md.
 *
 * - `unixTime` is when the query ran; the event's own time is `columns.time` (whole seconds) or, of the BPF tables, `ntime`, which counts from the boot on
 *   most versions and then dates nothing.
 * - Rows that are not of an event table (listings of processes, packages…) and rows that went away are states, not events.
 * - `cwd` comes in quotes, as audit writes it. Rows without the name of a query are those of `osqueryi --json`.
 * - Numbers are strings unless the daemon was told otherwise; an empty string is unknown.
 */
import { epochNs, protocolOf } from './agent-expressions';
import { basename, dirname, flags, userId, within } from './expressions';
import { ALONE, Body, type Columns, type Format, isObject, PLACE, share } from './format';

const ROW = [
  'time',
  'ntime',
  'pid',
  'parent',
  'path',
  'cmdline',
  'cwd',
  'auid',
  'uid',
  'euid',
  'username',
  'status',
  'exit_code',
  'syscall',
  'action',
  'remote_address',
  'remote_port',
  'local_address',
  'local_port',
  'family',
  'protocol',
  'success',
  'socket',
  'target_path',
  'dest_path',
  'operation',
  'executable',
  'eid',
  'cid',
  'type',
  'message',
  'address',
] as const;
const columns: Columns = {
  name: 'text',
  hostIdentifier: 'text',
  hostname: 'text',
  action: 'text',
  unixTime: 'text',
  decorations: new Body({ hostname: 'text', host_uuid: 'text' }),
  columns: new Body(Object.fromEntries(ROW.map((name) => [name, 'text' as const]))),
  ...Object.fromEntries(ROW.map((name) => [name, 'text' as const])),
};
/** A row below `columns`, or by itself as an item of a batch. */
const shared = Object.fromEntries(
  // The result has an `action` of its own, which would hide that of a row.
  ROW.map((name) => [`row_${name}`, name === 'action' ? [['columns', name]] : [['columns', name], [name]]]),
);
const of = (name: (typeof ROW)[number]) => `nullif(row_${name}, '')`;
/** Kinds of records of Linux audit that `user_events` passes on, named as in audit's own log. */
const USER_EVENTS: Readonly<Record<number, string>> = {
  1100: 'user auth',
  1101: 'user acct',
  1103: 'cred acq',
  1104: 'cred disp',
  1105: 'user start',
  1106: 'user end',
  1108: 'user err',
  1110: 'cred refr',
  1112: 'user login',
  1113: 'user logout',
  1123: 'user cmd',
};
/** Tables keep their name when a pack prefixes it: `pack_incident_process_events`. */
const TABLE = '(bpf_process_events|process_events|bpf_socket_events|socket_events|process_file_events|file_events|user_events)$';

const project = `
SELECT
  ${ALONE},
  CASE
    WHEN e.name IS NULL AND w.source IS NULL AND kind IS NULL THEN 'rejected: not an osquery result'
    WHEN e.action = 'removed' THEN 'ignored: a row that went away'
    WHEN kind IS NULL THEN 'ignored: a state, not an event'
  END AS skip,

  CASE WHEN own > 0 THEN ${epochNs('own::HUGEINT * 1000000000')} WHEN since1970 THEN ${epochNs(of('ntime'))} ELSE queried END AS time,
  CASE WHEN own > 0 OR NOT coalesce(since1970, false) THEN 's' ELSE 'ns' END AS precision,
  kind,
  CASE WHEN kind = 'policy' THEN coalesce(CASE ${of('type')} ${Object.entries(USER_EVENTS)
    .map(([type, name]) => `WHEN '${type}' THEN '${name}'`)
    .join(' ')} END, 'user event') WHEN kind = 'net' AND act IN ('bind', 'listen') THEN act END AS label,
  CASE
    WHEN coalesce(${of('status')} IN ('failed', 'no_client'), false) OR ${of('success')} = '0' OR contains(told, 'res=failed') OR TRY_CAST(${of('exit_code')} AS INTEGER) < 0 THEN 'failed'
    WHEN ${of('status')} IN ('succeeded', 'in_progress') OR ${of('success')} = '1' OR contains(told, 'res=success') OR TRY_CAST(${of('exit_code')} AS INTEGER) >= 0 THEN 'ok'
    ELSE 'unknown'
  END AS result,
  CASE WHEN TRY_CAST(${of('exit_code')} AS INTEGER) BETWEEN -4095 AND -1 THEN -TRY_CAST(${of('exit_code')} AS INTEGER) END AS errno,
  ${flags(
    ['own IS NULL AND NOT coalesce(since1970, false)', 'time is that of the query'],
    ['own IS NULL AND NOT coalesce(since1970, false) AND queried IS NULL', 'undated'],
  )} AS flags,

  cluster,
  coalesce(nullif(e."hostIdentifier", ''), nullif(e.hostname, ''), e.decorations.hostname, w.host) AS host,

  CASE WHEN exe IS NOT NULL THEN ${basename('exe')} END AS comm,
  CASE WHEN kind = 'cmd' THEN ${of('cmdline')} END AS cmdline,
  exe,
  nullif(trim(${of('cwd')}, '"'), '') AS cwd,
  ${within(of('pid'), 'UINTEGER')} AS pid,
  nullif(${within(of('parent'), 'UINTEGER')}, 0) AS ppid,
  ${userId(of('uid'))} AS uid,
  coalesce(${of('username')}, nullif(regexp_extract(told, 'acct="([^"]+)"', 1), '')) AS username,
  ${userId(of('auid'))} AS loginuid,

  CASE WHEN kind = 'net' THEN CASE WHEN act = 'connect' THEN 'out' WHEN act IN ('accept', 'accept4', 'bind', 'listen') THEN 'in' END END AS direction,
  CASE WHEN kind = 'net' THEN ${protocolOf(of('protocol'))} END AS l4proto,
  CASE WHEN kind = 'net' THEN CASE WHEN incoming THEN theirs ELSE ours END END AS client,
  CASE WHEN kind = 'net' THEN nullif(${within(`CASE WHEN incoming THEN ${of('remote_port')} ELSE ${of('local_port')} END`, 'USMALLINT')}, 0) END AS clientport,
  CASE WHEN kind = 'net' THEN CASE WHEN incoming THEN ours ELSE theirs END END AS server,
  CASE WHEN kind = 'net' THEN nullif(${within(`CASE WHEN incoming THEN ${of('local_port')} ELSE ${of('remote_port')} END`, 'USMALLINT')}, 0) END AS serverport,

  CASE WHEN kind = 'policy' AND ${of('address')} <> '?' THEN [${of('address')}] END AS sourceaddresses,

  CASE WHEN kind = 'file' THEN ${basename('target')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('target')} END AS directory,
  CASE WHEN kind = 'file' THEN target END AS path,
  CASE WHEN kind = 'file' THEN CASE
    WHEN regexp_matches(act, '^(created|create|open_write)') THEN 'create'
    WHEN regexp_matches(act, '^(deleted|delete|unlink)') THEN 'delete'
    WHEN regexp_matches(act, '^(moved|rename)') THEN 'rename'
    WHEN regexp_matches(act, '^(updated|write|modif)') THEN 'write'
    WHEN regexp_matches(act, '^attributes') THEN 'chmod'
    WHEN regexp_matches(act, '^(accessed|read)') THEN 'read'
    WHEN regexp_matches(act, '^open') THEN 'open'
  END END AS mode
FROM (
  SELECT
    *,
    CASE
      WHEN source IN ('process_events', 'bpf_process_events') THEN 'cmd'
      WHEN source IN ('socket_events', 'bpf_socket_events') THEN 'net'
      WHEN source IN ('process_file_events', 'file_events') THEN 'file'
      WHEN source = 'user_events' THEN 'policy'
      -- A query of another name that selects from an event table: its columns tell.
      WHEN source = '' AND ${of('cmdline')} IS NOT NULL AND coalesce(${of('auid')}, ${of('ntime')}) IS NOT NULL THEN 'cmd'
      WHEN source = '' AND ${of('remote_address')} IS NOT NULL AND ${of('action')} IS NOT NULL THEN 'net'
      WHEN source = '' AND ${of('target_path')} IS NOT NULL AND ${of('action')} IS NOT NULL THEN 'file'
    END AS kind,
    act IN ('accept', 'accept4', 'bind', 'listen') AS incoming
  FROM (
    SELECT
      ${PLACE}, f, e, w, cluster, ${ROW.map((name) => `row_${name}`).join(', ')},
      coalesce(${epochNs(`TRY_CAST(e."unixTime" AS HUGEINT) * 1000000000`)}, TRY_CAST(w.time AS TIMESTAMP_NS)) AS queried,
      regexp_extract(coalesce(e.name, w.source, ''), '${TABLE}') AS source,
      ${of('message')} AS told,
      lower(coalesce(${of('action')}, CASE WHEN w.source IS NOT NULL THEN nullif(e.action, '') END, ${of('operation')}, ${of('syscall')})) AS act,
      TRY_CAST(${of('time')} AS BIGINT) AS own,
      TRY_CAST(${of('ntime')} AS BIGINT) > 1000000000000000000 AS since1970,
      coalesce(${of('executable')}, CASE WHEN ${of('target_path')} IS NULL THEN ${of('path')} END) AS exe,
      coalesce(${of('target_path')}, ${of('dest_path')}, ${of('path')}) AS target,
      ${of('remote_address')} AS theirs,
      ${of('local_address')} AS ours
    FROM record
  )
)`;

const isOsquery = (record: Readonly<Record<string, unknown>>): boolean =>
  isBatchRow(record) ||
  (typeof record.name === 'string' &&
    (isObject(record.columns) || Array.isArray(record.snapshot) || isObject(record.diffResults)) &&
    ('hostIdentifier' in record || 'hostname' in record || 'unixTime' in record || 'calendarTime' in record));

/** What is left of an event in a batch: texts alone, as an event table has them. */
const isBatchRow = (record: Readonly<Record<string, unknown>>): boolean =>
  'pid' in record &&
  'path' in record &&
  'time' in record &&
  ('auid' in record || 'cid' in record || 'remote_address' in record) &&
  Object.values(record).every((value) => !isObject(value));

export const osquery: Format = {
  id: 'osquery',
  title: 'osquery results',
  version: 2,
  recognisedBy: 'name and columns beside hostIdentifier and unixTime',
  limits: [
    'osquery logs what its scheduled queries select; events may be lost when its buffers run full.',
    'Times are whole seconds; ends of processes, terminals and containers are not recorded.',
  ],
  selects: 'Only what its scheduled queries select.',
  columns,
  shared,
  detect: ({ records }) => share(records, isOsquery),
  project,
};
