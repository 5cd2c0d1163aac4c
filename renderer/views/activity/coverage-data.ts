import type { Coverage } from '../../../workers/contract/coverage';
import { parseTime } from '../../../workers/contract/time';
import { span } from '../../data/clock';
import type { Closed } from './window-data';

export interface Segment {
  /** Percent of the window. */
  readonly left: number;
  readonly width: number;
  readonly silent: boolean;
}

/** Where a source wrote and where it was silent, cut to the window. A source without times, or absent, is silent throughout. */
export function segmentsOf(source: Coverage, window: Closed): readonly Segment[] {
  const [first, last] = [parseTime(source.first ?? ''), parseTime(source.last ?? '')];
  if (first === undefined || last === undefined || source.state === 'absent')
    return [segment(window.from, window.to, true, window)].flat();
  const gaps = source.gaps
    .map((gap) => ({ from: parseTime(gap.from), to: parseTime(gap.to) }))
    .filter((gap): gap is Closed => gap.from !== undefined && gap.to !== undefined)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const out: Segment[] = [];
  let at = first;
  for (const gap of gaps) {
    out.push(...segment(at, gap.from, false, window), ...segment(gap.from, gap.to, true, window));
    at = gap.to > at ? gap.to : at;
  }
  out.push(...segment(at, last + 1n, false, window));
  return out;
}

function segment(from: bigint, to: bigint, silent: boolean, window: Closed): readonly Segment[] {
  const [a, b] = [from > window.from ? from : window.from, to < window.to ? to : window.to];
  if (a >= b) return [];
  const length = Number(window.to - window.from);
  return [{ left: (Number(a - window.from) / length) * 100, width: Math.max(0.15, (Number(b - a) / length) * 100), silent }];
}

/** Those with gaps first: where not all are in sight, these must be. */
export const gapsFirst = (coverage: readonly Coverage[]): readonly Coverage[] =>
  coverage.toSorted((a, b) => Number(b.gaps.length > 0) - Number(a.gaps.length > 0));

/** `no gaps`, `silent 1 h 28 min`, `hits only`, `absent`. */
export function gapWords(source: Coverage): string {
  if (source.state === 'absent') return 'absent';
  const lost = source.gaps.reduce((sum, gap) => sum + ((parseTime(gap.to) ?? 0n) - (parseTime(gap.from) ?? 0n)), 0n);
  if (lost > 0n) return `silent ${span(lost)}`;
  return source.state === 'hits-only' ? 'hits only' : source.state === 'partial' ? 'partial' : 'no gaps';
}
