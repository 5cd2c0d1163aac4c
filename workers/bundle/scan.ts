/**
 * Finds where a JSON value ends, checks that it is JSON (RFC 8259, nothing more lenient), and marks what only the careful path may decide.
 *
 * Why our own loop: the spool wraps a record's bytes in JSON of ours, so nothing but a whole, well-formed value may enter it (else bytes of the
 * evidence could forge a record number or a hash), and DuckDB silently takes the first of duplicate keys. One pass over the bytes does both:
 * - strings are skipped byte by byte in a loop of one comparison (the byte at `to` is below 0x20, so it needs no bounds check);
 * - the key of each object, at every depth, is hashed while it is skipped and looked up in one open-addressed table. An entry is the hash and the serial number of its
 *   object; serials grow for ever, so entries of earlier records are stale by themselves and the table is never cleared. Equal hashes in one
 *   object mark the record; different keys of equal hash (about one in four billion) only cost a careful look. A key written with
 *   an escape marks it too, so a duplicate cannot hide behind its spelling.
 */

import { type Cuts, ROOT, TEXT, UNKNOWN, WHOLE } from './cuts';

/** The value is not finished at the end of the range. */
export const UNFINISHED = -1;
/** The bytes are not JSON; `Scanner.stop` is where that shows. */
export const BROKEN = -2;

/** Nesting beyond which a record goes to the careful path unread. */
export const MAX_DEPTH = 500;
const SLOTS = 1 << 15;
const MAX_KEYS = SLOTS >> 1;
const SEED = (Math.floor(Math.random() * 0x3fffffff) << 1) | 1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const VALUE = 0;
const FIRST_VALUE = 1;
const KEY = 2;
const FIRST_KEY = 3;
const AFTER = 4;

/** Bytes must carry a control byte (below 0x20) at `to`; `Scanner` never looks beyond it. */
export class Scanner {
  /** Duplicate or escaped keys, numbers that lose something as a double or 64-bit integer, U+0000, lone surrogates, extreme nesting. */
  suspect = false;
  /** Where the last scan stopped. */
  stop = 0;
  /** An unfinished value stops inside a string, number or word, which cannot go on behind a newline. */
  inToken = false;
  /** The `[` of the first list of objects that is a member of the value itself; -1 where there is none. */
  listAt = -1;

  private serial = 1;
  private readonly hashes = new Int32Array(SLOTS);
  private readonly serials = new Int32Array(SLOTS);
  /** Serial of the object at each depth; 0 for a list. */
  private readonly stack = new Int32Array(MAX_DEPTH + 1);
  /** Node in `cuts` of the object at each depth. */
  private readonly nodes = new Int32Array(MAX_DEPTH + 1);

  /** @param cuts takes note of values that a format does not read */
  constructor(private readonly cuts?: Cuts) {}

  /** End of the JSON value that begins at or after `from` (spaces skipped), or `UNFINISHED`, or `BROKEN`. */
  scan(bytes: Uint8Array, from: number, to: number): number {
    const { stack, nodes, hashes, serials, cuts } = this;
    if (this.serial > 0x7f000000) this.forget();
    const before = this.serial;
    let keys = 0;
    let suspect = false;
    let depth = 0;
    let object = 0;
    let listAt = -1;
    let lastList = -1;
    let expect = VALUE;
    let i = from;
    // Of the object that is open, and of the value that comes next.
    let node = WHOLE;
    let next = cuts ? ROOT : WHOLE;
    let cutDepth = -1;
    let cutFrom = 0;
    this.inToken = false;
    this.listAt = -1;
    cuts?.begin();

    for (;;) {
      let c = bytes[i] as number;
      while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) {
        if (i >= to) break;
        c = bytes[++i] as number;
      }
      if (i >= to) return this.end(UNFINISHED, to, suspect, listAt);

      if (expect >= KEY && expect !== AFTER) {
        if (c === CLOSE_OBJECT && expect === FIRST_KEY) {
          i++;
          if (--depth === 0) return this.whole(bytes, from, i, suspect, listAt);
          object = stack[depth] as number;
          node = nodes[depth] as number;
          expect = AFTER;
          continue;
        }
        if (c !== QUOTE) return this.end(BROKEN, i, suspect, listAt);
        let hash = 0;
        c = bytes[++i] as number;
        for (;;) {
          while (c > BACKSLASH || (c >= 0x20 && c !== QUOTE && c !== BACKSLASH)) {
            hash = Math.imul(hash, 31) + c;
            c = bytes[++i] as number;
          }
          if (c !== BACKSLASH) break;
          suspect = true;
          i = this.escape(bytes, i, to);
          if (i < 0) return this.end(i, this.stop, suspect, listAt);
          c = bytes[i] as number;
        }
        if (c !== QUOTE) return this.cut(i, to, suspect, listAt);
        i++;
        if (!suspect) {
          hash |= 0;
          let slot = Math.imul(Math.imul(hash, SEED) ^ Math.imul(object, 0x5bd1e995), SEED) >>> 17;
          while ((serials[slot] as number) > before) {
            if (serials[slot] === object && hashes[slot] === hash) {
              suspect = true;
              break;
            }
            slot = (slot + 1) & (SLOTS - 1);
          }
          serials[slot] = object;
          hashes[slot] = hash;
          if (++keys > MAX_KEYS) suspect = true;
        }
        c = bytes[i] as number;
        while ((c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) && i < to) c = bytes[++i] as number;
        if (i >= to) return this.end(UNFINISHED, to, suspect, listAt);
        if (c !== COLON) return this.end(BROKEN, i, suspect, listAt);
        i++;
        expect = VALUE;
        if (node >= ROOT && cuts) {
          next = cuts.child(node, hash | 0);
          if (next === UNKNOWN) {
            next = WHOLE;
            cutDepth = depth;
            cutFrom = i;
          }
        }
        continue;
      }

      if (expect === AFTER) {
        if (depth === cutDepth && cuts) {
          cuts.cut(cutFrom, i);
          cutDepth = -1;
        }
        if (c === COMMA) {
          expect = object === 0 ? VALUE : KEY;
          i++;
          continue;
        }
        if (c !== (object === 0 ? CLOSE_LIST : CLOSE_OBJECT)) return this.end(BROKEN, i, suspect, listAt);
        i++;
        if (--depth === 0) return this.whole(bytes, from, i, suspect, listAt);
        object = stack[depth] as number;
        node = nodes[depth] as number;
        continue;
      }

      if (c === QUOTE) {
        c = bytes[++i] as number;
        for (;;) {
          // Most bytes of a text are letters, which lie behind the backslash: one comparison for them.
          while (c > BACKSLASH || (c >= 0x20 && c !== QUOTE && c !== BACKSLASH)) c = bytes[++i] as number;
          if (c !== BACKSLASH) break;
          i = this.escape(bytes, i, to);
          if (i < 0) return this.end(i, this.stop, suspect, listAt);
          if (this.odd) suspect = true;
          c = bytes[i] as number;
        }
        if (c !== QUOTE) return this.cut(i, to, suspect, listAt);
        i++;
      } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
        if (depth === MAX_DEPTH) return this.end(BROKEN, i, true, listAt);
        if (next === TEXT) suspect = true;
        if (c === OPEN_OBJECT) {
          if (depth === 2 && object === 0 && stack[1] !== 0 && listAt < 0) listAt = lastList;
          object = ++this.serial;
          node = next === TEXT ? WHOLE : next;
          expect = FIRST_KEY;
        } else {
          if (depth === 1) lastList = i;
          object = 0;
          node = WHOLE;
          expect = FIRST_VALUE;
        }
        next = WHOLE;
        stack[++depth] = object;
        nodes[depth] = node;
        i++;
        continue;
      } else if (c === CLOSE_LIST && expect === FIRST_VALUE) {
        i++;
        if (--depth === 0) return this.end(i, i, suspect, listAt);
        object = stack[depth] as number;
        node = nodes[depth] as number;
        expect = AFTER;
        continue;
      } else {
        i = c === 0x2d || (c >= 0x30 && c <= 0x39) ? this.number(bytes, i, to) : this.word(bytes, i, to, c);
        if (i < 0) return this.end(i, this.stop, suspect, listAt);
        if (this.odd) suspect = true;
      }
      if (depth === 0) return this.end(i, i, suspect, listAt);
      expect = AFTER;
    }
  }

  /** What the last escape, number or word had that the fast path cannot keep. */
  private odd = false;

  /** An object or a list of objects that ends before `to`. */
  private whole(bytes: Uint8Array, from: number, to: number, suspect: boolean, listAt: number): number {
    this.cuts?.end(bytes, from, to);
    return this.end(to, to, suspect, listAt);
  }

  private end(result: number, stop: number, suspect: boolean, listAt: number): number {
    this.stop = stop;
    this.suspect = suspect;
    this.listAt = listAt;
    return result;
  }

  /** A string met a control byte: the end of the range, or a mistake. */
  private cut(at: number, to: number, suspect: boolean, listAt: number): number {
    this.inToken = true;
    return this.end(at >= to ? UNFINISHED : BROKEN, Math.min(at, to), suspect, listAt);
  }

  private fail(at: number, to: number): number {
    this.inToken = true;
    this.stop = Math.min(at, to);
    return at >= to ? UNFINISHED : BROKEN;
  }

  /** From a backslash to the byte behind its escape. U+0000 and surrogates without their other half are odd. */
  private escape(bytes: Uint8Array, at: number, to: number): number {
    this.odd = false;
    const c = bytes[at + 1] as number;
    if (c !== 0x75) return SHORT_ESCAPES.includes(c) && at + 1 < to ? at + 2 : this.fail(at + 1, to);
    const unit = hex4(bytes, at + 2);
    if (unit < 0 || at + 6 > to) return this.fail(at + 2 + hexDigits(bytes, at + 2), to);
    if (unit === 0) this.odd = true;
    if (unit < 0xd800 || unit > 0xdfff) return at + 6;
    const low =
      unit < 0xdc00 && at + 12 <= to && bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75 ? hex4(bytes, at + 8) : -1;
    if (low >= 0xdc00 && low <= 0xdfff) return at + 12;
    this.odd = true;
    return at + 6;
  }

  /** Odd: from 9·10^18 on, a fraction, an exponent, minus zero: what a double or a 64-bit integer might not keep as it was written. */
  private number(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    if (bytes[i] === 0x2d) i++;
    const first = i;
    while (isDigit(bytes[i] as number)) i++;
    if (i === first || (bytes[first] === 0x30 && i > first + 1)) return this.fail(i === first ? i : first + 1, to);
    const digits = i - first;
    this.odd = digits > 19 || (digits === 19 && bytes[first] === 0x39) || (first > from && bytes[first] === 0x30);
    if (bytes[i] === 0x2e) {
      this.odd = true;
      const fraction = ++i;
      while (isDigit(bytes[i] as number)) i++;
      if (i === fraction) return this.fail(i, to);
    }
    if (bytes[i] === 0x65 || bytes[i] === 0x45) {
      this.odd = true;
      i++;
      if (bytes[i] === 0x2b || bytes[i] === 0x2d) i++;
      const exponent = i;
      while (isDigit(bytes[i] as number)) i++;
      if (i === exponent) return this.fail(i, to);
    }
    return i;
  }

  private word(bytes: Uint8Array, from: number, to: number, c: number): number {
    this.odd = false;
    const word = c === 0x74 ? TRUE : c === 0x66 ? FALSE : c === 0x6e ? NULL : undefined;
    if (!word) {
      this.stop = from;
      return BROKEN;
    }
    for (let k = 1; k < word.length; k++) if (bytes[from + k] !== word[k]) return this.fail(from + k, to);
    return from + word.length;
  }

  private forget(): void {
    this.serials.fill(0);
    this.serial = 1;
  }
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');
const SHORT_ESCAPES = ascii('"\\/bfnrt');

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
const isHex = (c: number): boolean => isDigit(c) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);

function hexDigits(bytes: Uint8Array, at: number): number {
  let n = 0;
  while (n < 4 && isHex(bytes[at + n] as number)) n++;
  return n;
}

/** The number that four hexadecimal digits spell; -1 where they are not four. */
function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let k = 0; k < 4; k++) {
    const c = bytes[at + k] as number;
    if (!isHex(c)) return -1;
    value = value * 16 + (c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57);
  }
  return value;
}
