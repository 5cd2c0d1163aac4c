/** When a clock was set: before it the originators agree on one offset, after it on another. */
import type { Vote } from './offsets';

/** Originators that must speak for the second offset before it is one. */
const FEWEST = 3;
/** Share of them that may lie on the wrong side of the moment. */
const ASTRAY = 0.15;

/** @param first votes for one offset and @param second for another, one an originator; undefined where they lie mixed in time */
export function stepBetween(first: readonly Vote[], second: readonly Vote[]): number | undefined {
  const few = Math.min(first.length, second.length);
  if (few < FEWEST) return undefined;
  const voters = [...first.map(({ time }) => ({ time, side: 1 })), ...second.map(({ time }) => ({ time, side: -1 }))];
  voters.sort((a, b) => a.time - b.time);
  // Astray if the first offset comes first: those of the second so far, and those of the first still to come; else all the others.
  let astray = first.length;
  let best = { astray: Number.POSITIVE_INFINITY, cut: Number.NaN };
  for (const [i, { time, side }] of voters.entries()) {
    astray -= side;
    const next = voters[i + 1];
    if (next === undefined) break;
    const wrong = Math.min(astray, voters.length - astray);
    if (wrong < best.astray) best = { astray: wrong, cut: (time + next.time) / 2 };
  }
  return best.astray <= few * ASTRAY ? best.cut : undefined;
}
