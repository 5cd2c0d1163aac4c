/** Manifests of a BagIt bag (RFC 8493, sections 2.1.3 and 2.2.1): `<sha256>  <path>` a line, as `sha256sum -c` reads them. */

/** A path as a manifest writes it: `%`, carriage return and line feed as %XX. Bytes as latin1 text, so that names of any encoding survive. */
export const manifestPath = (path: Buffer): string =>
  path.toString('latin1').replace(/[%\r\n]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

export const manifest = (digests: ReadonlyMap<string, string>): Buffer =>
  Buffer.from([...digests].map(([path, sha256]) => `${sha256}  ${path}\n`).join(''), 'latin1');

/** Digest by written path; undefined where a line is none. */
export function readManifest(bytes: Buffer): ReadonlyMap<string, string> | undefined {
  const lines = bytes.toString('latin1').split('\n').filter(Boolean);
  const entries = lines.map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line));
  if (!entries.every((entry) => entry !== null)) return undefined;
  return new Map(entries.map((entry) => [entry[2] as string, entry[1] as string]));
}

/** What `bag-info.txt` says, in order; a label may be there more than once. */
export const printInfo = (pairs: readonly (readonly [label: string, value: string])[]): string =>
  pairs.map(([label, value]) => `${label}: ${value.replace(/[\r\n]+/g, ' ')}\n`).join('');

export const readInfo = (text: string): readonly (readonly [label: string, value: string])[] =>
  text.split('\n').flatMap((line) => {
    const [, label, value] = /^([^:]+): (.*)$/.exec(line) ?? [];
    return label === undefined || value === undefined ? [] : [[label, value] as const];
  });

/** Labels of ours in `bag-info.txt`. */
export const LABELS = {
  entries: 'Exhibit-Journal-Entries',
  head: 'Exhibit-Journal-Head',
  digest: 'Exhibit-Case-Digest',
  evidenceDigest: 'Exhibit-Evidence-Digest',
  evidence: 'Exhibit-Evidence',
} as const;
