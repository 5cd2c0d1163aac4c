/** The commands that make a case and a report again, from what the report itself states. */
import type { MemberSetting } from '../contract/intake';
import { quoteWords } from '../contract/shell-words';
import type { ReportModel } from './model';

const SETTINGS = { zones: 'zone', clusters: 'cluster', offsets: 'offset' } as const;

/** Each evidence with its settings as they are now: a case of the same digest. Settings stand in the journal, and a later change of them, too. */
export function importsOf({ case: of, custody }: ReportModel): readonly string[] {
  return of.evidence.map(({ id, name }) => {
    const said = custody.filter(({ what, detail }) => ['import', 'settings'].includes(what) && detail.evidence === id);
    const settings = Object.assign({}, ...said.map(({ detail }) => detail.after ?? detail)) as {
      readonly [S in keyof typeof SETTINGS]?: readonly MemberSetting[];
    };
    const options = Object.entries(SETTINGS).flatMap(([setting, option]) =>
      (settings[setting as keyof typeof SETTINGS] ?? []).flatMap(({ member, value }) => [`--${option}`, `${member}=${value}`]),
    );
    return quoteWords(['exhibit', 'import', name, '--case', `${of.case}.exhibit`, ...options]);
  });
}

/** With the case at hand, at the same journal entry, it gives the same bytes. */
export function commandOf(model: ReportModel): string {
  const option = (name: string, value: string | null | undefined) => (value == null ? [] : [`--${name}`, value]);
  const viewed = model.answers ?? model.list;
  return quoteWords([
    ...['exhibit', 'report', '--case', `${model.case.case}.exhibit`],
    ...model.traces.map(({ session }) => session),
    ...(model.board ? ['--board'] : []),
    ...(model.answers === null ? [] : ['--questions']),
    ...(viewed === null || (viewed.filter === '' && model.answers !== null) ? [] : option('filter', viewed.filter)),
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
