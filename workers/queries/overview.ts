/**
 * What is in view, added up: counts per fine bucket, kind and policy hit, and per scope. One scan per view, kept: the filter is evaluated once, the graph adds
 * up the buckets, the list finds its positions in them, the hierarchy adds up the scopes, and all read the same total.
 */
import { KINDS, type Kind } from '../contract/attributes';
import { raw, sql } from '../contract/sql';
import { timestamp } from '../filter/test';
import { facts, isHit } from './facts';
import type { InView } from './in-view';
import { select } from './select';
import type { Source } from './source';
import { bucketsOf, fineWidth, floorTo } from './widths';

export const SERIES: readonly (Kind | 'policyHits')[] = [...KINDS, 'policyHits'];
export type SeriesName = (typeof SERIES)[number];

/** Few enough for a group in each to stay in the processor's cache, many enough for a graph as wide as a screen. */
const MOST_BUCKETS = 1_200;

export interface Overview {
  readonly startNs: bigint;
  readonly widthNs: bigint;
  readonly size: number;
  readonly series: { readonly [K in SeriesName]: Float64Array };
  /** Dated activities before bucket i; `before[size]` is their number in all. */
  readonly before: Float64Array;
  /** Activities without a time that the filter matches, in the window or not. */
  readonly undated: number;
  readonly undatedBy: { readonly [K in SeriesName]: number };
  /** Activities in view by scope number; null for those without a scope. */
  readonly scopes: ReadonlyMap<number | null, number>;
}

/** The range that a view spans: its window, else the case. Both inclusive; undefined where nothing is dated. */
export async function rangeOf(source: Source, view: InView): Promise<{ first: bigint; last: bigint } | undefined> {
  const { first, last } = await facts(source);
  const range = { first: view.from ?? first, last: view.to === undefined ? last : view.to - 1n };
  if (range.first === undefined || range.last === undefined || range.first > range.last) return undefined;
  return { first: range.first, last: range.last };
}

/** A filter that mostly leaves out is the view without it, which is kept, less what it leaves out: far fewer rows to add up. */
export const overview = (source: Source, view: InView): Promise<Overview> =>
  source.kept.get(`overview ${view.key}`, async () => {
    if (!view.less) return addedUp(source, view);
    const { all, out } = view.less();
    return minus(await overview(source, all), await addedUp(source, out));
  });

async function addedUp(source: Source, view: InView): Promise<Overview> {
  const range = await rangeOf(source, view);
  const widthNs = range ? fineWidth(range.first, range.last, MOST_BUCKETS) : 1n;
  const startNs = range ? floorTo(range.first, widthNs) : 0n;
  const size = range ? bucketsOf(range.first, range.last, widthNs) : 0;
  const series = emptySeries(size);
  const undatedBy = emptyCounts();
  const scopes = new Map<number | null, number>();
  for (const row of await sums(source, view, startNs, widthNs)) {
    const [count, hits] = [Number(row.count), Number(row.hits)];
    if (row.kind === null) {
      scopes.set(row.scope, count);
    } else if (row.bucket === null) {
      undatedBy[KINDS[row.kind] as Kind] += count;
      undatedBy.policyHits += hits;
    } else {
      const at = Number(row.bucket);
      (series[KINDS[row.kind] as Kind][at] as number) += count;
      (series.policyHits[at] as number) += hits;
    }
  }
  return whole({ startNs, widthNs, size, series, undatedBy, scopes });
}

/** Both span the same range. */
function minus(all: Overview, out: Overview): Overview {
  const series = emptySeries(all.size);
  const undatedBy = emptyCounts();
  for (const name of SERIES) {
    for (let i = 0; i < all.size; i++) series[name][i] = (all.series[name][i] as number) - (out.series[name][i] as number);
    undatedBy[name] = all.undatedBy[name] - out.undatedBy[name];
  }
  const scopes = new Map(
    [...all.scopes]
      .map(([scope, count]) => [scope, count - (out.scopes.get(scope) ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
  return whole({ ...all, series, undatedBy, scopes });
}

const whole = (parts: Omit<Overview, 'before' | 'undated'>): Overview => ({
  ...parts,
  before: running(parts.series, parts.size),
  undated: KINDS.reduce((sum, kind) => sum + parts.undatedBy[kind], 0),
});

const emptySeries = (size: number) =>
  Object.fromEntries(SERIES.map((name) => [name, new Float64Array(size)])) as { [K in SeriesName]: Float64Array };
const emptyCounts = () => Object.fromEntries(SERIES.map((name) => [name, 0])) as { [K in SeriesName]: number };

function running(series: Overview['series'], size: number): Float64Array {
  const before = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) {
    before[i + 1] = KINDS.reduce((sum, kind) => sum + (series[kind][i] as number), before[i] as number);
  }
  return before;
}

/** `kind` is NULL in the sums per scope, `bucket` for undated rows. A window leaves those in here, so that their number can be said. */
async function sums(source: Source, view: InView, startNs: bigint, widthNs: bigint) {
  const hits = sql`count(*) FILTER (WHERE ${isHit(await facts(source))})`;
  const kind = raw('CAST(enum_code(a.kind) AS INTEGER)');
  const undated = sql`
      UNION ALL
      SELECT NULL, ${kind}, NULL, count(*), ${hits}
      FROM activity a
      WHERE ${view.matches} AND a.time IS NULL
      GROUP BY a.kind`;
  return select(
    source.connection,
    { bucket: 'BIGINT?', kind: 'INTEGER?', scope: 'INTEGER?', count: 'BIGINT', hits: 'BIGINT' },
    sql`
      SELECT bucket, ${kind} AS kind, scope, count(*) AS count, ${hits} AS hits
      FROM (
        SELECT
          (epoch_ns(a.time) - CAST(${startNs} AS BIGINT)) // CAST(${widthNs} AS BIGINT)  AS bucket,
          a.kind,
          a.scope,
          a.policy
        FROM activity a
        WHERE ${view.condition}
      ) a
      GROUP BY GROUPING SETS ((bucket, kind), (scope))
      ${view.windowed ? undated : raw('')}`,
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
export const totalOf = (view: InView, { before, size, undated }: Overview): number =>
  (before[size] as number) + (view.windowed ? 0 : undated);
