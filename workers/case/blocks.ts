/**
 * Whether the file of a case's database is as DuckDB wrote it. Its three headers of 4 KiB and its blocks of 256 KiB begin with a checksum over what follows. DuckDB
 * looks at it only where it reads a block.
 */
import { open } from 'node:fs/promises';
import type { VerifyCheck } from '../contract/verify';
import { Checksum } from './checksum';

const HEADER = 4096;
const HEADERS = 3 * HEADER;
const BLOCK = 256 * 1024;

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
  const sum = new Checksum();
  sum.add(words.subarray(2));
  return sum.is(words[0] as number, words[1] as number) || words.every((word) => word === 0);
}
