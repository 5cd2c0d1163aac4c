/** The command that makes a report again, from what the report itself states. */
import { quoteWords } from '../contract/shell-words';
import type { ReportModel } from './model';

/** With the case at hand, at the same journal entry, it gives the same bytes. */
export function commandOf(model: ReportModel): string {
  const option = (name: string, value: string | null | undefined) => (value == null ? [] : [`--${name}`, value]);
  const viewed = model.answers ?? model.list;
  return quoteWords([
    ...['exhibit', 'report', '--case', `${model.case.case}.exhibit`],
    ...model.traces.map(({ session }) => session),
    ...(model.board ? ['--board'] : []),
    ...(model.answers === null ? [] : ['--questions']),
    ...(viewed === null ? [] : option('filter', viewed.filter)),
    ...option('from', viewed?.from),
    ...option('to', viewed?.to),
    ...option('kind', model.list?.kinds?.join(',')),
    ...option('created', model.created),
    ...option('zone', model.zone),
    ...option('examiner', model.examiner),
    ...option('title', model.title),
    ...option('question', model.question),
    ...(model.redaction.rule === 'none' ? ['--redact', 'none'] : []),
    ...(model.attached.length > 0 ? ['--with-records'] : []),
    ...['-o', 'report.pdf'],
  ]);
}
