/** Digests of the files of a sealed folder or archive as they lie in it, for its own lists of checksums. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Budget } from './bounds';
import { type Algorithm, type Digests, plainPath } from './manifest';
import { COMPRESSIONS, kindOf } from './members';
import { ByteSource, type Chunks, fileChunks } from './source';
import { tarEntries } from './tar';
import { zipEntries } from './zip';

const quiet = (): void => undefined;

/** @param known SHA-256 of each file by its path, as sealing found it */
export async function folderDigests(
  root: string,
  known: ReadonlyMap<string, string>,
  algorithms: readonly Algorithm[],
): Promise<Digests> {
  const files = new Map<string, ReadonlyMap<Algorithm, string>>();
  const others = algorithms.filter((algorithm) => algorithm !== 'sha256');
  for (const [path, sha256] of known) {
    const file = Buffer.concat([Buffer.from(join(root, '/')), Buffer.from(path, 'latin1')]);
    const more = others.length > 0 ? await digestsOf(fileChunks(file), others) : [];
    files.set(path, new Map<Algorithm, string>([['sha256', sha256], ...more]));
  }
  return files;
}

/** The regular files of an archive (tar, zip, compressed or not). What cannot be read is left out; the reading of its members complains. */
export async function archiveDigests(path: Buffer, algorithms: readonly Algorithm[]): Promise<Digests> {
  const files = new Map<string, ReadonlyMap<Algorithm, string>>();
  const source = new ByteSource(fileChunks(path));
  try {
    for await (const { name, bytes } of entries(source, path, new Budget())) {
      files.set(plainPath(name.toString('latin1')), new Map(await digestsOf(bytes, algorithms)));
    }
  } finally {
    await source.close();
  }
  return files;
}

async function* entries(
  source: ByteSource,
  onDisk: Buffer | undefined,
  budget: Budget,
): AsyncGenerator<{ name: Buffer; bytes: Chunks }> {
  const kind = kindOf(await source.peek(512));
  const decompress = COMPRESSIONS.get(kind);
  if (decompress) {
    yield* entries(new ByteSource(decompress(source, budget, quiet)), undefined, budget);
  } else if (kind === 'tar') {
    for await (const entry of tarEntries(source, budget, quiet)) if (entry.type === '0' || entry.type === '7') yield entry;
  } else if (kind === 'zip' && onDisk) {
    for await (const entry of zipEntries(onDisk, budget, quiet))
      if (entry.kind === 'file' && !entry.unreadable) yield { name: entry.name, bytes: entry.bytes(quiet) };
  }
}

async function digestsOf(bytes: Chunks, algorithms: readonly Algorithm[]): Promise<(readonly [Algorithm, string])[]> {
  const hashes = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
  for await (const chunk of bytes) for (const [, hash] of hashes) hash.update(chunk);
  return hashes.map(([algorithm, hash]) => [algorithm, hash.digest('hex')] as const);
}
