/**
 * Lists of checksums that a bundle brings along: what `sha256sum` and its kin print (GNU and BSD forms), and BagIt's manifests (RFC 8493). Told by content; only
 * BagIt gives names a meaning.
 */

export type Algorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';

export interface Manifest {
  readonly algorithm: Algorithm;
  /** By path as written, as latin1 text of its bytes, without a leading `./`; lower-case hex. */
  readonly sums: ReadonlyMap<string, string>;
}

/** Longer ones are not held in memory. */
export const MAX_MANIFEST = 64 * 2 ** 20;

const LENGTHS: ReadonlyMap<number, Algorithm> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [128, 'sha512'],
]);
const GNU = /^(\\?)([0-9a-fA-F]{32,128})[ \t]+\*?(.+)$/;
const BSD = /^(?:MD5|SHA1|SHA256|SHA512) \((.+)\) = ([0-9a-fA-F]{32,128})$/;

/** Whether a text begins as a list of checksums does. */
export function mayBeManifest(head: Uint8Array): boolean {
  const [first = ''] = Buffer.from(head.subarray(0, 16_384)).toString('latin1').split('\n', 1);
  return lineOf(first.trimEnd()) !== undefined;
}

/** Undefined where not each line that is not blank (or a comment) names a file and its checksum, all of one algorithm. */
export function parseManifest(bytes: Buffer): Manifest | undefined {
  const sums = new Map<string, string>();
  let algorithm: Algorithm | undefined;
  for (const written of bytes.toString('latin1').split('\n')) {
    const line = written.replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) continue;
    const sum = lineOf(line);
    if (!sum || (algorithm ?? sum.algorithm) !== sum.algorithm) return undefined;
    algorithm = sum.algorithm;
    sums.set(sum.path, sum.hex);
  }
  return algorithm && { algorithm, sums };
}

function lineOf(line: string): { readonly algorithm: Algorithm; readonly path: string; readonly hex: string } | undefined {
  const bsd = BSD.exec(line);
  const gnu = bsd ? undefined : GNU.exec(line);
  const hex = bsd?.[2] ?? gnu?.[2];
  const algorithm = LENGTHS.get(hex?.length ?? 0);
  if (!hex || !algorithm) return undefined;
  const path = bsd?.[1] ?? (gnu?.[3] as string);
  return { algorithm, hex: hex.toLowerCase(), path: plainPath(gnu?.[1] ? unescaped(path) : path) };
}

/** GNU escapes a name with a backslash or line end, and says so with a backslash before the sum. */
const unescaped = (path: string): string =>
  path.replace(/\\([\\nr])/g, (_, char: string) => (char === 'n' ? '\n' : char === 'r' ? '\r' : '\\'));

/** Without a leading `./`. */
export const plainPath = (path: string): string => path.replace(/^(?:\.\/+)+/, '');

/** What a bundle's list says and what was found; paths as latin1 text of their bytes, from the root of the folder or archive. */
export interface ManifestCheck {
  readonly path: string;
  readonly algorithm: Algorithm;
  readonly agree: number;
  readonly differ: readonly { readonly path: string; readonly listed: string; readonly found: string }[];
  readonly missing: readonly string[];
  /** Of a BagIt payload manifest: files below `data/` that it does not name. Elsewhere a list need not be complete. */
  readonly unlisted: readonly string[];
}

/** The digests of a file in one algorithm. */
export type Digests = ReadonlyMap<string, ReadonlyMap<Algorithm, string>>;

const PAYLOAD = /(^|\/)manifest-[a-z0-9]+\.txt$/;

/** @param files all regular files of the folder or archive in which the list lies, with their digests */
export function checkManifest(path: string, { algorithm, sums }: Manifest, files: Digests): ManifestCheck {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const isBag = files.has(`${folder}bagit.txt`);
  const differ: ManifestCheck['differ'][number][] = [];
  const missing: string[] = [];
  const listed = new Set<string>();
  let agree = 0;
  for (const [written, hex] of sums) {
    const name = isBag ? written.replace(/%(0A|0D|25)/gi, (code) => decodeURIComponent(code)) : written;
    const file = [folder + name, name].find((each) => files.has(each));
    const found = file === undefined ? undefined : files.get(file)?.get(algorithm);
    if (file !== undefined) listed.add(file);
    if (file === undefined) missing.push(folder + name);
    else if (found === hex) agree++;
    else differ.push({ path: file, listed: hex, found: found ?? 'not computed' });
  }
  const payload = isBag && PAYLOAD.test(path) ? [...files.keys()].filter((each) => each.startsWith(`${folder}data/`)) : [];
  return { path, algorithm, agree, differ, missing, unlisted: payload.filter((each) => !listed.has(each)) };
}

const NAMES: Readonly<Record<Algorithm, string>> = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' };
const SHOWN = 5;

export const agrees = ({ differ, missing, unlisted }: ManifestCheck): boolean =>
  differ.length + missing.length + unlisted.length === 0;

/** One sentence for people. `show` makes a path of the bundle fit for display. */
export function manifestText(check: ManifestCheck, show: (path: string) => string): string {
  const { algorithm, agree, differ, missing, unlisted } = check;
  const all = agree + differ.length + missing.length;
  const some = (paths: readonly string[]): string =>
    paths.slice(0, SHOWN).map(show).join(', ') + (paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '');
  const parts = [
    differ.length > 0 && `${differ.length} differ (${some(differ.map(({ path }) => path))})`,
    missing.length > 0 && `${missing.length} are missing (${some(missing)})`,
    unlisted.length > 0 && `${unlisted.length} are in the payload but not listed (${some(unlisted)})`,
  ].filter((part) => part !== false);
  const subject = `Of ${all} files that this list of ${NAMES[algorithm]} sums names, ${agree} agree`;
  return parts.length === 0
    ? `${subject}: all of them.`
    : `${subject}; ${parts.join('; ')}. The bundle is not what its list describes.`;
}
