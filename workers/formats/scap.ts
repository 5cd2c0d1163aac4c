/**
 * System call captures of sysdig, Falco and Stratoshark (`.scap`), decoded block by block (`scap/`). Field facts: falcosecurity/libs (driver/event_table.c,
 * userspace/libscap); checked against what sysdig prints of the same captures.
 *
 * - Activities are the ends of calls: execve, connect, accept, the first datagram to or from each peer, and calls on files by name. A call that failed is told with its error.
 * - `cmdline` is the command's name and its arguments, as `proc.cmdline` of Falco and sysdig is; argv[0] as typed may be another.
 * - A process's end is merged into its last execve. What ran before the capture has no start in it, hence no `entityid` either: a process id and the
 *   time tell it from others. A fork runs its parent's program, so its activities carry that program's `entityid`.
 * - The host's users name no one in a container: there `username` is known only where the capture has the container's own users.
 */
import { basename, dirname, texts, userId, within } from './expressions';
import { type Columns, type Format, PLACE } from './format';
import { isCapture } from './scap/blocks';
import { ScapDecoder } from './scap/decode';

const TEXTS = [
  'kind',
  'call',
  'label',
  'result',
  'merge',
  'host',
  'hostip',
  'containerid',
  'container',
  'image',
  'namespace',
  'pod',
  'comm',
  'cmdline',
  'exe',
  'cwd',
  'parent',
  'username',
  'loginname',
  'entityid',
  'parententity',
  'direction',
  'l4proto',
  'client',
  'server',
  'path',
  'mode',
] as const;
const INTEGERS = [
  'time',
  'end',
  'started',
  'rank',
  'errno',
  'exitcode',
  'pid',
  'ppid',
  'vpid',
  'uid',
  'loginuid',
  'shellid',
  'sid',
  'tty',
  'clientport',
  'serverport',
] as const;

const columns: Columns = {
  ...Object.fromEntries(TEXTS.map((name) => [name, 'text'])),
  ...Object.fromEntries(INTEGERS.map((name) => [name, 'integer'])),
  ancestors: 'texts',
  notes: 'texts',
  entered: 'boolean',
};

/** Nanoseconds since the epoch; NULL beyond what a time can hold. */
const instant = (integer: string): string => `TRY(make_timestamp_ns(TRY_CAST(${integer} AS BIGINT)))`;
const id = (name: string): string => `${within(`e.${name}`, 'UINTEGER')} AS ${name}`;
const same = (...names: readonly (typeof TEXTS)[number][]): string => names.map((name) => `e.${name} AS ${name}`).join(', ');

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  e.merge AS merge,
  coalesce(TRY_CAST(e.rank AS UTINYINT), 0)::UTINYINT AS rank,
  false AS keyed,
  CASE WHEN e.kind IS NULL THEN 'rejected: not an event of a capture' END AS skip,

  ${instant('e.time')} AS time,
  'ns' AS precision,
  ${instant('e."end"')} AS "end",
  ${instant('e.started')} AS started,
  ${same('kind', 'label')},
  coalesce(e.result, 'unknown') AS result,
  ${within('e.errno', 'INTEGER')} AS errno,
  ${within('e.exitcode', 'INTEGER')} AS exitcode,
  nullif(list_concat(coalesce(f, []), coalesce(${texts('e.notes')}, [])), []) AS flags,

  cluster,
  ${same('namespace', 'pod', 'container', 'containerid', 'image', 'host', 'hostip')},

  ${same('comm', 'cmdline', 'exe', 'cwd', 'parent', 'username', 'loginname', 'entityid', 'parententity')},
  ${['pid', 'ppid', 'vpid', 'shellid', 'sid', 'tty'].map(id).join(', ')},
  ${userId('e.uid')} AS uid,
  ${userId('e.loginuid')} AS loginuid,
  ${texts('e.ancestors')} AS ancestors,
  e.entered = 'true' AS entered,

  ${same('direction', 'l4proto', 'client', 'server')},
  ${within('e.clientport', 'USMALLINT')} AS clientport,
  ${within('e.serverport', 'USMALLINT')} AS serverport,

  CASE WHEN e.kind = 'file' THEN ${basename('e.path')} END AS file,
  CASE WHEN e.kind = 'file' THEN ${dirname('e.path')} END AS directory,
  ${same('path', 'mode')}
FROM record`;

export const scap: Format = {
  id: 'scap',
  title: 'System call capture (.scap)',
  version: 2,
  recognisedBy: 'a pcapng section header; blocks of falcosecurity/libs follow',
  trees: true,
  limits: [
    'A capture tells only its own time span: programs and connections that began before it are known by the tables at its start alone.',
    'Events that were dropped while capturing leave holes; they are counted, what was in them is not known.',
    'Arguments beyond 4 KiB are cut by the capture.',
    'Reads, writes and what was transferred are not told as activities.',
    'Names of users, terminals, login ids and paths of programs are missing in captures of old versions.',
  ],
  selects: 'Only what the filter that it was taken with let through, which it does not name.',
  columns,
  detect: () => 0,
  binary: {
    is: isCapture,
    open: (sink) => new ScapDecoder(sink),
  },
  project,
};
