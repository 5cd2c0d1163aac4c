/**
 * laurel (threathunters-io/laurel, json-format.md, src/coalesce.rs): one object an event, by type of record one object or a list of them. Numbers are numbers or text with `0x` and
 * `0o`, bytes that are no text are `%XX`, lists of arguments are `ARGV`; names that were looked up stand in upper case beside the numbers, or, with `drop-raw`, in
 * place of them. `PID` and `PPID` say what laurel knows of the process and its parent.
 */
import { auditRecord, auditText, bytesOf, type Found } from './audit-record';
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, said, textOf } from './facts';

const ID = /^\d{1,10}\.\d{1,3}:\d{1,20}$/;
const TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;
const FIELD = /^[a-z][a-z0-9_-]{0,63}$/;
const MOST = 4096;
/** Beside records: what laurel says of the event. */
const BESIDE = new Set(['ID', 'NODE', 'CONTAINER_INFO', 'SPAWNED_BY', 'LABELS']);
/** Written as untrusted text by the kernel and by user space (audit-userspace auparse/typetab.h); any other field is a word. */
const TEXTS = new Set([
  'comm',
  'exe',
  'name',
  'cwd',
  'key',
  'acct',
  'cmd',
  'data',
  'path',
  'dir',
  'ocomm',
  'proctitle',
  'saddr',
  'apparmor',
  'operation',
  'hostname',
]);

const unescaped = (text: string): string =>
  bytesOf(text).replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

function fieldText(name: string, value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return `${name}=${value}`;
  if (Array.isArray(value) && name === 'key') return `key=${auditText(value.map(String).map(unescaped).join('\x01'))}`;
  if (typeof value !== 'string') return undefined;
  if (name === 'saddr') return `saddr=${Buffer.from(unescaped(value), 'latin1').toString('hex').toUpperCase()}`;
  if (TEXTS.has(name)) return `${name}=${auditText(unescaped(value))}`;
  return `${name}=${unescaped(value)
    .replace(/^0[xo](?=[0-9a-fA-F])/, '')
    .replaceAll(' ', '_')}`;
}

function argv(type: string, list: readonly unknown[]): string[] {
  const words = list.slice(0, 1 << 18).map((word) => unescaped(String(word)));
  if (type === 'PROCTITLE') return [`proctitle=${auditText(words.join('\0'))}`];
  if (type === 'SYSCALL') return words.slice(0, 4).map((word, i) => `a${i}=${word.replace(/^0x/, '')}`);
  return words.map((word, i) => `a${i}=${auditText(word)}`);
}

function recordOf(type: string, record: Fields): string {
  const fields = Object.entries(record).flatMap(([name, value]) => (FIELD.test(name) ? (fieldText(name, value) ?? []) : []));
  if (Array.isArray(record.ARGV)) fields.push(...argv(type, record.ARGV));
  if (type === 'SYSCALL' && record.syscall === undefined && typeof record.SYSCALL === 'string')
    fields.push(`syscall=${record.SYSCALL.replaceAll(' ', '_')}`);
  return fields.join(' ');
}

const foundIn = (record: Fields): Found => ({
  AUID: textOf(record.AUID),
  UID: textOf(record.UID),
  PARENT: textOf(fieldsOf(record.PPID).comm),
  CONTAINER: textOf(fieldsOf(fieldsOf(record.PID).container).id),
});

export const laurel: Envelope = {
  id: 'laurel',
  title: 'laurel events',
  value: (event) => {
    if (typeof event.ID !== 'string' || !ID.test(event.ID)) return undefined;
    const stamp = event.ID;
    const records = Object.entries(event)
      .filter(([type, value]) => TYPE.test(type) && !BESIDE.has(type) && typeof value === 'object' && value !== null)
      .flatMap(([type, value]) =>
        (Array.isArray(value) ? value.slice(0, MOST) : [value]).map((record) => [type, fieldsOf(record)] as const),
      );
    if (records.length === 0) return { ignored: 'an event without records' };
    const outer = textOf(fieldsOf(event.CONTAINER_INFO).ID);
    const lines = records.map(([type, record]) => {
      const found = foundIn(record);
      return auditRecord(
        type,
        stamp,
        recordOf(type, record),
        type === 'SYSCALL' ? { ...found, CONTAINER: found.CONTAINER ?? outer } : found,
      );
    });
    return { text: lines.join('\n'), context: said({ host: textOf(event.NODE) }) };
  },
};
