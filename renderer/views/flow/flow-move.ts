/** Where the arrow keys lead from a box. */
import type { Box } from './flow-layout';

const MOVES: Readonly<Record<string, (boxes: readonly Box[], from: Box) => Box | undefined>> = {
  ArrowDown: (boxes, from) => inColumn(boxes, from.column).find(({ y }) => y > from.y),
  ArrowUp: (boxes, from) => inColumn(boxes, from.column).findLast(({ y }) => y < from.y),
  ArrowRight: (boxes, from) => beside(boxes, from, 1),
  ArrowLeft: (boxes, from) => beside(boxes, from, -1),
  Home: (boxes, from) => inColumn(boxes, from.column)[0],
  End: (boxes, from) => inColumn(boxes, from.column).at(-1),
};

/** Undefined where a key leads nowhere, or is none that moves. */
export const movedBy = (key: string, boxes: readonly Box[], from: Box): Box | undefined =>
  Object.hasOwn(MOVES, key) ? MOVES[key]?.(boxes, from) : undefined;

const inColumn = (boxes: readonly Box[], column: number): readonly Box[] =>
  boxes.filter((box) => box.column === column).sort((a, b) => a.y - b.y);

/** The nearest in height of the next column. */
function beside(boxes: readonly Box[], from: Box, by: 1 | -1): Box | undefined {
  const far = (box: Box) => Math.abs(box.y - from.y);
  return inColumn(boxes, from.column + by).toSorted((a, b) => far(a) - far(b))[0];
}
