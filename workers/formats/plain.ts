/**
 * Makes a value that does not look as its leaf says plain, so that the projection converts it without loss, or gives up on that value alone
 * and says why. What is plain already stays as it is: both paths then give the same.
 */
import { sinceEpoch } from '../envelopes/facts';
import type { Leaf } from './format';

export interface Plain {
  /** Absent: the value cannot be taken. */
  readonly text?: string;
  /** What was odd about it. */
  readonly flag?: string;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)([Tt ])(\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]| UTC|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;

/** @param text the value's text, a number as it was written */
export function plain(leaf: Exclude<Leaf, 'texts' | 'json'>, text: string): Plain {
  if (leaf === 'integer') return plainInteger(text);
  if (leaf === 'boolean') return text === 'true' || text === 'false' ? { text } : { flag: 'not true or false' };
  if (leaf === 'time') return plainTime(text);
  return { text };
}

function plainInteger(text: string): Plain {
  const whole = /^(-?\d{1,40})(?:\.0+)?$/.exec(text)?.[1] ?? wholeOf(text);
  if (whole === undefined) return { flag: 'not a whole number' };
  const value = BigInt(whole);
  return BigInt.asIntN(64, value) === value ? { text: String(value) } : { flag: 'beyond 64 bits' };
}

/** 2e2 is 200; only as far as a double is exact. */
function wholeOf(text: string): string | undefined {
  if (!/^-?\d+(\.\d+)?[eE]\+?\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** As Kibana shows and exports times, in the zone of whoever looks: `Mar 17, 2026 @ 09:41:02.345`. */
const KIBANA = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d(?:\.\d+)?)$/;
const OFFSET = /([+-]\d\d)(\d\d)?$/;
/** Of a number as long as this; seconds of these years have ten digits. */
const UNITS = new Map([
  [10, 's'],
  [13, 'ms'],
  [16, 'us'],
  [19, 'ns'],
] as const);

/** Other spellings than RFC 3339's that say one thing only. */
function spelled(text: string): { readonly text: string; readonly flag?: string } {
  const [, month = '', day = '', year, clock] = KIBANA.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (year !== undefined && number > 0)
    return { text: `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}T${clock}` };
  const unit = /^\d{1,19}$/.test(text) ? UNITS.get(text.length as 10) : undefined;
  const instant = unit && sinceEpoch(text, unit);
  if (instant) return { text: instant, flag: 'a number since 1970' };
  // 2026-03-17T09:41:02+0000: the colon is all that lacks.
  return {
    text:
      text.includes(':') && text.length > 19 ? text.replace(OFFSET, (_, hours, minutes) => `${hours}:${minutes ?? '00'}`) : text,
  };
}

/**
 * A leap second (RFC 3339 allows :60) becomes the last nanosecond of its minute: no clock of ours has that second, and so it stays
 * before what followed. Digits beyond nanoseconds are cut. TIMESTAMP_NS ends in 1677 and 2262; only whole years inside are taken.
 */
function plainTime(written: string): Plain {
  const { text, flag: spelling } = spelled(written);
  const found = TIME.exec(text);
  if (!found) return { flag: 'no time that can be read' };
  const [, year, month, day, , hour, minute, second, fraction = '', zone = ''] = found as unknown as string[];
  const [y, m, d] = [Number(year), Number(month), Number(day)] as const;
  const exists = m >= 1 && m <= 12 && d >= 1 && d <= new Date(Date.UTC(y, m, 0)).getUTCDate();
  if (!exists || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return { flag: 'no time that can be read' };
  if (y < 1678 || y > 2261) return { flag: 'beyond the times that can be kept' };
  const leap = second === '60';
  const clock = leap ? `${hour}:${minute}:59.999999999` : `${hour}:${minute}:${second}${fraction && `.${fraction.slice(0, 9)}`}`;
  const flag = leap ? 'leap second' : fraction.length > 9 ? 'cut to nanoseconds' : spelling;
  return { text: `${year}-${month}-${day}T${clock}${zone === ' UTC' ? 'Z' : zone.toUpperCase()}`, ...(flag ? { flag } : {}) };
}
