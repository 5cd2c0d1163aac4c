/** Ticks of a time axis from years down to single nanoseconds, at round places of the clock that is shown. */
import { clocksTurn, fromLocal, NS, offsetName, read, toLocal } from '../../data/clock';
import type { Closed } from './window-data';

export interface TimeTick {
  readonly ns: bigint;
  readonly label: string;
}

const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 300, 600] as const;
/** Centuries and more: as many ticks as it takes. */
const LONGEST_STEP = 600;
const MEAN_MONTH = 2_629_746n * NS.s;

const decades = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1n, 2n, 5n].map((n) => n * 10n ** BigInt(power)));
/** Ascending; from there on by months. */
const STEPS: readonly bigint[] = [
  ...decades,
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * NS.s),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * NS.min),
  ...[1n, 2n, 3n, 6n, 12n].map((n) => n * NS.h),
  ...[1n, 2n, 7n, 14n].map((n) => n * NS.d),
];
/** Monday 5 January 1970: weeks begin on Mondays. */
const MONDAY = 4n * NS.d;
const MOST = 200;

/** At most `most` ticks in the window, `shortest` apart or more; labels are as long as their step needs. */
export function timeTicks(window: Closed, zone: string, most: number, shortest = 0n): readonly TimeTick[] {
  const length = window.to - window.from;
  const wanted = BigInt(Math.max(1, Math.min(MOST, Math.floor(most))));
  const even = (length + wanted - 1n) / wanted;
  const least = even > shortest ? even : shortest;
  const step = STEPS.find((one) => one >= least);
  return step === undefined ? monthTicks(window, zone, least) : stepTicks(window, zone, step);
}

function stepTicks({ from, to }: Closed, zone: string, step: bigint): readonly TimeTick[] {
  const base = step >= 7n * NS.d ? MONDAY : 0n;
  const start = toLocal(from, zone);
  const style = { step, years: spansYears({ from, to }, zone), offset: clocksTurn({ from, to }, zone) };
  const rest = (((start - base) % step) + step) % step;
  const ticks: TimeTick[] = [];
  for (let local = start - rest; ticks.length < 2 * MOST; local += step) {
    // Below an hour steps are the same in every zone, also where clocks are turned back.
    const ns = step < NS.h ? from + (local - start) : fromLocal(local, zone);
    if (ns >= to) break;
    if (ns >= from && ns !== ticks.at(-1)?.ns) ticks.push({ ns, label: labelOf(ns, zone, style) });
  }
  return ticks;
}

interface Style {
  readonly step: bigint;
  /** Days need their year. */
  readonly years: boolean;
  /** Clock times need their offset: an hour is shown twice, or not at all. */
  readonly offset: boolean;
}

function labelOf(ns: bigint, zone: string, { step, years, offset }: Style): string {
  const { time, ms, rest } = read(ns, zone);
  if (step >= NS.d || (time === '00:00:00' && ms === '.000' && step >= NS.s)) return dayName(ns, zone, years);
  if (step >= NS.min) return `${time.slice(0, 5)}${offset ? ` ${offsetName(ns, zone)}` : ''}`;
  if (step >= NS.s) return time;
  const digits = step >= 1_000_000n ? ms : step >= 1000n ? `${ms}${rest.slice(0, 3)}` : `${ms}${rest}`;
  return `${time}${digits}`;
}

const spansYears = ({ from, to }: Closed, zone: string): boolean =>
  read(from, zone).date.slice(0, 4) !== read(to - 1n, zone).date.slice(0, 4);

function dayName(ns: bigint, zone: string, years: boolean): string {
  const { weekday, day, date } = read(ns, zone);
  return years ? `${day} ${date.slice(0, 4)}` : `${weekday} ${day}`;
}

/** Days of a strip that shows a whole case, or months, or years: the one in which it begins stands at its edge. */
export function dayTicks(window: Closed, zone: string, most: number): readonly TimeTick[] {
  const room = (window.to - window.from) / BigInt(Math.max(1, Math.floor(most)));
  const first = { ns: window.from, label: dayName(window.from, zone, spansYears(window, zone)) };
  return [first, ...timeTicks(window, zone, most, NS.d).filter(({ ns }) => ns - window.from >= room)];
}

/** Space that labels of such a window need, in px: the shorter the window, the longer they are. */
export const labelPx = (length: bigint): number =>
  length > NS.min ? 84 : length > NS.s ? 92 : length > 1_000_000n ? 116 : length > 1000n ? 134 : 152;

function monthTicks({ from, to }: Closed, zone: string, least: bigint): readonly TimeTick[] {
  const step = MONTH_STEPS.find((months) => BigInt(months) * MEAN_MONTH >= least) ?? LONGEST_STEP;
  const start = new Date(Number(toLocal(from, zone) / 1_000_000n));
  const first = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const ticks: TimeTick[] = [];
  for (let month = first - (first % step); ticks.length < 2 * MOST; month += step) {
    const local = BigInt(Date.UTC(Math.floor(month / 12), month % 12, 1)) * 1_000_000n;
    const ns = fromLocal(local, zone);
    if (ns >= to) break;
    if (ns < from) continue;
    const { day, date } = read(ns, zone);
    ticks.push({ ns, label: step >= 12 ? date.slice(0, 4) : `${day.replace(/^\d+ /, '')} ${date.slice(0, 4)}` });
  }
  return ticks;
}
