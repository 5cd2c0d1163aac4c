/** The frequency graph: one series a kind and the policy hits, in round buckets. */
import type { Kind } from '../contract/attributes';
import type { Graph, GraphRequest } from '../contract/graph';
import { inView } from './in-view';
import { coarsen, overview, rangeOf, SERIES, type SeriesName, totalOf } from './overview';
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
  const series = mapSeries((name) => coarsen(fine, name, { startNs, widthNs, size }));
  const counts = mapSeries((name) => sum(fine.series[name]) + (view.windowed ? 0 : fine.undatedBy[name]));
  return { startNs, widthNs, size, series, counts, total: totalOf(view, fine), undated: fine.undated };
}

const mapSeries = <T>(make: (name: SeriesName) => T) =>
  Object.fromEntries(SERIES.map((name) => [name, make(name)])) as { readonly [K in Kind | 'policyHits']: T };

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
