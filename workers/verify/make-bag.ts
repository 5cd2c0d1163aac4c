/** A case for hand-over, as a BagIt bag: sealed originals, journal, marks and a report, checkable without Exhibit by `sha256sum -c`. */
import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { filesBelow } from '../bundle/members';
import { sha256 } from '../case/digest';
import { casePaths } from '../case/store';
import { Hasher } from '../case/verify';
import type { CaseInfo } from '../contract/case';
import { ExhibitError } from '../contract/errors';
import type { Job } from '../jobs';
import { VERSION } from '../version';
import { DECLARATION, infoOf, manifest, manifestPath, printInfo } from './bag-files';

export interface BagRequest {
  readonly dir: string;
  /** Absolute path of the bag; must not be there. */
  readonly out: string;
  readonly info: CaseInfo;
  readonly report: Uint8Array;
}

/** Writes the bag and gives the SHA-256 of its manifest. Throws `usage` where `out` exists; what was written of a bag that fails is removed. */
export async function makeBag(request: BagRequest, job: Job): Promise<string> {
  const { out } = request;
  await mkdir(out).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'something is there already' : `it cannot be made (${error.code})`;
    throw new ExhibitError('usage', `The bag ${out} was not written: ${why}.`, { at: out });
  });
  try {
    return await fill(request, job);
  } catch (error) {
    await rm(out, { recursive: true, force: true });
    throw error;
  }
}

async function fill({ dir, out, info, report }: BagRequest, { report: tell, signal }: Job): Promise<string> {
  const total = info.evidence.reduce((sum, { bytes }) => sum + bytes, 0);
  const hasher = new Hasher(
    total,
    (_, done) => tell({ phase: 'sealing', detail: 'copying what is handed over', done, total, unit: 'bytes' }),
    signal,
  );
  const payload = new Map<string, string>();
  let bytes = 0;
  const copy = async (from: Buffer, to: Buffer) => {
    const path = Buffer.concat([Buffer.from(`${out}/`), to]);
    await mkdir(parent(path), { recursive: true });
    await copyFile(from, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const made = await hasher.file(path);
    payload.set(manifestPath(to), made.sha256);
    bytes += made.bytes;
  };
  const paths = casePaths(dir);
  for await (const file of filesBelow(Buffer.from(paths.evidence), () => undefined))
    await copy(Buffer.concat([Buffer.from(`${paths.evidence}/`), file]), Buffer.concat([Buffer.from('data/evidence/'), file]));
  await copy(Buffer.from(paths.journal), Buffer.from('data/journal.ndjson'));
  if (await stat(paths.marks).catch(() => undefined)) await copy(Buffer.from(paths.marks), Buffer.from('data/marks.ndjson'));
  await writeFile(`${out}/data/report.pdf`, report);
  payload.set('data/report.pdf', sha256(report));
  bytes += report.length;

  const tags = new Map<string, Buffer>([
    ['bagit.txt', Buffer.from(DECLARATION)],
    ['bag-info.txt', Buffer.from(printInfo(infoOf({ ...info, version: VERSION, bytes, files: payload.size })))],
    ['manifest-sha256.txt', manifest(payload)],
  ]);
  for (const [name, content] of tags) await writeFile(`${out}/${name}`, content);
  await writeFile(
    `${out}/tagmanifest-sha256.txt`,
    manifest(new Map([...tags].map(([name, content]) => [name, sha256(content)]))),
  );
  return sha256(tags.get('manifest-sha256.txt') as Buffer);
}

const parent = (path: Buffer): Buffer => path.subarray(0, path.lastIndexOf(0x2f));
