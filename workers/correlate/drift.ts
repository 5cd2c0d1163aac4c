/** A clock that gains or loses against another: a line through what it was off by, where a line explains that. */
import { median } from './median';

/** Seconds that a clock gains a second, as far as there are calls that tell it: beyond them a line leads anywhere. */
export interface Drift {
  readonly slope: number;
  readonly from: number;
  readonly to: number;
}

/** What a clock was off by at a time, both in seconds. */
interface Reading {
  readonly time: number;
  readonly offset: number;
}

/** A line explains offsets so much better than their median that the clock drifts: what is left of their spread; no fewer tell it. */
const ON_LINE = 0.5;
const FEWEST_ON_LINE = 6;
/** Seconds a second: four times what a bad clock drifts; what is steeper is a crowd's chance. */
const FASTEST = 2e-3;

/** Seconds that a clock gained between two times. */
export function gained(drift: Drift | undefined, since: number, until: number): number {
  if (drift === undefined) return 0;
  const within = (time: number): number => Math.min(Math.max(time, drift.from), drift.to);
  return drift.slope * (within(until) - within(since));
}

/** The median of the slopes between any two, where a clock can be so fast and the line explains the offsets. */
export function driftOf(readings: readonly Reading[]): Drift | undefined {
  if (readings.length < FEWEST_ON_LINE) return undefined;
  const slope = median(slopesOf(readings));
  if (!(Math.abs(slope) <= FASTEST)) return undefined;
  const spread = (offsets: readonly number[]): number => {
    const middle = median(offsets);
    return median(offsets.map((offset) => Math.abs(offset - middle)));
  };
  const left = spread(readings.map(({ offset, time }) => offset - slope * time));
  if (left > ON_LINE * spread(readings.map(({ offset }) => offset))) return undefined;
  const times = readings.map(({ time }) => time);
  return { slope, from: Math.min(...times), to: Math.max(...times) };
}

/** Of the lines between any two that are not of one time; in one array, since there are as many clocks to ask as calls. */
function slopesOf(readings: readonly Reading[]): Float64Array {
  const slopes = new Float64Array((readings.length * (readings.length - 1)) / 2);
  let count = 0;
  for (const [i, a] of readings.entries())
    for (let j = i + 1; j < readings.length; j++) {
      const b = readings[j] as Reading;
      if (b.time !== a.time) slopes[count++] = (b.offset - a.offset) / (b.time - a.time);
    }
  return slopes.subarray(0, count);
}
