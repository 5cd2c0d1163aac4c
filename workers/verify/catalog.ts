/**
 * Whether the database has the tables, views and types that a case has, and nothing else. A view put in place of one of ours, or a function under the name of one of
 * DuckDB's, would change what every query says, and what is summed up to check it, without touching a row.
 */
import { type Connection, Database } from '../case/database';
import { CREATE } from '../case/schema';
import type { VerifyCheck } from '../contract/verify';

/** Everything that a database can hold beside rows, with how it is defined. Asked from outside of it, where nothing in it takes the place of DuckDB's own names. */
const HELD = (database: string): string => `
  SELECT 'the table ' || table_name AS name, sql AS defined FROM duckdb_tables() WHERE database_name = '${database}'
  UNION ALL SELECT 'the view ' || view_name, sql FROM duckdb_views() WHERE database_name = '${database}' AND NOT internal
  UNION ALL SELECT 'the index ' || index_name, sql FROM duckdb_indexes() WHERE database_name = '${database}'
  UNION ALL SELECT 'the sequence ' || sequence_name, sql FROM duckdb_sequences() WHERE database_name = '${database}'
  UNION ALL SELECT 'the type ' || type_name, to_json(labels)::VARCHAR FROM duckdb_types() WHERE database_name = '${database}' AND NOT internal
  UNION ALL SELECT 'the function ' || function_name, macro_definition FROM duckdb_functions() WHERE database_name = '${database}' AND NOT internal
  UNION ALL SELECT 'the schema ' || schema_name, NULL FROM duckdb_schemas() WHERE database_name = '${database}' AND NOT internal
  ORDER BY ALL`;
const NAMED = 5;

export async function verifyCatalog(database: Database): Promise<VerifyCheck> {
  const what = 'The database has the tables of a case and nothing else';
  const [is, should] = [await heldBy(database), await ours()];
  const wrong = [
    ...[...should.keys()].filter((name) => !is.has(name)).map((name) => `${name} is missing`),
    ...[...is].flatMap(([name, defined]) =>
      should.has(name) ? (should.get(name) === defined ? [] : [`${name} was changed`]) : [`${name} was put in`],
    ),
  ];
  const more = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
  const detail = wrong.length === 0 ? `Tables, views and types: ${is.size}.` : `${wrong.slice(0, NAMED).join('; ')}${more}.`;
  return { what, ok: wrong.length === 0, detail };
}

async function ours(): Promise<ReadonlyMap<string, string | null>> {
  const database = await Database.open(':memory:');
  try {
    const connection = await database.connect();
    for (const statement of CREATE) await connection.run(statement);
    return await heldBy(database);
  } finally {
    database.close();
  }
}

async function heldBy(database: Database): Promise<ReadonlyMap<string, string | null>> {
  const connection: Connection = await database.connect();
  try {
    await connection.run('USE memory');
    const held = await connection.all<{ name: string; defined: string | null }>(HELD('case'));
    return new Map(held.map(({ name, defined }) => [name, defined]));
  } finally {
    connection.close();
  }
}
