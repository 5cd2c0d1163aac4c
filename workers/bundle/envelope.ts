/**
 * Finds the list of records inside a value that only holds records, such as the `items` of an EventList.
 */
import type { Scanner } from './scan';
import type { Envelope } from './split';

/**
 * Position of the `[` of the list in the value at [from, to), or -1 where the value is a record itself. Leaves the scanner's flags changed.
 * @param listAt the value is broken or unfinished, but its list begins here: the value up to the list's first element decides.
 */
export function listItems(bytes: Buffer, from: number, to: number, envelope: Envelope, scanner: Scanner, listAt = -1): number {
  const whole = listAt < 0;
  const text = whole
    ? bytes.toString('utf8', from, to)
    : `${bytes.toString('utf8', from, listAt)}[${firstElement(bytes, listAt, to, scanner)}]}`;
  const path = envelope(parse(text));
  if (!path) return -1;
  return whole ? listAtPath(bytes, from, to, path, scanner) : path.length === 1 ? listAt : -1;
}

function firstElement(bytes: Buffer, listAt: number, to: number, scanner: Scanner): string {
  const stop = scanner.scan(bytes, listAt + 1, to);
  return stop < 0 ? '' : bytes.toString('utf8', listAt + 1, stop);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value is known to be well-formed. The first of duplicate keys counts. */
function listAtPath(bytes: Buffer, from: number, to: number, path: readonly string[], scanner: Scanner): number {
  let at = from;
  for (const key of path) {
    at = member(bytes, at, to, key, scanner);
    if (at < 0) return -1;
  }
  return bytes[at] === 0x5b ? at : -1;
}

/** Position of the value of `key` in the object at `from`; -1 where there is none. */
function member(bytes: Buffer, from: number, to: number, key: string, scanner: Scanner): number {
  if (bytes[from] !== 0x7b) return -1;
  let at = skip(bytes, from + 1);
  while (bytes[at] === 0x22) {
    const keyEnd = scanner.scan(bytes, at, to);
    const value = skip(bytes, skip(bytes, keyEnd) + 1);
    if (JSON.parse(bytes.toString('utf8', at, keyEnd)) === key) return value;
    const next = skip(bytes, scanner.scan(bytes, value, to));
    if (bytes[next] !== 0x2c) return -1;
    at = skip(bytes, next + 1);
  }
  return -1;
}

function skip(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}
