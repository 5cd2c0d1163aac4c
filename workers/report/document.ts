/** The trace report as blocks: what is said, in which order, in which words. */
import { CERTAIN, type Trace } from '../contract/engine';
import { type Block, cite, evidence, quoting, type Spans, strong, words } from './blocks';
import { howSure, who } from './identity';
import { marksOf } from './marks';
import type { Period, ReportModel } from './model';
import { drawing, processes, whatHappened } from './timeline';
import { titlePage } from './title';
import { type Writer, writerOf } from './writer';

export function documentOf(model: ReportModel): readonly Block[] {
  const writer = writerOf(model);
  return [
    ...titlePage(writer),
    ...model.traces.flatMap((trace, i) => sessionPages(writer, trace, model.periods[i])),
    ...marksOf(writer),
    { type: 'heading', level: 1, text: 'Records cited' },
    ...records(writer),
    { type: 'heading', level: 1, text: 'Glossary' },
    GLOSSARY,
  ];
}

function sessionPages(writer: Writer, trace: Trace, period: Period | undefined): readonly Block[] {
  return [
    { type: 'heading', level: 1, text: `${trace.label} Who` },
    ...who(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} How sure` },
    ...howSure(trace),
    ...(period === undefined ? [] : [{ type: 'heading', level: 1, text: 'The day' } as const, drawing(period, writer.clock)]),
    { type: 'heading', level: 1, text: `${trace.label} What happened` },
    ...whatHappened(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} Processes` },
    processes(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} What the evidence can show` },
    ...coverage(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} Limits` },
    { type: 'list', items: trace.limits.map((limit) => [quoting(limit)]) },
  ];
}

const STATES = {
  complete: 'complete',
  partial: 'partial',
  'hits-only': 'rule hits only',
  absent: 'not in this evidence',
} as const;

function coverage({ clock }: Writer, trace: Trace): readonly Block[] {
  const gaps = (c: Trace['coverage'][number]): Spans =>
    c.gaps
      .slice(0, 5)
      .flatMap((g) => [words('\n'), quoting(`${clock.full(g.from, 'ms')} to ${clock.clock(g.to, 'ms')}: ${g.why}`)]);
  return [
    { type: 'text', spans: [words('Silence is not absence: what each source could have shown in this session.')] },
    {
      type: 'table',
      columns: [
        { head: 'Source', width: 0.34 },
        { head: 'State', width: 0.16 },
        { head: 'What its silence means', width: 0.5 },
      ],
      rows: trace.coverage.map((c) => ({
        cells: [
          [quoting(c.source)],
          [c.state === 'complete' ? words(STATES[c.state]) : strong(STATES[c.state])],
          [quoting(c.detail), ...gaps(c)],
        ],
      })),
    },
  ];
}

function records({ model }: Writer): readonly Block[] {
  return [
    {
      type: 'text',
      small: true,
      spans: [
        words(
          'Offsets and lengths are bytes in the decompressed member; the SHA-256 is that of the record’s exact bytes. The second line is the same place outside this case.',
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: '', width: 0.07 },
        { head: 'Place and SHA-256', width: 0.67 },
        { head: 'Offset', width: 0.15, align: 'right' },
        { head: 'Length', width: 0.11, align: 'right' },
      ],
      rows: model.citations.map((c) => ({
        anchor: c.n,
        cells: [
          [cite(c.n)],
          [
            evidence(c.id),
            words('\n'),
            { text: c.outside, evidence: true, dim: true },
            words('\n'),
            { text: c.sha256, evidence: true, dim: true },
          ],
          [words(c.offset.toLocaleString('en'))],
          [words(c.length.toLocaleString('en'))],
        ],
      })),
    },
  ];
}

const GLOSSARY: Block = {
  type: 'pairs',
  rows: [
    ['Evidence', [words('one input as handed over: a file, an archive or a folder, with its SHA-256')]],
    ['Record', [words('the innermost event of a source, such as one line of a log')]],
    ['Activity', [words('one thing that happened, told by one or more records')]],
    ['Session', [words('an originator (here a request to the Kubernetes API) and everything that it caused')]],
    ['Confidence', [words(`how sure it is that the root process belongs to the originator; certain from ${CERTAIN}`)]],
    ['Rival', [words('another originator that could own the same process tree')]],
    ['Merged', [words('a record that only ends or completes what another one began; both are cited')]],
  ],
};
