import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clocksTurn, datedIn, full, offsetName, precisionOf, read, span, typed } from '../../../renderer/data/clock';
import { parseTime } from '../../../workers/contract/time';

const ns = parseTime('2026-03-17T14:03:11.482913007Z') as bigint;

test.for([
  { precision: 's', shown: '2026-03-17 14:03:11' },
  { precision: 'ms', shown: '2026-03-17 14:03:11.482' },
  { precision: 'us', shown: '2026-03-17 14:03:11.482913' },
  { precision: 'ns', shown: '2026-03-17 14:03:11.482913007' },
  { precision: undefined, shown: '2026-03-17 14:03:11.482913007' },
])('shows the digits that the source wrote: $precision', ({ precision, shown }) => {
  expect(full(ns, 'UTC', precision)).toBe(shown);
});

test.for([
  { zone: 'UTC', shown: '2026-03-29 00:30:00' },
  { zone: 'Europe/Berlin', shown: '2026-03-29 01:30:00' },
  { zone: 'Asia/Kolkata', shown: '2026-03-29 06:00:00' },
  { zone: 'America/New_York', shown: '2026-03-28 20:30:00' },
])('reads an instant in $zone', ({ zone, shown }) => {
  expect(full(parseTime('2026-03-29T00:30:00Z') as bigint, zone, 's')).toBe(shown);
});

test.for([
  { time: '2026-03-17T00:00:08.832559000Z', digits: '.832559' },
  { time: '2026-03-17T00:00:08.832000000Z', digits: '.832' },
  { time: '2026-03-17T00:00:08.832559001Z', digits: '.832559001' },
])('$time is shown with the digits that it needs', ({ time, digits }) => {
  const ns = parseTime(time) ?? 0n;

  expect(full(ns, 'UTC', precisionOf(ns))).toBe(`2026-03-17 00:00:08${digits}`);
});

test('names weekday and day', () => {
  expect(read(ns, 'UTC')).toMatchObject({ weekday: 'Tue', day: '17 Mar' });
});

test('what is shown can be typed', () => {
  const seconds = fc.bigInt({ min: 0n, max: 4_000_000_000n });
  fc.assert(fc.property(seconds, (s) => typed(full(s * 1_000_000_000n, 'UTC', 's'), 'UTC') === s * 1_000_000_000n));
});

test.for([
  { text: '2026-07-01 12:00:00', zone: 'Europe/Berlin', instant: '2026-07-01T10:00:00Z' },
  { text: '2026-12-01', zone: 'Europe/Berlin', instant: '2026-11-30T23:00:00Z' },
  { text: '2026-07-01T12:00:00Z', zone: 'Europe/Berlin', instant: '2026-07-01T12:00:00Z' },
  { text: '2026-07-01T12:00:00+05:30', zone: 'UTC', instant: '2026-07-01T06:30:00Z' },
])('takes $text in $zone', ({ text, zone, instant }) => {
  expect(typed(text, zone)).toBe(parseTime(instant));
});

test('what is no time is none', () => {
  expect(typed('yesterday', 'UTC')).toBeUndefined();
});

test.for([
  [11_700_000_000_000n, '3 h 15 min'],
  [300_000_000_000n, '5 min'],
  [51_200_000_000n, '51.2 s'],
  [36_000_000n, '36 ms'],
  [5_000n, '5 µs'],
  [7n, '7 ns'],
  [604_800_000_000_000n, '7 d'],
] as const)('%s ns is %s', ([length, words]) => {
  expect(span(length)).toBe(words);
});

test.for([
  ['a day', '2026-03-17T00:00:00Z', '2026-03-18T00:00:00Z', 'UTC', 'time'],
  ['that day where it is two', '2026-03-17T00:00:00Z', '2026-03-18T00:00:00Z', 'Asia/Kolkata', 'day'],
  ['two days', '2026-03-17T00:00:00Z', '2026-03-18T00:00:01Z', 'UTC', 'day'],
  ['two years', '2025-12-31T23:00:00Z', '2026-01-01T01:00:00Z', 'UTC', 'date'],
] as const)('times of %s are told apart by as much of the date as that takes', ([, from, to, zone, dated]) => {
  const window = { from: parseTime(from) as bigint, to: parseTime(to) as bigint };
  expect(datedIn(window, zone)).toBe(dated);
  expect(datedIn(undefined, zone)).toBe('time');
});

test.for([
  ['a summer', '2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z', 'Europe/Berlin', false],
  ['the hour that comes twice', '2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z', 'Europe/Berlin', true],
  ['a year, from summer to summer', '2025-07-01T00:00:00Z', '2026-07-01T00:00:00Z', 'Europe/Berlin', true],
  ['twelve of them', '2014-07-01T00:00:00Z', '2026-07-01T00:00:00Z', 'Europe/Berlin', true],
  ['a year without summer time', '2025-07-01T00:00:00Z', '2026-07-01T00:00:00Z', 'Asia/Kolkata', false],
  ['a year of UTC', '2025-07-01T00:00:00Z', '2026-07-01T00:00:00Z', 'UTC', false],
] as const)('whether clocks are turned in %s', ([, from, to, zone, turn]) => {
  expect(clocksTurn({ from: parseTime(from) as bigint, to: parseTime(to) as bigint }, zone)).toBe(turn);
});

test.for([
  ['2025-10-26T00:30:00Z', 'Europe/Berlin', '+02:00'],
  ['2025-10-26T01:30:00Z', 'Europe/Berlin', '+01:00'],
  ['2026-03-17T00:00:00Z', 'Asia/Kolkata', '+05:30'],
  ['2026-03-17T00:00:00Z', 'America/St_Johns', '-02:30'],
  ['2026-03-17T00:00:00Z', 'UTC', '+00:00'],
] as const)('at %s in %s clocks are %s from UTC', ([time, zone, name]) => {
  expect(offsetName(parseTime(time) as bigint, zone)).toBe(name);
});
