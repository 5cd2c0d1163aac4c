/**
 * What is in view, added up: counts per fine bucket, kind and policy hit, and per scope. One scan per view, kept: the filter is evaluated once, the graph adds
 * up the buckets, the list finds its positions in them, the hierarchy adds up the scopes, and all read the same total.
 */
import { KINDS, type Kind } from '../contract/attributes';
import { join, raw, type Sql, sql } from '../contract/sql';
import { timestamp } from '../filter/test';
import { facts, isHit } from './facts';
import { type InView, window } from './in-view';
import { select, selectColumns } from './select';
import type { Source } from './source';
import { bucketsOf, fineWidth, floorTo } from './widths';

export const SERIES: readonly (Kind | 'policyHits')[] = [...KINDS, 'policyHits'];
export type SeriesName = (typeof SERIES)[number];

/** Few enough for a group in each to stay in the processor's cache, many enough for a graph as wide as a screen. */
const MOST_BUCKETS = 1_200;
/** Of all times: what the wide windows are cut out of. The narrow ones are read, since little lies in them. */
const MOST_BUCKETS_FILTERED = 2_048;
/** The case as a whole is added up once; a third dearer than in 1,200. */
const MOST_BUCKETS_WHOLE = 65_536;

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
  readonly scopes: () => Promise<Scopes>;
}

export type Scopes = ReadonlyMap<number | null, number>;

/** The range that a view spans: its window, else the case. Both inclusive; undefined where nothing is dated. */
export async function rangeOf(source: Source, view: InView): Promise<{ first: bigint; last: bigint } | undefined> {
  const { first, last } = await facts(source);
  const range = { first: view.from ?? first, last: view.to === undefined ? last : view.to - 1n };
  if (range.first === undefined || range.last === undefined || range.first > range.last) return undefined;
  return { first: range.first, last: range.last };
}

/** A filter that mostly leaves out is the view without it, which is kept, less what it leaves out: far fewer rows to add up. */
export const overview = (source: Source, view: InView): Promise<Overview> =>
  source.kept.get(keyOf(view), async () => {
    if (view.less) {
      const { all, out } = view.less();
      const line = await overview(source, all);
      return minus(line, await addedUp(source, out, MOST_BUCKETS_FILTERED, line.widthNs));
    }
    const around = await aroundOf(source, view);
    const cut = around && (await cutOut(source, view, around));
    return cut ?? addedUp(source, view, mostOf(view));
  });

const keyOf = ({ key }: InView): string => `overview ${key}`;

function mostOf({ unfiltered, windowed }: InView): number {
  if (windowed) return MOST_BUCKETS;
  return unfiltered ? MOST_BUCKETS_WHOLE : MOST_BUCKETS_FILTERED;
}

/** What a window may be cut out of. With a filter only where it is there already: to add it up takes longer than to read the window. */
async function aroundOf(source: Source, view: InView): Promise<Overview | undefined> {
  const around = view.around?.();
  if (!around) return undefined;
  return view.unfiltered || source.kept.has(keyOf(around)) ? overview(source, around) : undefined;
}

/** @param unit what the buckets' width is to be a multiple of */
async function addedUp(source: Source, view: InView, most: number, unit = 1n): Promise<Overview> {
  const range = await rangeOf(source, view);
  const widthNs = range ? fineWidth(range.first, range.last, most, unit) : 1n;
  const startNs = range ? floorTo(range.first, widthNs) : 0n;
  const size = range ? bucketsOf(range.first, range.last, widthNs) : 0;
  // Scopes of a window without a filter are counted when they are asked for: little lies in a narrow one, and the graph does not wait for them.
  const scopes = view.windowed && view.unfiltered ? undefined : new Map<number | null, number>();
  const sums = { series: emptySeries(size), undatedBy: emptyCounts(), scopes };
  const undated = view.windowed ? view.matches : undefined;
  await add(source, sums, { of: view, windows: [window(view.from, view.to)], startNs, widthNs, undated });
  return whole({ ...sums, startNs, widthNs, size, scopes: scopes ? async () => scopes : () => keptScopes(source, view) });
}

const keptScopes = (source: Source, view: InView): Promise<Scopes> =>
  source.kept.get(`scopes ${view.key}`, () => scopesOf(source, view));

/** A window of what is added up already: the buckets that lie in it, and the rows at its edges. Undefined where those buckets are too wide for it. */
async function cutOut(source: Source, view: InView, around: Overview): Promise<Overview | undefined> {
  const range = await rangeOf(source, view);
  if (!range) return undefined;
  const { first, last } = range;
  const widthNs = fineWidth(first, last, MOST_BUCKETS);
  const unit = around.widthNs;
  if (widthNs % unit !== 0n) return undefined;
  const startNs = floorTo(first, widthNs);
  const size = bucketsOf(first, last, widthNs);
  const series = emptySeries(size);
  const [inner, end] = [floorTo(first + unit - 1n, unit), floorTo(last + 1n, unit)];
  const from = Math.max(0, Number((inner - around.startNs) / unit));
  const to = Math.min(around.size, Number((end - around.startNs) / unit));
  for (let i = from; i < to; i++) {
    const at = Number((around.startNs + BigInt(i) * unit - startNs) / widthNs);
    for (const name of SERIES) (series[name][at] as number) += around.series[name][i] as number;
  }
  const windows = [window(first, inner), window(end, last + 1n)];
  await add(source, { series, undatedBy: emptyCounts() }, { of: view, windows, startNs, widthNs });
  return whole({ startNs, widthNs, size, series, undatedBy: around.undatedBy, scopes: () => keptScopes(source, view) });
}

/** Both span the same range; buckets of `all` lie within those of `out`. */
function minus(all: Overview, out: Overview): Overview {
  const series = emptySeries(out.size);
  const undatedBy = emptyCounts();
  for (const name of SERIES) {
    const before = coarsen(all, name, out);
    for (let i = 0; i < out.size; i++) series[name][i] = (before[i] as number) - (out.series[name][i] as number);
    undatedBy[name] = all.undatedBy[name] - out.undatedBy[name];
  }
  const scopes = async () => {
    const less = await out.scopes();
    const left = [...(await all.scopes())].map(([scope, count]) => [scope, count - (less.get(scope) ?? 0)] as const);
    return new Map(left.filter(([, count]) => count > 0));
  };
  return whole({ ...out, series, undatedBy, scopes });
}

/** A series in wider buckets, which begin at or before its own; their width is a multiple. */
export function coarsen(
  fine: Pick<Overview, 'series' | 'startNs' | 'widthNs'>,
  name: SeriesName,
  { startNs, widthNs, size }: Pick<Overview, 'startNs' | 'widthNs' | 'size'>,
): Float64Array {
  const factor = Number(widthNs / fine.widthNs);
  const offset = Number((fine.startNs - startNs) / fine.widthNs);
  const coarse = new Float64Array(size);
  fine.series[name].forEach((count, i) => {
    (coarse[Math.floor((i + offset) / factor)] as number) += count;
  });
  return coarse;
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

interface Sums {
  readonly series: Overview['series'];
  readonly undatedBy: { [K in SeriesName]: number };
  /** Left uncounted where absent. */
  readonly scopes?: Map<number | null, number>;
}

interface Added {
  readonly of: InView;
  readonly windows: readonly (readonly Sql[])[];
  readonly startNs: bigint;
  readonly widthNs: bigint;
  readonly undated?: Sql;
}

/**
 * Adds up the rows of a view in these windows, which may not overlap. `undated`: a window's filter, whose undated rows are left out by the window, so that their number
 * can be said.
 */
async function add(
  source: Source,
  { series, undatedBy, scopes }: Sums,
  { of, windows, startNs, widthNs, undated }: Added,
): Promise<void> {
  const hits = sql`CAST(count(*) FILTER (WHERE ${isHit(await facts(source))}) AS DOUBLE) AS hits`;
  const kind = raw('CAST(enum_code(a.kind) AS INTEGER) AS kind');
  const scope = raw(scopes ? 'scope' : 'CAST(NULL AS INTEGER) AS scope');
  const { joins, matches } = of.joined;
  const rows = windows.map(
    (within) => sql`
        SELECT
          (epoch_ns(a.time) - CAST(${startNs} AS BIGINT)) // CAST(${widthNs} AS BIGINT)  AS bucket,
          a.kind,
          a.scope,
          a.policy
        FROM activity a ${joins}
        WHERE ${join([matches, ...within], ' AND ')}`,
  );
  const without = sql`
      UNION ALL
      SELECT NULL, ${kind}, NULL, CAST(count(*) AS DOUBLE), ${hits}
      FROM activity a
      WHERE ${undated ?? raw('FALSE')} AND a.time IS NULL
      GROUP BY a.kind`;
  // `kind` is NULL in the sums per scope, `bucket` for undated rows.
  const sums = await selectColumns(
    source.connection,
    { bucket: 'INTEGER?', kind: 'INTEGER?', scope: 'INTEGER?', count: 'DOUBLE', hits: 'DOUBLE' },
    sql`
      SELECT CAST(bucket AS INTEGER) AS bucket, ${kind}, ${scope}, CAST(count(*) AS DOUBLE) AS count, ${hits}
      FROM (${join(rows, ' UNION ALL ')}) a
      GROUP BY ${raw(scopes ? 'GROUPING SETS ((bucket, kind), (scope))' : 'bucket, kind')}
      ${undated ? without : raw('')}`,
  );
  sums.count.forEach((count, i) => {
    const [bucket, code, hit] = [sums.bucket[i], sums.kind[i], sums.hits[i] as number];
    if (code === null) {
      scopes?.set(sums.scope[i] as number | null, count);
      return;
    }
    const name = KINDS[code as number] as Kind;
    if (bucket === null) {
      undatedBy[name] += count;
      undatedBy.policyHits += hit;
    } else {
      (series[name][bucket as number] as number) += count;
      (series.policyHits[bucket as number] as number) += hit;
    }
  });
}

async function scopesOf({ connection }: Source, view: InView): Promise<Scopes> {
  const { scope, count } = await selectColumns(
    connection,
    { scope: 'INTEGER?', count: 'DOUBLE' },
    sql`SELECT a.scope, CAST(count(*) AS DOUBLE) AS count FROM activity a WHERE ${view.condition} GROUP BY ALL`,
  );
  return new Map(scope.map((of, i) => [of, count[i] as number]));
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
