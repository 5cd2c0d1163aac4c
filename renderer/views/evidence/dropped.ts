import { ExhibitError } from '../../../workers/contract/errors';

/** More files than this in one drop are an archive's work. */
const MOST = 20_000;

/** All files of a drop, folders opened, each with its path below what was dropped. Throws `bounds` for too many. */
export async function filesOf(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const out: File[] = [];
  for (const entry of entries) await walk(entry, out);
  return out;
}

async function walk(entry: FileSystemEntry, out: File[]): Promise<void> {
  if (out.length > MOST)
    throw new ExhibitError('bounds', `More than ${MOST} files were dropped; pack them into an archive and drop that.`);
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    out.push(withPath(file, entry.fullPath.replace(/^\//, '')));
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (let batch = await next(reader); batch.length > 0; batch = await next(reader))
      for (const child of batch) await walk(child, out);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const next = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** The browser leaves the path empty for dropped folders; a desktop shell needs the very same File. */
const withPath = (file: File, path: string): File =>
  Object.defineProperty(file, 'webkitRelativePath', { value: path.includes('/') ? path : '', configurable: true });
