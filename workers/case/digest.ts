/** Digests of contract section 4 that need no database. */
import { createHash } from 'node:crypto';

/** In hexadecimal digits. */
export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of the sorted lines `<sha256>  <bytes>` of the distinct evidences, each line ended by a newline. */
export function evidenceDigest(evidences: readonly { readonly sha256: string; readonly bytes: number | bigint }[]): string {
  const lines = [...new Set(evidences.map(({ sha256, bytes }) => `${sha256}  ${bytes}\n`))].sort();
  return sha256(lines.join(''));
}
