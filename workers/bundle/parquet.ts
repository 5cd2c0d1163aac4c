/**
 * Parquet as what it stands for. As gzip carries bytes, a Parquet file carries rows: they come out as one line of JSON each, and these lines are the member's
 * (decompressed) bytes, so that a row is cited by its number and by the bytes of its line (docs/decisions/0013-parquet.md). DuckDB reads it, in memory,
 * in an instance that can see nothing but a copy of the file.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Connection } from '../case/database';
import { join, raw, type Sql, sql } from '../contract/sql';
import { BoundReached, type Budget } from './bounds';
import type { Complain } from './decompress';
import type { Chunks } from './source';

const MAGIC = 'PAR1';
const MEMORY = '400MB';
/** A step that takes longer is an attack or hopeless. */
const STEP_MS = 60_000;
const MAX_COLUMNS = 2000;
const MAX_WHY = 200;

export const isParquet = (head: Buffer): boolean => head.toString('latin1', 0, 4) === MAGIC;

/** The rows of a file as JSON lines; what cannot be read costs itself and one sentence. @param temporary a folder */
export async function* parquetRows(source: Chunks, temporary: string, budget: Budget, complain: Complain): Chunks {
  const folder = await mkdtemp(joinPath(temporary, 'parquet-'));
  const file = joinPath(folder, 'rows.parquet');
  let rows = 0;
  try {
    await pipeline(source, createWriteStream(file, { mode: 0o600 }));
    const size = await endOf(file);
    if (size === undefined) return complain('It begins like Parquet, but its end is missing: it was cut off.');
    let bytes = 0;
    for await (const lines of linesOf(file, folder)) {
      rows += lines.length;
      const chunk = Buffer.from(`${lines.join('\n')}\n`);
      bytes += chunk.length;
      budget.decompressed(chunk.length, size, bytes);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof BoundReached) return complain(error.message);
    const why = (error as Error).message.split('\n', 1)[0]?.replaceAll(file, 'the file').slice(0, MAX_WHY);
    complain(`It is Parquet that cannot be read${rows > 0 ? ` beyond row ${rows}` : ''}: ${why}.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The size of a file that ends as Parquet does. */
async function endOf(path: string): Promise<number | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
    return size >= 12 && isParquet(buffer) ? size : undefined;
  } finally {
    await file.close();
  }
}

/** Some thousand lines at a time. DuckDB is loaded when the first Parquet file is met. */
async function* linesOf(file: string, folder: string): AsyncGenerator<readonly string[], void, undefined> {
  const { Database } = await import('../case/database');
  const database = await Database.open(':memory:', { spool: folder, memoryLimit: MEMORY, threads: 1 });
  const connection = await database.connect();
  try {
    const statement = await rowsAsJson(connection, file);
    const result = await within(connection, connection.raw.stream(statement.text, [...statement.values] as string[]));
    for (;;) {
      const chunk = await within(connection, result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getColumnValues(0) as string[];
    }
  } finally {
    connection.close();
    database.close();
  }
}

async function within<T>(connection: Connection, step: Promise<T>): Promise<T> {
  const timer = setTimeout(() => connection.interrupt(), STEP_MS);
  try {
    return await step;
  } finally {
    clearTimeout(timer);
  }
}

/** Columns are named by us, and their own names bound as values: they are evidence. */
async function rowsAsJson(connection: Connection, file: string): Promise<Sql> {
  const from = sql`read_parquet(${file}, hive_partitioning = false)`;
  const columns = await connection.all<{ column_name: string; column_type: string }>(sql`DESCRIBE SELECT * FROM ${from}`);
  if (columns.length > MAX_COLUMNS) throw new Error(`it has ${columns.length} columns, and at most ${MAX_COLUMNS} are read`);
  const names = columns.map((_, i) => `c${i}`);
  const pairs = columns.map(({ column_name, column_type }, i) => sql`${column_name}, ${raw(plainOf(column_type, `c${i}`))}`);
  return sql`SELECT json_object(${join(pairs)})::VARCHAR FROM ${from} t(${raw(names.join(', '))})`;
}

const ISO = '%Y-%m-%dT%H:%M:%S';

/** A column as JSON can say it: times in RFC 3339 (without a zone where the file says that they have none), bytes as the text that they are, else in base64. */
function plainOf(type: string, column: string): string {
  switch (type) {
    case 'TIMESTAMP WITH TIME ZONE':
      return `strftime(${column} AT TIME ZONE 'UTC', '${ISO}.%fZ')`;
    case 'TIMESTAMP':
      return `strftime(${column}, '${ISO}.%f')`;
    case 'TIMESTAMP_NS':
      return `strftime(${column}, '${ISO}.%n')`;
    case 'TIMESTAMP_MS':
      return `strftime(${column}, '${ISO}.%g')`;
    case 'TIMESTAMP_S':
      return `strftime(${column}, '${ISO}')`;
    case 'BLOB':
      return `coalesce(TRY(decode(${column})), to_base64(${column}))`;
    case 'DOUBLE':
    case 'FLOAT':
      return `CASE WHEN isfinite(${column}) THEN ${column} END`;
    default:
      return column;
  }
}
