/** Records' bytes: where they lie in the sealed evidence, read back and hashed. */
import { createHash } from 'node:crypto';
import { readRange } from './case/store';
import type { RecordBytes } from './contract/detail';
import type { StoredPlace } from './queries/detail';

/** The exact bytes of each place with their SHA-256, in the same order. Throws `case-damaged` where a sealed file is short. */
export async function readPlaces(dir: string, places: readonly StoredPlace[]): Promise<RecordBytes['places']> {
  const read = [];
  for (const { evidence, member, record, source, offset, length } of places) {
    const bytes = new Uint8Array(await readRange(dir, source, offset, length));
    read.push({ evidence, member, record, offset, length, sha256: createHash('sha256').update(bytes).digest('hex'), bytes });
  }
  return read;
}
