/** Lines of JSON to Parquet, with the types that the attributes have, by DuckDB in memory. */
import { join as joinPath } from 'node:path';
import { Database } from '../case/database';
import { ACTIVITY_COLUMNS } from '../case/schema';
import { type Attribute, CARRIED } from '../contract/attributes';
import { join, name, raw, Sql, sql } from '../contract/sql';

const MEMORY = '500MB';
const PLACES = 'STRUCT(evidence VARCHAR, member VARCHAR, record VARCHAR)[]';
const NUMBERS: Readonly<Record<string, string>> = ACTIVITY_COLUMNS;

/** Times are in UTC, in nanoseconds; choices are texts. */
function typeOf({ name: attribute, type }: Attribute): string {
  if (type === 'time') return 'TIMESTAMP_NS';
  if (type === 'list' || type === 'addresses') return 'VARCHAR[]';
  return type === 'number' ? (NUMBERS[attribute] ?? 'DOUBLE') : 'VARCHAR';
}

/** Answers the path of the file that it makes in the folder; DuckDB sees nothing else. */
export async function toParquet(lines: string, folder: string): Promise<string> {
  const out = joinPath(folder, 'activities.parquet');
  const database = await Database.open(':memory:', { spool: folder, memoryLimit: MEMORY });
  const connection = await database.connect();
  try {
    const types = new Map(CARRIED.map((attribute) => [attribute.name, typeOf(attribute)]));
    types.set('completed', 'VARCHAR[]').set('records', PLACES);
    const read = [...types].map(
      ([column, type]) => sql`${name(column)}: ${raw(`'${type === 'TIMESTAMP_NS' ? 'VARCHAR' : type}'`)}`,
    );
    const columns = [...types].map(([column, type]) => sql`${name(column)}::${raw(type)} AS ${name(column)}`);
    // Numbered, since DuckDB counts a question mark behind TO first.
    const copy = sql`
      COPY (
        SELECT ${join(columns)}
        FROM read_json([$1], format = 'newline_delimited', maximum_object_size = 67108864, columns = {${join(read)}})
      ) TO $2 (FORMAT parquet, COMPRESSION zstd)`;
    await connection.run(new Sql(copy.text, [lines, out]));
    return out;
  } finally {
    connection.close();
    database.close();
  }
}
