/**
 * The activity and dictionary columns that a format's projection names. DuckDB is asked, in memory and over no records, since a projection is text.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, Database } from '../case/database';
import { type Sql, sql } from '../contract/sql';
import type { Format } from '../formats/format';
import { projected } from '../formats/stage';

/** Columns of a staged row that say where it comes from and how it is told apart. */
const OWN_COLUMNS = [
  'member',
  'm',
  'r',
  'i',
  'o',
  'l',
  'h',
  'content',
  'suspect',
  'bare',
  'k',
  'merge',
  'rank',
  'keyed',
  'skip',
] as const;

const known = new Map<Format, Promise<ReadonlySet<string>>>();

export function namedColumns(format: Format): Promise<ReadonlySet<string>> {
  const found = known.get(format) ?? ask(format);
  known.set(format, found);
  return found;
}

/** As `namedColumns`, of a projection's rows. */
export async function namedIn(connection: Connection, rows: Sql): Promise<ReadonlySet<string>> {
  const columns = await connection.all<{ column_name: string }>(sql`DESCRIBE ${rows}`);
  const own = new Set<string>(OWN_COLUMNS);
  return new Set(columns.map((column) => column.column_name).filter((column) => !own.has(column)));
}

async function ask(format: Format): Promise<ReadonlySet<string>> {
  const folder = await mkdtemp(join(tmpdir(), 'exhibit-format-'));
  const database = await Database.open(':memory:', { spool: folder });
  try {
    const file = join(folder, 'empty.ndjson');
    await writeFile(file, '');
    const connection = await database.connect();
    const columns = await namedIn(connection, projected(format, file));
    connection.close();
    return columns;
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}
