/**
 * Scrolling over any number of rows of one height. Chromium caps an element's height at 33,554,428 px (1.29 million rows of 26 px), so
 * beyond `MOST_PX` the scroll bar moves in a scaled space, while the wheel and the keys move rows by true pixels.
 */
const MOST_PX = 8_000_000;

export interface Extent {
  readonly rows: number;
  readonly rowPx: number;
  readonly viewPx: number;
}

/** Height of the element that gives the scroll bar its range. */
export const trackPx = ({ rows, rowPx }: Extent): number => Math.min(rows * rowPx, MOST_PX);

/** The furthest true position: the last row at the lower edge. */
export const lastPx = ({ rows, rowPx, viewPx }: Extent): number => Math.max(0, rows * rowPx - viewPx);

export const isScaled = (extent: Extent): boolean => extent.rows * extent.rowPx > MOST_PX;

/** True position in px (row × height) for a scroll position, and back. */
export function positionOf(scrollTop: number, extent: Extent): number {
  if (!isScaled(extent)) return scrollTop;
  return (scrollTop / (trackPx(extent) - extent.viewPx)) * lastPx(extent);
}
export function scrollTopOf(position: number, extent: Extent): number {
  if (!isScaled(extent)) return position;
  return (position / lastPx(extent)) * (trackPx(extent) - extent.viewPx);
}

export const clampPosition = (position: number, extent: Extent): number => Math.min(Math.max(0, position), lastPx(extent));

/** First and last row that show at least in part. */
export function visibleRows(
  position: number,
  { rows, rowPx, viewPx }: Extent,
): { readonly first: number; readonly last: number } {
  const first = Math.min(Math.max(0, Math.floor(position / rowPx)), Math.max(0, rows - 1));
  return { first, last: Math.max(first, Math.min(rows - 1, Math.ceil((position + viewPx) / rowPx) - 1)) };
}

/** The position that brings a row wholly into view with the least movement. */
export function reveal(row: number, position: number, extent: Extent): number {
  const top = row * extent.rowPx;
  if (top < position) return top;
  const bottom = top + extent.rowPx - extent.viewPx;
  return bottom > position ? clampPosition(bottom, extent) : position;
}
