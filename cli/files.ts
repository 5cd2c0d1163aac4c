/** Files that a command writes where it was told to. */
import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ExhibitError } from '../workers/contract/errors';

const refused = (path: string, code: string | undefined): ExhibitError =>
  code === 'EEXIST'
    ? new ExhibitError('usage', `There is something at ${path} already; nothing is written over.`, { at: path })
    : new ExhibitError('unreadable', `${path} cannot be written (${code}).`, { at: path });

/** Throws `unreadable` where a file cannot be written: known before a report is made, and journaled, that nobody gets. */
export async function assertWritable(path: string): Promise<void> {
  await access(dirname(resolve(path)), constants.W_OK).catch((error: unknown) => {
    throw refused(path, (error as NodeJS.ErrnoException).code);
  });
  const there = await stat(resolve(path)).catch(() => undefined);
  if (there?.isDirectory()) throw refused(path, 'EISDIR');
}

/** Throws `unreadable`, and `usage` where something is there and `flag` is `wx`. */
export const write = (
  path: string,
  content: string | Uint8Array,
  options: { readonly flag?: 'wx'; readonly mode?: number } = {},
): Promise<void> =>
  writeFile(resolve(path), content, options).catch((error: unknown) => {
    throw refused(path, (error as NodeJS.ErrnoException).code);
  });
