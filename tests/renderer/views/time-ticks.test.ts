import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayTicks, timeTicks } from '../../../renderer/views/activity/time-ticks';
import { formatTime, parseTime } from '../../../workers/contract/time';

const at = (text: string) => parseTime(text) as bigint;
const labels = (from: string, to: string, zone = 'UTC', most = 6) =>
  timeTicks({ from: at(from), to: at(to) }, zone, most).map((t) => t.label);

test.for([
  ['a day', '2026-03-17T00:00:00Z', '2026-03-18T00:00:00Z', 'UTC', ['Tue 17 Mar', '06:00', '12:00', '18:00']],
  ['a day elsewhere', '2026-03-17T00:00:00Z', '2026-03-18T00:00:00Z', 'Asia/Kolkata', ['06:00', '12:00', '18:00', 'Wed 18 Mar']],
  ['minutes', '2026-03-17T14:00:30Z', '2026-03-17T14:11:00Z', 'UTC', ['14:02', '14:04', '14:06', '14:08', '14:10']],
  [
    'milliseconds',
    '2026-03-17T14:00:00.001Z',
    '2026-03-17T14:00:00.021Z',
    'UTC',
    ['14:00:00.005', '14:00:00.010', '14:00:00.015', '14:00:00.020'],
  ],
  [
    'weeks',
    '2026-03-01T00:00:00Z',
    '2026-04-05T00:00:00Z',
    'UTC',
    ['Mon 2 Mar', 'Mon 9 Mar', 'Mon 16 Mar', 'Mon 23 Mar', 'Mon 30 Mar'],
  ],
  ['months', '2025-11-15T00:00:00Z', '2026-04-02T00:00:00Z', 'UTC', ['Dec 2025', 'Jan 2026', 'Feb 2026', 'Mar 2026', 'Apr 2026']],
  ['years', '2019-05-01T00:00:00Z', '2024-05-01T00:00:00Z', 'UTC', ['2020', '2021', '2022', '2023', '2024']],
] as const)('%s', ([, from, to, zone, expected]) => {
  expect(labels(from, to, zone)).toEqual(expected);
});

test('single nanoseconds', () => {
  const from = at('2026-03-17T14:00:00Z') + 7n;
  expect(timeTicks({ from, to: from + 16n }, 'UTC', 4).map((t) => t.label)).toEqual([
    '14:00:00.000000010',
    '14:00:00.000000015',
    '14:00:00.000000020',
  ]);
});

test.for([
  [
    'days of two years say which',
    '2025-12-20T00:00:00Z',
    '2026-01-12T00:00:00Z',
    'UTC',
    ['22 Dec 2025', '29 Dec 2025', '5 Jan 2026'],
  ],
  [
    'an hour that comes twice',
    '2025-10-25T23:50:00Z',
    '2025-10-26T02:10:00Z',
    'Europe/Berlin',
    ['02:00 +02:00', '02:30 +02:00', '02:00 +01:00', '02:30 +01:00', '03:00 +01:00'],
  ],
] as const)('%s', ([, from, to, zone, expected]) => {
  expect(labels(from, to, zone)).toEqual(expected);
});

test.for([
  ['a day', '2026-03-17T00:00:04Z', '2026-03-17T23:59:51Z', 'UTC', ['Tue 17 Mar']],
  ['the same day elsewhere', '2026-03-17T00:00:04Z', '2026-03-17T23:59:51Z', 'Asia/Kolkata', ['Tue 17 Mar', 'Wed 18 Mar']],
  ['three days', '2026-03-17T18:00:00Z', '2026-03-20T18:00:00Z', 'UTC', ['Tue 17 Mar', 'Thu 19 Mar', 'Fri 20 Mar']],
  [
    'half a century',
    '1970-01-01T00:00:00Z',
    '2025-10-26T02:58:00Z',
    'UTC',
    ['1 Jan 1970', '1980', '1990', '2000', '2010', '2020'],
  ],
] as const)('the strip of a whole case of %s begins with its day', ([, from, to, zone, expected]) => {
  expect(dayTicks({ from: at(from), to: at(to) }, zone, 6).map((t) => t.label)).toEqual(expected);
});

test('where clocks are put forward, no hour is drawn twice and none is missed', () => {
  const ticks = timeTicks({ from: at('2026-03-28T23:00:00Z'), to: at('2026-03-29T05:00:00Z') }, 'Europe/Berlin', 8);
  expect(ticks.map((t) => `${formatTime(t.ns).slice(11, 16)} ${t.label}`)).toEqual([
    '23:00 Sun 29 Mar',
    '00:00 01:00 +01:00',
    '01:00 03:00 +02:00',
    '02:00 04:00 +02:00',
    '03:00 05:00 +02:00',
    '04:00 06:00 +02:00',
  ]);
});

test('ticks lie in the window, ascend, and are never too many', () => {
  const window = fc
    .tuple(fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }), fc.bigInt({ min: 16n, max: 3n * 10n ** 18n }))
    .map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(
      window,
      fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
      fc.integer({ min: 1, max: 20 }),
      (w, zone, most) => {
        const ticks = timeTicks(w, zone, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 2);
        for (const [i, tick] of ticks.entries()) {
          expect(tick.ns >= w.from && tick.ns < w.to).toBe(true);
          if (i > 0) expect(tick.ns > (ticks[i - 1]?.ns ?? 0n)).toBe(true);
        }
      },
    ),
  );
});
