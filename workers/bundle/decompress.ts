/**
 * gzip, raw deflate and Zstandard as streams of chunks. A damaged or truncated stream gives what can be read and one sentence.
 */
import { crc32, createInflateRaw } from 'node:zlib';
import { Decompress } from 'fzstd';
import { BoundReached, type Budget } from './bounds';
import type { ByteSource, Chunks } from './source';

/** Small steps of input, so that one step cannot fill the memory: deflate grows at most 1032 times. */
const STEP = 16 * 1024;
/** What damage inside the data can cost at most: zlib hands out whole buffers. */
const OUTPUT = 64 * 1024;
/** Zstandard says beforehand how much it must keep; `zstd -d` itself refuses more than this by default. */
const MAX_WINDOW = 128 * 2 ** 20;

export type Complain = (why: string) => void;
/** The decompressed bytes; whatever is wrong is complained of and ends them. */
export type Decompressor = (source: ByteSource, budget: Budget, complain: Complain) => Chunks;

/**
 * gzip (RFC 1952), also several members one after another. Only the deflate data goes through zlib, and CRC-32 and size are checked here: Node's own Gunzip throws
 * the last output away where they do not hold.
 */
export async function* gunzip(source: ByteSource, budget: Budget, complain: Complain): Chunks {
  for (let first = true; await skipGzipHeader(source, first); first = false) {
    let crc = 0;
    let size = 0;
    let whole = true;
    const data = inflated(source, budget, 'gzip', (why) => {
      whole = false;
      complain(why);
    });
    for await (const chunk of data) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
    if (!whole) return;
    const trailer = await source.read(8);
    if (trailer.length < 8) return complain(`The gzip data is cut off; ${size} decompressed bytes could be read.`);
    if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32) {
      complain(`The gzip data is damaged: its CRC-32 or size does not hold for the ${size} bytes that were read.`);
    }
  }
  const rest = await skipUnlessZeros(source);
  if (rest > 0) complain(`${rest} bytes follow the gzip data and are not gzip; they were not read.`);
}

/** How many bytes are left; none where all are zeros, with which tapes and disks fill their blocks. */
async function skipUnlessZeros(source: ByteSource): Promise<number> {
  let rest = 0;
  let isPadding = true;
  for await (const chunk of source.chunks()) {
    rest += chunk.length;
    isPadding &&= chunk.every((byte) => byte === 0);
  }
  return isPadding ? 0 : rest;
}

/** False where no gzip member begins. The first one was recognised already, so a cut-off header counts as one. */
async function skipGzipHeader(source: ByteSource, first: boolean): Promise<boolean> {
  const magic = await source.peek(3);
  if (!first && !(magic.length === 3 && magic.readUIntLE(0, 3) === 0x088b1f)) return false;
  const flags = (await source.read(10))[3] ?? 0;
  if (flags & 4) await source.skip(Buffer.concat([await source.read(2), Buffer.alloc(2)]).readUInt16LE(0));
  for (const flag of [8, 16]) if (flags & flag) await source.skipText();
  if (flags & 2) await source.skip(2);
  return true;
}

/** The deflate data of a zip entry. */
export const inflateRaw = (source: ByteSource, budget: Budget, complain: Complain): Chunks =>
  inflated(source, budget, 'deflate', complain);

/**
 * Deflate data up to its own end; what follows stays to be read. Output is collected as it comes and handed on after each step of input, since a
 * stream that fails throws away what was not yet read from it.
 */
async function* inflated(source: ByteSource, budget: Budget, what: string, complain: Complain): Chunks {
  const zip = createInflateRaw({ chunkSize: OUTPUT });
  let failure: Error | undefined;
  const ready: Buffer[] = [];
  let read = 0;
  let written = 0;
  zip.on('data', (chunk: Buffer) => {
    ready.push(chunk);
  });
  let settled: () => void = () => undefined;
  zip.on('error', (error: Error) => {
    failure = error;
    settled();
  });
  zip.on('end', () => settled());
  const settle = (act: () => void) =>
    new Promise<void>((resolve) => {
      settled = resolve;
      act();
    });
  try {
    while (!failure && zip.bytesWritten === read) {
      const step = await source.read(STEP);
      read += step.length;
      await settle(() => (step.length === 0 ? zip.end() : zip.write(step, () => settled())));
      for (const out of ready.splice(0)) {
        written += out.length;
        budget.decompressed(out.length, read, written);
        yield out;
      }
      if (step.length === 0) break;
      const unused = failure ? 0 : read - zip.bytesWritten;
      if (unused > 0) source.unread(step.subarray(step.length - unused));
    }
    if (failure) complain(sentence(what, failure, written));
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    complain(error.message);
  } finally {
    zip.destroy();
  }
}

const sentence = (what: string, error: Error, written: number): string =>
  /unexpected end/i.test(error.message)
    ? `The ${what} data is cut off; ${written} decompressed bytes could be read.`
    : `The ${what} data is damaged (${error.message}); ${written} decompressed bytes could be read.`;

/** fzstd checks no checksums: damage inside a block can pass unseen; the hash of what was read is in the case. */
export async function* unzstd(source: ByteSource, budget: Budget, complain: Complain): Chunks {
  const ready: Uint8Array[] = [];
  let read = 0;
  let written = 0;
  const zstd = new Decompress((chunk) => {
    written += chunk.length;
    budget.decompressed(chunk.length, read, written);
    ready.push(chunk);
  });
  try {
    const window = windowSize(await source.peek(18));
    if (window > MAX_WINDOW)
      return complain(`Its Zstandard window of ${window} bytes is larger than ${MAX_WINDOW}; it was not read.`);
    for await (const chunk of source.chunks()) {
      for (let at = 0; at < chunk.length; at += STEP) {
        // fzstd keeps parts of what it is given.
        const step = Uint8Array.from(chunk.subarray(at, at + STEP));
        read += step.length;
        zstd.push(step);
        yield* ready.splice(0);
      }
    }
    zstd.push(new Uint8Array(0), true);
    yield* ready.splice(0);
  } catch (error) {
    yield* ready.splice(0);
    complain(error instanceof BoundReached ? error.message : sentence('Zstandard', eof(error as Error), written));
  }
}

const eof = (error: Error): Error => (/EOF/.test(error.message) ? new Error('unexpected end') : error);

/** Bytes that the first frame must keep in memory (RFC 8878, 3.1.1.1); 0 for a skippable frame. */
function windowSize(head: Buffer): number {
  if (head.length < 6 || head.readUInt32LE(0) !== 0xfd2fb528) return 0;
  const flags = head.readUInt8(4);
  if ((flags & 0x20) === 0) {
    const descriptor = head.readUInt8(5);
    const base = 2 ** (10 + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
  }
  const at = 5 + ([0, 1, 2, 4][flags & 3] as number);
  const size = 1 << (flags >> 6);
  if (head.length < at + size) return 0;
  return size === 8 ? Number(head.readBigUInt64LE(at)) : head.readUIntLE(at, size) + (size === 2 ? 256 : 0);
}
