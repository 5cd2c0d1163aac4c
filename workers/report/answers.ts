/** The auditor's questions in a report: what they were asked of, and the answers. */

import type { ActivityJson } from '../contract/activity';
import type { Answer } from '../contract/answers';
import type { CaseInfo } from '../contract/case';
import { formatTime, parseTime } from '../contract/time';
import type { View } from '../contract/view';

export interface ReportAnswers {
  /** Verbatim; empty where they were asked of the whole case. */
  readonly filter: string;
  /** RFC 3339; null where the period has no such end. */
  readonly from: string | null;
  readonly to: string | null;
  readonly answers: readonly Answer[];
}

/** What answers them: an open case. */
export type Answering = (info: CaseInfo, view: View) => Promise<readonly Answer[]>;

export const reportAnswers = async (answering: Answering, info: CaseInfo, view: View): Promise<ReportAnswers> => ({
  filter: view.filter ?? '',
  from: view.from === undefined ? null : formatTime(view.from),
  to: view.to === undefined ? null : formatTime(view.to),
  answers: await answering(info, view),
});

/** The view that they were asked of. */
export const viewOfAnswers = ({ filter, from, to }: ReportAnswers): View => ({
  ...(filter !== '' && { filter }),
  ...(from !== null && { from: parseTime(from) }),
  ...(to !== null && { to: parseTime(to) }),
});

/** The activities that they give as samples. */
export const sampled = (asked: ReportAnswers | null): readonly ActivityJson[] =>
  (asked?.answers ?? []).flatMap(({ figures }) => figures.flatMap(({ sample }) => sample));
