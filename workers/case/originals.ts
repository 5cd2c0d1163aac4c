/** Which sealed originals are still where the case keeps them. Whether they are unchanged, `verify` says: it reads every byte. */
import { statSync } from 'node:fs';
import type { EvidenceInfo } from '../contract/evidence';
import { sql } from '../contract/sql';
import type { Database } from './database';
import { sourcePath } from './store';

type Original = {
  readonly evidence: number;
  readonly name: string;
  readonly kind: EvidenceInfo['kind'];
  readonly bytes: bigint;
  readonly sealed: string;
};

/** A sentence for each original that is gone, or has another length. */
export async function missingOriginals(database: Database, dir: string): Promise<readonly string[]> {
  const connection = await database.connect();
  const originals = await connection
    .all<Original>(sql`SELECT evidence, name, kind, bytes, sealed FROM evidence ORDER BY evidence`)
    .finally(() => connection.close());
  return originals.flatMap((original) => {
    const { evidence, name } = original;
    const wrong = stateOf(original, dir);
    return wrong === undefined
      ? []
      : [
          `The original of E${evidence} (${name}) ${wrong}. What it told is in the case, but its records can be neither shown nor checked: put evidence/E${evidence} back from a copy.`,
        ];
  });
}

function stateOf({ kind, bytes, sealed }: Original, dir: string): string | undefined {
  const found = isInside(sealed, dir) ? statSync(sourcePath(dir, sealed), { throwIfNoEntry: false }) : undefined;
  if (found === undefined) return 'is not in the case folder';
  if (kind !== 'folder' && found.size !== Number(bytes)) return `has ${found.size} bytes where ${bytes} were sealed`;
  return undefined;
}

function isInside(sealed: string, dir: string): boolean {
  try {
    return sourcePath(dir, sealed).length > 0;
  } catch {
    return false;
  }
}
