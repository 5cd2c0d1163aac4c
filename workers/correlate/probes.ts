/**
 * Exec probes enter a container as a kube exec does, without an API call: the same argv in the same container at a steady period. Found
 * among the roots that no originator claims, and then put beside the originators as claimants of their own: each beat of a probe can have one
 * root. So a person who runs the probe's command keeps the root that is off the beat, or the one that fits the call better.
 */
import { lowerBound } from './lower-bound';

export interface Rhythm {
  readonly period: number;
  /** Spread of the beats, seconds. */
  readonly sd: number;
  /** Expected starts, in order; those too where no root was left (lost, or claimed by an originator). */
  readonly beats: Float64Array;
}

/** Roots of a series that must keep the period before it is one. */
const FEWEST = 4;
const MOST_MISSED = 6;
/** kubelet's shortest period is a second. */
const SHORTEST = 0.9;

/** Groups roots of the same text in the same container; keys as `seriesKey` makes them. */
export const seriesKey = (place: number, text: number): string => `${place} ${text}`;

/** The rhythm of the unclaimed roots of one series (their starts, ascending); undefined where they keep none. */
export function rhythmOf(starts: readonly number[]): Rhythm | undefined {
  if (starts.length < FEWEST) return undefined;
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] as number));
  const period = commonGap(gaps);
  if (period === undefined) return undefined;
  const tolerance = 0.3 + 0.02 * period;
  const residuals: number[] = [];
  const beats: number[] = [];
  for (const [i, start] of starts.entries()) {
    const last = beats.at(-1) ?? Number.NEGATIVE_INFINITY;
    const steps = Math.round((start - last) / period);
    if (steps > MOST_MISSED) {
      // The start of a stretch: only where another follows one period later, so that a stray does not set the beat.
      if (starts.slice(i + 1, i + 8).some((later) => Math.abs(later - start - period) <= tolerance)) beats.push(start);
      continue;
    }
    const late = start - last - steps * period;
    if (steps === 0 || Math.abs(late) > tolerance) continue;
    for (let k = 1; k < steps; k++) beats.push(last + ((start - last) * k) / steps);
    residuals.push(Math.abs(late) / Math.SQRT2);
    beats.push(start);
  }
  if (residuals.length < FEWEST - 1 || residuals.length < starts.length * 0.6) return undefined;
  const steady = beats.map((beat, i) =>
    middleOf((beats[i - 1] ?? beat - period) + period, beat, (beats[i + 1] ?? beat + period) - period),
  );
  const first = steady[0] as number;
  const last = steady.at(-1) as number;
  const sd = Math.max(0.05, 1.48 * (residuals.sort((a, b) => a - b)[residuals.length >> 1] as number));
  return { period, sd, beats: Float64Array.from([first - period, ...steady, last + period]) };
}

/** Of a beat and where its neighbours expect it: what somebody ran off the beat, while another's call was taken for the beat itself, does not move it. */
const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/** The gap that most gaps are close to, if at least half of them are. */
function commonGap(gaps: readonly number[]): number | undefined {
  const sorted = gaps.filter((gap) => gap >= SHORTEST).sort((a, b) => a - b);
  if (sorted.length < FEWEST - 1) return undefined;
  const middle = sorted[sorted.length >> 1] as number;
  const near = sorted.filter((gap) => Math.abs(gap - middle) <= 0.3 + 0.02 * middle);
  return near.length * 2 >= gaps.length ? near.reduce((sum, gap) => sum + gap, 0) / near.length : undefined;
}

/** The beat nearest to a time, and how far the time lies after it. */
export function nearestBeat(rhythm: Rhythm, time: number): { readonly beat: number; readonly late: number } {
  const { beats } = rhythm;
  const low = lowerBound(beats.length - 1, (i) => (beats[i] as number) < time);
  const after = (beats[low] as number) - time;
  const before = low > 0 ? time - (beats[low - 1] as number) : Number.POSITIVE_INFINITY;
  return before < Math.abs(after) ? { beat: low - 1, late: before } : { beat: low, late: -after };
}
