import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  around,
  endWindow,
  longestOf,
  panBy,
  presetWindow,
  shiftWindow,
  wheelFactor,
  zoomAt,
  zoomBy,
} from '../../../renderer/views/activity/window-data';

const extent = { from: 0n, to: 86_400_000_000_000n };
const hour = 3_600_000_000_000n;

test.for([
  { title: 'without a window: at the end of the case', now: {}, expected: { from: extent.to - hour, to: extent.to } },
  {
    title: 'in a window: around its middle',
    now: { from: 10n * hour, to: 12n * hour },
    expected: { from: (21n * hour) / 2n, to: (23n * hour) / 2n },
  },
  { title: 'near the start: from the start', now: { from: 0n, to: 2n }, expected: { from: 0n, to: hour } },
])('a preset of an hour $title', ({ now, expected }) => {
  expect(presetWindow(hour, now, extent)).toEqual(expected);
});

test('a preset longer than the case begins with it', () => {
  expect(presetWindow(7n * extent.to, {}, extent)).toEqual({ from: 0n, to: 7n * extent.to });
});

test('steps are as long as the window', () => {
  expect(shiftWindow({ from: 5n, to: 8n }, -1)).toEqual({ from: 2n, to: 5n });
});

test('zoom keeps the instant under the cursor', () => {
  expect(zoomAt({ from: 0n, to: 8000n }, 2000n, true)).toEqual({ from: 1000n, to: 5000n });
  expect(zoomAt({ from: 1000n, to: 5000n }, 2000n, false)).toEqual({ from: 0n, to: 8000n });
});

test('five minutes around', () => {
  expect(around(10n ** 15n, 5n)).toEqual({ from: 10n ** 15n - hour / 12n, to: 10n ** 15n + hour / 12n });
});

const windows = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 2n * 10n ** 18n }), fc.bigInt({ min: 20n, max: 10n ** 17n }))
  .map(([from, length]) => ({ from, to: from + length }));

test('zooming in and out again keeps the instant under the pointer in its place', () => {
  fc.assert(
    fc.property(
      windows,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.625, max: 1.6, noNaN: true }),
      (w, share, factor) => {
        const length = Number(w.to - w.from);
        const at = w.from + BigInt(Math.round(length * share));
        const zoomed = zoomBy(w, at, factor, 10n ** 18n);
        const now = Number(at - zoomed.from) / Number(zoomed.to - zoomed.from);
        expect(Math.abs(now - Number(at - w.from) / length)).toBeLessThan(0.06);
        expect(zoomed.to - zoomed.from).toBeGreaterThanOrEqual(16n);
      },
    ),
  );
});

test('nothing is shorter than a few nanoseconds or longer than the case and some empty time', () => {
  expect(zoomBy({ from: 0n, to: 20n }, 10n, 0.1, hour)).toEqual({ from: 2n, to: 18n });
  expect(zoomBy({ from: 0n, to: hour }, 0n, 1.6, longestOf({ from: 0n, to: hour }))).toEqual({
    from: 0n,
    to: (16n * hour) / 10n,
  });
  const out = zoomBy({ from: 0n, to: 20n * hour }, 0n, 1.6, 24n * hour);
  expect(out.to - out.from).toBe(24n * hour);
});

test.for([
  ['a notch', 100, 0, false],
  ['a notch in lines', 3, 1, false],
  ['a wild wheel', 4000, 0, false],
  ['a pinch', -12, 0, true],
  ['a wild pinch', -900, 0, true],
] as const)('%s never jumps', ([, deltaY, mode, pinch]) => {
  const factor = wheelFactor(deltaY, mode, pinch);
  expect(factor > 1).toBe(deltaY > 0);
  expect(factor).toBeGreaterThanOrEqual(0.625);
  expect(factor).toBeLessThanOrEqual(1.6);
});

test('panning moves by a share of the window and stays among the times that can be', () => {
  expect(panBy({ from: 0n, to: 100n }, 0.25)).toEqual({ from: 25n, to: 125n });
  expect(panBy({ from: 9_199_999_999_999_999_900n, to: 9_200_000_000_000_000_000n }, 1).to).toBe(9_200_000_000_000_000_000n);
});

test('the first and the last of the case keep the length', () => {
  const w = { from: 5n * hour, to: 6n * hour };
  expect(endWindow(w, extent, -1)).toEqual({ from: 0n, to: hour });
  expect(endWindow(w, extent, 1)).toEqual({ from: extent.to - hour, to: extent.to });
});
