/**
 * The careful path: one record's bytes, read by our own strict parser, become clean JSON text that the fast path's own projection takes
 * (known columns only, every value in the form that its leaf says), with notes on what was odd; or a reject with its reason and place.
 * Only this file decides what is rejected: bytes that are not UTF-8, not JSON, or no object. A value of the wrong kind costs
 * that value alone.
 *
 * Of duplicate keys the first counts, as on the fast path; the record is flagged, since it can be an evasion.
 */
import { isUtf8 } from 'node:buffer';
import { Body, type Columns, type Leaf } from './format';
import { JsonReader, NotJson } from './json-reader';
import { plain } from './plain';

export type Careful =
  | { readonly clean: string; readonly flags: readonly string[] }
  /** One reason with the byte offset in the record; `at` is that offset. */
  | { readonly reject: string; readonly at: number };

/** Clean text of a record; what would go beyond is left out and flagged. Below `MAXIMUM_CLEAN_LINE_BYTES` of `stage.ts`. */
const MAX_CLEAN_BYTES = 12 * 1024 * 1024;
/** Nesting of a `json` leaf. */
const MAX_DEPTH = 500;

/** What a crash, a hole in a file, or copying a log that goes on being written leaves. */
const ZEROS = 'nothing but zeros, no record';
const areZeros = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes.every((byte) => byte === 0);

/** @param bytes one record, as in the member */
export function clean(bytes: Uint8Array, columns: Columns): Careful {
  if (!isUtf8(bytes)) {
    const at = firstInvalid(bytes);
    return { reject: `not UTF-8 at byte ${at}`, at };
  }
  const cleaner = new Cleaner(bytes);
  try {
    return cleaner.record(columns);
  } catch (error) {
    if (error instanceof NotJson) return { reject: areZeros(bytes) ? ZEROS : error.message, at: error.at };
    throw error;
  }
}

class Cleaner {
  private readonly reader: JsonReader;
  private readonly flags = new Set<string>();
  private left = MAX_CLEAN_BYTES;

  constructor(bytes: Uint8Array) {
    this.reader = new JsonReader(bytes);
  }

  record(columns: Columns): Careful {
    const { reader } = this;
    const isObject = reader.kind() === 'object';
    const at = reader.at;
    const json = isObject ? this.object(columns, '') : reader.skip(false).json;
    reader.end();
    if (!isObject) return { reject: `not a JSON object at byte ${at}`, at };
    if (reader.duplicates) this.flags.add('duplicate key');
    if (reader.loneSurrogates) this.flags.add('lone surrogate');
    return { clean: json, flags: [...this.flags] };
  }

  /** The known members of the object that begins here. */
  private object(columns: Columns, path: string): string {
    const members: string[] = [];
    this.reader.object((key, fresh) => {
      const column = fresh && Object.hasOwn(columns, key) ? columns[key] : undefined;
      if (column === undefined) return void this.reader.skip(false);
      const value = this.value(column, path === '' ? key : `${path}.${key}`);
      if (value !== undefined) members.push(`${JSON.stringify(key)}:${value}`);
    });
    return `{${members.join(',')}}`;
  }

  private value(column: Leaf | Columns | Body, path: string): string | undefined {
    if (column instanceof Body) return this.reader.kind() === 'object' ? this.object(column.columns, path) : this.pass();
    if (typeof column === 'object')
      return this.reader.kind() === 'object' ? this.object(column, path) : this.wrong('not an object', path);
    const value = column === 'json' ? this.json(path) : column === 'texts' ? this.texts(path) : this.leaf(column, path);
    return value === undefined ? undefined : this.fit(value, path);
  }

  private leaf(leaf: Exclude<Leaf, 'texts' | 'json'>, path: string): string | undefined {
    const text = this.scalar();
    if (text === undefined) return this.wrong(leaf === 'text' ? 'not text' : `not a ${leaf}`, path);
    if (text === null) return undefined;
    const { text: made, flag } = plain(leaf, text);
    if (flag) this.flags.add(`${flag}: ${path}`);
    return made === undefined ? undefined : JSON.stringify(made);
  }

  /** A value alone where a list of texts belongs is taken as a list of one. */
  private texts(path: string): string | undefined {
    if (this.reader.kind() !== 'array') {
      const text = this.scalar();
      if (text === null) return undefined;
      if (text === undefined) return this.wrong('not a list', path);
      this.flags.add(`not a list: ${path}`);
      return JSON.stringify([text]);
    }
    const items: (string | null)[] = [];
    this.reader.array(() => {
      const text = this.scalar();
      items.push(text ?? null);
      if (text === undefined) this.wrong('not text', path);
    });
    return JSON.stringify(items);
  }

  private json(path: string): string | undefined {
    const { json, depth } = this.reader.skip(true);
    if (depth <= MAX_DEPTH) return json;
    this.flags.add(`nested too deeply: ${path}`);
    return undefined;
  }

  /** The text of a string, number, true or false; null for null; undefined, and nothing read, for an object or array. */
  private scalar(): string | null | undefined {
    const kind = this.reader.kind();
    if (kind === 'object' || kind === 'array') return undefined;
    if (kind === 'string') return this.reader.string();
    if (kind === 'number') return this.reader.number();
    const word = this.reader.word();
    return word === 'null' ? null : word;
  }

  private pass(): undefined {
    this.reader.skip(false);
    return undefined;
  }

  private wrong(flag: string, path: string): undefined {
    if (this.reader.skip(true).json !== 'null') this.flags.add(`${flag}: ${path}`);
    return undefined;
  }

  private fit(value: string, path: string): string | undefined {
    const bytes = Buffer.byteLength(value);
    if (bytes > this.left) {
      this.flags.add(`too large: ${path}`);
      return undefined;
    }
    this.left -= bytes;
    return value;
  }
}

/** Offset of the first byte that is not part of UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length];
  // The longest prefix that is UTF-8 but for a sequence cut at its end: prefixes of valid text are, longer ones are not.
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isPrefix(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  let at = valid;
  while (at > 0 && !isUtf8(bytes.subarray(0, at))) at--;
  return at;
}

/** UTF-8, but for up to three bytes of a sequence that may go on. */
function isPrefix(bytes: Uint8Array): boolean {
  for (let cut = 0; cut <= Math.min(3, bytes.length); cut++) if (isUtf8(bytes.subarray(0, bytes.length - cut))) return true;
  return false;
}
