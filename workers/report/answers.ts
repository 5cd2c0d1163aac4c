/** The auditor's questions in a report: what they were asked of, and the answers. */
import type { Answer } from '../contract/answers';
import type { ActivityJson, CaseInfo, View } from '../contract/engine';
import { formatTime, parseTime } from '../contract/time';

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
