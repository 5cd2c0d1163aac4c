/**
 * Reads the entries of a zip file, by yauzl, which takes them from the archive's directory at its end.
 * CRC-32 and size of each entry are checked here, on the bytes that were handed out.
 */
import { openSync, type PathLike } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Entry, fromFd, type ZipFile } from 'yauzl';
import type { Budget } from './bounds';
import { bunzip2 } from './bzip2';
import { type Decompressor, inflateRaw, unzstd } from './decompress';
import { ByteSource, type Chunks } from './source';
import { unxz } from './xz';

export interface ZipMember {
  readonly name: Buffer;
  readonly kind: 'file' | 'folder' | 'link';
  /** Why its bytes cannot be read, as a sentence. */
  readonly unreadable: string | undefined;
  bytes(complain: (why: string) => void): Chunks;
}

const STORED = 0;
/** APPNOTE.TXT of PKWARE, 4.4.5. */
const METHODS: ReadonlyMap<number, Decompressor> = new Map([
  [8, inflateRaw],
  [12, bunzip2],
  [93, unzstd],
  [95, unxz],
]);
const OTHER_METHODS: ReadonlyMap<number, string> = new Map([
  [9, ' (Deflate64)'],
  [14, ' (LZMA)'],
  [98, ' (PPMd)'],
]);

/** @param onBytes told how many bytes of entries were taken from the file, as they are */
export async function* zipEntries(
  path: PathLike,
  budget: Budget,
  complain: (why: string) => void,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<ZipMember> {
  let zip: ZipFile;
  try {
    zip = await openZip(path);
  } catch (error) {
    return complain(`The zip archive cannot be read (${(error as Error).message}); its directory at the end may be cut off.`);
  }
  try {
    for (let i = 0; i < zip.entryCount; i++) {
      const entry = await nextEntry(zip);
      if (!entry) return;
      yield member(zip, entry, budget, onBytes);
    }
  } catch (error) {
    complain(`The zip archive is damaged (${(error as Error).message}); what its directory lists before that was read.`);
  } finally {
    zip.close();
  }
}

const openZip = (path: PathLike): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromFd(
      openSync(path, 'r'),
      { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false },
      (error, zip) => (error ? reject(error) : resolve(zip)),
    );
  });

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
      settle();
    };
    zip.once('entry', (entry: Entry) => done(() => resolve(entry)));
    zip.once('end', () => done(() => resolve(undefined)));
    zip.once('error', (error: Error) => done(() => reject(error)));
    zip.readEntry();
  });
}

function member(zip: ZipFile, entry: Entry, budget: Budget, onBytes: (bytes: number) => void): ZipMember {
  const name = Buffer.from(entry.fileName as unknown as Buffer);
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  const kind = name.at(-1) === 0x2f ? 'folder' : type === 0o120000 ? 'link' : 'file';
  return { name, kind, unreadable: unreadable(entry), bytes: (complain) => checked(zip, entry, budget, complain, onBytes) };
}

function unreadable({ generalPurposeBitFlag, compressionMethod: method }: Entry): string | undefined {
  if ((generalPurposeBitFlag & 1) === 1)
    return 'This zip entry is encrypted; it was not read: unpack the archive with its password, and import the folder.';
  if (method === STORED || METHODS.has(method)) return undefined;
  return `This zip entry uses compression method ${method}${OTHER_METHODS.get(method) ?? ''}, which is not read here: unpack the archive, and import the folder.`;
}

async function* checked(
  zip: ZipFile,
  entry: Entry,
  budget: Budget,
  complain: (why: string) => void,
  onBytes: (bytes: number) => void,
): Chunks {
  let crc = 0;
  let size = 0;
  let told = false;
  const tell = (why: string) => {
    told = true;
    complain(why);
  };
  const raw = rawBytes(zip, entry, tell, onBytes);
  const bytes = METHODS.get(entry.compressionMethod)?.(new ByteSource(raw), budget, tell) ?? raw;
  for await (const chunk of bytes) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
  if (told) return;
  if (size !== entry.uncompressedSize)
    complain(`This zip entry has ${size} bytes where the archive says ${entry.uncompressedSize}.`);
  else if (crc !== entry.crc32) complain('The CRC-32 of this zip entry does not hold: its bytes were changed or damaged.');
}

/** The entry's bytes as they lie in the archive. */
async function* rawBytes(zip: ZipFile, entry: Entry, complain: (why: string) => void, onBytes: (bytes: number) => void): Chunks {
  try {
    const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of stream) {
      onBytes(chunk.length);
      yield chunk as Buffer;
    }
  } catch (error) {
    complain(`This zip entry cannot be read (${(error as Error).message}).`);
  }
}
