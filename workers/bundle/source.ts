/**
 * Bytes that are pulled: a file or a stream of chunks, with a look ahead. Chunks are valid until the next one is asked for.
 */

import type { PathLike } from 'node:fs';
import { open } from 'node:fs/promises';

export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

const CHUNK = 1 << 20;

/** The bytes of a file, read ahead by one chunk into two buffers that take turns. */
export async function* fileChunks(path: PathLike): Chunks {
  const file = await open(path, 'r');
  let pending: Promise<{ bytesRead: number; buffer: Buffer }> | undefined;
  try {
    let ahead = Buffer.allocUnsafe(CHUNK);
    let current = Buffer.allocUnsafe(CHUNK);
    pending = file.read(ahead, 0, CHUNK, null);
    for (;;) {
      const { bytesRead } = await pending;
      [current, ahead] = [ahead, current];
      if (bytesRead === 0) return;
      pending = file.read(ahead, 0, CHUNK, null);
      yield current.subarray(0, bytesRead);
    }
  } finally {
    await pending?.catch(() => undefined);
    await file.close();
  }
}

export class ByteSource {
  private held: Buffer = Buffer.alloc(0);
  private ended = false;
  /** Bytes handed out so far. */
  position = 0;

  constructor(private readonly from: Chunks) {}

  /** Up to `size` bytes from here, fewer only at the end; they stay to be read. */
  async peek(size: number): Promise<Buffer> {
    while (this.held.length < size && !this.ended) {
      const next = await this.from.next();
      if (next.done) this.ended = true;
      else this.held = Buffer.concat([this.held, next.value]);
    }
    return this.held.subarray(0, size);
  }

  /** The next `size` bytes, fewer only at the end. For small sizes: they are held in memory. */
  async read(size: number): Promise<Buffer> {
    const bytes = Buffer.from(await this.peek(size));
    this.held = this.held.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  /** Puts bytes back that `read` gave last. */
  unread(bytes: Buffer): void {
    this.held = Buffer.concat([bytes, this.held]);
    this.position -= bytes.length;
  }

  /** Reads and forgets a text up to its zero byte. */
  async skipText(): Promise<void> {
    for (let byte = await this.read(1); byte.length > 0 && byte[0] !== 0; byte = await this.read(1));
  }

  /** The next `size` bytes as chunks, fewer only at the end. */
  async *chunks(size = Number.POSITIVE_INFINITY): Chunks {
    for (let left = size; left > 0; ) {
      if (this.held.length === 0) {
        const next = this.ended ? undefined : await this.from.next();
        if (!next || next.done) {
          this.ended = true;
          return;
        }
        this.held = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
        continue;
      }
      const chunk = this.held.subarray(0, Math.min(left, this.held.length));
      this.held = this.held.subarray(chunk.length);
      this.position += chunk.length;
      left -= chunk.length;
      yield chunk;
    }
  }

  /** Reads and forgets the next `size` bytes; answers how many there were. */
  async skip(size = Number.POSITIVE_INFINITY): Promise<number> {
    let skipped = 0;
    for await (const chunk of this.chunks(size)) skipped += chunk.length;
    return skipped;
  }

  async close(): Promise<void> {
    await this.from.return();
  }
}
