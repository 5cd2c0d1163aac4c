/** The graph's buckets as uPlot takes them: the one place where bigint nanoseconds become doubles. */
import type { Kind } from '../../../workers/contract/attributes';
import type { Graph } from '../../../workers/contract/graph';
import { full, NS, read, span } from '../../data/clock';
import { SHOWN_KINDS } from '../../data/kinds';
import type { Closed } from './window-data';

/** Kinds drawn as lines; kube execs are stems with dots, policy hits triangles above. */
const LINE_KINDS: readonly Kind[] = SHOWN_KINDS.filter((kind) => kind !== 'exec');

/** Buckets of another answer of the graph, at their middles, in which something of any kind happened: as marks on this one. */
export const marksOf = (graph: Graph | undefined, on: Pick<Graph, 'startNs'>): readonly number[] =>
  graph === undefined
    ? []
    : Array.from({ length: graph.size }, (_, i) => i)
        .filter((i) => SHOWN_KINDS.some((kind) => at(graph.series[kind], i) > 0))
        .map((i) => toX(graph.startNs + BigInt(i) * graph.widthNs + graph.widthNs / 2n, on));

/** The plot's x: ns from the first bucket on. Doubles hold each of them for 104 days, and beyond that far more than a pixel. */
export const toX = (ns: bigint, { startNs }: Pick<Graph, 'startNs'>): number => Number(ns - startNs);
export const fromX = (x: number, { startNs }: Pick<Graph, 'startNs'>): bigint => startNs + BigInt(Math.round(x));

/** Height of a count on the log scale: 0 lies on the axis, 1 a little above it. */
const heightOf = (count: number, log: boolean): number => (log ? Math.log10(1 + count) : count);

export interface Plot {
  /** Middle of each bucket. */
  readonly xs: Float64Array;
  readonly lines: readonly { readonly kind: Kind; readonly ys: Float64Array }[];
  readonly stems: readonly { readonly x: number; readonly y: number }[];
  readonly hits: readonly number[];
  readonly top: number;
}

/** Buckets that a zoomed window cuts are drawn whole; what is outside the window is not in them. */
export function plotOf(graph: Graph, kinds: readonly Kind[], hits: boolean, log: boolean): Plot {
  const width = Number(graph.widthNs);
  const xs = Float64Array.from({ length: graph.size }, (_, i) => (i + 0.5) * width);
  const lines = LINE_KINDS.filter((kind) => kinds.includes(kind) && graph.counts[kind] > 0).map((kind) => ({
    kind,
    ys: graph.series[kind].map((count) => heightOf(count, log)),
  }));
  const indices = [...xs.keys()];
  const stems = kinds.includes('exec')
    ? indices
        .filter((i) => at(graph.series.exec, i) > 0)
        .map((i) => ({ x: at(xs, i), y: heightOf(at(graph.series.exec, i), log) }))
    : [];
  const marks = hits ? indices.filter((i) => at(graph.series.policyHits, i) > 0).map((i) => at(xs, i)) : [];
  const most = Math.max(heightOf(1, log), ...lines.map(({ ys }) => max(ys)), ...stems.map(({ y }) => y));
  return { xs, lines, stems, hits: marks, top: most * 1.06 };
}

const at = (array: Float64Array, i: number): number => array[i] as number;
const max = (array: Float64Array): number => array.reduce((a, b) => (b > a ? b : a), 0);

/** Log where the tallest bucket is more than 20 times the median of those that are not empty, over the kinds shown. */
export function prefersLog(graph: Graph, kinds: readonly Kind[]): boolean {
  const counts = kinds.flatMap((kind) => [...graph.series[kind]].filter((n) => n > 0)).sort((a, b) => a - b);
  const median = counts[Math.floor(counts.length / 2)] ?? 0;
  return (counts.at(-1) ?? 0) > 20 * Math.max(1, median);
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Ticks of the count axis: powers of ten, or at most four round steps. */
export function ticksOf(top: number, log: boolean): readonly Tick[] {
  if (log) {
    const powers = Array.from({ length: Math.floor(top) + 1 }, (_, power) => 10 ** power);
    return powers.map((n) => ({ at: heightOf(n, true), label: compact(n) })).filter((tick) => tick.at <= top);
  }
  const step =
    [1, 2, 5]
      .flatMap((n) => [n, n * 10, n * 100, n * 1e3, n * 1e4, n * 1e5, n * 1e6])
      .sort((a, b) => a - b)
      .find((n) => top / n <= 4) ?? top;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => ({ at: i * step, label: compact(i * step) }));
}

const compact = (n: number): string => (n >= 1e6 ? `${n / 1e6}M` : n >= 1e3 ? `${n / 1e3}k` : String(n));

/**
 * `Tue 17 Mar 14:00–14:05`; buckets of a day and more by their days, with the year. They are cut in UTC, all of one width (contract section 6), so that in other zones their
 * clock times are said too, and a year's bucket is 365 days and begins where it begins.
 */
export function bucketName(graph: Graph, index: number, zone: string): string {
  const from = graph.startNs + BigInt(index) * graph.widthNs;
  const [a, b] = [read(from, zone), read(from + graph.widthNs, zone)];
  const day = `${a.weekday} ${a.day}`;
  const year = a.date.slice(0, 4);
  if (graph.widthNs >= NS.d) {
    const midnight = a.time === '00:00:00' && b.time === '00:00:00';
    if (midnight && graph.widthNs === NS.d) return `${day} ${year}`;
    const end = (r: typeof a) => `${r.day} ${r.date.slice(0, 4)}${midnight ? '' : ` ${r.time.slice(0, 5)}`}`;
    return `${end(a)}–${end(b)}`;
  }
  const digits = graph.widthNs < 1_000_000n ? 9 : graph.widthNs < NS.s ? 3 : graph.widthNs < NS.min ? 0 : -3;
  const time = (r: typeof a) =>
    digits < 0 ? r.time.slice(0, 5) : digits === 0 ? r.time : `${r.time}${r.ms}${digits > 3 ? r.rest : ''}`;
  return `${day} ${time(a)}–${time(b)}`;
}

/** The stretch of time that a bucket covers. */
export const bucketOf = (graph: Graph, index: number): Closed => {
  const from = graph.startNs + BigInt(index) * graph.widthNs;
  return { from, to: from + graph.widthNs };
};

export const perBucket = (graph: Graph): string => `per ${span(graph.widthNs).replace(/^1 /, '')}`;

/** Sum over the kinds shown of the buckets that begin in a stretch of time: what a brush covers. */
export function countBetween(graph: Graph, kinds: readonly Kind[], from: bigint, to: bigint): number {
  const first = Math.max(0, Number((from - graph.startNs) / graph.widthNs));
  const last = Math.min(graph.size - 1, Number((to - 1n - graph.startNs) / graph.widthNs));
  let sum = 0;
  for (let i = first; i <= last; i++) for (const kind of kinds) sum += at(graph.series[kind], i);
  return sum;
}

export interface TableRow {
  readonly name: string;
  readonly counts: readonly number[];
}

/** The graph as at most `most` rows of counts, for those who read it as a table. */
export function tableOf(graph: Graph, kinds: readonly Kind[], zone: string, most = 48): readonly TableRow[] {
  const step = Math.max(1, Math.ceil(graph.size / most));
  const precision = graph.widthNs >= NS.s ? 's' : graph.widthNs >= 1_000_000n ? 'ms' : 'ns';
  return Array.from({ length: Math.ceil(graph.size / step) }, (_, row) => {
    const [first, end] = [row * step, Math.min(graph.size, (row + 1) * step)];
    const sum = (series: Float64Array) => series.subarray(first, end).reduce((a, b) => a + b, 0);
    const from = graph.startNs + BigInt(first) * graph.widthNs;
    const to = graph.startNs + BigInt(end) * graph.widthNs;
    return {
      name: `${full(from, zone, precision)} to ${full(to, zone, precision)}`,
      counts: [...kinds.map((kind) => sum(graph.series[kind])), sum(graph.series.policyHits)],
    };
  }).filter((row) => row.counts.some((n) => n > 0));
}

/** The overview as an SVG path over `width` × `height`: totals of the kinds shown, on a square-root scale so that quiet hours show. */
export function overviewPath(
  graph: Graph,
  kinds: readonly Kind[],
  extent: { readonly from: bigint; readonly to: bigint },
  width: number,
  height: number,
): string {
  const totals = Array.from({ length: graph.size }, (_, i) => kinds.reduce((sum, kind) => sum + at(graph.series[kind], i), 0));
  const most = Math.sqrt(Math.max(1, ...totals));
  const x = (ns: bigint) => (Number(ns - extent.from) / Number(extent.to - extent.from)) * width;
  const points = totals.map((n, i) => {
    const middle = graph.startNs + BigInt(i) * graph.widthNs + graph.widthNs / 2n;
    return `L${Math.min(width, Math.max(0, x(middle))).toFixed(1)},${(height - (Math.sqrt(n) / most) * (height - 2)).toFixed(1)}`;
  });
  return `M0,${height}${points.join('')}L${width},${height}Z`;
}
