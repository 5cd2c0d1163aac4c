/**
 * Our own JSON reader over bytes, strict (RFC 8259). Unlike JSON.parse it keeps numbers as they were written, sees duplicate keys, knows
 * where a mistake is, and walks what nobody asked for without recursion, so that nesting costs memory alone.
 * A lone surrogate (`\ud800`), which no UTF-8 text can hold, becomes U+FFFD and is noted.
 */

/** Why bytes are not JSON; `at` is the offset in them. */
export class NotJson extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
  ) {
    super(`not JSON at byte ${at}: ${expected}`);
  }
}

export type Kind = 'object' | 'array' | 'string' | 'number' | 'word' | 'end';

const ESCAPES = new Map(
  [...'"\\/'].map((c) => [c, c] as const).concat([...'bfnrt'].map((c, i) => [c, '\b\f\n\r\t'[i] as string])),
);
const NUMBER = /^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$/;
const WORDS = new Set(['true', 'false', 'null']);

export class JsonReader {
  at = 0;
  duplicates = false;
  loneSurrogates = false;
  private readonly bytes: Buffer;

  /** @param bytes UTF-8 (checked by the caller) */
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** What begins here, spaces skipped. */
  kind(): Kind {
    this.space();
    const c = this.bytes[this.at];
    if (c === undefined) return 'end';
    if (c === 0x7b) return 'object';
    if (c === 0x5b) return 'array';
    if (c === 0x22) return 'string';
    return c === 0x2d || (c >= 0x30 && c <= 0x39) ? 'number' : 'word';
  }

  /** Calls `each` for every member of the object that begins here; `each` must read the value. The first of duplicate keys is `fresh`. */
  object(each: (key: string, fresh: boolean) => void): void {
    this.open('{');
    const keys = new Set<string>();
    if (this.closes('}')) return;
    do {
      each(...this.key(keys));
    } while (this.more('}'));
  }

  /** Calls `each` for every element of the array that begins here; `each` must read it. */
  array(each: () => void): void {
    this.open('[');
    if (this.closes(']')) return;
    do each();
    while (this.more(']'));
  }

  string(): string {
    const { bytes } = this;
    const from = ++this.at;
    let parts = '';
    let run = from;
    for (;;) {
      const c = bytes[this.at];
      if (c === undefined) throw new NotJson(from - 1, 'a string does not end');
      if (c < 0x20) throw new NotJson(this.at, 'a control character in a string');
      if (c === 0x22) {
        parts += bytes.toString('utf8', run, this.at++);
        return parts;
      }
      if (c !== 0x5c) {
        this.at++;
        continue;
      }
      parts += bytes.toString('utf8', run, this.at) + this.escape();
      run = this.at;
    }
  }

  /** A number as it was written; minus zero as zero, as DuckDB reads it. */
  number(): string {
    const text = this.token();
    if (!NUMBER.test(text)) throw new NotJson(this.at - text.length, 'no number of JSON');
    return text === '-0' ? '0' : text;
  }

  /** `true`, `false` or `null`. */
  word(): string {
    const text = this.token();
    if (!WORDS.has(text)) throw new NotJson(this.at - text.length, 'a value is expected');
    return text;
  }

  /** Passes over the value that begins here, checking it, and gives it back as JSON text without spaces where asked to. */
  skip(keep: boolean): { readonly json: string; readonly depth: number } {
    const out: string[] = [];
    const emit = keep ? (text: string) => void out.push(text) : () => undefined;
    // Keys seen in each object that is open; undefined for an array.
    const open: (Set<string> | undefined)[] = [];
    let depth = 0;
    for (;;) {
      const kind = this.kind();
      const container = kind === 'object' || kind === 'array';
      if (container) {
        const close = kind === 'object' ? '}' : ']';
        this.at++;
        emit(kind === 'object' ? '{' : '[');
        if (this.closes(close)) emit(close);
        else {
          open.push(kind === 'object' ? new Set() : undefined);
          depth = Math.max(depth, open.length);
          this.emitKey(open, emit);
          continue;
        }
      } else emit(this.scalar(kind));
      while (open.length > 0) {
        const close = open.at(-1) ? '}' : ']';
        if (this.more(close)) {
          emit(',');
          this.emitKey(open, emit);
          break;
        }
        emit(close);
        open.pop();
      }
      if (open.length === 0) return { json: out.join(''), depth };
    }
  }

  /** Checks that nothing but spaces is left. */
  end(): void {
    this.space();
    if (this.at < this.bytes.length) throw new NotJson(this.at, 'more follows the value');
  }

  private emitKey(open: readonly (Set<string> | undefined)[], emit: (text: string) => void): void {
    const keys = open.at(-1);
    if (keys) emit(`${JSON.stringify(this.key(keys)[0])}:`);
  }

  private scalar(kind: Kind): string {
    if (kind === 'string') return JSON.stringify(this.string());
    return kind === 'number' ? this.number() : this.word();
  }

  private key(keys: Set<string>): [key: string, fresh: boolean] {
    if (this.kind() !== 'string') throw new NotJson(this.at, 'a key is expected');
    const key = this.string();
    this.space();
    if (this.bytes[this.at] !== 0x3a) throw new NotJson(this.at, 'a colon is expected');
    this.at++;
    const fresh = !keys.has(key);
    if (!fresh) this.duplicates = true;
    keys.add(key);
    return [key, fresh];
  }

  private open(bracket: string): void {
    this.space();
    if (this.bytes[this.at] !== bracket.charCodeAt(0)) throw new NotJson(this.at, `${bracket} is expected`);
    this.at++;
  }

  private closes(bracket: string): boolean {
    this.space();
    if (this.bytes[this.at] !== bracket.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  private more(bracket: string): boolean {
    if (this.closes(bracket)) return false;
    if (this.bytes[this.at] !== 0x2c)
      throw new NotJson(this.at, this.at < this.bytes.length ? `a comma or ${bracket} is expected` : 'the value does not end');
    this.at++;
    return true;
  }

  private space(): void {
    const { bytes } = this;
    for (let c = bytes[this.at]; c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09; c = bytes[++this.at]);
  }

  /** Letters, digits and signs from here. */
  private token(): string {
    const { bytes } = this;
    const from = this.at;
    for (let c = bytes[this.at]; c !== undefined && isTokenByte(c); c = bytes[++this.at]);
    if (this.at === from) throw new NotJson(from, from < bytes.length ? 'a value is expected' : 'the value does not end');
    return bytes.toString('latin1', from, this.at);
  }

  private escape(): string {
    const { bytes } = this;
    const at = this.at;
    const letter = String.fromCharCode(bytes[at + 1] ?? 0);
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    const unit = this.unit(at);
    if (unit === undefined) throw new NotJson(at, 'no escape of JSON');
    this.at += 6;
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const low = unit < 0xdc00 ? this.unit(this.at) : undefined;
    if (low !== undefined && low >= 0xdc00 && low <= 0xdfff) {
      this.at += 6;
      return String.fromCharCode(unit, low);
    }
    this.loneSurrogates = true;
    return '\ufffd';
  }

  /** The code unit that `\uXXXX` at this offset spells. */
  private unit(at: number): number | undefined {
    const text = this.bytes.toString('latin1', at, at + 6);
    return /^\\u[0-9A-Fa-f]{4}$/.test(text) ? Number.parseInt(text.slice(2), 16) : undefined;
  }
}

const isTokenByte = (c: number): boolean =>
  (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x2b || c === 0x2d || c === 0x2e;
