/** Rows of our own into a table, without planning a statement: two thousand rows of `INSERT … VALUES` take a second. */
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '../case/database';
import { DuckDBDataChunk } from '../case/duckdb';

/** Rows of one chunk, which cannot hold more than 2048. */
const ROWS = 2000;

/** @param types of all columns of the temporary table, in their order */
export async function append(
  connection: Connection,
  table: string,
  types: readonly DuckDBType[],
  rows: readonly (readonly DuckDBValue[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.raw.createAppender(table, undefined, 'temp');
  for (let from = 0; from < rows.length; from += ROWS) {
    const some = rows.slice(from, from + ROWS);
    const chunk = DuckDBDataChunk.create(types, some.length);
    chunk.setRows(some);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
