/** What lies in a case folder and is none of the case. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../case/database';
import { sourcePath } from '../case/store';
import type { VerifyCheck } from '../contract/verify';
import { emptyFolders } from './empty';

/** Names in a case folder (docs/architecture.md). What is in the spool belongs to no case: it is emptied on opening. */
const OWN =
  /^(case\.duckdb(\.wal)?|journal\.ndjson|marks\.ndjson|evidence|members|spool|redaction\.key|lock(\.(stale\.)?\d+\.[0-9a-f]{8})?)$/;
const NAMED = 5;

/** Files that the case does not know of were put there by somebody; those that it misses show where they are hashed. */
export async function verifyFolder(dir: string, connection: Connection): Promise<VerifyCheck> {
  const evidences = await connection.all<{ id: string }>(`SELECT 'E' || evidence AS id FROM evidence`);
  const sources = await connection.all<{ source: string }>(
    `SELECT sealed AS source FROM evidence UNION ALL SELECT source FROM member WHERE source LIKE 'members/%'`,
  );
  // Names are bytes: latin1 keeps each one.
  const files = new Set(sources.map(({ source }) => sourcePath('', source).toString('latin1').slice(1)));
  const ids = new Set(evidences.map(({ id }) => id));
  // An import is under way there, or was cut off; the next writer tidies that.
  const next = `E${Math.max(0, ...[...ids].map((id) => Number(id.slice(1)))) + 1}`;
  const strange: string[] = [];
  const look = async (folder: string, isKnown: (name: string) => boolean): Promise<void> => {
    const entries = await readdir(Buffer.from(join(dir, folder)), { withFileTypes: true, encoding: 'buffer' }).catch(() => []);
    for (const entry of entries) {
      const name = entry.name.toString('latin1');
      const path = Buffer.from(join(folder, name), 'latin1').toString();
      if (!isKnown(name)) strange.push(path);
      else if (entry.isSymbolicLink()) strange.push(`${path} is a link`);
    }
  };
  await look('', (name) => OWN.test(name));
  for (const top of ['evidence', 'members']) {
    await look(top, (name) => ids.has(name) || name === next);
    for (const id of ids) await look(`${top}/${id}`, (name) => files.has(`${top}/${id}/${name}`));
  }
  for (const id of ids) {
    const root = join(dir, 'evidence', id);
    for (const folder of await emptyFolders(Buffer.from(root)).catch(() => [])) {
      const path = `evidence/${id}/${folder.toString('latin1')}`;
      // A folder that was handed over may hold nothing at all.
      if (!files.has(path)) strange.push(Buffer.from(path, 'latin1').toString());
    }
  }
  const more = strange.length > NAMED ? ` and ${strange.length - NAMED} more` : '';
  return {
    what: 'The case folder holds nothing else',
    ok: strange.length === 0,
    detail:
      strange.length === 0
        ? `Beside its own files: ${files.size} originals and kept members.`
        : `Put there and not the case’s: ${strange.slice(0, NAMED).join(', ')}${more}.`,
  };
}
