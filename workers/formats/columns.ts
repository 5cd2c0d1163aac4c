/**
 * From a format's columns: the types that `read_json` reads them with, and the condition that finds suspects.
 *
 * Measured with DuckDB 1.5.5: keys match exactly (`Verb` is not `verb`); the first of duplicate keys is taken; a VARCHAR leaf keeps
 * whole numbers of any size as written, rewrites fractions and exponents (1.50 becomes 1.5) and turns an object or array into
 * its JSON text; a STRUCT given anything else becomes a struct of NULLs, a list given anything else NULL, which nothing tells from
 * absent, so lists are read as JSON; trailing commas and NaN are taken; a lone surrogate or bytes that are not UTF-8 turn the whole row, its
 * number too, to NULL.
 *
 * What the reader of the bundle marks with `s` (`bundle/scan.ts`) needs no test here: all that is not strictly JSON, duplicate and escaped
 * keys, fractions, exponents, integers beyond 9·10^18, lone surrogates, U+0000, deep nesting, an object or a list where a text, a number or a time belongs.
 */
import { Body, type Columns, type Leaf, type Path } from './format';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The DuckDB type of a tree of columns, every leaf as text. */
export function structOf(columns: Columns): string {
  const fields = Object.entries(columns).map(([key, column]) => `${quoted(key)} ${typeOf(column)}`);
  return `STRUCT(${fields.join(', ')})`;
}

function typeOf(column: Leaf | Columns | Body): string {
  if (column instanceof Body) return structOf(column.columns);
  if (typeof column === 'object') return structOf(column);
  return column === 'texts' || column === 'json' ? 'JSON' : 'VARCHAR';
}

/** RFC 3339 as the projection's cast takes it without loss; a zone may lack, or be written ` UTC` as BigQuery does. */
const PLAIN_TIME =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z| UTC|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?';
/** True where a value is there but does not look as its leaf says. Each test is false or NULL for a value that is absent. */
const TESTS: { readonly [L in Leaf]?: (value: string) => string } = {
  integer: (x) => `(${x} IS NOT NULL AND TRY_CAST(${x} AS BIGINT)::VARCHAR IS DISTINCT FROM ${x})`,
  boolean: (x) => `${x} NOT IN ('true', 'false')`,
  time: (x) => `(${x} IS NOT NULL AND (TRY_CAST(${x} AS TIMESTAMP_NS) IS NULL OR NOT regexp_full_match(${x}, '${PLAIN_TIME}')))`,
  texts: (x) => `ord(${x}::VARCHAR) <> 91 OR contains(${x}::VARCHAR, '{') OR contains(substr(${x}::VARCHAR, 2), '[')`,
};

/** The columns that are the first present of several places (`Format.shared`). */
export type Shared = Readonly<Record<string, readonly Path[]>>;

const placeOf = (path: Path): string => ['e', ...path.map(quoted)].join('.');

const placesOf = (shared: Shared): string[] => [...new Set(Object.values(shared).flatMap((paths) => paths.map(placeOf)))];

/**
 * `, e.… AS place0` for each place of a shared column, over rows of `e`. What `coalesce` is given is cut to the rows that still lack a value, and with a member of
 * a struct the whole struct is; so they are plain columns before.
 */
export const sharedPlaces = (shared: Shared): string =>
  placesOf(shared)
    .map((place, n) => `, ${place} AS place${n}`)
    .join('');

/** `, coalesce(place0, …) AS name` for each shared column. */
export function sharedColumns(shared: Shared): string {
  const columns = new Map(placesOf(shared).map((place, n) => [place, `place${n}`]));
  return Object.entries(shared)
    .map(([name, paths]) => `, coalesce(${paths.map((path) => columns.get(placeOf(path))).join(', ')}) AS ${quoted(name)}`)
    .join('');
}

/** The condition that finds suspects among rows of `e` and the shared columns. It may be NULL, which is no suspect. */
export function suspect(columns: Columns, shared: Shared): string {
  const elsewhere = new Set(Object.values(shared).flatMap((paths) => paths.map(placeOf)));
  const tests = Object.entries(shared).flatMap(([name, [path]]) =>
    path ? testsAt(quoted(name), at(columns, path), new Set()) : [],
  );
  return ['e IS NULL', hollow('e', columns), ...testsOf('e', columns, elsewhere), ...tests].join('\n OR ');
}

/** A time that names no zone: true or false, whatever it is. Of times that end in `Z`, which most do, nothing else is looked at. */
const bare = (time: string): string =>
  `CASE WHEN ${time} IS NULL OR ends_with(${time}, 'Z') THEN false ELSE NOT regexp_matches(${time}, '( UTC|[+-][0-9:]{5})$') END`;

/** The condition that some time of a record names no zone, over rows of `e`. */
export function zoneless(columns: Columns): string {
  const times = timesIn('e', columns);
  return times.length === 0 ? 'false' : times.map(bare).join(' OR ');
}

const timesIn = (path: string, columns: Columns): string[] =>
  Object.entries(columns).flatMap(([key, column]) => {
    const place = `${path}.${quoted(key)}`;
    if (typeof column === 'object') return timesIn(place, column instanceof Body ? column.columns : column);
    return column === 'time' ? [place] : [];
  });

/** What lies at a path of the tree. */
function at(columns: Columns, path: Path): Leaf | Columns | Body {
  const [key = '', ...rest] = path;
  const column = columns[key];
  if (column === undefined) throw new Error(`Format.shared names ${path.join('.')}, which is not in its columns`);
  if (rest.length === 0) return column;
  return at(column instanceof Body ? column.columns : (column as Columns), rest);
}

function testsAt(place: string, column: Leaf | Columns | Body, elsewhere: ReadonlySet<string>): string[] {
  if (column instanceof Body) return testsOf(place, column.columns, elsewhere);
  if (typeof column === 'object') return [hollow(place, column), ...testsOf(place, column, elsewhere)];
  return [TESTS[column]?.(place) ?? []].flat();
}

/** Tests of the members of an object; those that a shared column stands for are tested there. */
const testsOf = (path: string, columns: Columns, elsewhere: ReadonlySet<string>): string[] =>
  Object.entries(columns)
    .map(([key, column]) => [`${path}.${quoted(key)}`, column] as const)
    .flatMap(([place, column]) => (elsewhere.has(place) ? [] : testsAt(place, column, elsewhere)));

/** A struct of NULLs: perhaps empty, perhaps no object at all. */
const hollow = (path: string, columns: Columns): string =>
  `(${[`${path} IS NOT NULL`, ...Object.keys(columns).map((key) => `${path}.${quoted(key)} IS NULL`)].join(' AND ')})`;
