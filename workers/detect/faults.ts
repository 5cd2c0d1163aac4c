/** What keeps sources from having told everything of a period, each as a clause that names the source. */
import type { Coverage } from '../contract/coverage';
import { parseTime } from '../contract/time';

/** Nanoseconds since the epoch; an end that is absent is open. */
export interface Period {
  readonly from?: bigint;
  readonly to?: bigint;
}

/**
 * Only what concerns the period, and only of sources that matter: one that by its own settings leaves something out does not where another at the same place leaves nothing out.
 * @param hits whether hits of rules are what is looked for: then a source of these alone lacks nothing
 */
export function faultsOf(sources: readonly Coverage[], period: Period, hits: boolean): readonly string[] {
  const leaves = ({ state, selects }: Coverage) => (state === 'hits-only' && !hits) || selects !== null;
  const told = new Set(sources.filter((one) => !leaves(one)).map(({ place }) => place));
  return sources.flatMap((one) => (leaves(one) && told.has(one.place) ? [] : faults(one, period, leaves(one))));
}

function faults({ source, state, selects, first, last, gaps, rejected }: Coverage, period: Period, leaves: boolean): string[] {
  const silent = gaps.filter(({ from, to }) => overlaps(from, to, period));
  const [gap] = silent;
  const isOutside = first !== null && last !== null && !overlaps(first, last, period);
  return [
    ...(leaves && state === 'hits-only' ? [`${source} tells only what an agent’s rule matched`] : []),
    ...(leaves && selects !== null
      ? [`${source}: ${selects.charAt(0).toLowerCase()}${selects.slice(1).replace(/\.$/, '')}`]
      : []),
    ...(isOutside ? [`${source} tells nothing of this period`] : []),
    ...(gap ? [`${source} is silent from ${short(gap.from)} to ${short(gap.to)}${timesMore(silent.length)}`] : []),
    ...(rejected > 0
      ? [`${rejected.toLocaleString('en')} ${rejected === 1 ? 'record' : 'records'} of ${source} could not be read`]
      : []),
  ];
}

const overlaps = (first: string, last: string, { from, to }: Period): boolean =>
  (to === undefined || (parseTime(first) as bigint) < to) && (from === undefined || (parseTime(last) as bigint) >= from);

const timesMore = (count: number): string => (count === 1 ? '' : `, and ${count - 1} more ${count === 2 ? 'time' : 'times'}`);

/** 2026-03-17T14:03:11Z */
const short = (time: string): string => `${time.slice(0, 19)}Z`;
