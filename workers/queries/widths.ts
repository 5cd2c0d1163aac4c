/** Round bucket widths, aligned to the epoch in UTC. */

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const YEAR = 365n * DAY;

const times = (unit: bigint, factors: readonly bigint[]) => factors.map((factor) => factor * unit);
const DECADES = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].flatMap((power) => times(10n ** power, [1n, 2n, 5n]));

/** Ascending, from a nanosecond to ten years (of 365 days). */
export const WIDTHS: readonly bigint[] = [
  ...DECADES,
  ...times(SECOND, [1n, 2n, 5n, 10n, 15n, 30n]),
  ...times(MINUTE, [1n, 2n, 5n, 10n, 15n, 30n]),
  ...times(HOUR, [1n, 2n, 3n, 6n, 12n]),
  ...times(DAY, [1n, 2n, 7n, 14n, 28n]),
  ...times(YEAR, [1n, 2n, 5n, 10n]),
];

/** Widths that leave a multiple among the wider ones: a day divides weeks and years, a week does not divide a year. */
const FINE = WIDTHS.filter((width) => width <= DAY || width >= YEAR);

/** Rounded towards minus infinity, also before 1970. */
export const floorTo = (ns: bigint, width: bigint): bigint => {
  const rest = ns % width;
  return ns - (rest < 0n ? rest + width : rest);
};

/** How many buckets of this width touch `from` to `last` (both inclusive). */
export const bucketsOf = (from: bigint, last: bigint, width: bigint): number =>
  Number((floorTo(last, width) - floorTo(from, width)) / width) + 1;

/** The narrowest round width, a multiple of `unit`, of which at most `most` buckets cover the range. */
export function fineWidth(from: bigint, last: bigint, most: number, unit = 1n): bigint {
  const fits = (width: bigint) => width % unit === 0n && bucketsOf(from, last, width) <= most;
  return FINE.find(fits) ?? (FINE[FINE.length - 1] as bigint);
}

/** As `fineWidth`, and a multiple of `unit`. */
export function coarseWidth(from: bigint, last: bigint, most: number, unit: bigint): bigint {
  const fits = (width: bigint) => width % unit === 0n && bucketsOf(from, last, width) <= most;
  return WIDTHS.find(fits) ?? (WIDTHS[WIDTHS.length - 1] as bigint);
}
