/**
 * LZ4 as a stream of chunks: frames, one after another, with blocks that build on one another or not, and the older form of `lz4 -l`. A damaged or cut-off stream gives what can be
 * read and one sentence; every checksum is looked at. Sources: LZ4 frame format description 1.6.4, LZ4 block format description.
 */
import { BoundReached, type Budget } from './bounds';
import type { Complain } from './decompress';
import type { ByteSource, Chunks } from './source';
import { XxHash32, xxh32 } from './xxh32';

const FRAME = 0x184d2204;
const LEGACY = 0x184c2102;
/** What a block may refer back to. */
const WINDOW = 64 * 2 ** 10;
/** Up to here copying byte by byte is quicker than asking for it. */
const SHORT = 64;
/** By the code in the frame's header. */
const LARGEST: ReadonlyMap<number, number> = new Map([4, 5, 6, 7].map((code) => [code, 2 ** (8 + 2 * code)]));
const LEGACY_LARGEST = 8 * 2 ** 20;

export const isLz4 = (magic: number): boolean => magic === FRAME || magic === LEGACY;
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;

/** Why the data ends early, as in "The lz4 data is …". */
class Broken extends Error {}

export async function* unlz4(source: ByteSource, budget: Budget, complain: Complain): Chunks {
  const start = source.position;
  let written = 0;
  try {
    for (let head = await source.peek(4); head.length === 4; head = await source.peek(4)) {
      const magic = head.readUInt32LE(0);
      if (!isLz4(magic) && !isSkippable(magic)) break;
      await source.read(4);
      if (isSkippable(magic)) await source.skip((await exactly(source, 4)).readUInt32LE(0));
      else
        for await (const chunk of magic === LEGACY ? legacy(source) : framed(source)) {
          written += chunk.length;
          budget.decompressed(chunk.length, source.position - start, written);
          yield chunk;
        }
    }
    const rest = await source.skip();
    if (rest > 0) complain(`${rest} bytes follow the lz4 data and are not lz4; they were not read.`);
  } catch (error) {
    if (error instanceof BoundReached) complain(error.message);
    else if (error instanceof Broken) complain(`The lz4 data is ${error.message}; ${written} decompressed bytes could be read.`);
    else throw error;
  }
}

async function exactly(source: ByteSource, size: number): Promise<Buffer> {
  const bytes = await source.read(size);
  if (bytes.length < size) throw new Broken('cut off');
  return bytes;
}

/** One frame behind its magic number. */
async function* framed(source: ByteSource): Chunks {
  const { largest, blockSums, contentSum } = await header(source);
  const blocks = new Blocks(largest);
  const hash = contentSum ? new XxHash32() : undefined;
  for (;;) {
    const word = (await exactly(source, 4)).readUInt32LE(0);
    if (word === 0) break;
    const size = word & 0x7fffffff;
    if (size > largest) throw new Broken('damaged (a block is longer than its frame allows)');
    const block = await source.read(size);
    const chunk = word >>> 31 === 1 ? blocks.stored(block) : blocks.decoded(block);
    hash?.update(chunk.bytes);
    yield chunk.bytes;
    if (block.length < size) throw new Broken('cut off');
    if (chunk.wrong) throw new Broken(`damaged (${chunk.wrong})`);
    if (blockSums && (await exactly(source, 4)).readUInt32LE(0) !== xxh32(block))
      throw new Broken('damaged (the checksum of a block does not hold)');
  }
  if (hash && (await exactly(source, 4)).readUInt32LE(0) !== hash.digest())
    throw new Broken('damaged (its checksum does not hold)');
}

async function header(source: ByteSource) {
  const fixed = await exactly(source, 2);
  const [flags = 0, sizes = 0] = fixed;
  const largest = LARGEST.get((sizes >> 4) & 7);
  if (flags >> 6 !== 1 || largest === undefined) throw new Broken('damaged (its header is of no known version)');
  const rest = await exactly(source, (flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0));
  const sum = (xxh32(Buffer.concat([fixed, rest])) >> 8) & 0xff;
  if ((await exactly(source, 1))[0] !== sum) throw new Broken('damaged (the checksum of its header does not hold)');
  if (flags & 1) throw new Broken('compressed with a dictionary, which is not in it');
  return { largest, blockSums: (flags & 16) !== 0, contentSum: (flags & 4) !== 0 };
}

/** Blocks of the older form, up to the end or to another frame. */
async function* legacy(source: ByteSource): Chunks {
  for (;;) {
    if ((await source.peek(1)).length === 0) return;
    const word = await exactly(source, 4);
    const size = word.readUInt32LE(0);
    if (isLz4(size) || isSkippable(size)) return source.unread(word);
    // What does not compress grows by a byte in 255.
    if (size > LEGACY_LARGEST * 1.01) throw new Broken('damaged (a block is longer than can be)');
    const block = await source.read(size);
    const { bytes, wrong } = new Blocks(LEGACY_LARGEST).decoded(block);
    yield bytes;
    if (block.length < size) throw new Broken('cut off');
    if (wrong) throw new Broken(`damaged (${wrong})`);
  }
}

interface Block {
  /** Valid until the next block is decoded. */
  readonly bytes: Buffer;
  /** Why there are not more; what was decoded up to there stands. */
  readonly wrong?: string;
}

/** Decodes block by block into one buffer, in front of which lies the end of what came before. */
class Blocks {
  private readonly out: Buffer;
  /** Where the bytes before begin, up to `WINDOW`. */
  private begin = WINDOW;

  constructor(largest: number) {
    this.out = Buffer.alloc(WINDOW + largest);
  }

  stored(block: Buffer): Block {
    block.copy(this.out, WINDOW);
    return this.decodedTo(WINDOW + block.length);
  }

  /** Sequences of a token, literals, and a copy of earlier bytes; the last has literals alone. */
  decoded(block: Buffer): Block {
    const { out } = this;
    let at = 0;
    let to = WINDOW;
    const long = (nibble: number): number => {
      let length = nibble;
      if (nibble === 15) {
        let byte = 255;
        while (byte === 255 && at < block.length) length += byte = block[at++] as number;
      }
      return length;
    };
    while (at < block.length) {
      const token = block[at++] as number;
      const literals = Math.min(long(token >> 4), block.length - at);
      if (to + literals > out.length) return this.decodedTo(to, 'it holds more than a block may');
      block.copy(out, to, at, at + literals);
      at += literals;
      to += literals;
      if (at + 2 > block.length) break;
      const from = to - block.readUInt16LE(at);
      at += 2;
      const length = long(token & 15) + 4;
      if (from === to || from < this.begin) return this.decodedTo(to, 'it refers to what is not there');
      if (to + length > out.length) return this.decodedTo(to, 'it holds more than a block may');
      if (length > SHORT && from + length <= to) out.copyWithin(to, from, from + length);
      else for (let i = 0; i < length; i++) out[to + i] = out[from + i] as number;
      to += length;
    }
    return this.decodedTo(to);
  }

  private decodedTo(to: number, wrong?: string): Block {
    const bytes = Buffer.from(this.out.subarray(WINDOW, to));
    const begin = Math.max(this.begin, to - WINDOW);
    this.out.copyWithin(WINDOW - (to - begin), begin, to);
    this.begin = WINDOW - (to - begin);
    return wrong === undefined ? { bytes } : { bytes, wrong };
  }
}
