/** The auditor's questions in a report: for each the controls, how far the evidence carries the answer, the figures, a sample with its records, the limits. */
import { ANSWER_WORDS, type Answer, controlTexts, type Figure, headline } from '../contract/answers';
import { summary } from '../contract/summary';
import type { ReportAnswers } from './answers';
import { type Block, dim, evidence, quoting, type Spans, strong, type TableRow, words } from './blocks';
import { where } from './listing';
import { timeOf, type Writer } from './writer';

/** No block where none was asked. */
export function questions(writer: Writer): readonly Block[] {
  const asked = writer.model.answers;
  if (asked === null) return [];
  return [
    { type: 'heading', level: 1, text: 'Questions and answers' },
    { type: 'text', spans: askedOf(writer, asked) },
    overview(asked),
    ...asked.answers.flatMap((answer) => answered(writer, answer)),
  ];
}

function askedOf({ clock }: Writer, { filter, from, to }: ReportAnswers): Spans {
  const end = (time: string | null): Spans => (time === null ? [dim('open')] : [evidence(clock.full(time))]);
  return [
    ...(filter === '' ? [words('Asked of the whole case')] : [words('Asked of what this filter leaves: '), evidence(filter)]),
    ...(from === null && to === null ? [] : [words('; from '), ...end(from), words(' to '), ...end(to), words(' (exclusive)')]),
    words(
      '. Each figure is what its filter counts, in the workbench and by exhibit count alike. A sample is drawn as at random, and is the same each time. A count of 0 says that this evidence shows none, not that there was none.',
    ),
  ];
}

const overview = ({ answers }: ReportAnswers): Block => ({
  type: 'table',
  columns: [
    { head: 'Question', width: 0.44 },
    { head: 'Answer', width: 0.18 },
    { head: 'First figure', width: 0.38 },
  ],
  rows: answers.map((answer) => {
    const first = headline(answer);
    return {
      cells: [
        [words(answer.title)],
        [words(ANSWER_WORDS[answer.state])],
        first
          ? [strong(first.count.toLocaleString('en')), words(` ${first.what}`)]
          : [dim(answer.state === 'unanswerable' ? '–' : 'facts, below')],
      ],
    };
  }),
});

function answered(writer: Writer, { title, controls, state, facts, figures, limits }: Answer): readonly Block[] {
  return [
    { type: 'heading', level: 2, text: title },
    {
      type: 'pairs',
      rows: [
        ['Asked by', [words(controlTexts(controls).join('; '))]],
        ['Answer', [strong(ANSWER_WORDS[state])]],
      ],
    },
    ...(facts.length === 0 ? [] : [{ type: 'list', items: facts.map((fact) => [quoting(fact)]) } as const]),
    ...(figures.length === 0 ? [] : [table(writer, figures)]),
    ...(limits.length === 0
      ? []
      : [
          { type: 'text', small: true, spans: [words('What this rests on, and what it cannot show:')] } as const,
          { type: 'list', items: limits.map((limit) => [quoting(limit)]) } as const,
        ]),
  ];
}

/** A figure with its filter and most frequent values, then its sample. */
const table = (writer: Writer, figures: readonly Figure[]): Block => ({
  type: 'table',
  columns: [
    { head: 'Count', width: 0.1, align: 'right' },
    { head: `What, or when (${writer.clock.zone})`, width: 0.34 },
    { head: 'Its filter and first values, or the act', width: 0.45 },
    { head: 'Record', width: 0.11 },
  ],
  rows: figures.flatMap((figure) => [figureRow(figure), ...sample(writer, figure)]),
});

const figureRow = ({ what, filter, count, by }: Figure): TableRow => ({
  kind: 'accent',
  cells: [
    [strong(count.toLocaleString('en'))],
    [strong(what)],
    [
      evidence(filter),
      ...(by && by.values.length > 0
        ? [
            words(`\n${by.attribute}: `),
            ...by.values.flatMap(({ value, count: n }, i) => [
              words(i > 0 ? ', ' : ''),
              evidence(value),
              words(` ${n.toLocaleString('en')}`),
            ]),
          ]
        : []),
    ],
    [],
  ],
});

const sample = ({ clock, citing, leave }: Writer, figure: Figure): readonly TableRow[] =>
  figure.sample.map((a) => {
    leave(a.records.slice(1));
    const { word, text } = summary(a);
    const at = timeOf(a);
    return {
      cells: [
        [],
        [at === undefined ? dim('no time') : evidence(clock.full(at, a.precision))],
        [words(`${word} `), evidence(text), ...where(a)],
        citing(a.records.slice(0, 1)),
      ],
    };
  });
