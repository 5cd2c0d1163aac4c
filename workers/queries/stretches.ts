/**
 * Rows by their keys. Keys follow the order in which rows lie, in groups of some 60,000. To read a row, DuckDB decodes every wanted column of the vector of 2,048 rows that
 * holds it; and it passes over the others only where a condition that it takes into the scan itself says so: a stretch of keys, or that a list contains the key.
 * `key IN (…)` it looks up after the scan, for which it reads every column of all rows between. Seen at 10 million rows: a hundred rows of a rare filter took 174 ms of
 * one core with `IN`, and 57.
 */
import { join, name, raw, type Sql, sql } from '../contract/sql';

/** Rows of a stretch by keys that are looked for in each of them: takes as long as to plan and begin another stretch, 4 ms. */
const MOST_COMPARED = 4e6;
/** Each takes a millisecond to plan. */
const MOST_STRETCHES = 100;
/** More keys than this are bound as one text: to plan a list of thousands takes longer. */
const FEW_KEYS = 200;
/** Rows that are decoded together. Where keys lie closer than that there is nothing to pass over. */
const VECTOR = 2_048n;
/** Rows between two keys that lie in one place. */
const NEAR = 8_192n;

/**
 * These columns of the rows of `activity` with these keys, as a table to read from. Whoever reads it sorts: then DuckDB reads several stretches at once, else one after
 * the other.
 */
export function rowsWith(keys: readonly bigint[], columns: readonly string[]): Sql {
  const read = sql`SELECT ${join(columns.map(name))} FROM activity`;
  return sql`(${join(
    stretchesOf(ascending(keys)).map((stretch) => sql`${read} WHERE ${within(stretch, isDense(stretch) ? lookedUp : contained)}`),
    '\n        UNION ALL ',
  )})`;
}

/** Of a row of any table with a `key`: that it is one of these. */
export const amid = (keys: readonly bigint[]): Sql => (keys.length === 0 ? raw('FALSE') : within(ascending(keys), lookedUp));

const ascending = (keys: readonly bigint[]): readonly bigint[] => [...BigInt64Array.from(new Set(keys)).sort()];

/** @param keys ascending. Between the first and the last of them, so that what lies elsewhere is passed over */
function within(keys: readonly bigint[], among: (keys: readonly bigint[]) => Sql): Sql {
  const [low, high] = [keys[0] as bigint, keys[keys.length - 1] as bigint];
  if (low === high) return raw(`key = ${low}`);
  const all = high - low === BigInt(keys.length - 1);
  return sql`key BETWEEN ${raw(`${low} AND ${high}`)}${all ? raw('') : sql` AND ${among(keys)}`}`;
}

const isDense = (keys: readonly bigint[]): boolean =>
  (keys[keys.length - 1] as bigint) - (keys[0] as bigint) < VECTOR * BigInt(keys.length);
const contained = (keys: readonly bigint[]): Sql => sql`list_contains(${listOf(keys)}, key)`;
const lookedUp = (keys: readonly bigint[]): Sql =>
  keys.length <= FEW_KEYS ? raw(`key IN (${keys})`) : sql`key IN (SELECT unnest(${listOf(keys)}))`;
const listOf = (keys: readonly bigint[]): Sql =>
  keys.length <= FEW_KEYS ? raw(`[${keys}]::BIGINT[]`) : sql`string_split(${keys.join(' ')}, ' ')::BIGINT[]`;

/** The first of these keys, ascending, that lie in so many places. */
export function inFewPlaces(sorted: readonly bigint[], most: number): readonly bigint[] {
  let places = 1;
  const end = sorted.findIndex((key, i) => i > 0 && key - (sorted[i - 1] as bigint) > NEAR && ++places > most);
  return end < 0 ? sorted : sorted.slice(0, end);
}

/** @param sorted ascending, each once */
function stretchesOf(sorted: readonly bigint[], compared = MOST_COMPARED): readonly (readonly bigint[])[] {
  const stretches: bigint[][] = [];
  for (const key of sorted) {
    const last = stretches.at(-1);
    if (last && (key - (last.at(-1) as bigint) < VECTOR || Number(key - (last[0] as bigint)) * (last.length + 1) <= compared))
      last.push(key);
    else stretches.push([key]);
  }
  return stretches.length <= MOST_STRETCHES ? stretches : stretchesOf(sorted, 2 * compared);
}
