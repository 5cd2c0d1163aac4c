/**
 * Timelines for Timesketch (CSV or JSON lines): `message`, `datetime` and `timestamp_desc`, and whatever columns their maker added. Source: Timesketch user guide, "Import
 * timelines"; names of further columns as plaso writes them.
 *
 * - A row tells when something was so, in words. It becomes a command, a connection or a file only where columns of its own say so; anything else is a `policy` activity labelled
 *   with its message.
 * - `timestamp` (microseconds since the epoch) stands in where `datetime` lacks or is none.
 */
import { epochNs } from './agent-expressions';
import { basename, dirname, flags, instant, precisionOf, texts, userId, within } from './expressions';
import { ALONE, type Columns, type Format, PLACE, share } from './format';

const columns: Columns = {
  message: 'text',
  datetime: 'time',
  timestamp: 'text',
  timestamp_desc: 'text',
  data_type: 'text',
  tag: 'json',
  hostname: 'text',
  username: 'text',
  user: 'text',
  uid: 'text',
  pid: 'text',
  process: 'text',
  executable: 'text',
  command: 'text',
  command_line: 'text',
  src_ip: 'text',
  src_port: 'text',
  dst_ip: 'text',
  dst_port: 'text',
  filename: 'text',
  path: 'text',
  namespace: 'text',
  pod: 'text',
  container: 'text',
};
const text = (name: string) => `nullif(nullif(e."${name}", ''), '-')`;
const first = (...names: readonly string[]) => `coalesce(${names.map(text).join(', ')})`;

const project = `
SELECT
  ${ALONE},
  CASE WHEN e.message IS NULL AND e.datetime IS NULL AND e.timestamp IS NULL THEN 'rejected: no row of a timeline' END AS skip,

  coalesce(told, ${epochNs('micros * 1000')}) AS time,
  CASE WHEN told IS NOT NULL THEN ${precisionOf('e.datetime')} WHEN micros IS NOT NULL THEN 'us' END AS precision,
  kind,
  CASE WHEN kind = 'policy' THEN left(coalesce(${text('message')}, ${text('timestamp_desc')}), 400) ELSE ${text('timestamp_desc')} END AS label,
  'unknown' AS result,
  ${flags(
    ['told IS NULL AND micros IS NOT NULL', 'time from timestamp'],
    ['told IS NULL AND micros IS NULL', 'undated'],
    ["kind = 'net'", 'direction unknown'],
  )} AS flags,

  cluster,
  ${text('namespace')} AS namespace,
  ${text('pod')} AS pod,
  ${text('container')} AS container,
  coalesce(${text('hostname')}, w.host) AS host,

  ${basename(first('executable', 'process'))} AS comm,
  CASE WHEN kind = 'cmd' THEN ${first('command_line', 'command')} END AS cmdline,
  ${text('executable')} AS exe,
  ${within(text('pid'), 'UINTEGER')} AS pid,
  ${userId(text('uid'))} AS uid,
  ${first('username', 'user')} AS username,

  CASE WHEN kind = 'net' THEN ${text('src_ip')} END AS client,
  CASE WHEN kind = 'net' THEN ${within(text('src_port'), 'USMALLINT')} END AS clientport,
  CASE WHEN kind = 'net' THEN ${text('dst_ip')} END AS server,
  CASE WHEN kind = 'net' THEN ${within(text('dst_port'), 'USMALLINT')} END AS serverport,

  CASE WHEN kind = 'file' THEN ${basename('file')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('file')} END AS directory,
  CASE WHEN kind = 'file' THEN file END AS path,
  CASE WHEN ord(e.tag::VARCHAR) = 91 THEN nullif(${texts('e.tag')}, []) WHEN nullif(e.tag ->> '$', '') IS NOT NULL THEN coalesce(${texts(`TRY_CAST(e.tag ->> '$' AS JSON)`)}, string_split(e.tag ->> '$', ',')) END AS tags
FROM (
  SELECT
    ${PLACE}, f, e, w, zone, cluster,
    ${instant('e.datetime')} AS told,
    TRY_CAST(e.timestamp AS BIGINT) AS micros,
    ${first('filename', 'path')} AS file,
    CASE
      WHEN ${text('dst_ip')} IS NOT NULL OR ${text('src_ip')} IS NOT NULL THEN 'net'
      WHEN ${first('command_line', 'command')} IS NOT NULL THEN 'cmd'
      WHEN starts_with(e.data_type, 'fs:') AND ${first('filename', 'path')} IS NOT NULL THEN 'file'
      ELSE 'policy'
    END AS kind
  FROM record
)`;

const isTimeline = (record: Readonly<Record<string, unknown>>): boolean =>
  'message' in record && 'timestamp_desc' in record && ('datetime' in record || 'timestamp' in record);

export const timesketch: Format = {
  id: 'timesketch',
  title: 'Timesketch timelines',
  version: 2,
  recognisedBy: 'message, datetime and timestamp_desc',
  limits: ['A timeline holds what its maker put into words; who did it and to what is known only where a column says so.'],
  columns,
  detect: ({ records }) => share(records, isTimeline),
  project,
};
