/** Runs a query and checks its rows by column name and DuckDB type, before any view sees them. */
import type { DuckDBResultReader, DuckDBValue } from '@duckdb/node-api';
import { asDamaged, type Connection } from '../case/database';
import { DuckDBListValue, DuckDBTimestampNanosecondsValue } from '../case/duckdb';
import type { Sql } from '../contract/sql';

interface Types {
  BOOLEAN: boolean;
  INTEGER: number;
  DOUBLE: number;
  VARCHAR: string;
  BIGINT: bigint;
  TIMESTAMP_NS: bigint;
  'VARCHAR[]': readonly string[];
  'BIGINT[]': readonly bigint[];
}
/** `VARCHAR?` may be NULL. */
export type ColumnType = keyof Types | `${keyof Types}?`;
export type RowShape = Readonly<Record<string, ColumnType>>;
export type RowOf<S extends RowShape> = {
  readonly [K in keyof S]: S[K] extends `${infer T extends keyof Types}?`
    ? Types[T] | null
    : S[K] extends keyof Types
      ? Types[S[K]]
      : never;
};

/** All rows; only for results that are bounded by nature or by a LIMIT. */
export async function select<S extends RowShape>(connection: Connection, shape: S, statement: Sql): Promise<RowOf<S>[]> {
  const reader = await checked(connection, shape, statement);
  const expected = Object.entries(shape);
  return reader.getRows().map((row) => {
    const read = row.map((value, i) => {
      const [column, type] = expected[i] as [string, ColumnType];
      if (value === null && !type.endsWith('?')) throw new Error(`the query gives a NULL ${column}`);
      return [column, plain(value)] as const;
    });
    return Object.fromEntries(read) as RowOf<S>;
  });
}

/** The same by columns, of numbers alone: thousands of rows are read in a fraction of the time. */
export async function selectColumns<S extends Readonly<Record<string, 'INTEGER' | 'INTEGER?' | 'DOUBLE'>>>(
  connection: Connection,
  shape: S,
  statement: Sql,
): Promise<{ readonly [K in keyof S]: readonly RowOf<S>[K][] }> {
  const columns = (await checked(connection, shape, statement)).getColumns();
  return Object.fromEntries(Object.keys(shape).map((column, i) => [column, columns[i] ?? []])) as {
    [K in keyof S]: RowOf<S>[K][];
  };
}

async function checked(connection: Connection, shape: RowShape, statement: Sql): Promise<DuckDBResultReader> {
  const { text, values } = statement;
  // Without values none are given: then DuckDB neither prepares nor plans ahead.
  const reader = await connection.raw
    .runAndReadAll(text, values.length === 0 ? undefined : ([...values] as DuckDBValue[]))
    .catch(asDamaged);
  const types = reader.columnTypes().map(String);
  const found = reader.columnNames().map((column, i) => `${column} ${types[i]}`);
  const wanted = Object.entries(shape).map(([column, type]) => `${column} ${type.replace('?', '')}`);
  if (found.join() !== wanted.join()) throw new Error(`the query gives (${found.join(', ')}), not (${wanted.join(', ')})`);
  return reader;
}

/** The one row of a query that always has one. */
export async function selectOne<S extends RowShape>(connection: Connection, shape: S, statement: Sql): Promise<RowOf<S>> {
  const rows = await select(connection, shape, statement);
  if (rows.length !== 1) throw new Error(`the query gives ${rows.length} rows, not one`);
  return rows[0] as RowOf<S>;
}

function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  return value instanceof DuckDBListValue ? value.items.map(plain) : value;
}
