/**
 * bzip2, also several streams one after another. Block by block, so that a damaged or truncated file gives the blocks before.
 *
 * Our own: the libraries that are to be had run for ever on a block whose run length overflows, and evidence is hostile.
 * Format: bzip2 1.0.8, decompress.c and blocksort's inverse; J. Tsai, "BZIP2: Format Specification" (2016).
 */
import { BoundReached, type Budget } from './bounds';
import type { Complain } from './decompress';
import type { ByteSource, Chunks } from './source';

/** What a block may take: 900,000 symbols of at most 20 bits, its selectors and its tables. */
const LARGEST_BLOCK = 2.5 * 2 ** 20;
const OUTPUT = 64 * 1024;
const BLOCK = 0x314159265359;
const END = 0x177245385090;
const LONGEST_CODE = 20;
/** Symbols that one Huffman table decodes before the next is selected. */
const GROUP = 50;

class Damaged extends Error {}
class CutOff extends Error {}

export async function* bunzip2(source: ByteSource, budget: Budget, complain: Complain): Chunks {
  let written = 0;
  try {
    const begun = source.position;
    while (await isHeader(source)) {
      const size = (await source.read(4)).readUInt8(3) - 0x30;
      for await (const chunk of blocks(source, size)) {
        written += chunk.length;
        budget.decompressed(chunk.length, source.position - begun, written);
        yield chunk;
      }
    }
    const rest = await source.skip();
    if (rest > 0) complain(`${rest} bytes follow the bzip2 data and are not bzip2; they were not read.`);
  } catch (error) {
    if (error instanceof BoundReached) complain(error.message);
    else if (error instanceof CutOff) complain(`The bzip2 data is cut off; ${written} decompressed bytes could be read.`);
    else if (error instanceof Damaged)
      complain(`The bzip2 data is damaged (${error.message}); ${written} decompressed bytes could be read.`);
    else throw error;
  }
}

const isHeader = async (source: ByteSource): Promise<boolean> => /^BZh[1-9]$/.test((await source.peek(4)).toString('latin1'));

/** The blocks of one stream, up to its end, which is a whole byte. */
async function* blocks(source: ByteSource, size: number): Chunks {
  const tree = new Uint32Array(size * 100_000);
  let bit = 0;
  let combined = 0;
  for (;;) {
    const bits = new Bits(await source.peek(LARGEST_BLOCK), bit);
    const magic = bits.take(24) * 2 ** 24 + bits.take(24);
    const stated = bits.take(16) * 2 ** 16 + bits.take(16);
    if (magic === END) {
      await source.skip(bits.wholeBytes);
      if (stated !== combined) throw new Damaged('the checksum of the whole does not hold');
      return;
    }
    if (magic !== BLOCK) throw new Damaged('no block begins where one should');
    const { start, count } = readBlock(bits, tree);
    let crc = 0xffffffff;
    for (const chunk of unfolded(tree, start, count)) {
      crc = crcOf(chunk, crc);
      yield chunk;
    }
    crc = ~crc >>> 0;
    if (crc !== stated) throw new Damaged('the checksum of a block does not hold');
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    await source.skip(bits.position >>> 3);
    bit = bits.position & 7;
  }
}

class Bits {
  constructor(
    private readonly bytes: Buffer,
    public position: number,
  ) {}

  get wholeBytes(): number {
    return (this.position + 7) >>> 3;
  }

  /** The next `count` bits, at most 24, which stay; zeros stand behind the end. */
  peek(count: number): number {
    const { bytes } = this;
    const at = this.position >>> 3;
    const word =
      at + 4 <= bytes.length
        ? ((bytes[at] as number) << 24) |
          ((bytes[at + 1] as number) << 16) |
          ((bytes[at + 2] as number) << 8) |
          (bytes[at + 3] as number)
        : ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8);
    return (word << (this.position & 7)) >>> (32 - count);
  }

  skip(count: number): void {
    this.position += count;
    if (this.position > this.bytes.length * 8) throw new CutOff();
  }

  take(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }
}

/** Huffman codes as bzip2 assigns them: the codes of a length follow those of the length before. */
interface Codes {
  /** By length: the first code beyond it, in `LONGEST_CODE` bits. */
  readonly beyond: Uint32Array;
  /** By length: what to take off a code of it for its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
  readonly shortest: number;
}

/** Undoes the Huffman codes, the move to front and the runs of a block, and links its bytes: `tree` holds the next place in its upper 24 bits. */
function readBlock(bits: Bits, tree: Uint32Array): { readonly start: number; readonly count: number } {
  if (bits.take(1) === 1) throw new Damaged('a block is randomised, which is long out of use');
  const origin = bits.take(24);
  const recent = usedBytes(bits);
  const end = recent.length + 1;
  const groups = bits.take(3);
  if (groups < 2 || groups > 6) throw new Damaged('a block has no valid number of tables');
  const selectors = readSelectors(bits, groups);
  const codes = Array.from({ length: groups }, () => readCodes(bits, end + 1));
  const counts = new Uint32Array(256);
  let count = 0;
  let run = 0;
  let weight = 1;
  for (let symbolsLeft = 0, group = 0, table = codes[0] as Codes; ; symbolsLeft--) {
    if (symbolsLeft === 0) {
      if (group >= selectors.length) throw new Damaged('a block selects too few tables');
      table = codes[selectors[group++] as number] as Codes;
      symbolsLeft = GROUP;
    }
    const symbol = nextSymbol(bits, table);
    if (symbol < 2) {
      run += weight << symbol;
      weight *= 2;
      // Checked at each digit: the sum of more digits than a block has bytes would overflow.
      if (count + run > tree.length) throw new Damaged('a block is longer than it may be');
      continue;
    }
    if (run > 0) {
      const byte = recent[0] as number;
      tree.fill(byte, count, count + run);
      count += run;
      counts[byte] = (counts[byte] as number) + run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) break;
    if (count >= tree.length) throw new Damaged('a block is longer than it may be');
    const byte = recent[symbol - 1] as number;
    for (let i = symbol - 1; i > 0; i--) recent[i] = recent[i - 1] as number;
    recent[0] = byte;
    counts[byte] = (counts[byte] as number) + 1;
    tree[count++] = byte;
  }
  if (count > 0 && origin >= count) throw new Damaged('a block begins behind its end');
  link(tree, count, counts);
  return { start: origin, count };
}

function usedBytes(bits: Bits): Uint8Array {
  const ranges = bits.take(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue;
    const within = bits.take(16);
    for (let i = 0; i < 16; i++) if ((within & (0x8000 >>> i)) !== 0) used.push(range * 16 + i);
  }
  if (used.length === 0) throw new Damaged('a block uses no bytes');
  return Uint8Array.from(used);
}

function readSelectors(bits: Bits, groups: number): Uint8Array {
  const selectors = new Uint8Array(bits.take(15));
  const recent = [0, 1, 2, 3, 4, 5].slice(0, groups);
  for (let i = 0; i < selectors.length; i++) {
    let at = 0;
    while (bits.take(1) === 1) if (++at >= groups) throw new Damaged('a block selects a table that it does not have');
    const [selected = 0] = recent.splice(at, 1);
    recent.unshift(selected);
    selectors[i] = selected;
  }
  return selectors;
}

function readCodes(bits: Bits, symbols: number): Codes {
  const lengths = new Uint8Array(symbols);
  let length = bits.take(5);
  for (let i = 0; i < symbols; i++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new Damaged('a code has no valid length');
      if (bits.take(1) === 0) break;
      length += bits.take(1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
  }
  return codesOf(lengths);
}

function codesOf(lengths: Uint8Array): Codes {
  const symbols = new Uint16Array(lengths.length);
  const beyond = new Uint32Array(LONGEST_CODE + 1);
  const base = new Int32Array(LONGEST_CODE + 1);
  let place = 0;
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    base[length] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      code++;
    }
    beyond[length] = code * 2 ** (LONGEST_CODE - length);
    code *= 2;
  }
  return { beyond, base, symbols, shortest: Math.min(...lengths) };
}

function nextSymbol(bits: Bits, { beyond, base, symbols, shortest }: Codes): number {
  const ahead = bits.peek(LONGEST_CODE);
  let length = shortest;
  while (ahead >= (beyond[length] as number)) if (++length > LONGEST_CODE) throw new Damaged('a code stands for nothing');
  bits.skip(length);
  const symbol = symbols[(ahead >>> (LONGEST_CODE - length)) - (base[length] as number)];
  if (symbol === undefined) throw new Damaged('a code stands for nothing');
  return symbol;
}

/** The inverse of the Burrows-Wheeler transform: where the byte behind each one stands. */
function link(tree: Uint32Array, count: number, counts: Uint32Array): void {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) next[byte] = (next[byte - 1] as number) + (counts[byte - 1] as number);
  for (let i = 0; i < count; i++) {
    const byte = (tree[i] as number) & 0xff;
    const at = next[byte] as number;
    next[byte] = at + 1;
    tree[at] = (tree[at] as number) | (i << 8);
  }
}

/** The bytes of a block in order: four equal ones are followed by how many more there are. */
function* unfolded(tree: Uint32Array, start: number, count: number): Generator<Uint8Array> {
  if (count === 0) return;
  let out = new Uint8Array(OUTPUT);
  let length = 0;
  let equal = 0;
  let last = -1;
  for (let left = count, at = (tree[start] as number) >>> 8; left > 0; left--) {
    const entry = tree[at] as number;
    const byte = entry & 0xff;
    at = entry >>> 8;
    if (length + 256 > OUTPUT) {
      yield out.subarray(0, length);
      out = new Uint8Array(OUTPUT);
      length = 0;
    }
    if (equal === 4) {
      out.fill(last, length, length + byte);
      length += byte;
      equal = 0;
      last = -1;
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      out[length++] = byte;
    }
  }
  yield out.subarray(0, length);
}

/** CRC-32 with the highest bit first, as nothing else here has it. */
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

function crcOf(bytes: Uint8Array, before: number): number {
  let crc = before;
  for (const byte of bytes) crc = (crc << 8) ^ (CRC[((crc >>> 24) ^ byte) & 0xff] as number);
  return crc;
}
