/**
 * By lines or by place (contract section 1): by lines if each of the first 100 non-blank lines begins a JSON value that ends on that line, or fails alone.
 *
 * A line *fails alone* where the value it begins does not end further down either: a truncated line of NDJSON is open at its end just as the first line of a
 * pretty-printed value is, but only the latter goes on without a mistake on the next line, and that line is no record by itself.
 */
import { BROKEN, Scanner, UNFINISHED } from './scan';

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

/** The value that begins on this line goes on below it. */
function goesOn(bytes: Buffer, from: number, lineEnd: number, to: number, scanner: Scanner): boolean {
  if (scanner.scan(bytes, from, lineEnd) !== UNFINISHED || scanner.inToken) return false;
  const next = skip(bytes, lineEnd, to);
  if (next >= to) return false;
  // No record is a list that is cut off at its line's end; a pretty-printed list is.
  if (bytes[from] === 0x5b) return true;
  const newline = bytes.indexOf(0x0a, next);
  const nextEnd = newline < 0 || newline > to ? to : newline;
  const withNext = scanner.scan(bytes, from, nextEnd);
  if (withNext === BROKEN || (withNext === UNFINISHED && scanner.inToken && nextEnd < to)) return false;
  if (scanner.scan(bytes, from, to) >= 0) return true;
  // It does not end. If the next line is a record by itself, this one was cut off; else it is a longer value that is cut off or has a mistake further down.
  const alone = scanner.scan(bytes, next, nextEnd);
  return !(isBracket(bytes[next] as number) && alone >= 0 && skip(bytes, alone, nextEnd) === nextEnd);
}

const isBracket = (c: number): boolean => c === 0x7b || c === 0x5b;

/** No line end in the whole head: a value that long and still open is read by lines as well as by place; a list is not held in memory by place. */
function startsOpen(bytes: Buffer, to: number, scanner: Scanner): boolean {
  return bytes[0] === 0x5b && scanner.scan(bytes, 0, to) === UNFINISHED;
}

function skip(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at;
}
