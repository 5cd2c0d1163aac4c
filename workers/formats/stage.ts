/**
 * From a part of the spool to staged rows: reading and projecting in one statement, so that JavaScript touches no row.
 *
 * A part is one line a record, `{"r":7,"i":"2.1","o":1042,"l":310,"h":"<32 hex>","m":3,"s":1,"f":["duplicate key"],"e":{…}}`, of one
 * format and one zone and cluster (docs/architecture.md). What is planned for one file serves many, so small members are staged together.
 * Rows with `suspect` are not to be kept: their records go through `careful.ts`, whose clean text takes the place
 * of `e` in another part, which is staged with `clean: true` and then holds no suspects.
 * Where envelopes were opened or the source was decoded, a line may also have `"w":{…}`, what the envelopes say of the record (`CONTEXT` of
 * envelopes/envelope.ts), and `"x":"ignored: …"`, its fate where it is decided already, of `"n"` records that follow each other.
 * A line that DuckDB cannot read at all (a lone surrogate, bytes that are not UTF-8) comes back with `r` NULL and `suspect` true: its
 * place is known only to the part itself, so whoever stages compares the places it got with those it wrote.
 */
import { bound, join, raw, type Sql, sql } from '../contract/sql';
import { CONTEXT } from '../envelopes/envelope';
import { sharedColumns, sharedPlaces, structOf, suspect, zoneless } from './columns';
import type { Format } from './format';

/**
 * The longest line of a part of the reader's, which sends records beyond 2 MiB to the careful path, and of the careful path's (`careful.ts`). DuckDB reads
 * in buffers of twice this, each a task of one thread: a part must have several, or one thread works while the other waits for it busily.
 */
const MAXIMUM_LINE_BYTES = 2.5 * 1024 * 1024;
const MAXIMUM_CLEAN_LINE_BYTES = 16 * 1024 * 1024;

export interface StageSettings {
  /** IANA name of the zone that times without one are in. */
  readonly zone?: string | undefined;
  readonly cluster?: string | undefined;
  /** The part was written by the careful path: nothing in it is suspect. */
  readonly clean?: boolean;
  /** Its records came out of envelopes or a decoder: lines may have `w` and `x`. */
  readonly wrapped?: boolean;
}

const CONTEXT_TYPE = `STRUCT(${CONTEXT.map((name) => `"${name}" VARCHAR`).join(', ')})`;

/** Columns of a line of the spool. */
const lineTypes = (format: Format, wrapped: boolean) => ({
  r: 'BIGINT',
  i: 'VARCHAR',
  o: 'BIGINT',
  l: 'INTEGER',
  h: 'VARCHAR',
  m: 'INTEGER',
  s: 'UTINYINT',
  f: 'VARCHAR[]',
  ...(wrapped && { x: 'VARCHAR', n: 'INTEGER', w: CONTEXT_TYPE }),
  e: structOf(format.columns),
});

/** The relation `record` that `Format.project` selects from. */
function recordRelation(format: Format, files: readonly string[], settings: StageSettings = {}): Sql {
  const columns = Object.entries(lineTypes(format, settings.wrapped ?? false)).map(
    ([name, type]) => `${name}: '${type.replaceAll("'", "''")}'`,
  );
  const longest = settings.clean ? MAXIMUM_CLEAN_LINE_BYTES : MAXIMUM_LINE_BYTES;
  const lines = sql`
    SELECT *
    FROM read_json(
      [${join(files.map(bound))}], format = 'newline_delimited', ignore_errors = true, maximum_object_size = ${raw(String(longest))},
      columns = {${raw(columns.join(', '))}}
    )`;
  return recordsOf(format, lines, settings);
}

function recordsOf(format: Format, lines: Sql, settings: StageSettings): Sql {
  const shared = format.shared ?? {};
  const names = Object.keys(shared)
    .map((name) => `"${name}", `)
    .join('');
  // What a decoder made is as its columns say: a text that begins with a bracket is a text.
  const looks = format.text || format.binary ? 'false' : suspect(format.columns, shared);
  const isSuspect = `coalesce(r IS NULL OR s = 1 OR ${looks}, false)`;
  return sql`
    SELECT
      m, r, i, o, l, h, f, e, ${raw(names)}
      ${raw(settings.wrapped ? 'x, n, w' : `NULL::VARCHAR AS x, NULL::INTEGER AS n, NULL::${CONTEXT_TYPE} AS w`)},
      ${raw(settings.clean ? 'false' : settings.wrapped ? `x IS NULL AND ${isSuspect}` : isSuspect)} AS suspect,
      ${raw(zoneless(format.columns))} AS bare,
      ${settings.zone ?? null}::VARCHAR AS zone,
      ${raw(settings.wrapped ? 'coalesce(w.cluster, ' : '')}${settings.cluster ?? null}::VARCHAR${raw(settings.wrapped ? ')' : '')} AS cluster
    FROM (SELECT *${raw(sharedColumns(shared))} FROM (SELECT *${raw(sharedPlaces(shared))} FROM (${lines})))`;
}

/** The staged rows of parts: what `Format.project` gives, suspects among them. */
export const projected = (format: Format, files: string | readonly string[], settings: StageSettings = {}): Sql =>
  sql`
    WITH record AS (${recordRelation(format, [files].flat(), settings)})
    SELECT * EXCLUDE (x) REPLACE (coalesce(x, skip) AS skip) FROM (${raw(format.project)})`;
