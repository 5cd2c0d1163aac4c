/**
 * Entries of the systemd journal in its export format (`journalctl -o export`, systemd-journal-remote): one field a line, an empty line between entries. A value with line ends is
 * written with its length in eight bytes before it; one of more than 127 bytes makes the entry no UTF-8, and one with an empty line ends it: such entries are rejected.
 * Source: systemd, Journal Export Formats.
 */
import type { Envelope } from './envelope';
import type { Fields } from './facts';
import { openEntries } from './journald';

/** Every entry begins so. */
const FIRST = '__CURSOR=';
const NEEDED: ReadonlySet<string> = new Set([
  '__CURSOR',
  '__REALTIME_TIMESTAMP',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_BOOT_ID',
  '_HOSTNAME',
  '_SYSTEMD_UNIT',
  '_TRANSPORT',
  '_AUDIT_ID',
  'SYSLOG_IDENTIFIER',
  'MESSAGE',
]);
const LENGTH = 8;

/** The first of equal fields counts. */
function fieldsIn(text: string): Fields {
  const bytes = Buffer.from(text);
  const fields = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf(0x0a, at);
    const end = lineEnd < 0 ? bytes.length : lineEnd;
    const line = bytes.toString('utf8', at, end);
    const equals = line.indexOf('=');
    at = end + 1;
    let value = line.slice(equals + 1);
    if (equals < 0) {
      if (at + LENGTH > bytes.length) break;
      const from = at + LENGTH;
      at = Math.min(bytes.length, from + Number(bytes.readBigUInt64LE(end + 1)));
      value = bytes.toString('utf8', from, at++);
    }
    const name = equals < 0 ? line : line.slice(0, equals);
    if (NEEDED.has(name) && !fields.has(name)) fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

export const journalExport: Envelope = {
  id: 'journal-export',
  title: 'journald’s export format',
  isPart: (line, first = line) => first.startsWith(FIRST),
  line: (line) => {
    if (!line.startsWith(FIRST)) return undefined;
    return openEntries([fieldsIn(line)]) ?? { ignored: 'an entry without a message' };
  },
};
