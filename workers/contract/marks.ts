/** The analyst's marks, and how one on a stretch of time names it: an ISO 8601 interval, `FROM/TO`, TO exclusive. */
import type { ActivityJson } from './activity';
import { formatTime, parseTime } from './time';

/** What a mark is put on. One on a session counts for each of its activities; one on a stretch of time for none. */
export type MarkOn = 'activity' | 'session' | 'range';
export interface Mark {
  readonly mark: string;
  readonly on: MarkOn;
  /** An activity id (any of its records), a session id, or a stretch of time as `FROM/TO` in RFC 3339 (TO exclusive). */
  readonly target: string;
  /** `reason`: why a session was opened, or the ticket that asked for it; on sessions alone. */
  readonly kind: 'note' | 'tag' | 'bookmark' | 'reason';
  readonly text: string;
  readonly author: string;
  readonly at: string;
  /** Who wrote the present text, where it is not the first one. */
  readonly edited?: { readonly author: string; readonly at: string };
}
export type NewMark = Pick<Mark, 'target' | 'kind' | 'text'> & {
  /** `session` for a reason, else `activity`, where absent. */
  readonly on?: MarkOn;
};

/** A mark at its place in time, with what it is on. */
export interface BoardEntry {
  readonly mark: Mark;
  /** Of the activity, the session's first, or the stretch's begin; null where undated, or where the record is not in this case. */
  readonly time: string | null;
  readonly end: string | null;
  /** The activity, or the session's originator; null for a stretch of time. */
  readonly activity: ActivityJson | null;
  /** `S-14`, where it is on a session. */
  readonly label: string | null;
}

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
