/**
 * Linux audit as auditd writes it (audit.log), forwards it (audispd, syslog) or as the kernel says it (dmesg, journal), RAW or ENRICHED; joined into events by `auditd/join.ts`. Field
 * facts: linux kernel/audit.c and kernel/auditsc.c, audit-userspace lib/ and auparse/, go-libaudit's test data.
 *
 * - `node=` or the carrier's host names the machine; a serial number alone is not unique: it begins anew at each boot.
 * - The failed execve of a PATH search is a command that did not run: `failed`, with the path that was tried; `exe` and `comm` are then those of the caller.
 * - `uid` is the real user id; of a record about an account (acct, id) it is that account's.
 * - What journald took from the kernel and printed as text has no serial number and the time of its line, to the second and often without a year: `no serial number`.
 * - A name relative to a directory that the program had open stays relative.
 */
import { Joiner } from './auditd/join';
import { projectAudit } from './auditd/project';
import { TEXTS } from './auditd/row';
import { instant, precisionOf } from './expressions';
import { type Columns, type Format, PLACE, shareOf } from './format';

const columns: Columns = { ...Object.fromEntries(TEXTS.map((name) => [name, 'text' as const])), keys: 'texts', notes: 'texts' };

const same = [
  'stamp',
  'type',
  'rule',
  'label',
  'syscall',
  'success',
  'exit',
  'pid',
  'ppid',
  'child',
  'auid',
  'login',
  'uid',
  'tty',
  'comm',
  'exe',
  'cwd',
  'cmdline',
  'path',
  'renamed',
  'nametype',
  'asked',
  'family',
  'address',
  'port',
  'remote',
  'remoteport',
  'local',
  'localport',
  'hostname',
  'image',
  'pod',
  'namespace',
  'parent',
  'ended',
  'exitcode',
  'skip',
] as const satisfies readonly (typeof TEXTS)[number][];

const inner = `
  SELECT
    ${PLACE}, cluster,
    list_concat(f, from_json(e.notes, '["VARCHAR"]')) AS f,
    coalesce(make_timestamp_ns(TRY_CAST(e.ms AS BIGINT) * 1000000), ${instant('w.time')}) AS time,
    CASE WHEN e.ms IS NULL THEN ${precisionOf('w.time')} ELSE 'ms' END AS precision,
    coalesce(e.node, w.host, w.node) AS host,
    w.node AS node,
    coalesce(e.account, e."user") AS username,
    TRY_CAST(e.flags AS INTEGER) AS openflags,
    e.container AS containerid,
    e.containername AS container,
    from_json(e.keys, '["VARCHAR"]') AS tags,
    ${same.map((name) => `e."${name}" AS "${name}"`).join(', ')}
  FROM record`;

/** A record, perhaps behind what a carrier put before it. */
const RECORD = /(?:^|\s)type=(?:[A-Z][A-Z0-9_]*|\d{1,6}|UNKNOWN\[\d+\]) (?:msg=)?audit\((?:\d{1,10}\.\d{1,3}:\d+|~[^()]{0,64})\)/;

export const auditd: Format = {
  id: 'auditd',
  title: 'Linux audit records',
  version: 3,
  recognisedBy: 'type=… msg=audit(seconds.milliseconds:serial) in each line',
  limits: [
    'Linux audit records what its rules ask for: the absence of commands, connections or files proves nothing.',
    'Records carry no pod, namespace or container; process ids are those of the host.',
    'Times are of milliseconds. Of a connection only the other end is recorded, and neither protocol nor own address.',
    'The audit session number (ses) has no attribute; it is in the record.',
    'A journal printed as text keeps neither the serial number of a record nor, mostly, the year: records are joined by their order there, and flagged.',
    'A process title is cut at 128 bytes; which bytes a program read or wrote is not recorded.',
  ],
  selects: 'Only what its rules ask for.',
  columns,
  detect: () => 0,
  text: {
    detect: (lines) => shareOf(lines, (line) => RECORD.test(line.slice(0, 4096))),
    open: (sink) => new Joiner(sink),
  },
  project: projectAudit(inner),
};
