/**
 * Cuts text into lines, whatever chunks it comes in. A record that was cut into several lines (`isPart`) is one: its number is that of its first line,
 * its place spans them all. Zeros before a line (`endOfZeros`) are a record of their own.
 */
import { isUtf8 } from 'node:buffer';
import { type Framing, MAX_RECORD, type RecordSink } from './framing';
import { endOfZeros } from './values';
import { Window } from './window';

export class LineSplitter implements Framing {
  lines = 0;
  blankLines = 0;
  readonly account = { records: 0, envelope: 0, blank: 0 };
  private readonly window = new Window();
  /** Bytes that are not taken yet: a line that is not complete, and the parts before it. */
  private held: Buffer = Buffer.alloc(0);
  /** Of the first byte held, in the member. */
  private base = 0;
  /** Up to here `held` has no line end that was not seen. */
  private searched = 0;
  /** The parts of a record before the line that is read next: where they begin in `held`, on which line, and the first of them. */
  private open: { readonly at: number; readonly line: number; readonly first: string } | undefined;
  /** A record too long to hold, up to its line end. */
  private passing: { readonly record: number; readonly offset: number } | undefined;

  constructor(
    private readonly sink: RecordSink,
    private readonly isPart?: (line: string, first?: string) => boolean,
    private readonly maxRecord = MAX_RECORD,
  ) {}

  skipMark(length: number): void {
    this.base += length;
    this.account.envelope += length;
  }

  push(chunk: Uint8Array): void {
    this.held = this.window.append(this.held, chunk);
    this.drain(false);
  }

  finish(): void {
    this.drain(true);
  }

  private drain(eof: boolean): void {
    if (this.passing && !this.pass(eof)) return;
    const { held } = this;
    let start = this.open ? this.searched : 0;
    for (;;) {
      const newline = held.indexOf(0x0a, Math.max(start, this.searched));
      if (newline < 0 && !(eof && start < held.length)) break;
      const end = newline < 0 ? held.length : newline;
      this.lines++;
      this.physicalLine(start, end, newline < 0 ? end : end + 1);
      start = newline < 0 ? end : newline + 1;
      this.searched = start;
    }
    const from = this.open?.at ?? start;
    if (eof && this.open) this.close(this.open, held.length, held.length);
    this.keep(eof ? held.length : from);
    if (this.held.length > this.maxRecord) {
      this.passing = { record: this.open?.line ?? this.lines + 1, offset: this.base };
      this.open = undefined;
      this.pass(eof);
    }
  }

  private physicalLine(start: number, end: number, next: number): void {
    const trimmed = trimEnd(this.held, start, end);
    const line = this.isPart && trimmed > start ? this.held.toString('utf8', start, trimmed) : '';
    if (line !== '' && this.isPart?.(line, this.open?.first)) {
      this.open ??= { at: start, line: this.lines, first: line };
      return;
    }
    if (trimmed === start && !this.open) {
      this.blankLines++;
      this.account.blank += next - start;
      return;
    }
    this.close(this.open ?? { at: start, line: this.lines }, trimmed, next);
  }

  private close(open: { readonly at: number; readonly line: number }, end: number, next: number): void {
    this.open = undefined;
    const place = { record: open.line, item: '', offset: this.base + open.at, length: end - open.at };
    this.account.records += place.length;
    this.account.envelope += next - end;
    const line = this.held.subarray(open.at, end);
    const zeros = endOfZeros(line, 0, line.length);
    if (line.length > this.maxRecord) this.sink.oversize(place);
    else if (zeros === 0 || zeros === line.length) this.sink.record(place, line, 0, line.length, isUtf8(line));
    else {
      this.sink.record({ ...place, item: '1', length: zeros }, line, 0, zeros, true);
      const rest = { ...place, item: '2', offset: place.offset + zeros, length: line.length - zeros };
      this.sink.record(rest, line, zeros, line.length, isUtf8(line));
    }
  }

  private keep(from: number): void {
    this.base += from;
    this.searched = Math.max(0, this.searched - from);
    if (this.open) this.open = { ...this.open, at: this.open.at - from };
    this.held = this.held.subarray(from);
    // A line that goes on is searched on from where it ends now.
    if (!this.open) this.searched = this.held.length;
  }

  /** True where the line of the long record ended. */
  private pass(eof: boolean): boolean {
    const { held, passing } = this;
    if (!passing) return true;
    const newline = held.indexOf(0x0a);
    const end = newline < 0 ? held.length : newline;
    this.account.records += end;
    this.searched = 0;
    this.base += end;
    this.held = held.subarray(end);
    if (newline < 0 && !eof) return false;
    this.sink.oversize({ ...passing, item: '', length: this.base - passing.offset });
    this.passing = undefined;
    if (newline < 0) return true;
    this.lines++;
    this.account.envelope++;
    this.base++;
    this.held = this.held.subarray(1);
    return true;
  }
}

function trimEnd(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] === 0x20 || bytes[at - 1] === 0x0d || bytes[at - 1] === 0x09)) at--;
  return at;
}
