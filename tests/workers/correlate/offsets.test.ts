import { expect, test } from 'vitest';
import { measureClocks, type Vote } from '../../../workers/correlate/offsets';

const votes = (offset: number, times: readonly number[], sharp = true): Vote[] =>
  times.map((time, i) => ({
    attempt: Math.round(time * 10) + i,
    time,
    offset: offset + ((i % 3) - 1) * 0.004,
    sharp,
    delay: offset + 0.14,
    usual: 0.13,
  }));
const KEY = 'prod cp-1/audit\0node-2';

test('measures the offset on which the pairs agree', () => {
  const clock = measureClocks(new Map([[KEY, votes(1.7, [10, 500, 900, 1400])]]))('prod cp-1/audit', 'node-2', 700);

  expect(clock.mean).toBeCloseTo(1.7, 2);
  expect({ basis: clock.basis, pairs: clock.pairs }).toEqual({ basis: 'pairs', pairs: 4 });
  expect(clock.medianDelay).toBeCloseTo(0.14, 1);
});

test('under three pairs it is not measurable, and the belief is broad', () => {
  const clock = measureClocks(new Map([[KEY, votes(1.7, [10, 500])]]))('prod cp-1/audit', 'node-2', 700);

  expect({ basis: clock.basis, mean: clock.mean, pairs: clock.pairs }).toEqual({ basis: 'none', mean: 0, pairs: 0 });
  expect(Math.max(...clock.beliefs.map(({ delta }) => delta))).toBeGreaterThanOrEqual(2);
});

test('a clock that was stepped has two offsets, each in its time', () => {
  const day = 24 * 3600;
  const clocks = measureClocks(
    new Map([
      [
        KEY,
        [
          ...votes(0.01, [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]),
          ...votes(
            -2.4,
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => day + n * 60),
          ),
        ],
      ],
    ]),
  );

  expect(clocks('prod cp-1/audit', 'node-2', 300).mean).toBeCloseTo(0.01, 2);
  expect(clocks('prod cp-1/audit', 'node-2', day + 400).mean).toBeCloseTo(-2.4, 2);
});

test('a clock that is set between two calls has the old offset before and the new one after, up to the moment itself', () => {
  const before = [100, 200, 300, 400, 500, 600];
  const after = [650, 750, 850, 950];
  const clocks = measureClocks(new Map([[KEY, [...votes(0.3, before), ...votes(1.8, after)]]]));
  const meanAt = (time: number) => clocks('prod cp-1/audit', 'node-2', time).mean;

  for (const time of before) expect(meanAt(time)).toBeCloseTo(0.3, 2);
  for (const time of after) expect(meanAt(time)).toBeCloseTo(1.8, 2);
});

test('a few that agree on another offset, strewn over the time, set no clock', () => {
  const many = Array.from({ length: 40 }, (_, i) => i * 50);
  const strewn = [120, 620, 1130, 1680];
  const clocks = measureClocks(new Map([[KEY, [...votes(0.3, many), ...votes(1.8, strewn)]]]));

  for (const time of [0, 620, 1700, 1950]) expect(clocks('prod cp-1/audit', 'node-2', time).mean).toBeCloseTo(0.3, 2);
});

test('a clock that drifts by seconds within hours is followed', () => {
  const times = Array.from({ length: 60 }, (_, i) => i * 150);
  const clocks = measureClocks(new Map([[KEY, times.flatMap((time) => votes(time / 3000, [time]))]]));

  for (const time of times) expect(clocks('prod cp-1/audit', 'node-2', time).mean).toBeCloseTo(time / 3000, 2);
  expect(clocks('prod cp-1/audit', 'node-2', 75).mean).toBeCloseTo(75 / 3000, 2);
});

test('nor is a clock that only wavers said to drift', () => {
  const times = Array.from({ length: 60 }, (_, i) => i * 150);
  const clocks = measureClocks(new Map([[KEY, votes(0.3, times)]]));

  for (const time of times) {
    const clock = clocks('prod cp-1/audit', 'node-2', time);
    expect(clock.mean).toBeCloseTo(0.3, 2);
    expect(clock.drift).toBeUndefined();
  }
});

test('what drifts is believed as far as calls tell it, and not for ever', () => {
  const times = Array.from({ length: 12 }, (_, i) => i * 150);
  const clocks = measureClocks(new Map([[KEY, times.flatMap((time) => votes(time / 3000, [time]))]]));

  expect(clocks('prod cp-1/audit', 'node-2', 90_000).mean).toBeCloseTo(1650 / 3000, 2);
});

test('delays that grow within a crowd’s seconds are no clock’s', () => {
  const crowd = Array.from({ length: 12 }, (_, i) => i / 10);
  const clocks = measureClocks(new Map([[KEY, crowd.flatMap((time) => votes(0.3 + time / 5, [time]))]]));

  expect(clocks('prod cp-1/audit', 'node-2', 1)).not.toHaveProperty('drift');
  expect(clocks('prod cp-1/audit', 'node-2', 3600).mean).toBeCloseTo(0.4, 1);
});

test.for([
  { title: 'seconds apart', servers: [0, -2.1, 1.4] },
  { title: 'half a second apart', servers: [0, 0.45] },
])('one log of several API servers, $title: a call may be of any', ({ servers }) => {
  const several = servers.flatMap((offset, i) =>
    votes(
      offset,
      Array.from({ length: 12 }, (_, n) => n * 90 + i * 30),
    ),
  );
  const { beliefs } = measureClocks(new Map([[KEY, several]]))('prod cp-1/audit', 'node-2', 500);
  const near = (offset: number) => beliefs.filter(({ delta }) => Math.abs(delta - offset) < 0.05);

  for (const offset of servers) expect(near(offset).reduce((sum, { weight }) => sum + weight, 0)).toBeGreaterThan(0.03);
});

test('calls at one moment are no drift', () => {
  const clocks = measureClocks(new Map([[KEY, [...votes(0.3, Array(20).fill(5)), ...votes(4, Array(9).fill(5000))]]]));

  expect(clocks('prod cp-1/audit', 'node-2', 5).mean).toBeCloseTo(0.3, 1);
});

test('another API server’s pairs stand in, put right by how far the servers are apart', () => {
  const clocks = measureClocks(
    new Map([
      ['prod cp-2/audit\0node-2', votes(1.5, [1, 2, 3, 4])],
      ['prod cp-2/audit\0node-1', votes(0.2, [1, 2, 3])],
      ['prod cp-1/audit\0node-1', votes(0.7, [1, 2, 3])],
    ]),
  );
  const clock = clocks('prod cp-1/audit', 'node-2', 2);

  expect(clock.basis).toBe('relatives');
  expect(clock.mean).toBeCloseTo(2.0, 1);
});

test('a command run every ten seconds does not make a clock ten seconds wrong', () => {
  const pairs = Array.from({ length: 20 }, (_, i) => i).flatMap((attempt) =>
    [-20, -10, 0, 10, 20].map(
      (wrong): Vote => ({ attempt, time: attempt * 10, offset: wrong, sharp: true, delay: wrong + 0.13, usual: 0.13 }),
    ),
  );

  expect(measureClocks(new Map([[KEY, pairs]]))('prod cp-1/audit', 'node-2', 100).mean).toBe(0);
});

test('beliefs sum to one', () => {
  for (const list of [[], votes(0.3, [1, 2, 3, 4]), votes(0.3, [1, 2, 3, 4], false)]) {
    const { beliefs } = measureClocks(new Map([[KEY, list]]))('prod cp-1/audit', 'node-2', 2);
    expect(beliefs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  }
});
