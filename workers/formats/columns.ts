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
 * keys, fractions, exponents, integers beyond 9·10^18, lone surrogates, U+0000, deep nesting.
 */
import { Body, type Columns, type Leaf } from './format';

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

/** RFC 3339 as the projection's cast takes it without loss; a zone may lack. */
export const PLAIN_TIME =
  '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?';
/** True where a value is there but does not look as its leaf says. Each test is false or NULL for a value that is absent. */
const TESTS: { readonly [L in Leaf]?: (value: string) => string } = {
  // 91 and 123: [ and {. A text may begin so as well; then the careful path gives the same.
  text: (x) => `ord(${x}) IN (91, 123)`,
  integer: (x) => `(${x} IS NOT NULL AND TRY_CAST(${x} AS BIGINT)::VARCHAR IS DISTINCT FROM ${x})`,
  boolean: (x) => `${x} NOT IN ('true', 'false')`,
  time: (x) => `(${x} IS NOT NULL AND (TRY_CAST(${x} AS TIMESTAMP_NS) IS NULL OR NOT regexp_full_match(${x}, '${PLAIN_TIME}')))`,
  texts: (x) => `ord(${x}::VARCHAR) <> 91 OR contains(${x}::VARCHAR, '{') OR contains(substr(${x}::VARCHAR, 2), '[')`,
};

/** A tree of columns that occurs at several places of a record (`Format.shared`), by the name of its column. */
export type Shared = ReadonlyMap<Columns, string>;

/** The first that is present of a shared tree's places. */
export const firstOf = (columns: Columns, tree: Columns): string => `coalesce(${placesOf('e', columns, tree).join(', ')})`;

function placesOf(path: string, columns: Columns, tree: Columns): string[] {
  return Object.entries(columns).flatMap(([key, column]) => {
    const inner = column instanceof Body ? column.columns : column;
    const place = `${path}.${quoted(key)}`;
    return inner === tree ? [place] : typeof inner === 'object' ? placesOf(place, inner, tree) : [];
  });
}

/** The condition that finds suspects among rows of `e` and the shared trees. It may be NULL, which is no suspect. */
export function suspect(columns: Columns, shared: Shared): string {
  const trees = [...shared].flatMap(([tree, name]) => testsOf(name, tree, false, new Map()));
  return ['e IS NULL', ...testsOf('e', columns, false, shared), ...trees].join('\n OR ');
}

function testsOf(path: string, columns: Columns, open: boolean, shared: Shared): string[] {
  const places = Object.entries(columns).map(([key, column]) => [`${path}.${quoted(key)}`, column] as const);
  const tests = places.flatMap(([place, column]) => {
    if (column instanceof Body) return testsOf(place, column.columns, true, shared);
    if (typeof column === 'object') return shared.has(column) ? [] : testsOf(place, column, false, shared);
    return TESTS[column]?.(place) ?? [];
  });
  // A struct of NULLs: perhaps empty, perhaps no object at all.
  const hollow = `(${path} IS NOT NULL AND ${places.map(([place]) => `${place} IS NULL`).join(' AND ')})`;
  return open ? tests : [hollow, ...tests];
}
