/** Why a block is rejected whose fields do not fit it. */
export const BEYOND = 'a field reaches beyond its block';

/** Reads little-endian fields one after the other; whatever reaches beyond the end throws `RangeError`, which rejects the block. */
export class Cursor {
  at = 0;

  constructor(
    private readonly bytes: Buffer,
    private end: number = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.bytes.readUInt8(this.step(1));
  }
  u16(): number {
    return this.bytes.readUInt16LE(this.step(2));
  }
  u32(): number {
    return this.bytes.readUInt32LE(this.step(4));
  }
  /** A signed number of 64 bits; beyond 2^53 it is rounded (ids and flags never are). */
  i64(): number {
    return i64(this.bytes, this.step(8));
  }

  /** As many bytes as the 16-bit length in front of them says, as text. */
  text(): string {
    return textAt(this.bytes, this.at + 2, this.skipText());
  }
  /** The same, of texts that each end with NUL. */
  texts(): string[] {
    return textsAt(this.bytes, this.at + 2, this.skipText());
  }
  skipText(): number {
    const length = this.u16();
    this.step(length);
    return this.at;
  }

  take(length: number): Buffer {
    const from = this.step(length);
    return this.bytes.subarray(from, from + length);
  }

  skip(length: number): void {
    this.step(length);
  }

  /** A cursor over the next bytes, which this one passes over. */
  part(length: number): Cursor {
    const from = this.step(length);
    const part = new Cursor(this.bytes, from + length);
    part.at = from;
    return part;
  }

  private step(length: number): number {
    const from = this.at;
    if (length < 0 || from + length > this.end) throw new RangeError(BEYOND);
    this.at = from + length;
    return from;
  }
}

export const i64 = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at) + bytes.readInt32LE(at + 4) * 0x1_0000_0000;

/** Longer texts are cut: they are told again with each activity of a process. */
const LONGEST_TEXT = 64 * 1024;

/** Text up to its first NUL; what is not UTF-8 becomes U+FFFD. */
export function textAt(bytes: Buffer, from: number, to: number): string {
  const end = Math.min(to, from + LONGEST_TEXT);
  const nul = bytes.subarray(from, end).indexOf(0);
  return bytes.toString('utf8', from, nul < 0 ? end : from + nul);
}

/** Texts that each end with NUL; the last may lack it. */
export function textsAt(bytes: Buffer, from: number, to: number): string[] {
  if (to <= from) return [];
  const end = Math.min(to, from + LONGEST_TEXT);
  return bytes.toString('utf8', from, bytes[end - 1] === 0 ? end - 1 : end).split('\0');
}
