/**
 * By lines or by place (contract section 1): by lines if each of the first 100 non-blank lines begins a JSON value that ends on that line, or fails alone.
 *
 * A line *fails alone* where the value it begins does not end further down either: a truncated line of NDJSON is open at its end just as the first line of a
 * pretty-printed value is, but only the latter goes on without a mistake on the next line.
 */
import { Scanner, UNFINISHED } from './scan';

const LINES = 100;

/** `head`: the first bytes of a member, without a byte order mark; the byte at its end must lie below 0x20 (or be its end). */
export function isByLines(head: Buffer, complete: boolean): boolean {
  const bytes = Buffer.concat([head, Buffer.alloc(1)]);
  const scanner = new Scanner();
  let seen = 0;
  for (let at = 0; at < head.length && seen < LINES; ) {
    const newline = head.indexOf(0x0a, at);
    if (newline < 0 && !complete) break;
    const end = newline < 0 ? head.length : newline;
    const first = skip(bytes, at, end);
    if (first < end) {
      seen++;
      if (goesOn(bytes, first, end, head.length, scanner)) return false;
    }
    at = end + 1;
  }
  return seen > 0 || !startsOpen(bytes, head.length, scanner);
}

/** The value that begins on this line ends on a later one (or beyond the head), with no mistake up to there. */
function goesOn(bytes: Buffer, from: number, lineEnd: number, to: number, scanner: Scanner): boolean {
  const held = bytes[lineEnd] as number;
  bytes[lineEnd] = 0;
  const onLine = scanner.scan(bytes, from, lineEnd);
  const inToken = scanner.inToken;
  bytes[lineEnd] = held;
  if (onLine !== UNFINISHED || inToken) return false;
  const next = skip(bytes, lineEnd, to);
  if (next >= to) return false;
  if (scanner.scan(bytes, from, to) >= 0) return true;
  // A list with a broken element is still a list: its first element decides.
  if (bytes[from] === 0x5b) return scanner.scan(bytes, skip(bytes, from + 1, to), to) >= 0 || scanner.stop >= to;
  return scanner.stop >= to;
}

/** No line end in the whole head: a value that long and still open is read by lines as well as by place; a list is not held in memory by place. */
function startsOpen(bytes: Buffer, to: number, scanner: Scanner): boolean {
  return bytes[0] === 0x5b && scanner.scan(bytes, 0, to) === UNFINISHED;
}

function skip(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}
