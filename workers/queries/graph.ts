/** The frequency graph: one series a kind and the policy hits, in round buckets. */
import type { Kind } from '../contract/attributes';
import type { Graph, GraphRequest } from '../contract/graph';
import { inView } from './in-view';
import { type Overview, overview, rangeOf, SERIES, type SeriesName, totalOf } from './overview';
import type { Source } from './source';
import { coarseWidth, floorTo } from './widths';

const MOST_BUCKETS = 8192;

export async function graph(source: Source, request: GraphRequest): Promise<Graph> {
  const view = await inView(source, request);
  const [range, fine] = [await rangeOf(source, view), await overview(source, view)];
  const most = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(request.buckets)));
  const widthNs = range ? coarseWidth(range.first, range.last, most, fine.widthNs) : fine.widthNs;
  const startNs = range ? floorTo(range.first, widthNs) : 0n;
  const size = range ? Number((floorTo(range.last, widthNs) - startNs) / widthNs) + 1 : 0;
  const series = mapSeries((name) => coarsen(fine, name, startNs, widthNs, size));
  const counts = mapSeries((name) => sum(fine.series[name]) + (view.windowed ? 0 : fine.undatedBy[name]));
  return { startNs, widthNs, size, series, counts, total: totalOf(view, fine), undated: fine.undated };
}

const mapSeries = <T>(make: (name: SeriesName) => T) =>
  Object.fromEntries(SERIES.map((name) => [name, make(name)])) as { readonly [K in Kind | 'policyHits']: T };

function coarsen(fine: Overview, name: SeriesName, startNs: bigint, widthNs: bigint, size: number): Float64Array {
  const factor = Number(widthNs / fine.widthNs);
  const offset = Number((fine.startNs - startNs) / fine.widthNs);
  const coarse = new Float64Array(size);
  fine.series[name].forEach((count, i) => {
    (coarse[Math.floor((i + offset) / factor)] as number) += count;
  });
  return coarse;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
