/**
 * Dictionaries of the case: distinct scopes, actors and policies get a small number each, and every address text is parsed once.
 * Ids only join tables inside one database; they are in no digest.
 */
import type { Connection } from '../case/database';
import { DuckDBDataChunk, UHUGEINT, VARCHAR } from '../case/duckdb';
import { DICTIONARIES, DICTIONARY_NAMES, type DictionaryName } from '../case/schema';
import { parseAddress } from '../contract/address';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import type { StagedTable } from './staged';

/** Texts and lists of texts that hold addresses. */
const ADDRESSES = ['client', 'server', 'hostip'] as const;
const ADDRESS_LISTS = ['sourceaddresses'] as const;

export async function fillDictionaries(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  for (const table of tables) {
    for (const dictionary of DICTIONARY_NAMES) await fill(connection, dictionary, table);
  }
  await fillAddresses(connection, tables);
}

const columnsOf = (dictionary: DictionaryName, table: StagedTable): string[] =>
  Object.keys(DICTIONARIES[dictionary]).filter((column) => table.columns.has(column));

async function fill(connection: Connection, dictionary: DictionaryName, table: StagedTable): Promise<void> {
  const named = columnsOf(dictionary, table);
  if (named.length === 0) return;
  const columns = join(
    Object.entries(DICTIONARIES[dictionary]).map(([column, type]) =>
      named.includes(column) ? sql`${name(column)}::${raw(type)} AS ${name(column)}` : sql`NULL::${raw(type)} AS ${name(column)}`,
    ),
  );
  await connection.work(sql`
    INSERT INTO ${raw(dictionary)}
    WITH found AS (
      SELECT DISTINCT ${columns} FROM ${table.table} WHERE ${anyOf(named, '')}
      EXCEPT
      SELECT * EXCLUDE (${raw(dictionary)}) FROM ${raw(dictionary)}
    )
    SELECT (SELECT coalesce(max(${raw(dictionary)}), 0) FROM ${raw(dictionary)}) + row_number() OVER (), * FROM found`);
}

const anyOf = (columns: readonly string[], prefix: string): Sql =>
  join(
    columns.map((column) => sql`${raw(prefix)}${name(column)} IS NOT NULL`),
    ' OR ',
  );

/**
 * `LEFT JOIN scope …` that finds a staged row's (alias s) entry; NULL where the row names nothing of it. By a hash of 64 bits, which is quicker by far, where no
 * two entries share one; somebody may have made them so that they do, then by all values.
 */
export async function joinDictionary(
  connection: Connection,
  dictionary: DictionaryName,
  table: StagedTable,
): Promise<{ readonly id: Sql; readonly join: Sql }> {
  const named = columnsOf(dictionary, table);
  if (named.length === 0) return { id: sql`NULL::INTEGER`, join: sql`` };
  const types = Object.entries(DICTIONARIES[dictionary]);
  const entries = raw(dictionary);
  const id = sql`${entries}.${entries}`;
  const own = join(
    types.map(([column, type]) => (named.includes(column) ? sql`s.${name(column)}::${raw(type)}` : sql`NULL::${raw(type)}`)),
  );
  const theirs = sql`hash(${join(types.map(([column]) => name(column)))})`;
  const unique = await connection.one<{ yes: boolean }>(sql`SELECT count(*) = count(DISTINCT ${theirs}) AS yes FROM ${entries}`);
  if (unique?.yes)
    return {
      id,
      join: sql`LEFT JOIN (SELECT ${entries}, ${theirs} AS h FROM ${entries}) ${entries} ON ${entries}.h = hash(${own})`,
    };
  const same = types.map(([column]) =>
    named.includes(column)
      ? sql`s.${name(column)} IS NOT DISTINCT FROM ${entries}.${name(column)}`
      : sql`${entries}.${name(column)} IS NULL`,
  );
  return { id, join: sql`LEFT JOIN ${entries} ON ${join(same, ' AND ')}` };
}

/** Parses address texts that the case has not met, some thousand at a time. */
async function fillAddresses(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  for (const table of tables) {
    for (const column of [...ADDRESSES, ...ADDRESS_LISTS]) {
      if (!table.columns.has(column)) continue;
      const isList = (ADDRESS_LISTS as readonly string[]).includes(column);
      const text = isList ? sql`unnest(${name(column)})` : name(column);
      await connection.run(sql`
        CREATE OR REPLACE TEMP TABLE address_text AS
        SELECT address FROM (SELECT DISTINCT ${text} AS address FROM ${table.table})
        WHERE address IS NOT NULL
        EXCEPT
        SELECT address FROM address`);
      await parseAddresses(connection);
    }
  }
  await connection.run('DROP TABLE IF EXISTS address_text');
}

async function parseAddresses(connection: Connection): Promise<void> {
  const appender = await connection.raw.createAppender('address');
  const result = await connection.raw.stream('SELECT address FROM address_text');
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const texts = chunk.getColumnValues(0) as string[];
    const rows = DuckDBDataChunk.create([VARCHAR, UHUGEINT], texts.length);
    rows.setColumnValues(0, texts);
    rows.setColumnValues(
      1,
      texts.map((text) => parseAddress(text) ?? null),
    );
    appender.appendDataChunk(rows);
  }
  appender.closeSync();
}
