/** A filtered list in a report: its rows, and what each part of the view left out. */

import type { ActivityJson } from '../contract/activity';
import type { Kind } from '../contract/attributes';
import { formatTime, parseTime } from '../contract/time';
import type { View } from '../contract/view';
import type { ReportSource } from './model';
import { type Period, periodOf } from './period';

/** Everything in view, in order. */
export interface Listed {
  readonly rows: readonly ActivityJson[];
  readonly counts: ListCounts;
}
/** How many activities are left, one step after another. */
export interface ListCounts {
  /** In the case, undated ones too. */
  readonly case: number;
  /** Within the window of time, which undated ones are not. */
  readonly window: number;
  /** Of the kinds switched on. */
  readonly kinds: number;
  /** Of those, matched by the filter: the rows. */
  readonly listed: number;
  /** In the case without a time. */
  readonly undated: number;
}

export interface ReportList extends Listed {
  /** Verbatim; empty where there was none. */
  readonly filter: string;
  /** RFC 3339; null where the window has no such end. */
  readonly from: string | null;
  readonly to: string | null;
  /** Null where all were switched on. */
  readonly kinds: readonly Kind[] | null;
  /** Null where no row has a time. */
  readonly period: Period | null;
}

export async function reportList(source: ReportSource, view: View): Promise<ReportList> {
  const { rows, counts } = await source.list(view);
  const dated = rows.some(({ time }) => time !== undefined);
  return {
    filter: view.filter ?? '',
    from: view.from === undefined ? null : formatTime(view.from),
    to: view.to === undefined ? null : formatTime(view.to),
    kinds: view.kinds ?? null,
    rows,
    counts,
    period: dated ? await periodOf(source, rows, view) : null,
  };
}

/** The view that a list was made of. */
export const viewOf = ({ filter, from, to, kinds }: ReportList): View => ({
  ...(filter !== '' && { filter }),
  ...(from !== null && { from: parseTime(from) }),
  ...(to !== null && { to: parseTime(to) }),
  ...(kinds !== null && { kinds }),
});
