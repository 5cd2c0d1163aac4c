/** The analyst's marks in a report: their words, apart from the evidence, each with its author, its time, and the record that it is on. */
import type { BoardEntry } from '../contract/marks';
import { summary } from '../contract/summary';
import { type Block, dim, evidence, quoting, type Spans, strong, type TableRow, words } from './blocks';
import { findingsOn } from './findings';
import type { Writer } from './writer';
import type { Clock } from './zone';

const KINDS = { note: 'note', tag: 'tag', bookmark: 'bookmark', reason: 'reason or ticket' } as const;

/** No block where nothing is marked. */
export function marksOf(writer: Writer): readonly Block[] {
  const { marks, findings } = writer.model;
  const found = findings?.marks ?? [];
  if (marks.length === 0) return [];
  return [
    { type: 'heading', level: 1, text: 'Marks of the analyst' },
    {
      type: 'text',
      spans: [
        words(
          'Written by the people named while they examined the case, kept apart from the evidence and journaled. They are opinions and no part of what was recorded.',
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: `Time, ${writer.clock.zone}`, width: 0.225 },
        { head: 'On', width: 0.245 },
        { head: 'Mark', width: 0.42 },
        { head: 'Record', width: 0.11 },
      ],
      rows: marks.map((entry) => rowOf(writer, entry)),
    },
    ...(found.length === 0
      ? []
      : [
          { type: 'heading', level: 1, text: 'Findings on what is marked' } as const,
          ...findingsOn(writer, found, 'what is marked outside these sessions'),
        ]),
  ];
}

function rowOf({ clock, citing }: Writer, { mark, time, end, activity, label }: BoardEntry): TableRow {
  const precision = mark.on === 'activity' ? activity?.precision : 's';
  const until: Spans = mark.on === 'range' && end !== null ? [words('\nto '), evidence(clock.full(end, 's'))] : [];
  const signed = `${mark.author}, ${clock.full(mark.at, 's')}`;
  const changed = mark.edited ? `; changed by ${mark.edited.author}, ${clock.full(mark.edited.at, 's')}` : '';
  return {
    cells: [
      time === null ? [dim('no time')] : [...at(clock, time, precision), ...until],
      thing(mark.on, label, activity),
      [
        strong(KINDS[mark.kind]),
        ...(mark.text === '' ? [] : [words('\n'), quoting(mark.text)]),
        words('\n'),
        { ...quoting(`${signed}${changed}`), dim: true },
      ],
      activity ? citing(activity.records.slice(0, 1)) : [],
    ],
  };
}

/** All digits of an activity's time need a line of their own. */
const at = (clock: Clock, time: string, precision: unknown): Spans =>
  precision === 's'
    ? [evidence(clock.full(time, 's'))]
    : [evidence(clock.date(time)), words('\n'), evidence(clock.clock(time, precision))];

function thing(on: BoardEntry['mark']['on'], label: string | null, activity: BoardEntry['activity']): Spans {
  if (on === 'range') return [words('a stretch of time')];
  if (!activity) return [dim('a record that is not in this case')];
  if (on === 'session') return [words(`session ${label ?? ''}`)];
  const { word, text } = summary(activity);
  return [words(`${word} `), evidence(text)];
}
