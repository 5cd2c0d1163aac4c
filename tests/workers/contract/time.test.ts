import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime, parseTime } from '../../../workers/contract/time';

test('what is printed is read back as the same instant', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n) + 2n, max: 2n ** 63n - 2n }), (ns) => parseTime(formatTime(ns)) === ns));
});

test.for([
  ['2026', '2026-01-01T00:00:00.000000000Z'],
  ['2026-03', '2026-03-01T00:00:00.000000000Z'],
  ['2026-03-17', '2026-03-17T00:00:00.000000000Z'],
  ['2026-03-17T09', '2026-03-17T09:00:00.000000000Z'],
  ['2026-03-17T09:05', '2026-03-17T09:05:00.000000000Z'],
  ['2026-03-17 09:05:07', '2026-03-17T09:05:07.000000000Z'],
  ['2026-03-17T09:05:07.5Z', '2026-03-17T09:05:07.500000000Z'],
  ['2026-03-17T09:05:07.123456789', '2026-03-17T09:05:07.123456789Z'],
  ['2026-03-17T09:05:07+02:00', '2026-03-17T07:05:07.000000000Z'],
  ['1969-12-31T23:59:59.999999999Z', '1969-12-31T23:59:59.999999999Z'],
] as const)('%s is %s', ([text, printed]) => {
  expect(formatTime(parseTime(text)!)).toBe(printed);
});

test.for([
  '',
  'today',
  '20260317',
  '2026-13',
  '2026-02-30',
  '2026-03-17T24',
  '2026-03-17T09:60',
  '2026-03-17T09:05:60',
  '0001',
  '2300',
  '2026-03-17T09:05:07.1234567890',
  '2026-03-17T09:05:07+25:00',
])('“%s” is no time', (text) => {
  expect(parseTime(text)).toBeUndefined();
});
