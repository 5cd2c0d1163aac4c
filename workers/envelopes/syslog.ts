/**
 * Lines that a syslog daemon wrote or forwarded (RFC 3164 and RFC 5424, rsyslog's and journalctl's spellings of the time), the record behind the tag. A time without a
 * year says nothing; the host is who sent the line. journald cuts what a service writes after 48 KiB (LineMax of journald.conf) and its text does not say so: a message of
 * exactly that length goes on in the next line. Records of audit that journald took from the kernel (`audit[4242]: SYSCALL arch=…`) have lost stamp and serial number.
 */
import { journalRecord } from './audit-record';
import type { Context, Envelope } from './envelope';
import { headOf, said, timeOf } from './facts';

const PRIORITY = '(?:\\d{1,9} )?(?:<\\d{1,3}>)?';
/** `Nov  1 00:00:00`, the month in the language of whoever printed it; with `journalctl -o short-precise` a fraction; ISO 8601; `short-full`; `short-unix`. */
const TIME = [
  '[^\\s\\d<>[\\]{}"=:]{2,6} [ \\d]\\d (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?',
  '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d))',
  '[A-Z][a-z]{2} (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?) UTC',
  '\\d{10}\\.\\d{1,9}',
].join('|');
const HEADER = new RegExp(
  `^${PRIORITY}(${TIME}) ([A-Za-z0-9._:-]{1,255}?) ([^\\s:[\\]{}"=]{1,255})(?:\\[[^\\]\\s]{0,64}\\])?:(?: |$)`,
);
const RFC5424 = /^(?:\d{1,9} )?<\d{1,3}>\d (\S{1,64}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?=[-[])/;
/** One element of structured data, or the dash for none. */
const DATA = /^(?:-|\[(?:[^\]"\\]|"(?:[^"\\]|\\.){0,2048}"){0,256}\])/;
/** `[  123.456789] ` of the kernel's ring. */
const UPTIME = /^\[ *\d{1,12}\.\d{1,9}\] /;

/** Bytes of a message. */
const LINE_MAX = 48 * 1024;

const named = (text: string | undefined) => (text === '-' ? undefined : text);

/** Behind the header of RFC 5424: structured data, a blank, perhaps a byte order mark. */
function behindData(text: string): string {
  let rest = text;
  for (let found = DATA.exec(headOf(rest)); found; found = found[0] === '-' ? null : DATA.exec(headOf(rest)))
    rest = rest.slice(found[0].length);
  return rest.replace(/^ ?\uFEFF?/, '');
}

/** What the kernel and audit's own plugins put before a record. */
const behindTags = (text: string): string => text.replace(UPTIME, '').replace(/^audit: (?=type=)/, '');

interface Line {
  readonly text: string;
  readonly context: Context;
  /** As written; of RFC 3164. */
  readonly written?: string;
}

function read(line: string): Line | undefined {
  const head = headOf(line);
  const modern = RFC5424.exec(head);
  if (modern) {
    const context = said({ time: timeOf(modern[1]), host: named(modern[2]), source: named(modern[3]) });
    return { text: behindData(line.slice(modern[0].length)), context };
  }
  const [header, written = '', iso, utc, host, source] = HEADER.exec(head) ?? [];
  if (header === undefined) return undefined;
  const time = utc ? `${utc.replace(' ', 'T')}Z` : timeOf(iso);
  return { text: line.slice(header.length), context: said({ time, host, source }), written };
}

/** What a decoder of lines says of one in a log of many programs. */
export const FOREIGN = 'ignored: a line of another program';

/** The program that wrote a line; undefined where no syslog daemon did. */
export const writerOf = (line: string): string | undefined => read(line)?.context.source;

export const syslog: Envelope = {
  id: 'syslog',
  title: 'syslog lines',
  shared: true,
  isPart: (line) => line.length * 3 >= LINE_MAX && Buffer.byteLength(read(line)?.text ?? '') === LINE_MAX,
  line: (line) => {
    const [begin = '', ...more] = line.split('\n');
    const first = read(begin);
    if (!first) return undefined;
    const text = behindTags(first.text + more.map((part) => read(part)?.text ?? part).join(''));
    if (text.trim() === '') return { ignored: 'blank line' };
    const record = first.context.source === 'audit' ? journalRecord(text, `~${first.written ?? ''}`) : undefined;
    return { text: record ?? text, context: first.context };
  },
};
