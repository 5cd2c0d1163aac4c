/**
 * UTF-16 text (a PowerShell redirect, an Excel export) for framings that read UTF-8. Places are those of the member's own bytes.
 */
import { TextDecoder } from 'node:util';
import type { Place } from '../formats/format';
import type { ByteAccount, Framing, RecordSink } from './framing';

export type Utf16 = 'utf-16le' | 'utf-16be';

/** By its byte order mark, or by the zeros beside its first characters. */
export function utf16Of(head: Buffer): Utf16 | undefined {
  if (head.length < 4) return undefined;
  if (head[0] === 0xff && head[1] === 0xfe && !(head[2] === 0 && head[3] === 0)) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] !== 0 && head[1] === 0 && head[2] !== 0 && head[3] === 0) return 'utf-16le';
  if (head[0] === 0 && head[1] !== 0 && head[2] === 0 && head[3] !== 0) return 'utf-16be';
  return undefined;
}

/** A stretch of text: where it begins in UTF-8 and in the member; its bytes where they are not ASCII. */
interface Stretch {
  readonly at8: number;
  readonly at16: number;
  readonly text: Buffer | undefined;
}

/** Text that is not ASCII is kept to find places in; older text than this gives the place of its stretch. */
const MAX_KEPT = 64 * 2 ** 20;

/** Maps places; made before the framing that writes to `sink`. */
export class Utf16Places {
  private readonly stretches: Stretch[] = [];
  private kept = 0;
  private at8 = 0;
  private at16 = 0;
  records = 0;

  add(text: string): Buffer {
    const bytes = Buffer.from(text);
    const ascii = bytes.length === text.length;
    this.stretches.push({ at8: this.at8, at16: this.at16, text: ascii ? undefined : bytes });
    this.at8 += bytes.length;
    this.at16 += text.length * 2;
    if (!ascii) this.forget(bytes.length);
    return bytes;
  }

  /** The member begins with a byte order mark. */
  skipMark(): void {
    this.at16 += 2;
  }

  sink(to: RecordSink): RecordSink {
    const mapped = (place: Place): Place => {
      const offset = this.map(place.offset);
      const length = this.map(place.offset + place.length) - offset;
      this.records += length;
      return { ...place, offset, length };
    };
    return {
      cuts: to.cuts,
      record: (place, ...rest) => to.record(mapped(place), ...rest),
      oversize: (place) => to.oversize(mapped(place)),
      skip: (place, ...rest) => to.skip(mapped(place), ...rest),
    };
  }

  private map(at8: number): number {
    let [low, high] = [0, this.stretches.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.stretches[middle] as Stretch).at8 <= at8) low = middle;
      else high = middle;
    }
    const stretch = this.stretches[low];
    if (!stretch) return this.at16;
    const into = at8 - stretch.at8;
    return stretch.at16 + 2 * (stretch.text ? stretch.text.toString('utf8', 0, into).length : into);
  }

  private forget(bytes: number): void {
    this.kept += bytes;
    for (let i = 0; this.kept > MAX_KEPT && i < this.stretches.length; i++) {
      const { text, ...place } = this.stretches[i] as Stretch;
      if (!text) continue;
      this.stretches[i] = { ...place, text: Buffer.alloc(0) };
      this.kept -= text.length;
    }
  }
}

export class Utf16Framing implements Framing {
  private readonly decoder;
  private bytes = 0;

  constructor(
    encoding: Utf16,
    private readonly places: Utf16Places,
    private readonly inner: Framing,
  ) {
    this.decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  get lines(): number {
    return this.inner.lines;
  }
  get blankLines(): number {
    return this.inner.blankLines;
  }
  get account(): ByteAccount {
    const { records } = this.places;
    const blank = this.inner.account.blank * 2;
    return { records, envelope: this.bytes - records - blank, blank };
  }

  skipMark(length: number): void {
    this.bytes += length;
    this.places.skipMark();
  }

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.inner.push(this.places.add(this.decoder.decode(chunk, { stream: true })));
  }

  finish(): void {
    this.inner.push(this.places.add(this.decoder.decode()));
    this.inner.finish();
  }
}
