/**
 * Walks the members of a sealed evidence: plain files, and what lies in archives and compressed files, at any depth within bounds.
 * What something is, its first bytes say, never its name. Nothing is ever unpacked by name; links and special files are problems.
 */
import { createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { escapeMember } from '../contract/id';
import { BOUNDS, BoundReached, type Bounds, Budget, type Problem } from './bounds';
import { bunzip2 } from './bzip2';
import { type Decompressor, gunzip, unzstd } from './decompress';
import { isLz4, unlz4 } from './lz4';
import { isParquet, parquetRows } from './parquet';
import { ByteSource, type Chunks, fileChunks } from './source';
import { isTarHeader, tarEntries } from './tar';
import { unxz } from './xz';
import { zipEntries } from './zip';

export interface Member {
  /** In %XX form; '' where the evidence is a single file. */
  readonly path: string;
  /** The sealed file that holds exactly its bytes, relative to the sealed root; undefined where they lie compressed or in an archive. */
  readonly file: Buffer | undefined;
  /** Its bytes are lines of JSON that stand for the rows of a Parquet file (`parquet.ts`). */
  readonly rows?: boolean;
  /** How many bytes of the sealed evidence had to be read so far, up to this member and in it. */
  readonly read: () => number;
  /** Its (decompressed) bytes; to be read before the next member is asked for. What is left unread is skipped. */
  readonly bytes: Chunks;
}

export interface WalkOptions {
  readonly bounds?: Bounds;
  readonly onProblem: (problem: Problem) => void;
  /** Where an archive that needs random access but lies in another is put for the time of its reading. */
  readonly temporary: string;
}

/** Where something was found. */
interface Place {
  readonly path: string;
  readonly file: Buffer | undefined;
  readonly depth: number;
}

const SLASH = Buffer.from('/');
const joinBytes = (folder: Buffer, name: Buffer): Buffer => (folder.length === 0 ? name : Buffer.concat([folder, SLASH, name]));

/** Members in order: files of a folder by path in byte order, archives in their own order. `root` is a file or a folder. */
export async function* walkMembers(root: string, isFolder: boolean, options: WalkOptions): AsyncGenerator<Member> {
  const walk = new Walk(options);
  try {
    if (!isFolder) yield* walk.file(Buffer.from(root), { path: '', file: Buffer.alloc(0), depth: 0 });
    else {
      for await (const file of filesBelow(Buffer.from(root), options.onProblem)) {
        yield* walk.file(joinBytes(Buffer.from(root), file), { path: escapeMember(file), file, depth: 0 });
      }
    }
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    options.onProblem({ path: '', why: error.message });
  }
}

/** Regular files below a folder, relative to it, whole paths in byte order. Links and special files are complained of. */
export async function* filesBelow(root: Buffer, onProblem: (problem: Problem) => void): AsyncGenerator<Buffer> {
  const files: Buffer[] = [];
  const folders: Buffer[] = [Buffer.alloc(0)];
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const entry of await readdir(joinBytes(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
      const path = joinBytes(folder, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory()) folders.push(path);
      else
        onProblem({
          path: escapeMember(path),
          why: `This is ${entry.isSymbolicLink() ? 'a link' : 'no regular file'}; it was not followed.`,
        });
    }
  }
  yield* files.sort(Buffer.compare);
}

class Walk {
  private readonly budget: Budget;
  private readonly seen = new Map<string, number>();
  private temporaries = 0;
  /** Bytes of the files that are done. */
  private passed = 0;
  /** Bytes of the entries so far of a zip file that is read by its directory, past `current`. */
  private zipped = 0;
  private current: ByteSource | undefined;

  constructor(private readonly options: WalkOptions) {
    this.budget = new Budget(options.bounds ?? BOUNDS);
  }

  async *file(path: Buffer, place: Place): AsyncGenerator<Member> {
    const source = new ByteSource(fileChunks(path));
    this.current = source;
    try {
      yield* this.open(source, place, path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.complain(place, `It could not be read from the disk (${error.code}).`);
    } finally {
      this.passed += source.position;
      this.current = undefined;
      await source.close();
    }
  }

  private readonly read = (): number => this.passed + this.zipped + (this.current?.position ?? 0);

  /** `onDisk`: the file whose bytes `source` gives, where there is one. */
  private async *open(source: ByteSource, place: Place, onDisk?: Buffer): AsyncGenerator<Member> {
    const kind = kindOf(await source.peek(512));
    if (kind !== 'plain' && kind !== 'parquet' && place.depth >= this.budget.bounds.depth) {
      this.complain(place, `It lies ${place.depth} archives deep; what is inside was not read.`);
      await source.skip();
      return;
    }
    const decompress = COMPRESSIONS.get(kind);
    if (decompress) {
      const inner = decompress(source, this.budget, (why) => this.complain(place, why));
      yield* this.open(new ByteSource(inner), { ...place, file: undefined, depth: place.depth + 1 });
    } else if (kind === 'tar') yield* this.tar(source, place);
    else if (kind === 'zip') yield* this.zip(source, place, onDisk);
    else if (kind === 'parquet') {
      this.budget.member();
      const { temporary } = this.options;
      const bytes = parquetRows(source.chunks(), temporary, this.budget, (why) => this.complain(place, why));
      yield { path: this.unique(place), file: undefined, bytes, rows: true, read: this.read };
    } else {
      this.budget.member();
      yield { path: this.unique(place), file: place.file, bytes: source.chunks(), read: this.read };
    }
    await source.skip();
  }

  private async *tar(source: ByteSource, place: Place): AsyncGenerator<Member> {
    for await (const entry of tarEntries(source, this.budget, (why) => this.complain(place, why))) {
      const inside = child(place, entry.name);
      if (entry.type === '5') continue;
      if (entry.type === '0' || entry.type === '7') yield* this.open(new ByteSource(entry.bytes), inside);
      else if (entry.type === 'S') this.complain(inside, 'This is a sparse file whose map is damaged; it was not read.');
      else this.complain(inside, `This is ${'12'.includes(entry.type) ? 'a link' : 'no regular file'}; it was not followed.`);
    }
  }

  private async *zip(source: ByteSource, place: Place, onDisk: Buffer | undefined): AsyncGenerator<Member> {
    const spilled = onDisk ? undefined : join(this.options.temporary, `archive-${++this.temporaries}.zip`);
    try {
      if (spilled) await pipeline(source.chunks(), createWriteStream(spilled, { mode: 0o600 }));
      const onBytes = (bytes: number) => {
        if (onDisk) this.zipped += bytes;
      };
      let isEmpty = true;
      const complain = (why: string) => {
        isEmpty = false;
        this.complain(place, why);
      };
      for await (const entry of zipEntries(onDisk ?? (spilled as string), this.budget, complain, onBytes)) {
        const inside = child(place, entry.name);
        isEmpty = false;
        if (entry.kind === 'folder') continue;
        if (entry.kind === 'link') this.complain(inside, 'This is a link; it was not followed.');
        else if (entry.unreadable) this.complain(inside, entry.unreadable);
        else yield* this.open(new ByteSource(entry.bytes((why) => this.complain(inside, why))), inside);
      }
      if (isEmpty) this.complain(place, 'The zip archive is empty.');
    } finally {
      if (onDisk) this.zipped = 0; // what follows passes over the whole file
      if (spilled) await rm(spilled, { force: true });
    }
  }

  private complain(place: Place, why: string): void {
    this.options.onProblem({ path: place.path, why });
  }

  /** An archive may hold a name twice; the second is `name!2`, which no name can be, since `!` in names is escaped. */
  private unique(place: Place): string {
    const times = (this.seen.get(place.path) ?? 0) + 1;
    this.seen.set(place.path, times);
    if (times === 1) return place.path;
    this.complain(place, `The archive holds this name more than once; number ${times} is read as ${place.path}!${times}.`);
    return `${place.path}!${times}`;
  }
}

function child(place: Place, name: Buffer): Place {
  const own = escapeMember(name).replace(/^(?:\.\/+)+/, '');
  return { path: place.path === '' ? own : `${place.path}!/${own}`, file: undefined, depth: place.depth + 1 };
}

type Content = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4' | 'zip' | 'tar' | 'parquet' | 'plain';

export const COMPRESSIONS: ReadonlyMap<Content, Decompressor> = new Map([
  ['gzip', gunzip],
  ['zstd', unzstd],
  ['xz', unxz],
  ['bzip2', bunzip2],
  ['lz4', unlz4],
]);

/** What follows the header of bzip2: a block, or the end. */
const BZIP2: ReadonlySet<string> = new Set(['314159265359', '177245385090']);

/** By magic bytes. */
export function kindOf(head: Buffer): Content {
  const magic = head.length >= 4 ? head.readUInt32LE(0) : 0;
  if ((magic & 0xffffff) === 0x088b1f) return 'gzip';
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return 'zstd';
  if (magic === 0x587a37fd && head.length >= 6 && head.readUInt16LE(4) === 0x005a) return 'xz';
  if (/^BZh[1-9]$/.test(head.toString('latin1', 0, 4)) && BZIP2.has(head.toString('hex', 4, 10))) return 'bzip2';
  if (isLz4(magic)) return 'lz4';
  if (magic === 0x04034b50 || magic === 0x06054b50) return 'zip';
  if (isParquet(head)) return 'parquet';
  return isTarHeader(head) ? 'tar' : 'plain';
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException & { code: string } =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';

/** Whether the file is an archive, compressed or not. */
export async function isArchive(path: string): Promise<boolean> {
  const file = new ByteSource(fileChunks(path));
  try {
    return await holdsArchive(file, new Budget(), 0);
  } finally {
    await file.close();
  }
}

async function holdsArchive(source: ByteSource, budget: Budget, depth: number): Promise<boolean> {
  const kind = kindOf(await source.peek(512));
  if (kind === 'tar' || kind === 'zip') return true;
  const decompress = COMPRESSIONS.get(kind);
  if (!decompress || depth >= budget.bounds.depth) return false;
  const inner = new ByteSource(decompress(source, budget, () => undefined));
  const result = await holdsArchive(inner, budget, depth + 1);
  await inner.close();
  return result;
}
