/**
 * Rows by their keys. Keys follow the order in which rows lie, in groups of some 100,000. For a list of keys DuckDB reads every wanted column of each group that one of them
 * is in; for a stretch of keys it passes over all but the vectors that hold it. So keys that are near each other make one stretch, and each stretch is read by itself.
 * Seen at 10 million rows: a row far from others takes 6 ms with all its columns, and took 25.
 */
import { join, name, raw, type Sql, sql } from '../contract/sql';

/** Rows between two keys that are rather read than begun anew after. */
const NEAR = 8_192n;
/** Each takes a millisecond to plan. */
const MOST_STRETCHES = 100;
/** More keys than this are bound as one text: to plan a list of thousands takes longer. */
const FEW_KEYS = 200;

/**
 * These columns of the rows of `activity` with these keys, as a table to read from. Whoever reads it sorts: then DuckDB reads several stretches at once, else one after
 * the other.
 */
export function rowsWith(keys: readonly bigint[], columns: readonly string[]): Sql {
  const read = sql`SELECT ${join(columns.map(name))} FROM activity`;
  const stretches = stretchesOf([...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)));
  return sql`(${join(
    stretches.map((stretch) => sql`${read} WHERE ${within(stretch)}`),
    '\n        UNION ALL ',
  )})`;
}

/** What stands within `key IN (…)`. */
export const listed = (keys: readonly bigint[]): Sql =>
  keys.length <= FEW_KEYS ? raw(keys.join(', ')) : sql`SELECT unnest(string_split(${keys.join(' ')}, ' ')::BIGINT[])`;

function within(keys: readonly bigint[]): Sql {
  const [low, high] = [keys[0] as bigint, keys[keys.length - 1] as bigint];
  if (low === high) return raw(`key = ${low}`);
  const all = high - low === BigInt(keys.length - 1);
  return sql`key BETWEEN ${raw(`${low} AND ${high}`)}${all ? raw('') : sql` AND key IN (${listed(keys)})`}`;
}

/** The first of these keys, ascending, that lie in so many stretches. */
export function inFewPlaces(sorted: readonly bigint[], most: number): readonly bigint[] {
  let places = 1;
  const end = sorted.findIndex((key, i) => i > 0 && key - (sorted[i - 1] as bigint) > NEAR && ++places > most);
  return end < 0 ? sorted : sorted.slice(0, end);
}

/** @param sorted ascending, each once */
function stretchesOf(sorted: readonly bigint[]): readonly (readonly bigint[])[] {
  const gaps = sorted.slice(1).map((key, i) => key - (sorted[i] as bigint));
  const widest = gaps.filter((gap) => gap > NEAR).sort((a, b) => (a < b ? 1 : -1));
  const least = widest[MOST_STRETCHES - 1] ?? NEAR;
  const stretches: bigint[][] = [];
  sorted.forEach((key, i) => {
    const last = stretches[stretches.length - 1];
    if (last && (gaps[i - 1] as bigint) <= least) last.push(key);
    else stretches.push([key]);
  });
  return stretches;
}
