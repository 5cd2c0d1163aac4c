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

/** Half or double the length, keeping `at` where it is. */
export function zoomAt({ from, to }: Closed, at: bigint, closer: boolean): Closed {
  const scale = (ns: bigint) => (closer ? ns / 2n : ns * 2n);
  const zoomed = { from: at - scale(at - from), to: at + scale(to - at) };
  return zoomed.to - zoomed.from < 1000n ? { from, to } : zoomed;
}

export const around = (ns: bigint, minutes: bigint): Closed => ({ from: ns - minutes * NS.min, to: ns + minutes * NS.min });
