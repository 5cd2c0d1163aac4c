import { expect, test } from 'vitest';
import type { Pair } from '../../../workers/correlate/candidates';
import { scoreBeat, scorePair } from '../../../workers/correlate/cost';
import type { Offset } from '../../../workers/correlate/offsets';
import type { Root } from '../../../workers/correlate/roots';
import { AGREED, root } from './subjects';

const usual: Pair = {
  attempt: 0,
  root: 0,
  image: 0,
  argv: 'exact',
  tty: null,
  key: null,
  executed: true,
  named: true,
  delay: 0.13,
  exit: -0.03,
};
const call = { time: 99.9, end: 105, ready: 100 };
const score = (pair: Partial<Pair> = {}, ran: Partial<Root> = {}, offset: Offset = AGREED) =>
  scorePair({ ...usual, ...pair }, root(ran), call, offset);

test('a usual pair is better than staying alone', () => {
  expect(score()).toBeGreaterThan(5);
});

test.for<{ title: string; worse: number }>([
  { title: 'an exit a second off', worse: score({ exit: -1.03 }) },
  { title: 'an exit that is not recorded', worse: score({ exit: Number.NaN }) },
  { title: 'a start after two seconds', worse: score({ delay: 2 }) },
  { title: 'a start before the stream opened', worse: score({ delay: -0.5 }) },
  { title: 'a cut command line', worse: score({ argv: 'prefix' }) },
  { title: 'another name of the program', worse: score({ argv: 'alias' }) },
  { title: 'another terminal', worse: score({ tty: false }) },
  { title: 'the key of another call', worse: score({ key: false }) },
  { title: 'a parent in the container', worse: score({}, { outer: 'inner-parent' }) },
  { title: 'perhaps the entry point', worse: score({}, { entry: true }) },
  { title: 'a start after the call’s end', worse: score({}, { start: 106 }) },
])('$title is worse than a usual pair', ({ worse }) => {
  expect(worse).toBeLessThan(score());
});

test('an equal terminal is better than an unknown one', () => {
  expect(score({ tty: true })).toBeGreaterThan(score());
});

test('another terminal outweighs a perfect start', () => {
  expect(score({ tty: false, exit: Number.NaN })).toBeLessThan(score({ delay: 1.5, exit: Number.NaN }));
});

test('the measured offset is taken out', () => {
  const late: Offset = { ...AGREED, mean: 2, beliefs: [{ delta: 2, slowness: 1, weight: 1 }] };

  expect(score({ delay: 2.13, exit: 1.97 }, { start: 102.13, end: 106.97 }, late)).toBeCloseTo(score(), 6);
});

test('where the clock drifts, the exit is judged by the offset of the call’s end', () => {
  const drifting: Offset = { ...AGREED, drift: { slope: 0.01, from: 0, to: 1000 } };
  const ends = 0.01 * (call.end - call.time);

  expect(score({ exit: ends - 0.03 }, {}, drifting)).toBeCloseTo(score(), 6);
  expect(score({ exit: -0.03 }, {}, drifting)).toBeLessThan(score() - 0.5);
});

test('without an exit, work after the call’s end speaks against it', () => {
  const open = { end: Number.NaN };

  expect(score({ exit: Number.NaN }, { ...open, lastSeen: 120 })).toBeLessThan(
    score({ exit: Number.NaN }, { ...open, lastSeen: 103 }) - 3,
  );
});

test('a beat claims what starts on it, and nobody’s shell', () => {
  expect(scoreBeat(0.001, 0.01, root())).toBeGreaterThan(10);
  expect(scoreBeat(2, 0.01, root())).toBeLessThan(scoreBeat(0.02, 0.01, root()));
  expect(scoreBeat(0.001, 0.01, root({ tty: 34816 }))).toBeLessThan(scoreBeat(0.001, 0.01, root()) - 6);
});
