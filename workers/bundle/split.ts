/**
 * Splits the decompressed bytes of one member into records (contract section 1), whatever chunks they come in.
 * By lines: a record is what a physical line holds; several values on a line, the elements of a list and the items of an envelope are its items.
 * By place: values follow one another (pretty-printed or concatenated); the elements of a list at the top are places themselves.
 *
 * Every byte is taken exactly once, in order: into a record, a blank line, or the envelope around records (brackets, commas, line ends, spaces,
 * a byte order mark). What is not JSON becomes a record too, `clean` false; the careful path rejects it with its reason.
 */
import { isUtf8 } from 'node:buffer';
import type { Context } from '../envelopes/envelope';
import { listItems } from './envelope';
import { type ByteAccount, type Framing, MAX_RECORD, type RecordSink } from './framing';
import { closeObject, isBlank, type Look, resync } from './resync';
import { Scanner, UNFINISHED } from './scan';
import { type Emit, isSpace, type ListOf, skipSeparators, trim, ValueReader } from './values';
import { Window } from './window';

/** Bytes that may be looked through for ends of broken values, beside 8 times those that were read; from then on such a value costs its line. */
const PATIENCE = 64 * 2 ** 20;
/** By place: an envelope longer than this is not held as a whole. */
const STREAM_FROM = 16 * 2 ** 20;
/** Nobody indents deeper. */
const MAX_INDENT = 4096;

type Kind = keyof ByteAccount;

export class Splitter implements Framing {
  /** Physical lines seen so far, blank ones too. */
  lines = 0;
  blankLines = 0;
  readonly account = { records: 0, envelope: 0, blank: 0 };

  private readonly scanner: Scanner;
  private readonly room = new Window(1);
  /** Holds the bytes [base, base + end) of the member, and behind them the scanner's stop; those before `start` are done with. */
  private window: Buffer = Buffer.alloc(1);
  private base = 0;
  private start = 0;
  private end = 0;
  /** By lines: no line end lies before this position in the window. */
  private searched = 0;
  /** By place: an open value is scanned again only when this many bytes of it are there, twice what was not enough. */
  private needed = 0;
  /** Whether what the window holds is UTF-8; not looked at before a record asks, since a long open one would be looked through with each chunk. */
  private textual: boolean | undefined;
  private eof = false;
  /** By place: the last place given. */
  private place = 0;
  /** By place: the open list; `record` is that of the envelope around it, undefined for a list at the top, whose elements are places. */
  private list: { readonly record: number | undefined; readonly context: Context | undefined; items: number } | undefined;
  /** The list at the top in which the envelope lies. */
  private outer: typeof this.list;
  /** Behind the list of an envelope. */
  private inTail = false;
  private readonly look: Look = { spent: 0 };
  private readonly reader: ValueReader;
  private skipping: { readonly record: number; readonly item: string; readonly offset: number } | undefined;

  constructor(
    private readonly sink: RecordSink,
    private readonly byLines: boolean,
    private readonly listOf: ListOf | undefined,
    private readonly maxRecord = MAX_RECORD,
    deep = false,
  ) {
    this.scanner = new Scanner(sink.cuts);
    const emit: Emit = (record, item, from, to, clean, context) => this.emit(record, item, from, to, clean, context);
    this.reader = new ValueReader(this.scanner, listOf, emit, deep);
  }

  /** The member begins with this many bytes of a byte order mark, which are not pushed. */
  skipMark(length: number): void {
    this.base += length;
    this.account.envelope += length;
  }

  push(chunk: Uint8Array): void {
    this.append(chunk);
    this.advance();
  }

  /** No more bytes: what is still open is a truncated record. */
  finish(): void {
    this.eof = true;
    this.advance();
  }

  private append(chunk: Uint8Array): void {
    const gone = this.start - indentBefore(this.window, this.start);
    this.window = this.room.append(this.window.subarray(gone, this.end), chunk);
    this.base += gone;
    this.searched = Math.max(0, this.searched - gone);
    this.start -= gone;
    this.end = this.window.length - 1;
  }

  private advance(): void {
    if (this.skipping && !this.skip()) return;
    this.window[this.end] = 0;
    this.textual = undefined;
    if (this.byLines) this.readLines();
    else this.readPlaces();
  }

  private isTextual(): boolean {
    this.textual ??= isUtf8(this.window.subarray(this.start, this.end)) || this.isUtf8UpToLastLine();
    return this.textual;
  }

  /** The window may end inside a character. */
  private isUtf8UpToLastLine(): boolean {
    const last = this.window.lastIndexOf(0x0a, this.end - 1);
    return !this.eof && last > this.start && isUtf8(this.window.subarray(this.start, last));
  }

  /** Takes the bytes up to `to`, a position in the window. */
  private take(kind: Kind, to: number): void {
    if (to < this.start) throw new Error('Splitter: a byte was taken twice');
    this.account[kind] += to - this.start;
    this.start = to;
  }

  /** Only an object can be clean: no format reads anything else. */
  private emit(record: number, item: string, from: number, to: number, whole: boolean, context: Context | undefined): void {
    const { window } = this;
    this.take('envelope', from);
    const clean = whole && window[from] === 0x7b && (this.isTextual() || isUtf8(window.subarray(from, to)));
    this.sink.record({ record, item, offset: this.base + from, length: to - from }, window, from, to, clean, context);
    this.take('records', to);
  }

  // ---- by lines

  private readLines(): void {
    const { window } = this;
    for (;;) {
      const newline = window.indexOf(0x0a, Math.max(this.start, this.searched));
      const complete = newline >= 0 && newline < this.end;
      if (!complete && !(this.eof && this.start < this.end)) break;
      const lineEnd = complete ? newline : this.end;
      this.lines++;
      this.line(lineEnd, complete);
      this.searched = this.start;
    }
    this.searched = this.end;
    if (!this.eof && this.end - this.start > this.maxRecord) this.beginSkipping(this.lines + 1, '');
  }

  private line(lineEnd: number, terminated: boolean): void {
    const { window, reader, lines } = this;
    const next = terminated ? lineEnd + 1 : lineEnd;
    let end = lineEnd;
    while (end > this.start && isSpace(window[end - 1] as number)) end--;
    if (end === this.start) {
      this.blankLines++;
      this.take('blank', next);
      return;
    }
    const held = window[end] as number;
    window[end] = 0;
    reader.read(window, lines, this.start, end);
    this.take('envelope', reader.done);
    window[end] = held;
    this.take('envelope', next);
  }

  // ---- by place

  private readPlaces(): void {
    while (this.nextPlace()) this.needed = 0;
  }

  /** Takes one step: a bracket of a list, or a value. False where more bytes are needed, or none are left. */
  private nextPlace(): boolean {
    const { window, scanner } = this;
    if (this.inTail && !this.leaveList()) return false;
    const at = skipSeparators(window, this.start, this.end);
    this.take('envelope', at);
    if (at === this.end) return false;
    const opens = window[at] === 0x5b && this.list === undefined;
    if (opens || (window[at] === 0x5d && this.list)) {
      this.inTail = !opens && this.list?.record !== undefined;
      this.list = opens ? { record: undefined, context: undefined, items: 0 } : undefined;
      this.take('envelope', at + 1);
      return true;
    }
    if (!this.eof && this.end - at < this.needed) return false;
    const stop = scanner.scan(window, at, this.end);
    const open = stop === UNFINISHED || (stop === this.end && !isCloser(window[stop - 1] as number));
    if (stop >= 0 && (this.eof || !open)) {
      this.reader.value(window, ...this.nextId(), at, stop, this.list?.context);
      this.take('envelope', this.reader.done);
      return true;
    }
    if ((!open || this.eof || this.end - at > STREAM_FROM) && this.enterList(at)) return true;
    return open && !this.eof ? this.wait(at) : this.brokenPlace(at);
  }

  /** Number and item of the next value. */
  private nextId(): [number, string] {
    const { list } = this;
    if (list?.record === undefined) return [++this.place, ''];
    return [list.record, String(++list.items)];
  }

  /** A value that is open asks for twice its bytes before it is scanned again. */
  private wait(at: number): false {
    this.needed = Math.min((this.end - at) * 2, this.maxRecord + 1);
    if (this.end - at > this.maxRecord) this.beginSkipping(...this.nextId());
    return false;
  }

  private brokenPlace(at: number): boolean {
    const final = this.eof || this.end - at > this.maxRecord;
    const patient = this.look.spent < PATIENCE + 8 * (this.base + at);
    const stop = patient ? resync(this.window, at, this.end, this.list !== undefined, final, this.look) : this.lineEnd(at, final);
    if (stop < 0) return this.wait(at);
    this.emit(...this.nextId(), at, trim(this.window, at, stop), false, this.list?.context);
    return true;
  }

  private lineEnd(at: number, final: boolean): number {
    const newline = this.window.indexOf(0x0a, at);
    return newline >= 0 && newline < this.end ? newline : final ? this.end : -1;
  }

  /** An envelope that is broken, truncated or long is not held as a whole: its list is entered, and its items are read one by one. */
  private enterList(at: number): boolean {
    const { listAt } = this.scanner;
    if (listAt < 0 || !this.listOf || this.list?.record !== undefined) return false;
    const list = listItems(this.window, at, this.end, this.listOf, this.scanner, listAt);
    if (!list) return false;
    this.outer = this.list;
    this.list = { record: ++this.place, context: list.context, items: 0 };
    this.take('envelope', listAt + 1);
    return true;
  }

  /** Behind the list of an envelope: up to the end of the envelope. */
  private leaveList(): boolean {
    const end = closeObject(this.window, this.start, this.end);
    this.take('envelope', end < 0 ? this.end : end);
    if (end < 0) return false;
    this.inTail = false;
    this.list = this.outer;
    this.outer = undefined;
    return true;
  }

  // ---- records that are too long

  private beginSkipping(record: number, item: string): void {
    this.skipping = { record, item, offset: this.base + this.start };
    this.skip();
  }

  /** True once the end of the long record was found. By lines: the line end; by place: a line that begins like a value. */
  private skip(): boolean {
    const { window, skipping } = this;
    if (!skipping) return true;
    const found = window.indexOf(0x0a, this.start);
    const done = found >= 0 && found < this.end && (this.byLines || found + 1 < this.end);
    const resumes = done && (this.byLines || window[found + 1] === 0x7b || window[found + 1] === 0x5b);
    this.take('records', resumes ? found : done ? found + 1 : this.end);
    if (!resumes && !(this.eof && this.start === this.end)) return done ? this.skip() : false;
    this.sink.oversize({ ...skipping, length: this.base + this.start - skipping.offset });
    if (this.byLines) this.lines++;
    this.skipping = undefined;
    this.searched = 0;
    this.needed = 0;
    if (this.byLines && resumes) this.take('envelope', this.start + 1);
    return true;
  }
}

/** How many bytes before `from` tell how far it is indented: the blanks, and the byte before them. `resync` looks back at them. */
function indentBefore(bytes: Buffer, from: number): number {
  const least = Math.max(0, from - MAX_INDENT);
  let at = from;
  while (at > least && isBlank(bytes[at - 1] as number)) at--;
  return from - Math.max(least, at - 1);
}

const isCloser = (c: number): boolean => c === 0x7d || c === 0x5d || c === 0x22;
