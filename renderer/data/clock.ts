/** Times as people read them, in the zone that the analyst picked: one clock for list, graph, details and trace. */
import { IANAZone } from 'luxon';
import { formatTime, parseTime } from '../../workers/contract/time';

export const NS = { s: 1_000_000_000n, min: 60_000_000_000n, h: 3_600_000_000_000n, d: 86_400_000_000_000n } as const;

const DIGITS = new Map([
  ['s', 0],
  ['ms', 3],
  ['us', 6],
  ['ns', 9],
]);
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export interface Reading {
  /** 2026-03-17 */
  readonly date: string;
  /** Tue */
  readonly weekday: string;
  /** 17 Mar */
  readonly day: string;
  /** 14:03:11 */
  readonly time: string;
  /** Digits after the point in three ranks, as many as the source wrote; empty beyond. */
  readonly ms: string;
  readonly rest: string;
}

const offsetNs = (ns: bigint, zone: string): bigint =>
  zone === 'UTC' ? 0n : BigInt(Math.round(IANAZone.create(zone).offset(Number(ns / 1_000_000n)) * 60_000)) * 1_000_000n;

/** `+02:00`: how far the zone's clocks are from UTC at that instant. */
export const offsetName = (ns: bigint, zone: string): string =>
  zone === 'UTC' ? '+00:00' : IANAZone.create(zone).formatOffset(Number(ns / 1_000_000n), 'short');

const SAMPLES = 24n;
/** Whether the zone's clocks are put forward or back in the window: its times then need their offset to be told apart. */
export function clocksTurn(window: { readonly from: bigint; readonly to: bigint } | undefined, zone: string): boolean {
  if (!window || zone === 'UTC') return false;
  const { from, to } = window;
  const [even, month] = [(to - from) / SAMPLES, 30n * NS.d];
  const step = even < month ? even : month;
  const first = offsetNs(from, zone);
  if (offsetNs(to - 1n, zone) !== first) return true;
  for (let i = 1n; i < SAMPLES; i++) if (offsetNs(from + i * step, zone) !== first) return true;
  return false;
}

/** What a clock in the zone shows, as ns since the epoch of that clock; and the instant at which it shows it. */
export const toLocal = (ns: bigint, zone: string): bigint => ns + offsetNs(ns, zone);
export function fromLocal(local: bigint, zone: string): bigint {
  const guess = local - offsetNs(local, zone);
  return local - offsetNs(guess, zone); // twice: the offset is that of the true instant
}

/** `precision` is the activity's attribute; absent, all nine digits are shown. */
export function read(ns: bigint, zone: string, precision?: unknown): Reading {
  const text = formatTime(ns + offsetNs(ns, zone));
  const digits = text.slice(20, 20 + (DIGITS.get(String(precision)) ?? 9));
  const date = text.slice(0, 10);
  return {
    date,
    weekday: WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()] as string,
    day: `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`,
    time: text.slice(11, 19),
    ms: digits === '' ? '' : `.${digits.slice(0, 3)}`,
    rest: digits.slice(3),
  };
}

/** The digits that an instant needs, where nothing says how many its source wrote: three, six or nine. */
export const precisionOf = (ns: bigint): 'ms' | 'us' | 'ns' => (ns % 1_000_000n === 0n ? 'ms' : ns % 1000n === 0n ? 'us' : 'ns');

/** `2026-03-17 14:03:11.482913`: as many digits as the source wrote. */
export function full(ns: bigint, zone: string, precision?: unknown): string {
  const { date, time, ms, rest } = read(ns, zone, precision);
  return `${date} ${time}${ms}${rest}`;
}

/** How much of the date tells the times of a window apart: nothing within a day, the day within a year. */
export type Dated = 'time' | 'day' | 'date';
export function datedIn(window: { readonly from: bigint; readonly to: bigint } | undefined, zone: string): Dated {
  if (!window) return 'time';
  const [first, last] = [read(window.from, zone).date, read(window.to - 1n, zone).date];
  return first === last ? 'time' : first.slice(0, 4) === last.slice(0, 4) ? 'day' : 'date';
}

/** To the second. */
export const toSecond = (ns: bigint, zone: string): string => full(ns, zone, 's');

/** `2026-03-17 11:50:00 → 15:05:00`: the second day is said where it is another. */
export function fromTo({ from, to }: { readonly from: bigint; readonly to: bigint }, zone: string): string {
  const [first, last] = [read(from, zone, 's'), read(to, zone, 's')];
  return `${first.date} ${first.time} → ${first.date === last.date ? '' : `${last.date} `}${last.time}`;
}

/** What a person typed as a time in this zone; an offset or Z in it wins. */
export function typed(text: string, zone: string): bigint | undefined {
  const trimmed = text.trim().replace(/\s+/, 'T');
  const ns = parseTime(trimmed);
  if (ns === undefined || /(Z|[+-]\d\d:\d\d)$/i.test(trimmed) || zone === 'UTC') return ns;
  return fromLocal(ns, zone);
}

const UNITS: readonly (readonly [bigint, string])[] = [
  [NS.d, 'd'],
  [NS.h, 'h'],
  [NS.min, 'min'],
  [NS.s, 's'],
];

/** `3 h 15 min`, `51.2 s`, `36 ms`: the two largest units that say something. */
export function span(ns: bigint): string {
  if (ns < 0n) return `-${span(-ns)}`;
  if (ns < NS.s) return ns < 1_000_000n ? (ns < 1000n ? `${ns} ns` : `${ns / 1000n} µs`) : `${ns / 1_000_000n} ms`;
  if (ns < NS.min) return `${Number((ns * 100n) / NS.s) / 100} s`;
  const at = UNITS.findIndex(([unit]) => ns >= unit);
  const [big, bigName] = UNITS[at] as readonly [bigint, string];
  const [small, smallName] = UNITS[at + 1] as readonly [bigint, string];
  const rest = (ns % big) / small;
  return rest === 0n ? `${ns / big} ${bigName}` : `${ns / big} ${bigName} ${rest} ${smallName}`;
}
