/** How a mark on a stretch of time names it: an ISO 8601 interval, `FROM/TO`, TO exclusive. */
import { formatTime, parseTime } from './time';

export interface TimeRange {
  /** Inclusive, ns since the epoch. */
  readonly from: bigint;
  readonly to: bigint;
}

/** Undefined where the text is no stretch of time. */
export function parseRangeTarget(target: string): TimeRange | undefined {
  const [from, to, ...more] = target.split('/').map(parseTime);
  return more.length > 0 || from === undefined || to === undefined || from >= to ? undefined : { from, to };
}

export const rangeTarget = ({ from, to }: TimeRange): string => `${formatTime(from)}/${formatTime(to)}`;
