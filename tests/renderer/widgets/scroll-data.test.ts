import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clampPosition,
  lastPx,
  positionOf,
  reveal,
  scrollTopOf,
  trackPx,
  visibleRows,
} from '../../../renderer/widgets/scroll-data';

const CHROMIUM_CAP = 33_554_428;
const extent = fc.record({
  rows: fc.integer({ min: 1, max: 20_000_000 }),
  rowPx: fc.constantFrom(22, 26, 32),
  viewPx: fc.integer({ min: 40, max: 2000 }),
});

test('the track never reaches what Chromium caps', () => {
  fc.assert(fc.property(extent, (e) => trackPx(e) < CHROMIUM_CAP));
});

test('scroll positions map to the first and the last row, and back', () => {
  fc.assert(
    fc.property(extent, fc.double({ min: 0, max: 1, noNaN: true }), (e, share) => {
      const position = share * lastPx(e);
      expect(positionOf(scrollTopOf(position, e), e)).toBeCloseTo(position, 3);
      expect(visibleRows(0, e).first).toBe(0);
      expect(visibleRows(lastPx(e), e).last).toBe(e.rows - 1);
    }),
  );
});

test('a revealed row is wholly in sight, with the least movement', () => {
  fc.assert(
    fc.property(
      extent,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (e, row, from) => {
        const at = Math.floor(row * e.rows);
        const position = clampPosition(reveal(at, from * lastPx(e), e), e);
        expect(at * e.rowPx).toBeGreaterThanOrEqual(position - 0.01);
        expect((at + 1) * e.rowPx).toBeLessThanOrEqual(position + e.viewPx + 0.01);
        expect(reveal(at, position, e)).toBeCloseTo(position, 3);
      },
    ),
  );
});
