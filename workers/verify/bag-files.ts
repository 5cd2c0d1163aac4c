/** Manifests of a BagIt bag (RFC 8493, sections 2.1.3 and 2.2.1): `<sha256>  <path>` a line, as `sha256sum -c` reads them. */

/** A path as a manifest writes it: `%`, carriage return and line feed as %XX. Bytes as latin1 text, so that names of any encoding survive. */
export const manifestPath = (path: Buffer): string =>
  path.toString('latin1').replace(/[%\r\n]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

export const manifest = (digests: ReadonlyMap<string, string>): Buffer =>
  Buffer.from([...digests].map(([path, sha256]) => `${sha256}  ${path}\n`).join(''), 'latin1');

/** Digest by written path; undefined where a line is none, or two are of one path. */
export function readManifest(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const lines = bytes.toString('latin1').split('\n').filter(Boolean);
  const entries = lines.map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line));
  if (!entries.every((entry) => entry !== null)) return undefined;
  const digests = new Map(entries.map((entry) => [entry[2] as string, entry[1] as string]));
  return digests.size === entries.length ? digests : undefined;
}

/** What `bag-info.txt` says, in order; a label may be there more than once. */
export const printInfo = (pairs: readonly (readonly [label: string, value: string])[]): string =>
  pairs.map(([label, value]) => `${label}: ${value.replace(/[\r\n]+/g, ' ')}\n`).join('');

const readInfo = (text: string): readonly (readonly [label: string, value: string])[] =>
  text.split('\n').flatMap((line) => {
    const [, label, value] = /^([^:]+): (.*)$/.exec(line) ?? [];
    return label === undefined || value === undefined ? [] : [[label, value] as const];
  });

/** What `bag-info.txt` tells of a bag. */
export interface BagContent {
  /** Of Exhibit. */
  readonly version: string;
  /** Of the payload. */
  readonly bytes: number;
  readonly files: number;
  readonly journal: { readonly entries: number; readonly head: string };
  readonly digest: string;
  readonly evidenceDigest: string;
  readonly evidence: readonly { readonly id: string; readonly sha256: string; readonly bytes: number; readonly name: string }[];
}

const ENTRIES = 'Exhibit-Journal-Entries';
const HEAD = 'Exhibit-Journal-Head';

/** All lines of `bag-info.txt`; what a bag holds gives them again. */
export const infoOf = (of: BagContent): readonly (readonly [label: string, value: string])[] => [
  ['Bag-Software-Agent', `Exhibit ${of.version}`],
  ['Payload-Oxum', `${of.bytes}.${of.files}`],
  [ENTRIES, String(of.journal.entries)],
  [HEAD, of.journal.head],
  ['Exhibit-Case-Digest', of.digest],
  ['Exhibit-Evidence-Digest', of.evidenceDigest],
  ...of.evidence.map((e) => ['Exhibit-Evidence', `${e.id} ${e.sha256} ${e.bytes} ${e.name}`] as const),
];

/** The journal's last entry as the text of a `bag-info.txt` says it; undefined where it says none. */
export function journalIn(text: string): { readonly entries: number; readonly head: string } | undefined {
  const said = new Map(readInfo(text));
  const head = said.get(HEAD) ?? '';
  const entries = Number(said.get(ENTRIES) ?? Number.NaN);
  return /^[0-9a-f]{64}$/.test(head) && Number.isSafeInteger(entries) ? { entries, head } : undefined;
}

/** `bagit.txt`, as BagIt has it. */
export const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';
