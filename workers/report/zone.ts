/** Times as a report prints them: in one named zone, with the digits that the source wrote. */

const DIGITS = { s: 0, ms: 3, us: 6, ns: 9 } as const;

export class Clock {
  private readonly parts: Intl.DateTimeFormat;
  constructor(readonly zone: string) {
    this.parts = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      weekday: 'long',
    });
  }

  /** Parts of the minutes seen so far: asking the calendar takes longer than all else about a row. */
  private readonly minutes = new Map<string, ReadonlyMap<string, string>>();

  private of(time: string): ReadonlyMap<string, string> {
    const minute = time.slice(0, 16);
    const parts = this.minutes.get(minute) ?? this.partsOf(`${minute}:00`);
    this.minutes.set(minute, parts);
    // Zones are whole minutes from UTC, but for some before 1972.
    return parts.get('second') === '00' ? new Map(parts).set('second', time.slice(17, 19)) : this.partsOf(time.slice(0, 19));
  }

  private partsOf(seconds: string): ReadonlyMap<string, string> {
    return new Map(this.parts.formatToParts(new Date(`${seconds}Z`)).map((p) => [p.type, p.value]));
  }

  /** 2026-03-17 */
  date(time: string): string {
    const p = this.of(time);
    return `${p.get('year')}-${p.get('month')}-${p.get('day')}`;
  }

  /** Tuesday 2026-03-17 */
  day(time: string): string {
    return `${this.of(time).get('weekday')} ${this.date(time)}`;
  }

  /** 14:03:11.482913, with as many digits as `precision` says; all nine, trailing zeros off, where it says nothing. */
  clock(time: string, precision?: unknown): string {
    const p = this.of(time);
    const fraction = time.slice(20).replace('Z', '');
    const digits = typeof precision === 'string' && precision in DIGITS ? DIGITS[precision as keyof typeof DIGITS] : undefined;
    const shown = digits === undefined ? fraction.replace(/0+$/, '') : fraction.padEnd(9, '0').slice(0, digits);
    return `${p.get('hour')}:${p.get('minute')}:${p.get('second')}${shown === '' ? '' : `.${shown}`}`;
  }

  /** 2026-03-17 14:03:11.482913 */
  full(time: string, precision?: unknown): string {
    return `${this.date(time)} ${this.clock(time, precision)}`;
  }
}

/** 51.2 s, 4 min 3 s, 2 h 10 min: for reading; the exact times stand beside it. */
export function lasting(ns: bigint): string {
  const s = Number(ns / 1_000_000n) / 1000;
  if (s < 60) return `${s < 10 ? s.toFixed(2) : s.toFixed(1)} s`;
  const [large, small, units] =
    s < 3600
      ? [Math.floor(s / 60), Math.round(s % 60), ['min', 's']]
      : [Math.floor(s / 3600), Math.round((s % 3600) / 60), ['h', 'min']];
  return small === 0 ? `${large} ${units[0]}` : `${large} ${units[0]} ${small} ${units[1]}`;
}
