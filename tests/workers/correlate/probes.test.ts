import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearestBeat, rhythmOf } from '../../../workers/correlate/probes';

const every = (period: number, count: number) => Array.from({ length: count }, (_, i) => 7 + i * period);

test('a steady period is a probe’s', () => {
  expect(rhythmOf(every(10, 20))?.period).toBeCloseTo(10, 6);
});

test('jitter, missing beats and a person’s run between do not hide it', () => {
  const starts = every(10, 40).map((start, i) => start + ((i * 37) % 10) * 0.02);
  const holed = starts.filter((_, i) => i % 7 !== 3);
  const rhythm = rhythmOf([...holed, 112.4].sort((a, b) => a - b));

  expect(rhythm?.period).toBeCloseTo(10, 1);
  expect(Math.abs(nearestBeat(rhythm as NonNullable<typeof rhythm>, 112.4).late)).toBeGreaterThan(3);
});

test('a missing beat is expected all the same', () => {
  const rhythm = rhythmOf(every(10, 20).filter((_, i) => i !== 9));

  expect(Math.abs(nearestBeat(rhythm as NonNullable<typeof rhythm>, 97).late)).toBeLessThan(0.1);
});

test('a run off the beat, where the beat itself was taken for a call’s, does not move the beat', () => {
  const starts = every(10, 20).map((start, i) => (i === 9 ? start + 0.4 : start));
  const rhythm = rhythmOf(starts);

  expect(nearestBeat(rhythm as NonNullable<typeof rhythm>, 97).late).toBeCloseTo(0, 6);
});

test.for([
  { title: 'people', starts: [0, 31, 40, 112, 240, 251, 600, 1802] },
  { title: 'too few to tell', starts: [0, 10, 20] },
  { title: 'one moment', starts: [5, 5, 5, 5, 5] },
  { title: 'nothing', starts: [] },
])('$title have no rhythm', ({ starts }) => {
  expect(rhythmOf(starts)).toBeUndefined();
});

test('beats ascend, whatever the starts', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { maxLength: 60 }), (times) => {
      const beats = [...(rhythmOf(times.sort((a, b) => a - b))?.beats ?? [])];

      expect(beats).toEqual([...beats].sort((a, b) => a - b));
    }),
  );
});
