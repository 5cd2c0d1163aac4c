/**
 * Finds the list of records inside a value that only holds records, such as the `items` of an EventList.
 */
import type { Context } from '../envelopes/envelope';
import { parsed } from '../envelopes/facts';
import type { Scanner } from './scan';
import type { ListOf } from './values';

/** The list of records in a value: position of its `[`, and what the value says of its records. */
export interface ItemList {
  readonly at: number;
  readonly context: Context | undefined;
}

/**
 * The list of records in the value at [from, to); undefined where the value is a record itself. Leaves the scanner's flags changed.
 * @param listAt the value is broken or unfinished, but its list begins here: the value up to the list's first element decides.
 */
export function listItems(
  bytes: Buffer,
  from: number,
  to: number,
  listOf: ListOf,
  scanner: Scanner,
  listAt = -1,
): ItemList | undefined {
  const whole = listAt < 0;
  const text = whole
    ? bytes.toString('utf8', from, to)
    : `${bytes.toString('utf8', from, listAt)}[${firstElement(bytes, listAt, to, scanner)}]}`;
  const list = listOf(parsed(text));
  if (!list) return undefined;
  const at = whole ? valueAt(bytes, from, to, list.path, scanner) : list.path.length === 1 ? listAt : -1;
  return at >= 0 && bytes[at] === 0x5b ? { at, context: list.context } : undefined;
}

function firstElement(bytes: Buffer, listAt: number, to: number, scanner: Scanner): string {
  const stop = scanner.scan(bytes, listAt + 1, to);
  return stop < 0 ? '' : bytes.toString('utf8', listAt + 1, stop);
}

/** Where the value at a path of a well-formed value begins; -1 where there is none. The first of duplicate keys counts. */
export function valueAt(bytes: Buffer, from: number, to: number, path: readonly string[], scanner: Scanner): number {
  let at = from;
  for (const key of path) {
    at = member(bytes, at, to, key, scanner);
    if (at < 0) return -1;
  }
  return at;
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
