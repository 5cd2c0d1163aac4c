/** Windows of time: presets, steps, zoom. All in ns since the epoch, half-open. */
import { NS } from '../../data/clock';

export interface Closed {
  readonly from: bigint;
  readonly to: bigint;
}

export const PRESETS = [
  { name: '15 min', ns: 15n * NS.min },
  { name: '1 h', ns: NS.h },
  { name: '6 h', ns: 6n * NS.h },
  { name: '24 h', ns: NS.d },
  { name: '7 d', ns: 7n * NS.d },
] as const;

/**
 * A window of that length: around `around` where something is selected, else around the middle of the present window, or at the end of
 * the case where nothing is windowed yet. It stays inside the case as far as it fits.
 */
export function presetWindow(
  length: bigint,
  now: { readonly from?: bigint; readonly to?: bigint },
  extent: Closed,
  around?: bigint,
): Closed {
  const windowed = now.from !== undefined || now.to !== undefined;
  const shown = { from: now.from ?? extent.from, to: now.to ?? extent.to };
  const middle = around ?? (windowed ? (shown.from + shown.to) / 2n : undefined);
  const from = middle === undefined ? extent.to - length : middle - length / 2n;
  return inside({ from, to: from + length }, extent);
}

export const shiftWindow = ({ from, to }: Closed, direction: 1 | -1): Closed => {
  const by = (to - from) * BigInt(direction);
  return { from: from + by, to: to + by };
};

/** The window's length at the beginning or the end of the case. */
export const endWindow = ({ from, to }: Closed, extent: Closed, side: 1 | -1): Closed =>
  side === 1 ? { from: extent.to - (to - from), to: extent.to } : { from: extent.from, to: extent.from + (to - from) };

/** Moved into the extent; longer than it: from its start, whole seconds. */
function inside({ from, to }: Closed, extent: Closed): Closed {
  const length = to - from;
  if (from < extent.from || length >= extent.to - extent.from) return { from: extent.from, to: extent.from + length };
  if (to > extent.to) return { from: extent.to - length, to: extent.to };
  return { from, to };
}

/** The shortest window: a few buckets of a nanosecond. */
const SHORTEST = 16n;
/** TIMESTAMP_NS reaches from 1677 to 2262; a window stays inside. */
const [EARLIEST, LATEST] = [-9_200_000_000_000_000_000n, 9_200_000_000_000_000_000n];

/** The window made longer (`factor` above 1) or shorter, keeping the share of it at which `at` lies. At most `longest`. */
export function zoomBy({ from, to }: Closed, at: bigint, factor: number, longest: bigint): Closed {
  const length = to - from;
  const scaled = BigInt(Math.round(Number(length) * factor));
  const next = scaled < SHORTEST ? SHORTEST : scaled > longest && factor > 1 ? (length > longest ? length : longest) : scaled;
  const share = Number(at - from) / Number(length);
  const start = at - BigInt(Math.round(Number(next) * share));
  return within({ from: start, to: start + next });
}

/** Half or double the length, keeping `at` where it is. */
export const zoomAt = (window: Closed, at: bigint, closer: boolean): Closed => zoomBy(window, at, closer ? 0.5 : 2, LATEST);

/** Moved by a share of its length; to later times where it is positive. */
export function panBy({ from, to }: Closed, share: number): Closed {
  const by = BigInt(Math.round(Number(to - from) * share));
  return within({ from: from + by, to: to + by });
}

const within = ({ from, to }: Closed): Closed =>
  from < EARLIEST
    ? { from: EARLIEST, to: EARLIEST + (to - from) }
    : to > LATEST
      ? { from: LATEST - (to - from), to: LATEST }
      : { from, to };

/** How far one may zoom out: some empty time on both sides of the case. */
export const longestOf = (extent: Closed): bigint => {
  const length = (extent.to - extent.from) * 4n;
  return length < NS.d ? NS.d : length;
};

/** What one notch or one small movement of a wheel does to the length: never a jump. */
export const wheelFactor = (deltaY: number, deltaMode: number, pinch: boolean): number => {
  const px = deltaMode === 1 ? deltaY * 16 : deltaMode === 2 ? deltaY * 400 : deltaY;
  return Math.min(1.6, Math.max(0.625, Math.exp(px * (pinch ? 0.01 : 0.002))));
};

export const around = (ns: bigint, minutes: bigint): Closed => ({ from: ns - minutes * NS.min, to: ns + minutes * NS.min });
