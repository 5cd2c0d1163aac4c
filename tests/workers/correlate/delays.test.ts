import { describe, expect, test } from 'vitest';
import { type Belief, believedOfStarts } from '../../../workers/correlate/delays';

const USUAL = 0.13;
/** Delays of a cluster this slow, by the quantiles of a log-normal, on a node whose clock is this far ahead. */
const starts = (slowness: number, offset: number, times = 3) =>
  Array.from({ length: times }, () => [-1.3, -0.7, -0.3, 0, 0.3, 0.7, 1.3])
    .flat()
    .map((z) => ({ delay: offset + USUAL * slowness * Math.exp(0.6 * z), usual: USUAL }));
const believed = (slowness: number, offset: number, times?: number) =>
  believedOfStarts(starts(slowness, offset, times), offset + USUAL * (slowness - 1));
const mean = (beliefs: readonly Belief[], of: (belief: Belief) => number) =>
  beliefs.reduce((sum, belief) => sum + belief.weight * of(belief), 0);
const spread = (beliefs: readonly Belief[]) => {
  const middle = mean(beliefs, ({ delta }) => delta);
  return Math.sqrt(mean(beliefs, ({ delta }) => (delta - middle) ** 2));
};

describe('what is believed where only starts are told', () => {
  test('weighs one in all', () => {
    expect(mean(believed(1, 0), () => 1)).toBeCloseTo(1, 9);
  });

  test.for([
    { slowness: 0.7, offset: 0 },
    { slowness: 1, offset: 1.5 },
    { slowness: 2, offset: -2 },
  ])('a cluster $slowness times as slow is no clock ahead: $offset s', ({ slowness, offset }) => {
    const beliefs = believed(slowness, offset);

    expect(Math.abs(mean(beliefs, ({ delta }) => delta) - offset)).toBeLessThan(0.05);
    expect(Math.abs(mean(beliefs, (belief) => Math.log(belief.slowness / slowness)))).toBeLessThan(0.4);
  });

  test('few starts leave more open than many, and slow ones more than quick ones', () => {
    expect(spread(believed(1, 0, 1))).toBeGreaterThan(spread(believed(1, 0, 5)));
    expect(spread(believed(2, 0))).toBeGreaterThan(spread(believed(0.7, 0)));
  });

  test('one start of another call moves little', () => {
    const astray = believedOfStarts([...starts(1, 0), { delay: -0.4, usual: USUAL }], 0);

    expect(Math.abs(mean(astray, ({ delta }) => delta))).toBeLessThan(0.06);
  });
});
