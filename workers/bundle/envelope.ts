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
 * The list of records in the value at [from, to), which was just scanned; undefined where the value is a record itself. Leaves the scanner's flags changed.
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
  const value = whole
    ? holderOf(bytes, from, to, scanner)
    : parsed(`${bytes.toString('utf8', from, listAt)}[${firstElement(bytes, listAt, to, scanner)}]}`);
  const list = listOf(value);
  if (!list) return undefined;
  const at = whole ? valueAt(bytes, from, to, list.path, scanner) : list.path.length === 1 ? listAt : -1;
  return at >= 0 && bytes[at] === 0x5b ? { at, context: list.context } : undefined;
}

/** How deep lists of records lie. */
const LIST_DEPTH = 2;

/** Undefined where a key stands twice on the way to its list: of two lists one would be lost without a word. */
function holderOf(bytes: Buffer, from: number, to: number, scanner: Scanner): unknown {
  if (!scanner.suspect) return parsed(bytes.toString('utf8', from, to));
  const { value, repeated } = firstOfKeys(bytes, from, to, scanner, LIST_DEPTH);
  return repeated ? undefined : value;
}

function firstElement(bytes: Buffer, listAt: number, to: number, scanner: Scanner): string {
  const stop = scanner.scan(bytes, listAt + 1, to);
  return stop < 0 ? '' : bytes.toString('utf8', listAt + 1, stop);
}

/** A well-formed value in which the first of equal keys counts; `JSON.parse` takes the last. */
export interface FirstOfKeys {
  readonly value: unknown;
  /** Some key of its objects stands twice. */
  readonly repeated: boolean;
}

/** @param depth objects deeper than this are taken as `JSON.parse` reads them */
export function firstOfKeys(bytes: Buffer, from: number, to: number, scanner: Scanner, depth = 8): FirstOfKeys {
  if (bytes[from] !== 0x7b || depth === 0) return { value: parsed(bytes.toString('utf8', from, to)), repeated: false };
  const value: { [key: string]: unknown } = Object.create(null);
  let repeated = false;
  for (const { key, at } of members(bytes, from, to, scanner)) {
    if (Object.hasOwn(value, key)) repeated = true;
    else {
      const inner = firstOfKeys(bytes, at, scanner.scan(bytes, at, to), scanner, depth - 1);
      value[key] = inner.value;
      repeated ||= inner.repeated;
    }
  }
  return { value, repeated };
}

/** Where the value at a path of a well-formed value begins; -1 where there is none. The first of duplicate keys counts. */
export function valueAt(bytes: Buffer, from: number, to: number, path: readonly string[], scanner: Scanner): number {
  let at = from;
  for (const key of path) {
    at = memberAt(bytes, at, to, key, scanner);
    if (at < 0) return -1;
  }
  return at;
}

function memberAt(bytes: Buffer, from: number, to: number, key: string, scanner: Scanner): number {
  for (const member of members(bytes, from, to, scanner)) if (member.key === key) return member.at;
  return -1;
}

/** The keys of the object at `from`, and where their values begin; none of anything else. */
function* members(
  bytes: Buffer,
  from: number,
  to: number,
  scanner: Scanner,
): Generator<{ readonly key: string; readonly at: number }> {
  if (bytes[from] !== 0x7b) return;
  let at = skip(bytes, from + 1);
  while (bytes[at] === 0x22) {
    const keyEnd = scanner.scan(bytes, at, to);
    const value = skip(bytes, skip(bytes, keyEnd) + 1);
    yield { key: JSON.parse(bytes.toString('utf8', at, keyEnd)), at: value };
    const next = skip(bytes, scanner.scan(bytes, value, to));
    if (bytes[next] !== 0x2c) return;
    at = skip(bytes, next + 1);
  }
}

function skip(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}
