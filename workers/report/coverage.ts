/** What each source could have shown: where one was silent, and what its silence means. */
import type { Trace } from '../contract/trace';
import { type Block, quoting, type Spans, strong, words } from './blocks';
import type { Writer } from './writer';

const STATES = {
  complete: 'complete',
  partial: 'partial',
  'hits-only': 'rule hits only',
  absent: 'not in this evidence',
} as const;

/** @param sentence what the table is of */
export function coverage({ clock }: Writer, sources: Trace['coverage'], sentence: string): readonly Block[] {
  const gaps = (c: Trace['coverage'][number]): Spans =>
    c.gaps
      .slice(0, 5)
      .flatMap((g) => [words('\n'), quoting(`${clock.full(g.from, 'ms')} to ${clock.clock(g.to, 'ms')}: ${g.why}`)]);
  return [
    {
      type: 'text',
      spans: [words(`${sentence} “Complete” says that no gap was found in what a source wrote, not that it records everything.`)],
    },
    {
      type: 'table',
      columns: [
        { head: 'Source', width: 0.34 },
        { head: 'State', width: 0.16 },
        { head: 'What its silence means', width: 0.5 },
      ],
      rows: sources.map((c) => ({
        cells: [
          [quoting(c.source)],
          [c.state === 'complete' ? words(STATES[c.state]) : strong(STATES[c.state])],
          [quoting(c.detail), ...gaps(c)],
        ],
      })),
    },
  ];
}
