import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthOf, momentOf, momentText } from '../../../renderer/views/activity/moment-data';
import { formatTime, parseTime } from '../../../workers/contract/time';

const at = (text: string) => parseTime(text) as bigint;
const extent = { from: at('2026-03-17T00:00:00Z'), to: at('2026-03-18T00:00:00Z') };
const moment = (text: string, zone = 'UTC') => {
  const ns = momentOf(text, { zone, extent, day: at('2026-03-17T12:00:00Z'), start: at('2026-03-17T14:00:00Z') });
  return ns === undefined ? undefined : formatTime(ns).replace(/\.0+Z$/, 'Z');
};

test.for([
  ['-2h', 'UTC', '2026-03-17T22:00:00Z'],
  ['−1h 30m', 'UTC', '2026-03-17T22:30:00Z'],
  ['+15m', 'UTC', '2026-03-17T14:15:00Z'],
  ['+250ms', 'UTC', '2026-03-17T14:00:00.250000000Z'],
  ['start', 'UTC', '2026-03-17T00:00:00Z'],
  ['End', 'UTC', '2026-03-18T00:00:00Z'],
  ['14:03', 'UTC', '2026-03-17T14:03:00Z'],
  ['9:03:11', 'Asia/Tokyo', '2026-03-17T00:03:11Z'],
  ['2026-03-17 14:03', 'Europe/Berlin', '2026-03-17T13:03:00Z'],
  ['2026-03-17T14:03:00Z', 'Europe/Berlin', '2026-03-17T14:03:00Z'],
] as const)('%s in %s is %s', ([text, zone, expected]) => {
  expect(moment(text, zone)).toBe(expected);
});

test.for(['', 'yesterday', '-2', '-2x', '- ', '+', '25:00', '14:60', '-2h later'])('%s is no moment', (text) => {
  expect(moment(text)).toBeUndefined();
});

test('lengths add up', () => {
  expect(lengthOf('1h30m')).toBe(5_400_000_000_000n);
  expect(lengthOf('7ns')).toBe(7n);
  expect(lengthOf('1h x')).toBeUndefined();
});

test('what is shown of a moment is typed back to the same instant', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 4n * 10n ** 18n }),
      fc.constantFrom('UTC', 'Asia/Tokyo', 'Asia/Kathmandu'),
      (ns, zone) => {
        expect(momentOf(momentText(ns, zone), { zone, extent, day: 0n, start: 0n })).toBe(ns);
      },
    ),
  );
});
