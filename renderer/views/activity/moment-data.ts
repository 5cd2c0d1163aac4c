/** Moments as people type them: ISO in the zone that is shown, a time of the day in view, or a distance from the case's end or beginning. */
import { full, NS, read, typed } from '../../data/clock';
import type { Closed } from './window-data';

const UNITS = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['ms', 1_000_000n],
  ['s', NS.s],
  ['m', NS.min],
  ['min', NS.min],
  ['h', NS.h],
  ['d', NS.d],
  ['w', 7n * NS.d],
]);

/** `2h`, `1h30m`, `90s`; undefined where it is no length. */
export function lengthOf(text: string): bigint | undefined {
  const parts = [...text.replaceAll(/\s+/g, '').matchAll(/(\d{1,12})(ns|us|µs|ms|min|[smhdw])/gy)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text.replaceAll(/\s+/g, '')) return undefined;
  return parts.reduce((sum, [, n = '0', unit = '']) => sum + BigInt(n) * (UNITS.get(unit) ?? 0n), 0n);
}

export interface Around {
  readonly zone: string;
  readonly extent: Closed;
  /** The day of a time without one. */
  readonly day: bigint;
  /** What `+…` counts from. */
  readonly start: bigint;
}

/**
 * `-2h`: before the case's end; `+30m`: after `start`; `start` and `end`: of the case; `14:03`: on that day; else ISO, in the zone unless it names one.
 * Undefined where it is none of these.
 */
export function momentOf(text: string, { zone, extent, day, start }: Around): bigint | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === 'start') return extent.from;
  if (wanted === 'end') return extent.to;
  if (/^[-−+]/.test(wanted)) {
    const length = lengthOf(wanted.slice(1));
    if (length === undefined) return undefined;
    return wanted.startsWith('+') ? start + length : extent.to - length;
  }
  if (/^\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/.test(wanted))
    return typed(`${read(day, zone).date} ${wanted.replace(/^(\d):/, '0$1:')}`, zone);
  return typed(text, zone);
}

/** As many digits as tell the window's ends apart and are typed back to the same instant. */
export const momentText = (ns: bigint, zone: string): string => full(ns, zone).replace(/\.?0+$/, '');
