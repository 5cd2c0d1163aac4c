/** Compares a bundle with the lists of checksums that it brings along. */
import { join } from 'node:path';
import { escapeMember, unescapeMember } from '../contract/id';
import { archiveDigests, folderDigests } from './digests';
import { type Algorithm, agrees, checkManifest, type Digests, type Manifest, manifestText } from './manifest';
import type { ListChecked } from './reader';
import type { Sealed } from './seal';

/** A list, and its path as a member of the evidence. */
export interface OwnList {
  readonly path: string;
  readonly manifest: Manifest;
}

/** In the order of the lists. Reads the bundle a second time where its lists need digests that were not computed, which few do. */
export async function checkLists(sealed: Sealed, lists: readonly OwnList[]): Promise<readonly Omit<ListChecked, 'type'>[]> {
  const digests = new Map<string, Digests | undefined>();
  for (const holder of new Set(lists.map(({ path }) => holderOf(path)))) {
    const own = lists.filter(({ path }) => holderOf(path) === holder);
    digests.set(holder, await digestsOf(sealed, holder, [...new Set(own.map(({ manifest }) => manifest.algorithm))]));
  }
  return lists.map((list) => check(list, holderOf(list.path), digests.get(holderOf(list.path))));
}

/** The archive in which a member lies; '' for the evidence itself. */
const holderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('!/')));

/** Undefined where the holder is an archive inside another one, or the list is the whole evidence. */
async function digestsOf(sealed: Sealed, holder: string, algorithms: readonly Algorithm[]): Promise<Digests | undefined> {
  if (sealed.kind === 'folder' && holder === '') return folderDigests(sealed.path, sealed.files, algorithms);
  if (sealed.kind === 'archive' && holder === '') return archiveDigests(Buffer.from(sealed.path), algorithms);
  if (sealed.kind !== 'folder' || holder.includes('!/')) return undefined;
  return archiveDigests(Buffer.concat([Buffer.from(join(sealed.path, '/')), unescapeMember(holder)]), algorithms);
}

function check({ path, manifest }: OwnList, holder: string, digests: Digests | undefined): Omit<ListChecked, 'type'> {
  if (!digests)
    return {
      path,
      ok: true,
      text: 'A list of checksums; what it names does not lie beside it in the evidence, so it was not compared.',
      differ: [],
    };
  const inner = Buffer.from(unescapeMember(holder === '' ? path : path.slice(holder.length + 2))).toString('latin1');
  const result = checkManifest(inner, manifest, digests);
  const show = (file: string): string => escapeMember(Buffer.from(file, 'latin1'));
  const member = (file: string): string => (holder === '' ? show(file) : `${holder}!/${show(file)}`);
  return { path, ok: agrees(result), text: manifestText(result, show), differ: result.differ.map((each) => member(each.path)) };
}
