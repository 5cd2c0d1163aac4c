/**
 * What is in view over time: counts per fine bucket, kind and policy hit, from one scan per view and kept. The graph adds its buckets up, the list
 * finds its positions in it, and both read the same total.
 */
import { KINDS, type Kind } from '../contract/attributes';
import { raw, sql } from '../contract/sql';
import { timestamp } from '../filter/test';
import { facts, isHit } from './facts';
import { type InView, window } from './in-view';
import { select } from './select';
import type { Source } from './source';
import { fineWidth, floorTo } from './widths';

export const SERIES: readonly (Kind | 'policyHits')[] = [...KINDS, 'policyHits'];
export type SeriesName = (typeof SERIES)[number];

/** Few enough for a group in each to be cheap, many enough for a graph as wide as a screen. */
const MOST_BUCKETS = 8192;

export interface Timeline {
  readonly startNs: bigint;
  readonly widthNs: bigint;
  readonly size: number;
  readonly series: { readonly [K in SeriesName]: Float64Array };
  /** Dated activities before bucket i; `before[size]` is their number in all. */
  readonly before: Float64Array;
  /** Activities without a time that the filter matches, in the window or not. */
  readonly undated: number;
  readonly undatedBy: { readonly [K in SeriesName]: number };
}

/** The range that a view spans: its window, else the case. Both inclusive; undefined where nothing is dated. */
export async function rangeOf(source: Source, view: InView): Promise<{ first: bigint; last: bigint } | undefined> {
  const { first, last } = await facts(source);
  const range = { first: view.from ?? first, last: view.to === undefined ? last : view.to - 1n };
  if (range.first === undefined || range.last === undefined || range.first > range.last) return undefined;
  return { first: range.first, last: range.last };
}

export const timeline = (source: Source, view: InView): Promise<Timeline> =>
  source.kept.get(`timeline ${view.key}`, async () => {
    const range = await rangeOf(source, view);
    const widthNs = range ? fineWidth(range.first, range.last, MOST_BUCKETS) : 1n;
    const startNs = range ? floorTo(range.first, widthNs) : 0n;
    const size = range ? Number((floorTo(range.last, widthNs) - startNs) / widthNs) + 1 : 0;
    const series = emptySeries(size);
    const undatedBy = emptyCounts();
    for (const row of await bucketCounts(source, view, startNs, widthNs)) {
      const count = Number(row.count);
      const name = KINDS[row.kind] as Kind;
      if (row.bucket === null) {
        undatedBy[name] += count;
        if (row.hit) undatedBy.policyHits += count;
      } else {
        const at = Number(row.bucket);
        (series[name][at] as number) += count;
        if (row.hit) (series.policyHits[at] as number) += count;
      }
    }
    const undated = KINDS.reduce((sum, kind) => sum + undatedBy[kind], 0);
    return { startNs, widthNs, size, series, before: running(series, size), undated, undatedBy };
  });

const emptySeries = (size: number) =>
  Object.fromEntries(SERIES.map((name) => [name, new Float64Array(size)])) as { [K in SeriesName]: Float64Array };
const emptyCounts = () => Object.fromEntries(SERIES.map((name) => [name, 0])) as { [K in SeriesName]: number };

function running(series: Timeline['series'], size: number): Float64Array {
  const before = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) {
    before[i + 1] = KINDS.reduce((sum, kind) => sum + (series[kind][i] as number), before[i] as number);
  }
  return before;
}

/** Undated rows have no bucket; a window leaves them in here, so that their number can be said. */
async function bucketCounts(source: Source, view: InView, startNs: bigint, widthNs: bigint) {
  const hit = isHit(await facts(source));
  const bounds = view.windowed ? window(view.from, view.to) : [];
  const inWindow = bounds.reduce((all, bound) => sql`${all} AND ${bound}`, raw('TRUE'));
  return select(
    source.connection,
    { bucket: 'BIGINT?', kind: 'INTEGER', hit: 'BOOLEAN', count: 'BIGINT' },
    sql`
      SELECT
        (epoch_ns(a.time) - CAST(${startNs} AS BIGINT)) // CAST(${widthNs} AS BIGINT)  AS bucket,
        CAST(enum_code(a.kind) AS INTEGER)                                             AS kind,
        ${hit}                                                                         AS hit,
        count(*)                                                                       AS count
      FROM activity a
      WHERE ${view.matches} AND (${inWindow})
      GROUP BY ALL
      ${
        view.windowed
          ? sql`
      UNION ALL
      SELECT NULL, CAST(enum_code(a.kind) AS INTEGER), ${hit}, count(*)
      FROM activity a
      WHERE ${view.matches} AND a.time IS NULL
      GROUP BY ALL`
          : raw('')
      }`,
  );
}

/** How many activities in view lie in `from` to `to` (exclusive), per slice of that width; for a bucket that holds too many. */
export async function sliceCounts(
  source: Source,
  view: InView,
  from: bigint,
  to: bigint,
  widthNs: bigint,
): Promise<Float64Array> {
  return source.kept.get(`slices ${view.key} ${from} ${to} ${widthNs}`, async () => {
    const counts = new Float64Array(Number((to - from + widthNs - 1n) / widthNs));
    const rows = await select(
      source.connection,
      { slice: 'BIGINT', count: 'BIGINT' },
      sql`
        SELECT
          (epoch_ns(a.time) - CAST(${from} AS BIGINT)) // CAST(${widthNs} AS BIGINT)  AS slice,
          count(*)                                                                    AS count
        FROM activity a
        WHERE ${view.condition} AND a.time >= ${timestamp(from)} AND a.time < ${timestamp(to)}
        GROUP BY ALL`,
    );
    for (const { slice, count } of rows) counts[Number(slice)] = Number(count);
    return counts;
  });
}

/** Activities in view: undated ones only where no window is set. */
export const totalOf = (view: InView, { before, size, undated }: Timeline): number =>
  (before[size] as number) + (view.windowed ? 0 : undated);
