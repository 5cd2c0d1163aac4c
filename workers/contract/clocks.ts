/** What was measured of clocks, and how it is said: the same in answers, in reports and at the command line. */

/**
 * How far a node's clock was from an API server's, as calls and the processes that they started tell; one stretch between two settings of a clock. Of
 * neither against true time.
 */
export interface ClockOffset {
  /** The API server; where nothing names it, the log that stands in for it. */
  readonly server: string;
  /** The node; where nothing names it, the agent's log that stands in for it; empty where neither tells nodes apart. */
  readonly host: string;
  /** First and last call that it rests on. */
  readonly from: string;
  readonly to: string;
  /** Node minus API server, and how far single pairs lie from it (as a standard deviation), seconds. */
  readonly offset: number;
  readonly spread: number;
  readonly pairs: number;
  /** How many of the pairs told the end of both, which is sharp to hundredths of a second; a start alone leaves tenths open. */
  readonly exits: number;
}

/** Seconds with milliseconds and a sign: `+1.250 s`. */
const signed = (seconds: number): string => `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(3)} s`;

/** `cp-1/audit → node-a: +1.250 s ± 0.012 s, from 23 pairs` */
const clockText = ({ server, host, offset, spread, pairs, exits }: ClockOffset): string =>
  `${server} → ${host || 'nodes without a name'}: ${signed(offset)} ± ${spread.toFixed(3)} s, from ${pairs} pairs${exits === 0 ? ', by their starts alone' : ''}`;

/** The farthest first, with when each holds where a clock was set in between; `left`: how many are not among them. */
export function clockTexts(
  clocks: readonly ClockOffset[],
  most: number,
): { readonly texts: readonly string[]; readonly left: number } {
  const sorted = clocks.toSorted((a, b) => Math.abs(b.offset) - Math.abs(a.offset));
  const isSet = (clock: ClockOffset): boolean =>
    clocks.some((other) => other !== clock && other.server === clock.server && other.host === clock.host);
  const texts = sorted
    .slice(0, most)
    .map((clock) => `${clockText(clock)}${isSet(clock) ? `, ${clock.from} to ${clock.to}` : ''}`);
  return { texts, left: Math.max(0, clocks.length - most) };
}
