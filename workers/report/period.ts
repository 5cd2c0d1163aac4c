/** The frequency graph of the days that something took, for the drawing. */
import type { ActivityJson } from '../contract/activity';
import type { Graph } from '../contract/graph';
import { formatTime, parseTime } from '../contract/time';
import type { View } from '../contract/view';
import type { ReportSource } from './model';

export interface Period {
  readonly from: string;
  readonly to: string;
  readonly widthNs: string;
  readonly series: { readonly [kind: string]: readonly number[] };
}

const DAY = 86_400_000_000_000n;

/**
 * Of the UTC days of these activities, as far as they lie in the view's window: of everything in view, which is the whole case where absent. Without a time: the
 * first day of the epoch.
 */
export async function periodOf(source: ReportSource, activities: readonly ActivityJson[], view: View = {}): Promise<Period> {
  let [first, last]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  for (const { time } of activities) {
    const at = typeof time === 'string' ? parseTime(time) : undefined;
    if (at === undefined) continue;
    if (first === undefined || at < first) first = at;
    if (last === undefined || at > last) last = at;
  }
  const days = daysOf(first ?? 0n, last ?? 0n);
  const from = view.from !== undefined && view.from > days.from ? view.from : days.from;
  const to = view.to !== undefined && view.to < days.to ? view.to : days.to;
  return drawn(await source.graph({ ...view, from, to }));
}

/** The whole UTC days around two instants. */
const daysOf = (first: bigint, last: bigint): { readonly from: bigint; readonly to: bigint } => ({
  from: (first / DAY) * DAY,
  to: (last / DAY + 1n) * DAY,
});

const drawn = (graph: Graph): Period => ({
  from: formatTime(graph.startNs),
  to: formatTime(graph.startNs + graph.widthNs * BigInt(graph.size)),
  widthNs: String(graph.widthNs),
  series: Object.fromEntries(Object.entries(graph.series).map(([kind, values]) => [kind, [...values]])),
});
