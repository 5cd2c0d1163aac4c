/**
 * Entries of the systemd journal: `journalctl -o json`. Lines as `journalctl` prints them otherwise are syslog's (`syslog.ts`). journald cuts what a service
 * writes after 48 KiB (LineMax) and says so in `_LINE_BREAK`; a message with control characters is an array of its bytes; one of more than 4 KiB is null
 * unless journalctl ran with --all. Entries of the audit transport lack the stamp of the record, which is put back from `_AUDIT_ID` and their time.
 * Sources: systemd.journal-fields(7), journalctl(1), systemd src/journal/journald-audit.c.
 */
import { isUtf8 } from 'node:buffer';
import { journalRecord } from './audit-record';
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, parsed, said, sinceEpoch, textOf } from './facts';

const HEADING = /^-- (?:Logs begin|Journal begins|Boot|Reboot|No entries|Logs for)\b/;

const isEntry = (value: Fields): boolean =>
  has(value, 'MESSAGE') && (has(value, '__REALTIME_TIMESTAMP') || has(value, '__CURSOR') || has(value, '_BOOT_ID'));

/** Undefined where the entry does not carry its message. */
function message(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  // A field that was given more than once is a list of texts.
  if (value.every((part) => typeof part === 'string')) return value.join('\n');
  if (!value.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)) return undefined;
  const bytes = Buffer.from(value);
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** `SYSCALL arch=…` as auditd writes it: `type=SYSCALL msg=audit(1700000000.123:456): arch=…`. */
function recordOf(entry: Fields, text: string): string | undefined {
  if (entry._TRANSPORT !== 'audit') return undefined;
  const id = textOf(entry._AUDIT_ID);
  const micros = textOf(entry._SOURCE_REALTIME_TIMESTAMP);
  if (!id || !micros || !/^\d{1,20}$/.test(id) || !/^\d{7,19}$/.test(micros))
    return journalRecord(text, `~${micros ?? textOf(entry.__REALTIME_TIMESTAMP) ?? ''}`);
  return journalRecord(text, `${micros.slice(0, -6)}.${micros.slice(-6, -3)}:${id}`);
}

/** The record in an entry, or in several that journald cut it into. */
export function openEntries(entries: readonly Fields[]): Unwrapped | undefined {
  const [entry] = entries;
  const texts = entries.map((each) => message(each.MESSAGE));
  if (!entry || !entries.every(isEntry)) return undefined;
  if (entry.MESSAGE === null) return { rejected: 'a message of more than 4 KiB, which journalctl leaves out without --all' };
  if (texts.some((text) => text === undefined)) return undefined;
  const text = texts.join('');
  if (text.trim() === '') return { ignored: 'blank line' };
  const context = said({
    host: textOf(entry._HOSTNAME),
    time: sinceEpoch(entry._SOURCE_REALTIME_TIMESTAMP, 'us') ?? sinceEpoch(entry.__REALTIME_TIMESTAMP, 'us'),
    source: textOf(entry._SYSTEMD_UNIT) ?? textOf(entry.SYSLOG_IDENTIFIER),
  });
  return { text: recordOf(entry, text) ?? text, context };
}

export const journald: Envelope = {
  id: 'journald',
  title: 'journald entries',
  shared: true,
  value: (value) => openEntries([value]),
  isPart: (line) =>
    line.startsWith('{') && (line.includes('"_LINE_BREAK":"line-max"') || line.includes('"CONTAINER_PARTIAL_MESSAGE":"true"')),
  line: (line) => {
    if (line.startsWith('{')) return openEntries(line.split('\n').map((part) => fieldsOf(parsed(part))));
    return HEADING.test(line) ? { ignored: 'heading of journalctl' } : undefined;
  },
};
