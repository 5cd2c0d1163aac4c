/**
 * Sysmon for Linux, as it writes to syslog: one XML event a line, behind whatever a carrier put before it. Field facts: microsoft/SysmonForLinux outputxml.cpp and its integration
 * tests, and what a real capture shows:
 *
 * - `ProcessGuid` is made of the machine, the second of the start and an address of the image: two runs of a program that is loaded at a fixed address within one second share
 *   it. So a process is named by its GUID and pid together.
 * - Event 5 is written for each thread that ends, under the process's own id. All of a process are one end, the last; it may be that of a thread where the process goes on.
 * - `LogonId` is the user id (with `User` as its name), not the login's; `TerminalSessionId` is the audit session, 4294967295 where there is none.
 * - Until Sysmon knows a process that was just forked, its events carry the parent's GUID, or only a name without a path.
 * - `-` and `(null)` stand for nothing. A process that Sysmon could not look at any more has neither image nor command line; its `UtcTime` is then that of the boot, its user 65535.
 */
import { isUtf8 } from 'node:buffer';
import type { Context } from '../envelopes/envelope';
import { FOREIGN, writerOf } from '../envelopes/syslog';
import { basename, dirname, flags, userId, within } from './expressions';
import { type Columns, type DecodedSink, type Format, type LineDecoder, PLACE, type Place, shareOf } from './format';
import { SysmonReader } from './sysmon/shape';

/** Names of Data that the projection reads. */
const DATA = [
  ...([
    'UtcTime',
    'ProcessGuid',
    'ProcessId',
    'Image',
    'CommandLine',
    'CurrentDirectory',
    'User',
    'LogonId',
    'ParentProcessGuid',
    'ParentProcessId',
    'ParentImage',
  ] as const),
  ...([
    'Protocol',
    'Initiated',
    'SourceIp',
    'SourcePort',
    'DestinationIp',
    'DestinationHostname',
    'DestinationPort',
    'TargetFilename',
    'Device',
    'QueryName',
    'RuleName',
  ] as const),
] as const;

/** Columns by where an event has them; those of its Data have the same names. */
const COLUMNS = [
  ['host', 'Computer'],
  ['serial', 'EventRecordID'],
  ['written', 'TimeCreated'],
  ...DATA.map((name) => [name, `Data ${name}`] as const),
] as const;

const columns: Columns = {
  id: 'text',
  host: 'text',
  serial: 'text',
  written: 'text',
  nth: 'text',
  notes: 'texts',
  ...Object.fromEntries(DATA.map((name) => [name, 'text' as const])),
};

const NOTHING: ReadonlySet<string> = new Set(['', '-', '(null)', '<unknown process>']);

/** Processes whose ends are counted; the oldest are forgotten. */
const MOST_ENDED = 1 << 16;
/** Ranks that can be told apart. */
const MOST_ENDS = 60;

class Decoder implements LineDecoder {
  /** How many ends each process has had. */
  private readonly ends = new Map<string, number>();
  private readonly events = new SysmonReader();

  constructor(private readonly sink: DecodedSink) {}

  line(place: Place, line: Buffer, context?: Context): void {
    const at = line.indexOf('<Event');
    const event = at < 0 ? fateOf(line, context) : this.events.read(line.toString('utf8', at));
    if (typeof event === 'string') {
      this.sink.skip(place, event);
      return;
    }
    const own = line.subarray(at);
    const row: Record<string, string | readonly string[]> = { id: event.id };
    const put = (column: string, value: string | undefined) => {
      if (value !== undefined && !NOTHING.has(value)) row[column] = value;
    };
    for (const [column, key] of COLUMNS) put(column, event.fields.get(key));
    if (event.id === '5') put('nth', this.count(`${row.ProcessGuid} ${row.ProcessId}`));
    const notes = !isUtf8(own) ? [...event.notes, 'not UTF-8'] : event.notes;
    if (notes.length > 0) row.notes = notes;
    this.sink.record(place, JSON.stringify(row), Buffer.from(own), context);
  }

  finish(): void {}

  private count(process: string): string {
    const nth = Math.min((this.ends.get(process) ?? 0) + 1, MOST_ENDS);
    this.ends.delete(process);
    this.ends.set(process, nth);
    if (this.ends.size > MOST_ENDED) this.ends.delete(this.ends.keys().next().value as string);
    return String(nth);
  }
}

/** What becomes of a line without an event. */
function fateOf(line: Buffer, context: Context | undefined): string {
  const writer = context?.source ?? writerOf(line.toString('utf8'));
  if (writer === undefined) return 'rejected: no Sysmon event in the line';
  return writer === 'sysmon' ? 'ignored: what Sysmon says of itself' : FOREIGN;
}

/** `{A-…}` with a pid as one id; nothing where the GUID is of zeros. */
const entity = (guid: string, pid: string): string =>
  `CASE WHEN NOT regexp_full_match(${guid}, '[{]?[0-]*[}]?') THEN concat(trim(${guid}, '{}'), '|', coalesce(${pid}, '')) END`;

const WHAT: Readonly<Record<number, string>> = {
  4: 'Sysmon’s own service',
  16: 'Sysmon’s own configuration',
  255: 'an error of Sysmon itself',
};

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE WHEN id IN (1, 5) AND process IS NOT NULL THEN concat_ws(chr(31), 'process', coalesce(host, ''), process) END AS merge,
  CASE WHEN id = 5 THEN coalesce(TRY_CAST(nth AS UTINYINT), 1) ELSE 0 END::UTINYINT AS rank,
  serial IS NOT NULL AS keyed,
  CASE
    ${Object.entries(WHAT)
      .map(([id, what]) => `WHEN id = ${id} THEN 'ignored: ${what} (event ${id})'`)
      .join('\n    ')}
    WHEN NOT list_contains([1, 2, 3, 5, 9, 11, 22, 23, 26], id) THEN 'ignored: event ' || id::VARCHAR
  END AS skip,

  time,
  CASE WHEN gone THEN 'us' ELSE 'ms' END AS precision,
  CASE WHEN id = 5 THEN time END AS "end",
  CASE WHEN id IN (1, 5) THEN 'cmd' WHEN id IN (3, 22) THEN 'net' ELSE 'file' END AS kind,
  CASE WHEN id = 22 THEN 'dns' END AS label,
  CASE WHEN id = 1 THEN 'ok' ELSE 'unknown' END AS result,
  ${flags(['id = 5', 'start not recorded'], ['time IS NULL', 'undated'])} AS flags,

  cluster, host, node,
  ${basename('image')} AS comm,
  cmdline,
  CASE WHEN starts_with(image, '/') THEN image END AS exe,
  cwd,
  ${within('pid', 'UINTEGER')} AS pid,
  ${within('ppid', 'UINTEGER')} AS ppid,
  ${basename('parentimage')} AS parent,
  ${userId('logonid')} AS uid,
  username,
  process AS entityid,
  parententity,
  CASE WHEN id = 1 THEN time END AS started,

  CASE WHEN id = 3 THEN CASE initiated WHEN 'true' THEN 'out' WHEN 'false' THEN 'in' END END AS direction,
  CASE WHEN id = 3 THEN lower(protocol) END AS l4proto,
  CASE WHEN id = 3 THEN source END AS client,
  ${within('CASE WHEN id = 3 THEN sourceport END', 'USMALLINT')} AS clientport,
  CASE WHEN id = 3 THEN destination END AS server,
  ${within('CASE WHEN id = 3 THEN destinationport END', 'USMALLINT')} AS serverport,
  CASE WHEN id IN (3, 22) AND destinationname IS NOT NULL THEN [destinationname] END AS domain,

  ${basename('path')} AS file,
  ${dirname('path')} AS directory,
  path,
  CASE id WHEN 2 THEN 'attributes' WHEN 9 THEN 'read' WHEN 11 THEN 'create' WHEN 23 THEN 'delete' WHEN 26 THEN 'delete' END AS mode,

  rulename AS rule,
  CASE WHEN rulename IS NOT NULL THEN 'sysmon' END AS origin
FROM (
  SELECT
    ${PLACE}, cluster,
    list_concat(f, from_json(e.notes, '["VARCHAR"]')) AS f,
    TRY_CAST(e.id AS INTEGER) AS id,
    e.serial AS serial,
    e.nth AS nth,
    coalesce(e.host, w.host) AS host,
    w.node AS node,
    coalesce(CASE WHEN NOT gone THEN TRY_CAST(e."UtcTime" AS TIMESTAMP_NS) END, TRY_CAST(e.written AS TIMESTAMP_NS)) AS time,
    gone,
    e."Image" AS image,
    e."CommandLine" AS cmdline,
    e."CurrentDirectory" AS cwd,
    e."ProcessId" AS pid,
    CASE WHEN NOT gone THEN e."ParentProcessId" END AS ppid,
    e."ParentImage" AS parentimage,
    CASE WHEN NOT gone THEN e."LogonId" END AS logonid,
    e."User" AS username,
    ${entity('e."ProcessGuid"', 'e."ProcessId"')} AS process,
    ${entity('e."ParentProcessGuid"', 'e."ParentProcessId"')} AS parententity,
    e."Initiated" AS initiated,
    e."Protocol" AS protocol,
    e."SourceIp" AS source,
    e."SourcePort" AS sourceport,
    e."DestinationIp" AS destination,
    e."DestinationPort" AS destinationport,
    coalesce(e."DestinationHostname", e."QueryName") AS destinationname,
    coalesce(e."TargetFilename", CASE WHEN e.id = '9' THEN e."Device" END) AS path,
    e."RuleName" AS rulename
  FROM (SELECT *, e.id = '1' AND e."Image" IS NULL AND e."CommandLine" IS NULL AS gone FROM record)
)`;

const EVENT = /<Event><System><Provider Name=["']Linux-Sysmon["']/;

export const sysmon: Format = {
  id: 'sysmon',
  title: 'Sysmon for Linux events',
  version: 3,
  recognisedBy: '<Event><System><Provider Name="Linux-Sysmon" in each line',
  limits: [
    'Sysmon records what its configuration includes: the absence of commands, connections or files proves nothing.',
    'Sysmon for Linux records no terminal, login user, container or exit status; process ids are those of the host.',
    'An end is written for each thread: a process may have gone on after the end that is shown.',
    'Command lines are written without quotes. Forks that run nothing are told by their end alone.',
  ],
  selects: 'Only what its configuration includes.',
  columns,
  detect: () => 0,
  text: {
    detect: (lines) => shareOf(lines, (line) => EVENT.test(line)),
    open: (sink) => new Decoder(sink),
  },
  project,
};
