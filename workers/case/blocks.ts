/**
 * Whether the file of a case's database is as DuckDB wrote it. Its three headers of 4 KiB and its blocks of 256 KiB begin with a checksum over what follows (DuckDB's
 * own, `common/checksum.cpp`): each word of 64 bits times a constant, all of them combined by XOR. DuckDB looks at it only where it reads a block.
 */
import { open } from 'node:fs/promises';
import type { VerifyCheck } from '../contract/verify';

const HEADER = 4096;
const HEADERS = 3 * HEADER;
const BLOCK = 256 * 1024;
const FACTOR_LOW = 0x1ce4e5b9;
const FACTOR_HIGH = 0xbf58476d;
const SEED = 5381;

export async function verifyBlocks(path: string, signal?: AbortSignal): Promise<VerifyCheck> {
  const what = 'The database file is as it was written';
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const damaged: number[] = [];
    // Words of a buffer of its own lie where an array of them may begin.
    const words = new Uint32Array(BLOCK / 4);
    for (let at = 0; at < size && signal?.aborted !== true; at += at < HEADERS ? HEADER : BLOCK) {
      const length = at < HEADERS ? HEADER : BLOCK;
      const { bytesRead } = await file.read(words, 0, length, at);
      if (bytesRead < length || !isWhole(words.subarray(0, length / 4))) damaged.push(at);
    }
    const more = damaged.length > 1 ? ` and at ${damaged.length - 1} more places` : '';
    return {
      what,
      ok: damaged.length === 0,
      detail:
        damaged.length === 0
          ? `case.duckdb: ${size} bytes, each block with its checksum.`
          : `case.duckdb was changed or damaged at byte ${damaged[0]}${more}: bring it back from a copy, or import the originals into a new case.`,
    };
  } finally {
    await file.close();
  }
}

/** A block that was given back to the file system is all zeros. */
function isWhole(words: Uint32Array): boolean {
  let [low, high] = [SEED, 0];
  for (let i = 2; i < words.length; i += 2) {
    const word = words[i] as number;
    low ^= Math.imul(word, FACTOR_LOW);
    high ^= upper(word) + Math.imul(word, FACTOR_HIGH) + Math.imul(words[i + 1] as number, FACTOR_LOW);
  }
  return (low >>> 0 === words[0] && high >>> 0 === words[1]) || words.every((word) => word === 0);
}

/** The upper 32 bits of a word times the lower half of the factor. */
function upper(word: number): number {
  const [a, b] = [word >>> 16, word & 0xffff];
  const [c, d] = [FACTOR_LOW >>> 16, FACTOR_LOW & 0xffff];
  const middle = a * d + ((b * d) >>> 16);
  return a * c + Math.floor(middle / 0x10000) + ((b * c + (middle & 0xffff)) >>> 16);
}
