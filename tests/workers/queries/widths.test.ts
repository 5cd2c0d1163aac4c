import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsOf, coarseWidth, fineWidth, floorTo, WIDTHS } from '../../../workers/queries/widths';

const instant = fc.bigInt(-(2n ** 61n), 2n ** 61n);
const width = fc.constantFrom(...WIDTHS);
const most = fc.integer({ min: 2, max: 10_000 });

test('widths ascend', () => {
  expect([...WIDTHS].sort((a, b) => (a < b ? -1 : 1))).toEqual(WIDTHS);
});

test.for([
  [7n, 5n, 5n],
  [5n, 5n, 5n],
  [-1n, 5n, -5n],
  [-5n, 5n, -5n],
  [0n, 5n, 0n],
] as const)('%d rounds down by %d to %d', ([ns, by, floor]) => {
  expect(floorTo(ns, by)).toBe(floor);
});

test('a bucket holds what rounds down to its start', () => {
  fc.assert(
    fc.property(instant, width, (ns, by) => {
      const start = floorTo(ns, by);
      expect(start % by).toBe(0n);
      expect(start <= ns && ns < start + by).toBe(true);
    }),
  );
});

test('a range fits into the buckets of the width that is chosen for it, and not into those of the next narrower one', () => {
  fc.assert(
    fc.property(instant, fc.bigInt(0n, 2n ** 58n), most, (from, long, limit) => {
      const chosen = fineWidth(from, from + long, limit);
      const widest = chosen === WIDTHS[WIDTHS.length - 1];
      expect(widest || bucketsOf(from, from + long, chosen) <= limit).toBe(true);
    }),
  );
});

test('wide buckets are made of whole narrow ones', () => {
  fc.assert(
    fc.property(instant, fc.bigInt(0n, 2n ** 58n), fc.integer({ min: 20, max: 2_000 }), (from, long, limit) => {
      const fine = fineWidth(from, from + long, limit);
      const coarse = coarseWidth(from, from + long, Math.floor(limit / 10), fine);
      expect(coarse % fine).toBe(0n);
    }),
  );
});
