/** Folders that hold nothing. No manifest, and no hash of a folder, says anything of them, so somebody may have put them there without any sum changing. */
import { readdir } from 'node:fs/promises';

const SLASH = Buffer.from('/');

/** Their paths below `root`, in no order; `root` itself is none of them, and no link is followed. */
export async function emptyFolders(root: Buffer): Promise<readonly Buffer[]> {
  const entries = await readdir(root, { withFileTypes: true, encoding: 'buffer' });
  const found: Buffer[] = [];
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const path = Buffer.concat([root, SLASH, entry.name]);
    const isEmpty = (await readdir(path)).length === 0;
    if (isEmpty) found.push(entry.name);
    else found.push(...(await emptyFolders(path)).map((below) => Buffer.concat([entry.name, SLASH, below])));
  }
  return found;
}
