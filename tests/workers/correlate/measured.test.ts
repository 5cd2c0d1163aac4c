import { expect, test } from 'vitest';
import { type ClockOffset, clockTexts } from '../../../workers/contract/clocks';
import { measuredOffsets } from '../../../workers/correlate/measured';
import { measureClocks, offsetFor, type Vote } from '../../../workers/correlate/offsets';

/** One call a minute from `from` on, each telling the offset by its exit. */
const votes = (offset: number, many: number, from = 0): Vote[] =>
  Array.from({ length: many }, (_, i) => ({
    attempt: from + i,
    time: (from + i) * 60,
    offset: offset + (i % 3) * 0.01,
    sharp: true,
    delay: 0.2,
    usual: 0.13,
  }));
const measured = (list: readonly Vote[]) =>
  measuredOffsets(new Map([['cp\0node', list]])).map(({ offset, pairs }) => [Math.round(offset * 10) / 10, pairs]);

test.for([
  { title: 'one offset', list: votes(1.5, 9), expected: [[1.5, 9]] },
  { title: 'two pairs measure nothing', list: votes(1.5, 2), expected: [] },
  {
    title: 'a clock that was set',
    list: [...votes(1.5, 9), ...votes(0, 9, 9)],
    expected: [
      [1.5, 9],
      [0, 9],
    ],
  },
  {
    title: 'two servers in one log, turn by turn',
    list: Array.from({ length: 18 }, (_, i) => votes(i % 2 === 0 ? 1.5 : -1.5, 1, i)).flat(),
    expected: [
      [-1.5, 9],
      [1.5, 9],
    ],
  },
])('$title', ({ list, expected }) => {
  expect(measured(list).sort()).toEqual(expected.sort());
});

test('a line of a log of two servers is of the one under which its pair is a usual one', () => {
  const list = Array.from({ length: 18 }, (_, i) => votes(i % 2 === 0 ? 1.5 : -1.5, 1, i)).flat();
  const offset = measureClocks(new Map([['cp\0node', list]]))('cp', 'node', 300);

  expect(offset.beliefs.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  for (const mean of [1.5, -1.5]) expect(offsetFor(offset, { exit: mean - 0.03, delay: mean + 0.13 }).mean).toBeCloseTo(mean, 1);
});

test('offsets in words: the farthest first, with its time where a clock was set', () => {
  const clock = (offset: number, change: Partial<ClockOffset> = {}): ClockOffset => ({
    server: 'cp/audit',
    host: 'n1',
    from: 'A',
    to: 'B',
    offset,
    spread: 0.0121,
    pairs: 4,
    exits: 4,
    ...change,
  });

  expect(clockTexts([clock(0.5), clock(-1.25), clock(0, { host: '', exits: 0 })], 2)).toEqual({
    texts: ['cp/audit → n1: −1.250 s ± 0.012 s, from 4 pairs, A to B', 'cp/audit → n1: +0.500 s ± 0.012 s, from 4 pairs, A to B'],
    left: 1,
  });
});
