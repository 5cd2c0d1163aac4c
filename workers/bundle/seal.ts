/**
 * Brings an evidence into the case as it was handed over: copied (cloned where the file system can), hashed, and made read-only.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ExhibitError } from '../contract/errors';
import { assertOutside } from '../contract/intake';
import type { Problem } from './bounds';
import { filesBelow, isArchive } from './members';
import { fileChunks } from './source';

export interface Sealed {
  /** Of the file; of a folder the SHA-256 of its `sha256sum` listing (contract section 4). */
  readonly sha256: string;
  /** Of a folder the sum of its regular files. */
  readonly bytes: number;
  readonly kind: 'file' | 'folder' | 'archive';
  readonly name: string;
  /** Absolute path of the copy: `<folder>/<name>`. */
  readonly path: string;
  /** SHA-256 of each sealed file, by its path below `path` as latin1 text of its bytes; '' for a single file. */
  readonly files: ReadonlyMap<string, string>;
  /** What was not copied: links, special files. */
  readonly problems: readonly Problem[];
}

/**
 * Copies a file or folder to `<folder>/<its name>` and hashes the bytes that were copied. `folder` must exist and be empty.
 * Throws `unreadable` where there is nothing to read, `usage` where `folder` lies in what is to be copied, `stopped` on abort; the caller then removes `folder`.
 * @param onProgress bytes done, bytes in all
 */
export async function seal(
  path: string,
  folder: string,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<Sealed> {
  const from = await readable(path, () => realpath(path));
  const { isFolder, size } = await readable(path, async () => {
    const found = await stat(from);
    if (!found.isDirectory() && !found.isFile())
      throw new ExhibitError('unreadable', `${path} is neither a file nor a folder.`, { at: path });
    return { isFolder: found.isDirectory(), size: found.size };
  });
  assertOutside(path, from, await realpath(folder));
  const name = basename(resolve(path)) || 'evidence';
  const to = join(folder, name);
  const copy = new Copy(onProgress, signal);
  return isFolder ? sealFolder(from, to, name, copy) : sealFile(from, to, name, size, copy);
}

async function sealFile(from: string, to: string, name: string, size: number, copy: Copy): Promise<Sealed> {
  copy.total = size;
  const { sha256, bytes } = await copy.file(from, to);
  return {
    sha256,
    bytes,
    kind: (await isArchive(to)) ? 'archive' : 'file',
    name,
    path: to,
    files: new Map([['', sha256]]),
    problems: [],
  };
}

async function sealFolder(from: string, to: string, name: string, copy: Copy): Promise<Sealed> {
  const problems: Problem[] = [];
  const paths: Buffer[] = [];
  await readable(from, async () => {
    for await (const path of filesBelow(Buffer.from(from), (problem) => problems.push(problem))) {
      paths.push(path);
      copy.total += (await stat(below(from, path))).size;
    }
  });
  const files = new Map<string, string>();
  const listing = createHash('sha256');
  let bytes = 0;
  await mkdir(to);
  for (const path of paths) {
    const slash = path.lastIndexOf(0x2f);
    if (slash > 0) await mkdir(below(to, path.subarray(0, slash)), { recursive: true });
    const file = await copy.file(below(from, path), below(to, path));
    files.set(path.toString('latin1'), file.sha256);
    listing.update(listingLine(file.sha256, path));
    bytes += file.bytes;
  }
  // Without a name, sha256sum reads an empty standard input and says `-`.
  if (paths.length === 0) listing.update(listingLine(createHash('sha256').digest('hex'), Buffer.from('-')));
  return { sha256: listing.digest('hex'), bytes, kind: 'folder', name, path: to, files, problems };
}

/** A line as GNU `sha256sum` prints it: a name with a backslash or a line end is escaped and the line begins with a backslash. */
export function listingLine(sha256: string, path: Buffer): Buffer {
  const name = path.toString('latin1');
  const escaped = name.replace(/[\\\n\r]/g, (char) => (char === '\n' ? '\\n' : char === '\r' ? '\\r' : '\\\\'));
  return Buffer.from(`${escaped === name ? '' : '\\'}${sha256}  ${escaped}\n`, 'latin1');
}

class Copy {
  total = 0;
  private done = 0;
  constructor(
    private readonly onProgress: (done: number, total: number) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async file(from: string | Buffer, to: string | Buffer): Promise<{ sha256: string; bytes: number }> {
    const cloned = await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE).then(
      () => true,
      () => false,
    );
    const digest = createHash('sha256');
    const out = cloned ? undefined : await open(to, 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const chunk of fileChunks(cloned ? to : from)) {
        if (this.signal?.aborted) throw new ExhibitError('stopped', 'The import was stopped; nothing of it was kept.');
        // Hashing runs while the write is under way.
        const written = out?.write(chunk);
        digest.update(chunk);
        if ((await written)?.bytesWritten !== (out ? chunk.length : undefined))
          throw new ExhibitError('failed', `The disk took only part of ${to}.`);
        bytes += chunk.length;
        this.done += chunk.length;
        this.onProgress(this.done, Math.max(this.total, this.done));
      }
    } catch (error) {
      throw asUnreadable(error, from);
    } finally {
      await out?.close();
    }
    await chmod(to, 0o400);
    return { sha256: digest.digest('hex'), bytes };
  }
}

const below = (root: string, path: Buffer): Buffer => Buffer.concat([Buffer.from(`${root}/`), path]);

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw asUnreadable(error, path);
  }
}

function asUnreadable(error: unknown, path: string | Buffer): unknown {
  const { code, path: inIt } = error as NodeJS.ErrnoException;
  if (error instanceof ExhibitError || !code) return error;
  const why =
    code === 'ENOENT'
      ? 'There is no file or folder at'
      : code === 'EACCES'
        ? 'You may not read'
        : `The system cannot read (${code})`;
  const at = String(inIt ?? path);
  return new ExhibitError('unreadable', `${why} ${at}.`, { at });
}
