/**
 * Lines that a syslog daemon wrote or forwarded (RFC 3164 and RFC 5424, rsyslog's and journalctl's spellings of the time), the record behind the tag. A time without a
 * year says nothing; the host is who sent the line.
 */
import type { Envelope } from './envelope';
import { headOf, said, timeOf } from './facts';

const PRIORITY = '(?:\\d{1,9} )?(?:<\\d{1,3}>)?';
/** `Nov  1 00:00:00`, with `journalctl -o short-precise` a fraction; ISO 8601; `short-full`; `short-unix`. */
const TIME = [
  '[A-Z][a-z]{2} [ \\d]\\d (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?',
  '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d))',
  '[A-Z][a-z]{2} (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?) UTC',
  '\\d{10}\\.\\d{1,9}',
].join('|');
const HEADER = new RegExp(
  `^${PRIORITY}(?:${TIME}) ([A-Za-z0-9._:-]{1,255}?) ([^\\s:[\\]{}"=]{1,255})(?:\\[[^\\]\\s]{0,64}\\])?:(?: |$)`,
);
const RFC5424 = /^(?:\d{1,9} )?<\d{1,3}>\d (\S{1,64}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?=[-[])/;
/** One element of structured data, or the dash for none. */
const DATA = /^(?:-|\[(?:[^\]"\\]|"(?:[^"\\]|\\.){0,2048}"){0,256}\])/;
/** `[  123.456789] ` of the kernel's ring. */
const UPTIME = /^\[ *\d{1,12}\.\d{1,9}\] /;

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

export const syslog: Envelope = {
  id: 'syslog',
  title: 'syslog lines',
  line: (line) => {
    const head = headOf(line);
    const modern = RFC5424.exec(head);
    const old = modern ? undefined : HEADER.exec(head);
    const found = modern ?? old;
    if (!found) return undefined;
    const rest = line.slice(found[0].length);
    const text = behindTags(modern ? behindData(rest) : rest);
    if (text.trim() === '') return { ignored: 'blank line' };
    if (modern) return { text, context: said({ time: timeOf(modern[1]), host: named(modern[2]), source: named(modern[3]) }) };
    const utc = old?.[2];
    return {
      text,
      context: said({ time: utc ? `${utc.replace(' ', 'T')}Z` : timeOf(old?.[1]), host: old?.[3], source: old?.[4] }),
    };
  },
};
