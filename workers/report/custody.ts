/** How the report was made, and what was done to the case before it: times and their precision, tool, the custody journal. */

import type { JournalLine } from '../contract/case';
import { clockTexts } from '../contract/clocks';
import { sampled } from './answers';
import { type Block, dim, evidence, quoting, type Spans, words } from './blocks';
import { commandOf, importsOf } from './repeat';
import { timeOf, type Writer } from './writer';

const DIGITS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' };

/** Offsets that are printed; all are in the data. */
const MOST_CLOCKS = 12;

/** Tool, zone, precision and clocks. */
export function method({ model, clock }: Writer): readonly Block[] {
  const { case: info } = model;
  const precisions = precisionsOf(model);
  const clocks = clockTexts(info.clocks, MOST_CLOCKS);
  return [
    { type: 'heading', level: 1, text: 'Method and times' },
    {
      type: 'pairs',
      rows: [
        [
          'Tool',
          [
            words(
              `Exhibit ${info.version}, schema ${info.schema}, on ${info.activities.toLocaleString('en')} activities of ${info.evidence.length} evidence${info.evidence.length === 1 ? '' : 's'}`,
            ),
          ],
        ],
        ['Read by', [words(`${info.decoders.join(', ')}; sessions linked by version ${info.correlator} of the correlator`)]],
        [
          'To repeat',
          [...importsOf(model), commandOf(model)].flatMap((command, i) => [words(i > 0 ? '\n' : ''), evidence(command)]),
        ],
        ['Zone', [words(`${clock.zone} for every time in this report; the data attached has them in UTC`)]],
        [
          'Precision',
          precisions.length === 0
            ? [dim('no activity with a time is cited')]
            : precisions.map(([format, digits], i) => words(`${i === 0 ? '' : '\n'}${format}: ${digits.join(', ')}`)),
        ],
        [
          'Clocks',
          [
            words(
              clocks.texts.length === 0
                ? 'no offset between sources could be measured; times are printed as written'
                : 'times are printed as written; node minus API server, as linked calls and processes tell (mean, and ± the standard deviation of single pairs):',
            ),
            ...clocks.texts.flatMap((text) => [words('\n'), quoting(text)]),
            ...(clocks.left > 0 ? [words(`\n${clocks.left} smaller ones stand in the data attached`)] : []),
          ],
        ],
        ...(info.undated > 0
          ? [['Undated', [words(`${info.undated.toLocaleString('en')} activities of the case have no time`)]] as const]
          : []),
      ],
    },
  ];
}

/** What each format wrote, of the activities that the report shows. */
function precisionsOf(model: Writer['model']): readonly (readonly [format: string, digits: readonly string[]])[] {
  const found = new Map<string, Set<string>>();
  const shown = [
    ...model.traces.flatMap((trace) => [trace.originator, ...trace.activities]),
    ...(model.list?.rows ?? []),
    ...sampled(model.answers),
    ...model.marks.flatMap(({ activity }) => activity ?? []),
  ];
  for (const a of shown) {
    if (timeOf(a) === undefined || typeof a.format !== 'string' || typeof a.precision !== 'string') continue;
    const own = found.get(a.format) ?? new Set();
    found.set(a.format, own.add(DIGITS[a.precision] ?? a.precision));
  }
  return [...found].map(([format, digits]) => [format, [...digits].sort()] as const).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The journal up to the entry that the report states. */
export function custody({ model, clock }: Writer): readonly Block[] {
  const { custody: entries, case: info } = model;
  if (entries.length === 0) return [];
  return [
    { type: 'heading', level: 1, text: 'Custody' },
    {
      type: 'text',
      spans: [
        words(
          `What was done to the case since it was made, up to entry ${info.journal.entries}. Each entry has the hash of the one before; whoever holds the last hash, printed here and on the first page, notices any change of an earlier one. Names are what the operating system and the examiner said.`,
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: 'No.', width: 0.05 },
        { head: `Time, ${clock.zone}`, width: 0.225 },
        { head: 'By', width: 0.13 },
        { head: 'What, and its hash', width: 0.595 },
      ],
      rows: entries.map((entry) => ({
        cells: [
          [words(String(entry.seq))],
          [evidence(clock.full(entry.at, 's'))],
          [quoting(entry.by)],
          [words(entry.what), ...detailOf(entry), words('\n'), { text: entry.hash, evidence: true, dim: true }],
        ],
      })),
    },
  ];
}

/** What of an entry tells people something, in this order. */
const TOLD = ['outcome', 'name', 'evidence', 'kind', 'target', 'filter', 'redaction', 'records'] as const;

function detailOf({ detail }: JournalLine): Spans {
  const told = TOLD.flatMap((name) => {
    const value = detail[name];
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
  const { sha256 } = detail;
  return [
    ...(told.length === 0 ? [] : [words(' '), quoting(told.join(', '))]),
    ...(typeof sha256 === 'string' ? [words(', sha256 '), evidence(`${sha256.slice(0, 16)}…`)] : []),
  ];
}
