/**
 * Writes spool parts: one line a record (`spool-line.ts`). A record with `s` has `"e":null`: only clean JSON enters, so nothing in the evidence can break a line of the spool or forge another.
 */
import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../envelopes/envelope';
import { MAX_DECODED, type Place } from '../formats/format';
import { type Cuts, MAX_CUTS } from './cuts';
import type { RecordSink } from './framing';
import { fateLine, lineBefore, spanOf, suspectLine } from './spool-line';

export interface Part {
  readonly file: string;
  readonly records: number;
  readonly bytes: number;
  /** Lines may have `w` and `x` (`StageSettings.wrapped`). */
  readonly wrapped: boolean;
}

const BUFFER = 8 * 2 ** 20;
const PART_BYTES = 32 * 2 ** 20;
const FIRST_PART_BYTES = 4 * 2 ** 20;

/**
 * How many bytes the next part of a reading has, and how many the loader waits for: few at first, so that the loading begins at once, then four times as many each
 * time, since planning the statement that loads them takes as long as loading some megabytes.
 */
export class PartSizes {
  private size = FIRST_PART_BYTES / 4;

  next(): number {
    this.size = Math.min(4 * this.size, PART_BYTES);
    return this.size;
  }
}

export class SpoolWriter implements RecordSink {
  /** All records written so far. */
  records = 0;
  private readonly buffer = Buffer.allocUnsafe(BUFFER);
  private filled = 0;
  private parts = 0;
  private open:
    | { readonly fd: number; readonly file: string; readonly enough: number; records: number; bytes: number }
    | undefined;
  private wrapped = false;

  /**
   * @param member its number; parts are `<folder>/m<member>-<n>.ndjson`
   * @param onPart called when a part is complete and closed
   * @param spare parts that were consumed: their files are taken again, since the system has memory for them already
   */
  constructor(
    private readonly folder: string,
    private readonly member: number,
    private readonly onPart: (part: Part) => void,
    private readonly spare: string[] = [],
    private readonly sizes = new PartSizes(),
    /** What the format does not read of a record is left out. */
    readonly cuts?: Cuts,
  ) {}

  record(place: Place, bytes: Buffer, from: number, to: number, clean: boolean, context?: Context, content?: Uint8Array): void {
    const own = content ?? bytes.subarray(from, to);
    const length = to - from - (this.cuts?.bytesOf(bytes, from, to) ?? 0);
    if (context) this.wrapped = true;
    if (!clean || length > MAX_DECODED) {
      this.line(suspectLine(spanOf(place), own, this.member, context));
      return;
    }
    const before = lineBefore(spanOf(place), own, this.member, context);
    this.reserve(before.length * 3 + length + 2 + MAX_CUTS);
    const { buffer } = this;
    let at = this.filled;
    at += buffer.write(before, at, context ? 'utf8' : 'latin1');
    at = this.copy(bytes, from, to, at);
    buffer[at++] = 0x7d;
    buffer[at++] = 0x0a;
    this.filled = at;
    this.count();
  }

  /** Copies a clean record to the buffer, with 0 for each value that is cut; answers where it ends. */
  private copy(bytes: Buffer, from: number, to: number, at: number): number {
    const { buffer, cuts } = this;
    const count = cuts?.of(bytes, from, to) ?? 0;
    let end = at;
    let start = from;
    for (let k = 0; k < 2 * count; k += 2) {
      const cutFrom = cuts?.bounds[k] as number;
      end += bytes.copy(buffer, end, start, cutFrom);
      buffer[end++] = 0x30;
      start = cuts?.bounds[k + 1] as number;
    }
    end += bytes.copy(buffer, end, start, to);
    const written = buffer.subarray(at, end);
    if (written.includes(0x0a) || written.includes(0x0d)) joinLines(buffer, at, end);
    return end;
  }

  oversize(place: Place): void {
    this.line(suspectLine(spanOf(place), undefined, this.member));
  }

  skip(place: Place, fate: string, records = 1): void {
    this.wrapped = true;
    this.records += records - 1;
    this.line(fateLine(spanOf(place), this.member, fate, records));
  }

  /** Completes the last part. */
  finish(): void {
    this.flush();
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    ftruncateSync(open.fd, open.bytes);
    closeSync(open.fd);
    this.onPart({ file: open.file, records: open.records, bytes: open.bytes, wrapped: this.wrapped });
    this.wrapped = false;
  }

  /** Closes what is open and reports nothing: the reading was given up. */
  abandon(): void {
    if (this.open) closeSync(this.open.fd);
    this.open = undefined;
  }

  private line(text: string): void {
    this.reserve(text.length * 3);
    this.filled += this.buffer.write(text, this.filled, 'utf8');
    this.count();
  }

  private count(): void {
    this.records++;
    const open = this.open ?? this.begin();
    open.records++;
    if (open.bytes + this.filled >= open.enough) this.finish();
  }

  /** Room in the buffer for a line, which is never longer than the buffer. */
  private reserve(bytes: number): void {
    if (this.filled + bytes > this.buffer.length) this.flush();
  }

  private begin(): NonNullable<typeof this.open> {
    const file = join(this.folder, `m${this.member}-${++this.parts}.ndjson`);
    const spare = this.spare.pop();
    if (spare) renameSync(spare, file);
    this.open = { fd: openSync(file, spare ? 'r+' : 'wx', 0o600), file, enough: this.sizes.next(), records: 0, bytes: 0 };
    return this.open;
  }

  private flush(): void {
    if (this.filled === 0) return;
    const open = this.open ?? this.begin();
    writeAll(open.fd, this.buffer.subarray(0, this.filled));
    open.bytes += this.filled;
    this.filled = 0;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** Line ends between tokens (a clean record has no others) become spaces, so the length stays. */
function joinLines(bytes: Buffer, from: number, to: number): void {
  for (let i = from; i < to; i++) if (bytes[i] === 0x0a || bytes[i] === 0x0d) bytes[i] = 0x20;
}
