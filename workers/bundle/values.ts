/**
 * Takes the records out of JSON values: a value is a record, a list of records, or an envelope around a list of them.
 */
import type { Context, HeldList } from '../envelopes/envelope';
import { type ItemList, listItems } from './envelope';
import { resync } from './resync';
import type { Scanner } from './scan';

/** The list inside a value that only holds records; undefined where the value is a record. */
export type ListOf = (value: unknown) => HeldList | undefined;

/** A record at [from, to) of the bytes; `clean` false where only the careful path may decide. */
export type Emit = (record: number, item: string, from: number, to: number, clean: boolean, context: Context | undefined) => void;

/** Bytes must carry a control byte at the end of each range (`Scanner`). */
export class ValueReader {
  /** Position behind what was taken last. */
  done = 0;
  constructor(
    private readonly scanner: Scanner,
    private readonly listOf: ListOf | undefined,
    private readonly emit: Emit,
    /** Lists of records may lie deeper than in the value itself: every value is parsed to see. */
    private readonly deep = false,
  ) {}

  /** All values of [from, end): one alone has no item, several have the items 1, 2… */
  read(bytes: Buffer, record: number, from: number, end: number, context?: Context): void {
    const first = skipSpaces(bytes, from, end);
    const stop = this.scanner.scan(bytes, first, end);
    if (stop === end) this.value(bytes, record, '', first, end, context);
    else this.several(bytes, record, first, end, context);
  }

  /** A whole value that was just scanned. */
  value(bytes: Buffer, record: number, item: string, from: number, to: number, context?: Context): void {
    const { scanner } = this;
    const clean = !scanner.suspect;
    const list =
      bytes[from] === 0x5b
        ? bare(from)
        : (this.deep || scanner.listAt >= 0) && this.listOf && listItems(bytes, from, to, this.listOf, scanner);
    if (list) this.elements(bytes, record, item, list.at, to, list.context ? { ...context, ...list.context } : context);
    else this.take(record, item, from, to, clean, context);
  }

  /** Not one value: several of them, a list or an envelope with a broken element, zeros beside a value, or no JSON. */
  several(bytes: Buffer, record: number, from: number, end: number, context?: Context): void {
    const { scanner } = this;
    let k = 0;
    for (let at = skipSpaces(bytes, from, end); at < end; at = skipSeparators(bytes, at, end)) {
      const zeros = endOfZeros(bytes, at, end);
      if (zeros > at) {
        this.take(record, k === 0 && zeros === end ? '' : String(++k), at, zeros, false, context);
        at = zeros;
        continue;
      }
      const stop = scanner.scan(bytes, at, end);
      const alone = k === 0 && (stop < 0 || skipSeparators(bytes, stop, end) === end);
      const item = alone ? '' : String(++k);
      if (stop >= 0) this.value(bytes, record, item, at, stop, context);
      else this.broken(bytes, record, item, at, end, context);
      at = this.done;
    }
  }

  /** The elements of the list at `from`, each an item. */
  private elements(bytes: Buffer, record: number, item: string, from: number, to: number, context?: Context): void {
    const { scanner } = this;
    const prefix = item === '' ? '' : `${item}.`;
    let k = 0;
    this.done = from + 1;
    let at = skipSeparators(bytes, from + 1, to);
    while (at < to && bytes[at] !== 0x5d) {
      const stop = scanner.scan(bytes, at, to);
      if (stop >= 0) this.value(bytes, record, prefix + ++k, at, stop, context);
      else this.take(record, prefix + ++k, at, trim(bytes, at, resync(bytes, at, to, true, true)), false, context);
      at = skipSeparators(bytes, Math.max(this.done, stop), to);
    }
    this.done = to;
  }

  /** Something that is no JSON up to `to`; a list or an envelope around it is still opened, so that one bad element costs itself alone. */
  private broken(bytes: Buffer, record: number, item: string, from: number, to: number, context?: Context): void {
    const { scanner } = this;
    const { listAt, stop } = scanner;
    const isList = bytes[from] === 0x5b && stop > from + 1;
    const list = isList
      ? bare(from)
      : listAt >= 0 && listAt < stop && this.listOf && listItems(bytes, from, to, this.listOf, scanner, listAt);
    if (list) this.elements(bytes, record, item, list.at, to, list.context ? { ...context, ...list.context } : context);
    else this.take(record, item, from, to, false, context);
  }

  private take(record: number, item: string, from: number, to: number, clean: boolean, context: Context | undefined): void {
    this.emit(record, item, from, to, clean, context);
    this.done = to;
  }
}

const bare = (at: number): ItemList => ({ at, context: undefined });

export const isSpace = (c: number): boolean => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

function skipSpaces(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isSpace(bytes[at] as number)) at++;
  return at;
}

/** Behind the zeros at `from`, which a crash, or copying a log that goes on being written, leaves before a record or behind it. */
export function endOfZeros(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === 0) at++;
  return at;
}

export function skipSeparators(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (isSpace(bytes[at] as number) || bytes[at] === 0x2c)) at++;
  return at;
}

/** `to` without the spaces and commas before it. */
export function trim(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from + 1 && (isSpace(bytes[end - 1] as number) || bytes[end - 1] === 0x2c)) end--;
  return end;
}
