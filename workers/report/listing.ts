/** A filtered list in a report: what it was made of, what was left out by what, and its rows as a timeline. */
import type { ActivityJson } from '../contract/activity';
import { summary } from '../contract/summary';
import { type Block, dim, evidence, type Spans, type TableRow, words } from './blocks';
import { coverage } from './coverage';
import { findingsOn } from './findings';
import type { ReportList } from './list';
import { drawing, gap, what } from './timeline';
import { timeOf, type Writer } from './writer';

/** No block where no list was asked for. */
export function listed(writer: Writer): readonly Block[] {
  const { list } = writer.model;
  if (list === null) return [];
  return [
    { type: 'heading', level: 1, text: 'What is listed' },
    ...left(writer, list),
    ...(list.period === null
      ? []
      : [{ type: 'heading', level: 1, text: 'The period' } as const, drawing(list.period, writer.clock, 'of what is listed')]),
    { type: 'heading', level: 1, text: 'Activities' },
    ...rows(writer, list),
    { type: 'heading', level: 1, text: 'Findings' },
    ...findingsOn(writer, writer.model.findings?.list ?? [], 'what is listed'),
    { type: 'heading', level: 1, text: 'What the evidence can show' },
    ...coverage(writer, writer.model.case.coverage, 'Silence is not absence: what each source of this case could have shown.'),
  ];
}

/** The view, verbatim, and how many activities each part of it left out. */
function left({ clock }: Writer, { filter, from, to, kinds, counts }: ReportList): readonly Block[] {
  const n = (count: number) => words(count.toLocaleString('en'));
  const end = (time: string | null): Spans => (time === null ? [dim('open')] : [evidence(clock.full(time))]);
  const isOpen = from === null && to === null;
  const steps: readonly (readonly [what: string, of: Spans, before: number, after: number])[] = [
    [
      'Window',
      isOpen
        ? [words('all of the case, with what has no time')]
        : [...end(from), words(' to '), ...end(to), words(` (exclusive), ${clock.zone}`)],
      counts.case,
      counts.window,
    ],
    ['Kinds', [words(kinds === null ? 'all' : kinds.join(', '))], counts.window, counts.kinds],
    ['Filter', filter === '' ? [words('none')] : [evidence(filter)], counts.kinds, counts.listed],
  ];
  return [
    {
      type: 'text',
      spans: [
        words(
          `${counts.listed.toLocaleString('en')} of ${counts.case.toLocaleString('en')} activities of the case: those that each of these leaves, printed as they were set. The same filter gives the same list in the workbench and by exhibit query.`,
        ),
        ...(isOpen || counts.undated === 0
          ? []
          : [words(` ${counts.undated.toLocaleString('en')} without a time are outside every window.`)]),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: 'Limit', width: 0.12 },
        { head: 'As it was set', width: 0.56 },
        { head: 'Left out', width: 0.16, align: 'right' },
        { head: 'Left', width: 0.16, align: 'right' },
      ],
      rows: steps.map(([name, of, before, after]) => ({ cells: [[words(name)], of, [n(before - after)], [n(after)]] })),
    },
  ];
}

function rows({ clock, citing }: Writer, list: ReportList): readonly Block[] {
  if (list.rows.length === 0) return [{ type: 'text', spans: [words('Nothing is left by this filter.')] }];
  const out: TableRow[] = [];
  let day = '';
  for (const a of list.rows) {
    const at = timeOf(a);
    const own = at === undefined ? '' : clock.date(at);
    if (at !== undefined && own !== day) out.push(gap(clock.day(at)));
    day = own;
    out.push({
      cells: [
        [at === undefined ? dim('no time') : { text: clock.clock(at, a.precision), evidence: true }],
        [words(summary(a).word)],
        [...what(a, new Map()), ...where(a)],
        citing(a.records),
      ],
    });
  }
  return [
    {
      type: 'table',
      columns: [
        { head: `Time, ${clock.zone}`, width: 0.21 },
        { head: 'What', width: 0.12 },
        { head: 'Details', width: 0.56 },
        { head: 'Record', width: 0.11 },
      ],
      rows: out,
    },
  ];
}

/** Who and where, on a line of its own: a list is of many places. */
export function where(a: ActivityJson): Spans {
  const place = [a.cluster, a.namespace, a.pod ?? a.host ?? a.node, a.container].filter((v) => v !== undefined).join(' / ');
  const text = [a.user ?? a.username, place].filter((v) => v !== undefined && v !== '').join(' · ');
  return text === '' ? [] : [words('\n'), { text, evidence: true, dim: true }];
}
