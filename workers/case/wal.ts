/**
 * Whether DuckDB's own journal, `case.duckdb.wal`, is as DuckDB wrote it. A case at rest has none: closing brings it into the database. A crash leaves one, and the next
 * opening for writing brings it in. Of one that is damaged, or none at all, DuckDB takes what it can read and is silent about the rest.
 * It begins with its version (unchecked); then come entries, each with its length, its checksum (8 bytes each) and its bytes; each commit ends with an entry of its own.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { VerifyCheck } from '../contract/verify';
import { Checksum } from './checksum';

/** Its version, 2, as DuckDB serializes it, in hex; later ones add the database's id and how often it was written. */
const VERSION = /^640062650002(?:660010(?:(?:[89a-f].)?[0-7].){16}6700(?:[89a-f].){0,9}[0-7].)?ffff/;
const LONGEST_VERSION = 64;
const ENTRY_HEAD = 16;
const CHUNK = 256 * 1024;
/** What kind an entry is, its third byte: the end of a commit, or that the journal was being brought into the database. */
const ENDS = new Set([100, 99]);

/** @param path of the database; no check where it has no journal, or an empty one */
export async function verifyWal(path: string, signal?: AbortSignal): Promise<readonly VerifyCheck[]> {
  const what = 'The journal that a crash left of the database is as it was written';
  const file = await open(`${path}.wal`).catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    if (size === 0) return [];
    const whole = await wholeBytes(file, size, signal);
    const detail =
      whole === size
        ? `case.duckdb.wal: ${size} bytes, each entry with its checksum.`
        : `case.duckdb.wal has ${size} bytes, and from byte ${whole} on it is no whole journal of DuckDB’s: a crash left that, or somebody. A case at rest has no such file. Opening the case for writing brings in what is whole and removes it.`;
    return [{ what, ok: whole === size, detail }];
  } finally {
    await file.close();
  }
}

/** Up to where commits are whole. */
async function wholeBytes(file: FileHandle, size: number, signal?: AbortSignal): Promise<number> {
  // Words of a buffer of its own lie where an array of them may begin.
  const words = new Uint32Array(CHUNK / 4);
  const bytes = new Uint8Array(words.buffer);
  const version = await file.read(bytes, 0, LONGEST_VERSION, 0);
  let at = (VERSION.exec(Buffer.from(bytes.subarray(0, version.bytesRead)).toString('hex'))?.[0].length ?? 0) / 2;
  let committed = 0;
  while (at > 0 && at + ENTRY_HEAD <= size && signal?.aborted !== true) {
    await file.read(bytes, 0, ENTRY_HEAD, at);
    const [length = 0, lengthHigh = 0, low = 0, high = 0] = words;
    const end = at + ENTRY_HEAD + length;
    if (lengthHigh !== 0 || end > size) break;
    const sum = new Checksum();
    let kind: number | undefined;
    for (let from = at + ENTRY_HEAD; from < end; from += CHUNK) {
      const part = Math.min(CHUNK, end - from);
      await file.read(bytes, 0, part, from);
      kind ??= bytes[2];
      const inWords = part & ~7;
      sum.add(words.subarray(0, inWords / 4));
      if (inWords < part) sum.addRest(bytes.subarray(inWords, part));
    }
    if (kind === undefined || !sum.is(low, high)) break;
    at = end;
    if (ENDS.has(kind)) committed = at;
  }
  return committed;
}
