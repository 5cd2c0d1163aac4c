/** What was taken out of a report: of what kind, how often, where. */
import { type Block, cite, dim, evidence, type Spans, words } from './blocks';
import type { ReportModel } from './model';
import type { Redaction } from './redaction';
import type { Writer } from './writer';

/** So many records of one secret are named; how many more there are is said. */
const NAMED = 6;

const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** One sentence for the title page. */
export function redactionSaid({ redaction, redactions }: ReportModel): string {
  if (redaction.rule === 'none')
    return 'None was applied: command lines, URIs and notes are printed as they are, secrets included.';
  if (redactions.length === 0) return 'Secrets are looked for by rules, and taken out; none was found. A rule may miss one.';
  const times = redactions.reduce((sum, one) => sum + one.times, 0);
  return `${plural(redactions.length, 'secret')} taken out in ${plural(times, 'place')}; listed under Redactions.`;
}

/** No block where nothing was taken out. */
export function redactions({ model }: Writer): readonly Block[] {
  if (model.redactions.length === 0) return [];
  return [
    { type: 'heading', level: 1, text: 'Redactions' },
    {
      type: 'text',
      spans: [
        words(
          model.redaction.keyed
            ? 'Each secret was replaced by a fingerprint: HMAC-SHA256 under a key that stays in the case, its first digits. Equal fingerprints are equal secrets. What looks like a secret is found by rules, which may miss one; the originals are untouched.'
            : 'Each secret was replaced by the same word, since this case has no key for fingerprints. What looks like a secret is found by rules, which may miss one; the originals are untouched.',
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: 'Kind', width: 0.16 },
        { head: 'Fingerprint', width: 0.18 },
        { head: 'Times', width: 0.09, align: 'right' },
        { head: 'Taken out of', width: 0.27 },
        { head: 'Records', width: 0.3 },
      ],
      rows: model.redactions.map((one) => ({
        cells: [
          [words(one.kind)],
          [one.fingerprint === null ? dim('none') : evidence(one.fingerprint)],
          [words(one.times.toLocaleString('en'))],
          [evidence(one.from.join(', '))],
          recordsOf(one),
        ],
      })),
    },
  ];
}

function recordsOf({ records }: Redaction): Spans {
  const more = records.length - NAMED;
  return [
    ...records.slice(0, NAMED).flatMap((n) => [cite(n), words(' ')]),
    ...(more > 0 ? [dim(`and ${more.toLocaleString('en')} more`)] : []),
  ];
}
