/** Times as bigint nanoseconds since the epoch, UTC, and their RFC 3339 text. */

const PATTERN =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:[Zz]|([+-])(\d\d):(\d\d))?)?)?)?$/;
const NS_PER_MS = 1_000_000n;
/** What a TIMESTAMP_NS holds. */
const EARLIEST = -(2n ** 63n) + 2n;
const LATEST = 2n ** 63n - 2n;

/**
 * An RFC 3339 time or any prefix of one (`2026-03-17` is its first instant), in UTC where no offset is written.
 * Undefined where the text is none, or lies outside what 64 bits of nanoseconds hold (1677 to 2262).
 */
export function parseTime(text: string): bigint | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(ms);
  // Date.UTC takes years below 100 as 19xx and rolls over what is out of range: both are no dates to us.
  const same = `${year}-${month}-${day}T${hour}:${minute}:${second}` === date.toISOString().slice(0, 19);
  if (!same) return undefined;
  const [sign, offsetHours, offsetMinutes] = match.slice(8);
  if (Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) return undefined;
  const offsetMs = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  const ns = BigInt(ms - offsetMs) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
  return ns < EARLIEST || ns > LATEST ? undefined : ns;
}

/** RFC 3339 in UTC, always nine digits: `2026-03-17T09:00:00.000000000Z`. */
export function formatTime(ns: bigint): string {
  let ms = ns / NS_PER_MS;
  let rest = ns % NS_PER_MS;
  if (rest < 0n) {
    ms -= 1n;
    rest += NS_PER_MS;
  }
  const text = new Date(Number(ms)).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(6, '0')}Z`;
}
