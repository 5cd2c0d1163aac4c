/**
 * From a part of the spool to staged rows: reading and projecting in one statement, so that JavaScript touches no row.
 *
 * A part is one line a record, `{"r":7,"i":"2.1","o":1042,"l":310,"h":"<32 hex>","s":1,"f":["duplicate key"],"e":{…}}`, of one member
 * (docs/architecture.md). Rows with `suspect` are not to be kept: their records go through `careful.ts`, whose clean text takes the place
 * of `e` in another part, which is staged with `clean: true` and then holds no suspects.
 * A line that DuckDB cannot read at all (a lone surrogate, bytes that are not UTF-8) comes back with `r` NULL and `suspect` true: its
 * place is known only to the part itself, so whoever stages compares the places it got with those it wrote.
 */
import { raw, type Sql, sql } from '../contract/sql';
import { sharedColumns, structOf, suspect } from './columns';
import type { Format } from './format';

/**
 * The longest line of a part of the reader's, which sends records beyond 4 MiB to the careful path, and of the careful path's (`careful.ts`). DuckDB reads
 * in buffers of twice this, each a task of one thread: a part must have several, or one thread works while the other waits for it busily.
 */
const MAXIMUM_LINE_BYTES = 5 * 1024 * 1024;
const MAXIMUM_CLEAN_LINE_BYTES = 16 * 1024 * 1024;

export interface StageSettings {
  /** IANA name of the zone that times without one are in. */
  readonly zone?: string | undefined;
  readonly cluster?: string | undefined;
  /** The part was written by the careful path: nothing in it is suspect. */
  readonly clean?: boolean;
}

/** Columns of a line of the spool. */
const lineTypes = (format: Format) => ({
  r: 'BIGINT',
  i: 'VARCHAR',
  o: 'BIGINT',
  l: 'INTEGER',
  h: 'VARCHAR',
  s: 'UTINYINT',
  f: 'VARCHAR[]',
  e: structOf(format.columns),
});

/** The relation `record` that `Format.project` selects from. */
export function recordRelation(format: Format, file: string, settings: StageSettings = {}): Sql {
  const columns = Object.entries(lineTypes(format)).map(([name, type]) => `${name}: '${type.replaceAll("'", "''")}'`);
  const longest = settings.clean ? MAXIMUM_CLEAN_LINE_BYTES : MAXIMUM_LINE_BYTES;
  const lines = sql`
    SELECT *
    FROM read_json(
      ${file}, format = 'newline_delimited', ignore_errors = true, maximum_object_size = ${raw(String(longest))},
      columns = {${raw(columns.join(', '))}}
    )`;
  return recordsOf(format, lines, settings);
}

function recordsOf(format: Format, lines: Sql, settings: StageSettings): Sql {
  const shared = format.shared ?? {};
  const names = Object.keys(shared)
    .map((name) => `"${name}", `)
    .join('');
  const isSuspect = `coalesce(r IS NULL OR s = 1 OR ${suspect(format.columns, shared)}, false)`;
  return sql`
    SELECT
      r, i, o, l, h, f, e, ${raw(names)}
      ${raw(settings.clean ? 'false' : isSuspect)} AS suspect,
      ${settings.zone ?? null}::VARCHAR    AS zone,
      ${settings.cluster ?? null}::VARCHAR AS cluster
    FROM (SELECT *${raw(sharedColumns(shared))} FROM (${lines}))`;
}

/** The staged rows of a part: what `Format.project` gives, suspects among them. */
export const projected = (format: Format, file: string, settings: StageSettings = {}): Sql =>
  sql`WITH record AS (${recordRelation(format, file, settings)})\n${raw(format.project)}`;
