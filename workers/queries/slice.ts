/**
 * Rows of a view by position, without a deep OFFSET. The order is time, then id, undated last; a position is looked up in the timeline, and a bucket that
 * holds too many rows is counted in ever finer slices until few are left.
 */
import { type Sql, sql } from '../contract/sql';
import { ID } from '../filter/places';
import { timestamp } from '../filter/test';
import type { InView } from './in-view';
import { type Overview, sliceCounts } from './overview';
import { select } from './select';
import type { Source } from './source';

/** A row, by what finds it again quickly. */
export interface RowKey {
  readonly key: bigint;
  /** NULL: undated. */
  readonly time: bigint | null;
}

/** Few enough that their ids can be built and sorted within some milliseconds: less than it takes to count them in finer slices. */
const FEW = 20_000;
const SLICES = 1_000n;

/** A stretch of time that holds the position; `before` dated rows lie ahead of it. `to` is exclusive. */
interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
  readonly before: number;
  readonly count: number;
}

/** Rows `at` to `at + limit` in ascending order; fewer at the end. */
export async function slice(source: Source, view: InView, line: Overview, at: number, limit: number): Promise<readonly RowKey[]> {
  const dated = line.before[line.size] as number;
  const rows: RowKey[] = [];
  if (at < dated) rows.push(...(await datedSlice(source, view, line, at, Math.min(limit, dated - at))));
  if (rows.length < limit && !view.windowed && line.undated > 0) {
    rows.push(...(await sorted(source, sql`${view.matches} AND a.time IS NULL`, Math.max(0, at - dated), limit - rows.length)));
  }
  return rows;
}

async function datedSlice(source: Source, view: InView, line: Overview, at: number, limit: number): Promise<readonly RowKey[]> {
  const first = await locate(source, view, line, at);
  const last = await locate(source, view, line, at + limit - 1);
  const within = sql`${view.condition} AND a.time >= ${timestamp(first.from)} AND a.time < ${timestamp(last.to)}`;
  return sorted(source, within, at - first.before, limit);
}

function sorted({ connection }: Source, within: Sql, offset: number, limit: number): Promise<readonly RowKey[]> {
  return select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?' },
    sql`
      SELECT a.key, a.time
      FROM activity a
      JOIN member m ON m.member = a.member
      WHERE ${within}
      ORDER BY a.time, ${ID}
      LIMIT CAST(${limit} AS BIGINT) OFFSET CAST(${offset} AS BIGINT)`,
  );
}

/** The stretch with the dated row at this position. */
async function locate(source: Source, view: InView, line: Overview, position: number): Promise<Stretch> {
  const bucket = lastAtMost(line.before, position);
  const from = line.startNs + BigInt(bucket) * line.widthNs;
  const before = line.before[bucket] as number;
  const stretch = { from, to: from + line.widthNs, before, count: (line.before[bucket + 1] as number) - before };
  return narrow(source, view, stretch, (counts, start) => {
    let sum = start;
    return counts.findIndex((count) => {
      sum += count;
      return position < sum;
    });
  });
}

/** The stretch around an instant: for the position of an activity. */
export function locateTime(source: Source, view: InView, line: Overview, time: bigint): Promise<Stretch> {
  const bucket = Number((time - line.startNs) / line.widthNs);
  const from = line.startNs + BigInt(bucket) * line.widthNs;
  const before = line.before[bucket] as number;
  const stretch = { from, to: from + line.widthNs, before, count: (line.before[bucket + 1] as number) - before };
  return narrow(source, view, stretch, (_counts, _start, slices) => Number((time - slices.from) / slices.width));
}

type Choose = (counts: Float64Array, before: number, slices: { from: bigint; width: bigint }) => number;

async function narrow(source: Source, view: InView, stretch: Stretch, choose: Choose): Promise<Stretch> {
  const { from, to, count } = stretch;
  if (count <= FEW || to - from <= 1n) return stretch;
  const width = (to - from + SLICES - 1n) / SLICES;
  const counts = await sliceCounts(source, view, from, to, width);
  const chosen = choose(counts, stretch.before, { from, width });
  const before = counts.subarray(0, chosen).reduce((sum, n) => sum + n, stretch.before);
  const start = from + BigInt(chosen) * width;
  const end = start + width < to ? start + width : to;
  return narrow(source, view, { from: start, to: end, before, count: counts[chosen] as number }, choose);
}

/** Index of the last value that is at most `wanted`, in an ascending array that ends above it. */
function lastAtMost(ascending: Float64Array, wanted: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= wanted) low = middle;
    else high = middle;
  }
  return low;
}
