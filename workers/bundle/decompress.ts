/**
 * gzip, raw deflate and Zstandard as streams of chunks. A damaged or truncated stream gives what can be read and one sentence.
 */
import { once } from 'node:events';
import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from 'node:zlib';
import { Decompress } from 'fzstd';
import { BoundReached, type Budget } from './bounds';
import type { ByteSource, Chunks } from './source';

/** Small steps of input, so that one step cannot fill the memory: deflate grows at most 1032 times. */
const STEP = 16 * 1024;
const OUTPUT = 256 * 1024;
/** Zstandard says beforehand how much it must keep; `zstd -d` itself refuses more than this by default. */
const MAX_WINDOW = 128 * 2 ** 20;

export type Complain = (why: string) => void;

export const gunzip = (source: ByteSource, budget: Budget, complain: Complain): Chunks =>
  inflated(source, createGunzip({ chunkSize: OUTPUT }), budget, complain, 'gzip');

/** The deflate data of a zip entry. */
export const inflateRaw = (source: ByteSource, budget: Budget, complain: Complain): Chunks =>
  inflated(source, createInflateRaw({ chunkSize: OUTPUT }), budget, complain, 'deflate');

/**
 * Output is collected as it comes and handed on after each step of input: a stream that fails throws away what was not yet read from it.
 */
async function* inflated(source: ByteSource, zip: Gunzip | InflateRaw, budget: Budget, complain: Complain, what: string): Chunks {
  let failure: Error | undefined;
  const ready: Buffer[] = [];
  let read = 0;
  let written = 0;
  zip.on('data', (chunk: Buffer) => {
    ready.push(chunk);
  });
  zip.on('error', (error: Error) => {
    failure = error;
  });
  try {
    for await (const chunk of source.chunks()) {
      for (let at = 0; at < chunk.length && !failure; at += STEP) {
        const step = chunk.subarray(at, at + STEP);
        read += step.length;
        await new Promise<void>((resolve) => {
          zip.write(step, () => resolve());
          zip.once('error', () => resolve());
        });
        zip.removeAllListeners('error').on('error', (error: Error) => {
          failure ??= error;
        });
        for (const out of ready.splice(0)) {
          written += out.length;
          budget.decompressed(out.length, read, written);
          yield out;
        }
      }
      if (failure) break;
    }
    if (!failure) {
      const ended = once(zip, 'end').catch((error: Error) => {
        failure ??= error;
      });
      zip.end();
      await ended;
      yield* ready.splice(0);
    }
    const unread = read - zip.bytesWritten + (failure ? 0 : await source.skip());
    if (failure) complain(sentence(what, failure, written));
    else if (unread > 0) complain(`${unread} bytes follow the ${what} data and are not ${what}; they were not read.`);
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
