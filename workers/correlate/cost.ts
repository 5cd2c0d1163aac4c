/**
 * How much better an originator and a root are explained together than each alone, as the natural logarithm of a likelihood ratio.
 * Figures: start after ResponseStarted is log-normal with a median of 0.13 s and a tail of seconds (client round trip, then container runtime);
 * the exit lies tens of milliseconds before ResponseComplete, unless the client left first. See docs/decisions/0002-correlation.md.
 */
import type { Pair } from './candidates';
import { deedDensity, logNormal, startDensity, usualDelay } from './delays';
import { gained } from './drift';
import type { Attempt } from './input';
import { type Offset, offsetFor } from './offsets';
import type { Root } from './roots';

/** Roots with an agreeing argv that no recorded call explains, per second and container: about one a day. */
const STRAY_RATE = 1e-5;
/** Originators of a pod with an agent whose process is not recorded. */
const MISSED = 0.03;
const LN_FOUND = Math.log((1 - MISSED) / MISSED);

/** ResponseComplete after the exit: sharp; or the client left, or a child held the stream, and then almost anything. */
const exitDensity = (gap: number): number =>
  0.6 * logNormal(gap, 0.03, 0.4) + 0.3 * logNormal(gap, 0.03, 0.9) + 0.1 / (23 * (Math.abs(gap) + 0.1));
/** How long a process lives that has nothing to do with the call: even over the orders of magnitude from 50 ms to an hour. */
const strayLife = (life: number): number => 1 / (11.5 * (Math.max(0, life) + 0.05));
/** A process cannot start after its call has ended; clocks and rounding leave this much. */
const AFTER_END = 1e-3;

const ARGV = { exact: 0, prefix: -0.7, name: -1, alias: -2, within: -5, unasked: -1.5 } as const;
const OUTER = { entered: 0, runtime: 0.5, 'unknown-parent': -1, 'inner-parent': -5 } as const;

/** A container that no record ties to a pod, of the dozens that there may be. */
const NAMELESS = -3;

/** An exact key that no other process carries; that it is forged nevertheless. */
const KEYED = 8;

/** Log likelihood ratio of the pair under what is believed of the clocks. */
export function scorePair(pair: Pair, root: Root, attempt: Pick<Attempt, 'time' | 'ready' | 'end'>, offset: Offset): number {
  const usual = usualDelay(Number.isNaN(attempt.ready));
  const drifted = gained(offset.drift, attempt.time, attempt.end);
  let times = 0;
  for (const { delta, weight, slowness } of offset.beliefs) {
    const density = pair.executed ? startDensity : deedDensity;
    const start = density(pair.delay - delta, usual * slowness) / STRAY_RATE;
    const gap = delta + drifted - pair.exit;
    const late = root.start - delta > attempt.end + 0.005;
    const life = Number.isNaN(gap) ? 1 : exitDensity(gap) / strayLife(root.end - root.start);
    times += weight * start * life * (late ? AFTER_END : 1);
  }
  const tty = pair.tty === null ? 0 : pair.tty ? 0.7 : -7;
  return (
    LN_FOUND +
    Math.log(times) +
    ARGV[pair.argv] +
    (pair.named ? 0 : NAMELESS) +
    OUTER[root.outer] +
    tty +
    (pair.key === null ? 0 : pair.key ? KEYED : -KEYED) +
    lifeScore(root, attempt.end, offsetFor(offset, pair)) +
    (root.entry ? -1.5 : 0)
  );
}

/**
 * Without an exit: work in the tree after the call's end is unlikely to be the call's, the more so the surer the clocks are; and people leave soon after
 * their last command rather than late.
 */
function lifeScore(root: Root, end: number, offset: Offset): number {
  if (!Number.isNaN(root.end) || Number.isNaN(end)) return 0;
  const after = root.lastSeen - offset.mean - end;
  const sure = offset.basis === 'pairs' ? 0.1 : offset.basis === 'relatives' ? 0.5 : 5;
  // What a child started may go on without the root.
  if (after > sure) return root.lastDeep ? -2.5 : after > 5 ? -5 : -4;
  const worked = root.lastSeen - root.start;
  return Math.max(-MOST_IDLE, Math.min(MOST_IDLE, Math.log((worked + 0.5) / (Math.max(0, -after) + 0.5))));
}
const MOST_IDLE = 2.5;

/** A probe's beat and a root: `late` seconds from the beat, `sd` of this probe's beats. */
export const scoreBeat = (late: number, sd: number, root: Root): number => {
  const z = late / sd;
  const density = (0.95 * Math.exp(-0.5 * z * z)) / (sd * Math.sqrt(2 * Math.PI)) + 0.05 * Math.exp(-Math.abs(late));
  return LN_FOUND + Math.log(density / STRAY_RATE) + (root.tty > 0 ? -7 : 0);
};
