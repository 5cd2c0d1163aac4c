/**
 * Linux audit records written down again as auditd writes them, from tools that keep them as JSON: so that one decoder reads them all. What a tool found out besides
 * goes behind 0x1D, where auditd itself puts the names that it looked up.
 */

/** Names behind 0x1D that auditd does not write: what tools know of the process's container and parent. */
export interface Found {
  readonly AUID?: string | undefined;
  readonly UID?: string | undefined;
  readonly PARENT?: string | undefined;
  readonly CONTAINER?: string | undefined;
  readonly CONTAINER_NAME?: string | undefined;
  readonly IMAGE?: string | undefined;
  readonly POD?: string | undefined;
  readonly NAMESPACE?: string | undefined;
}

/** A text as audit writes it: quoted, or hex where it holds what a quoted one cannot. */
export const auditText = (bytes: string): string =>
  /^[!#-~]+$/.test(bytes) ? `"${bytes}"` : bytes === '' ? '""' : Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();

/** Text as one character a byte. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

/** `SYSCALL arch=…`, of older journald and for kinds that it has no name for `<audit-1334> op=…`. */
const RECORD = /^(?:<audit-(\d{4})>|([A-Z][A-Z0-9_]{1,40})) (?=\S)/;

/**
 * A record of audit in the journal. The stamp is put in its place; where only the time of the entry is known, that time stands there behind `~`, and no serial number.
 * Undefined for anything else.
 */
export function journalRecord(text: string, stamp: string): string | undefined {
  const [begin, number, name] = RECORD.exec(text) ?? [];
  const type = number ?? name;
  return begin === undefined || type === undefined ? undefined : auditRecord(type, stamp, text.slice(begin.length));
}

const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ').replaceAll('\x1d', ' ');

/** @param fields begin without a blank */
export function auditRecord(type: string, stamp: string, fields: string, found: Found = {}): string {
  const names = Object.entries(found).flatMap(([name, value]) => (value ? [`${name}=${auditText(bytesOf(value))}`] : []));
  return `type=${type} msg=audit(${stamp}): ${oneLine(fields)}${names.length > 0 ? `\x1d${names.join(' ')}` : ''}`;
}
