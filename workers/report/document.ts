/** The trace report as blocks: what is said, in which order, in which words. */
import { CERTAIN } from '../contract/session';
import type { Trace } from '../contract/trace';
import { type Block, dim, evidence, quoting, type Span, words } from './blocks';
import type { Citation } from './citations';
import { completeness } from './completeness';
import { coverage } from './coverage';
import { custody, method } from './custody';
import { findingsOn, rules } from './findings';
import { howSure, who } from './identity';
import { listed } from './listing';
import { marksOf } from './marks';
import type { ReportModel } from './model';
import { questions } from './questions';
import { recipe } from './recipe';
import { redactions } from './redactions';
import { drawing, processes, whatHappened } from './timeline';
import { titlePage } from './title';
import { type Writer, writerOf } from './writer';

export function documentOf(model: ReportModel): readonly Block[] {
  const writer = writerOf(model);
  return [
    ...titlePage(writer),
    ...model.traces.flatMap((trace, i) => sessionPages(writer, trace, i)),
    ...questions(writer),
    ...listed(writer),
    ...marksOf(writer),
    ...method(writer),
    ...rules(writer),
    ...completeness(writer),
    ...redactions(writer),
    ...custody(writer),
    { type: 'heading', level: 1, text: 'Records cited' },
    ...records(writer),
    { type: 'heading', level: 1, text: 'Glossary' },
    GLOSSARY,
    { type: 'heading', level: 1, text: 'Signatures' },
    ...SIGNATURES,
  ];
}

function sessionPages(writer: Writer, trace: Trace, place: number): readonly Block[] {
  const period = writer.model.periods[place];
  return [
    { type: 'heading', level: 1, text: `${trace.label} Who` },
    ...who(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} How sure` },
    ...howSure(writer, trace),
    ...(period === undefined
      ? []
      : [{ type: 'heading', level: 1, text: 'The day' } as const, drawing(period, writer.clock, 'the whole case', trace)]),
    { type: 'heading', level: 1, text: `${trace.label} What happened` },
    ...whatHappened(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} Findings` },
    ...findingsOn(writer, writer.model.findings?.sessions[place] ?? [], 'what happened in this session'),
    { type: 'heading', level: 1, text: `${trace.label} Processes` },
    processes(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} What the evidence can show` },
    ...coverage(writer, trace.coverage, 'Silence is not absence: what each source could have shown in this session.'),
    { type: 'heading', level: 1, text: `${trace.label} Limits` },
    { type: 'list', items: trace.limits.map((limit) => [quoting(limit)]) },
  ];
}

function records({ model, printed }: Writer): readonly Block[] {
  const shown = printed();
  const left = model.citations.length - shown.length;
  const digits = String(model.citations.length).length;
  const number = 0.045 + 0.0125 * digits;
  return [
    {
      type: 'text',
      small: true,
      spans: [
        words(
          'Offsets and lengths are bytes in the decompressed member; the SHA-256 is that of the record’s exact bytes. The second line is the same place outside this case.',
        ),
        ...(model.citations.some(({ sha256 }) => sha256 === null) ? [words(` ${BY_HMAC}`)] : []),
        ...(left > 0
          ? [
              words(
                ` ${left.toLocaleString('en')} more, of what is one row with others above or is told by a further record, stand in the data attached under their numbers.`,
              ),
            ]
          : []),
        words(
          model.attached.length === 0
            ? ' The records’ bytes are not attached.'
            : ` The bytes of ${model.attached.length.toLocaleString('en')} of them are attached (“attached” in the data).`,
        ),
      ],
    },
    ...recipe(model, shown),
    {
      type: 'table',
      columns: [
        { head: 'No.', width: number },
        { head: 'Place and SHA-256', width: 0.74 - number },
        { head: 'Offset', width: 0.15, align: 'right' },
        { head: 'Length', width: 0.11, align: 'right' },
      ],
      rows: shown.map((c) => ({
        anchor: c.n,
        cells: [
          [{ text: `[${c.n}]`, strong: true }],
          [evidence(c.id), words('\n'), { text: c.outside, evidence: true, dim: true }, words('\n'), fingerprint(c)],
          [words(c.offset.toLocaleString('en'))],
          [words(c.length.toLocaleString('en'))],
        ],
      })),
    },
  ];
}

const BY_HMAC =
  'A record that holds a secret is cited by HMAC-SHA256 under a key that stays in the case: a plain hash would tell whoever guesses the secret that the guess is right.';

const fingerprint = ({ sha256, hmac }: Citation): Span => {
  if (sha256 !== null) return { text: sha256, evidence: true, dim: true };
  return hmac === null
    ? dim('holds a secret; not hashed, the case has no key')
    : { text: `hmac ${hmac}`, evidence: true, dim: true };
};

const GLOSSARY: Block = {
  type: 'pairs',
  rows: [
    ['Evidence', [words('one input as handed over: a file, an archive or a folder, with its SHA-256')]],
    ['Record', [words('the innermost event of a source, such as one line of a log')]],
    ['Activity', [words('one thing that happened, told by one or more records')]],
    [
      'Session',
      [words('an originator (a request to the Kubernetes API, a login, or a shell from outside) and everything that it caused')],
    ],
    [
      'Confidence',
      [
        words(
          `of a session: an estimate from 0 to 1 that its root process belongs to its originator, worked out from the reasons listed; “certain” is only a word for ${CERTAIN} and more`,
        ),
      ],
    ],
    ['Root process', [words('the process that a session began with; what it started, and so on, is its tree')]],
    ['Rival', [words('another originator that could own the same process tree')]],
    ['Merged', [words('a record that only ends or completes what another one began; both are cited')]],
    ['Finding', [words('that a rule of Exhibit holds for activities: an interpretation, never itself an activity')]],
    ['Rejected', [words('a record that could not be read; its place and bytes are kept')]],
    ['Member', [words('one file of an evidence that is a folder or an archive')]],
    ['Digest', [words('a SHA-256, which changes with any change of what it is made over')]],
    ['Evidence digest', [words('over size and SHA-256 of each evidence, as it was handed over')]],
    ['Case digest', [words('over all that was read out of the evidence: two imports that agree have the same')]],
    ['Analysis digest', [words('over what was concluded: the sessions, and the rules that findings follow from')]],
    ['Journal head', [words('the hash of the last entry of the custody journal; it changes with any entry before it')]],
    ['HMAC', [words('a SHA-256 under a key: it can be checked by those alone who have the key')]],
    ['T1609 and the like', [words('techniques of MITRE ATT&CK, by their numbers')]],
  ],
};

/** To be filled in by hand: who vouches for a report is none of the evidence's business, nor of the program's. */
const SIGNATURES: readonly Block[] = [
  {
    type: 'text',
    small: true,
    spans: [words('A signature covers the data whose digest stands at the foot of every page.')],
  },
  {
    type: 'table',
    columns: [
      { head: 'Role', width: 0.14 },
      { head: 'Name, position and competence', width: 0.38 },
      { head: 'Date', width: 0.16 },
      { head: 'Signature', width: 0.32 },
    ],
    rows: ['Examiner', 'Reviewer'].map((who) => ({ cells: [[words(`${who}\n\n`)], [], [], []] })),
  },
];
