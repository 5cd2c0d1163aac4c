/**
 * Rows by their keys. Keys follow the order in which rows lie, in groups of some 100,000. For a list of keys DuckDB reads every wanted column of each group that one of them
 * is in; for a stretch of keys it passes over all but the vectors that hold it. So keys that are near each other make one stretch, and each stretch is read by itself.
 * Seen at 10 million rows: a row far from others takes 6 ms with all its columns, and took 25.
 */
import { join, raw, type Sql, sql } from '../contract/sql';

/** Rows between two keys that are rather read than begun anew after. */
const NEAR = 8_192n;
/** Each takes a millisecond to plan. */
const MOST_STRETCHES = 100;
/** More keys than this are bound as one text: one by one they take DuckDB a second for each thousand. */
const FEW_KEYS = 200;

/** Rows of `activity` with these keys, as a table to read from. */
export function rowsWith(keys: readonly bigint[]): Sql {
  const stretches = stretchesOf([...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)));
  return sql`(${join(stretches.map(readingOf), '\n        UNION ALL ')})`;
}

/** What stands within `IN (…)`, or after FROM as a table of one column. */
export const keysOf = (keys: readonly bigint[]): Sql => sql`SELECT unnest(string_split(${keys.join(' ')}, ' ')::BIGINT[]) AS key`;

function readingOf(keys: readonly bigint[]): Sql {
  const [low, high] = [keys[0] as bigint, keys[keys.length - 1] as bigint];
  if (keys.length === 1) return sql`SELECT * FROM activity WHERE key = CAST(${low} AS BIGINT)`;
  const listed = keys.length < FEW_KEYS ? join(keys.map((key) => sql`CAST(${key} AS BIGINT)`)) : keysOf(keys);
  const all = high - low === BigInt(keys.length - 1);
  return sql`SELECT * FROM activity WHERE key BETWEEN CAST(${low} AS BIGINT) AND CAST(${high} AS BIGINT)${all ? raw('') : sql` AND key IN (${listed})`}`;
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
