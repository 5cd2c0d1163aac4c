/**
 * Rows of a view by position, without a deep OFFSET. The order is time, then id, undated last; a position is looked up in the timeline, and a bucket that
 * holds too many rows is counted in ever finer slices until few are left.
 */
import { join, raw, type Sql, sql } from '../contract/sql';
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
  const stretches = occupied(line, first.from, last.to).map(({ from, to }) => within(from, to));
  // Each stretch of a table passes over what lies outside it; alternatives in one condition pass over nothing.
  const table =
    stretches.length === 1
      ? raw('activity')
      : sql`(${join(
          stretches.map((stretch) => sql`SELECT * FROM activity a WHERE ${stretch}`),
          ' UNION ALL ',
        )})`;
  const condition = stretches.length === 1 ? sql`${view.condition} AND ${join(stretches)}` : view.condition;
  return sorted(source, condition, at - first.before, limit, table);
}

const within = (from: bigint, to: bigint): Sql => sql`a.time >= ${timestamp(from)} AND a.time < ${timestamp(to)}`;

/** Each takes a millisecond or two to plan. */
const MOST_STRETCHES = 8;
/** Where less than this share of the time can be passed over, it is read in one go. */
const WORTH = 0.3;

/** What lies between two instants without the widest stretches of time in which nothing of the view does. */
function occupied(line: Overview, from: bigint, to: bigint): readonly { readonly from: bigint; readonly to: bigint }[] {
  const at = (ns: bigint): number => Number((ns - line.startNs) / line.widthNs);
  const [begin, end] = [at(from), at(to - 1n) + 1];
  const gaps: { readonly begin: number; readonly end: number }[] = [];
  for (let i = begin; i < end; i++) {
    if (line.before[i] !== line.before[i + 1]) continue;
    const last = gaps[gaps.length - 1];
    if (last?.end === i) gaps[gaps.length - 1] = { begin: last.begin, end: i + 1 };
    else gaps.push({ begin: i, end: i + 1 });
  }
  const size = (gap: { readonly begin: number; readonly end: number }) => gap.end - gap.begin;
  const widest = gaps.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_STRETCHES - 1);
  if (widest.reduce((sum, gap) => sum + size(gap), 0) < WORTH * (end - begin)) return [{ from, to }];
  const edge = (bucket: number): bigint => line.startNs + BigInt(bucket) * line.widthNs;
  const starts = [from];
  const ends: bigint[] = [];
  for (const gap of widest.toSorted((a, b) => a.begin - b.begin)) {
    ends.push(edge(gap.begin));
    starts.push(edge(gap.end));
  }
  ends.push(to);
  return starts.map((start, i) => ({ from: start, to: ends[i] as bigint })).filter((one) => one.from < one.to);
}

function sorted(
  { connection }: Source,
  condition: Sql,
  offset: number,
  limit: number,
  table: Sql = raw('activity'),
): Promise<readonly RowKey[]> {
  return select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?' },
    sql`
      SELECT a.key, a.time
      FROM ${table} a
      JOIN member m ON m.member = a.member
      WHERE ${condition}
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
