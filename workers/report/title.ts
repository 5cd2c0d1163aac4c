/** The title page: what was asked, the evidence with its hashes, digests, and how to check them. */

import { ANSWER_WORDS } from '../contract/answers';
import { summary } from '../contract/summary';
import type { Trace } from '../contract/trace';
import { type Block, dim, evidence, quoting, type Spans, words } from './blocks';
import type { ReportEvidence } from './evidence';
import type { ReportModel } from './model';
import { redactionSaid } from './redactions';
import { isCall, timeOf, toNs, type Writer } from './writer';
import { type Clock, lasting } from './zone';

export function titlePage({ model, clock }: Writer): readonly Block[] {
  const { case: info } = model;
  const stated = (value: string | null) =>
    value === null ? [dim('not stated')] : [quoting(value), words(' (as stated at import)')];
  const first = model.traces[0];
  const handed = info.evidence.filter((e) => e.receivedFrom !== null || e.collectedBy !== null);
  const question = model.question ?? info.evidence.find((e) => e.question !== null)?.question ?? null;
  const authority = saidOnce(info.evidence, 'authority').slice(1);
  return [
    { type: 'title', title: model.title, subtitle: first === undefined ? noSession(model) : sessions(model, first, clock) },
    {
      type: 'pairs',
      rows: [
        ['Question asked', question === null ? [dim('none stated')] : [{ ...quoting(question), strong: true }]],
        ['Scope', scope(model)],
        ['Case', [quoting(info.case), ...saidOnce(info.evidence, 'caseNumber')]],
        ['Authority', authority.length === 0 ? [dim('not stated')] : authority],
        ['Examiner', model.examiner === null ? [dim('not stated')] : [quoting(model.examiner)]],
        [
          'Received from',
          handed.length === 0 ? [dim('not stated')] : handed.flatMap((e) => [words(`${e.id}: `), ...stated(e.receivedFrom)]),
        ],
        ['Times', [words(`${model.zone}, with the digits that each source wrote`)]],
        [
          'Made with',
          [words(`Exhibit ${info.version}, schema ${info.schema}; created ${clock.full(model.created)} ${model.zone}`)],
        ],
        ['Redaction', [words(redactionSaid(model))]],
      ],
    },
    { type: 'heading', level: 1, text: 'Evidence' },
    {
      type: 'table',
      columns: [
        { head: 'Item', width: 0.07 },
        { head: 'Name and SHA-256', width: 0.6 },
        { head: 'Bytes', width: 0.14, align: 'right' },
        { head: 'Records', width: 0.1, align: 'right' },
        { head: 'Rejected', width: 0.09, align: 'right' },
      ],
      rows: info.evidence.map((e) => ({
        cells: [
          [words(e.id)],
          [evidence(e.name), words('\n'), { text: e.sha256, evidence: true, dim: true }],
          [words(e.bytes.toLocaleString('en'))],
          [words(e.records.toLocaleString('en'))],
          [words(e.rejected.toLocaleString('en'))],
        ],
      })),
    },
    {
      type: 'pairs',
      rows: [
        ['Evidence digest', [evidence(info.evidenceDigest)]],
        ['Case digest', [evidence(info.digest)]],
        ['Analysis digest', [evidence(info.analysisDigest)]],
        ['Journal head', [evidence(info.journal.head), words(`, entry ${info.journal.entries}`)]],
      ],
    },
    {
      type: 'text',
      small: true,
      spans: [
        words(
          'The hashes of the evidence were made when it was imported, at the times in the journal; whether it is unchanged since, exhibit verify tells from the case. What came before its import is not known to Exhibit. To check this report: ',
        ),
        evidence('exhibit verify REPORT --evidence BUNDLE'),
        words(', for every number also '),
        evidence('--case CASE'),
        words('; or by hand, as is said above the records cited.'),
      ],
    },
    { type: 'page' },
  ];
}

/** What was said of the evidences at import, each text once, with a comma before it. */
const saidOnce = (all: readonly ReportEvidence[], field: 'caseNumber' | 'authority'): Spans =>
  [...new Set(all.flatMap((e) => e[field] ?? []))].flatMap((text) => [words(', '), quoting(text)]);

/** What is told, by its ids; the rest of the case is not. */
function scope({ traces, list, answers, board, case: { activities } }: ReportModel): Spans {
  const told = [...traces.flatMap((trace) => [trace.originator, ...trace.activities]), ...(list?.rows ?? [])];
  const count = new Set(told.map(({ id }) => id)).size;
  return [
    ...traces.flatMap(({ label, session }, i) => [words(`${i === 0 ? '' : '\n'}session ${label}, `), evidence(session)]),
    ...[list !== null && 'a list', board && 'the board: every mark', answers !== null && 'the auditor’s questions']
      .filter((part) => part !== false)
      .map((part, i) => words(`${i === 0 && traces.length === 0 ? '' : '\n'}${part}`)),
    ...(answers === null
      ? [
          words(
            `\n${count.toLocaleString('en')} of ${activities.toLocaleString('en')} activities of the case; no other is told of`,
          ),
        ]
      : []),
  ];
}

const noSession = ({ list, marks, answers }: ReportModel): Spans => {
  if (answers !== null) {
    const states = Object.entries(ANSWER_WORDS).map(
      ([state, said]) => `${answers.answers.filter((answer) => answer.state === state).length} ${said}`,
    );
    return [words(`${answers.answers.length} questions: ${states.join(', ')}.`)];
  }
  if (list !== null)
    return [
      words(`${list.counts.listed.toLocaleString('en')} of ${list.counts.case.toLocaleString('en')} activities of the case.`),
    ];
  return [words(marks.length === 0 ? 'Nothing is marked.' : 'What is marked lies in no session.')];
};

const sessions = ({ traces }: ReportModel, first: Trace, clock: Clock): Spans => [
  ...(traces.length > 1 ? [words(`${traces.length} sessions. The first: `)] : []),
  ...whoDidWhat(first, clock),
];

function whoDidWhat(trace: Trace, clock: Clock): Spans {
  const o = trace.originator;
  const at = timeOf(o);
  const call = isCall(trace);
  const where = call ? [o.deployment ?? o.workload ?? o.pod, o.container] : [o.pod ?? o.node ?? o.host, o.container];
  const named = where.filter((v) => v !== undefined).map(String);
  const opener = trace.why[0]?.what ?? 'A session of its own';
  const refused = o.result === 'refused';
  const uid = o.loginuid ?? o.uid;
  const account = o.loginname ?? o.username ?? (uid === undefined ? undefined : `user id ${String(uid)}`);
  const credential = call ? trace.identity.user : account;
  return [
    ...(call ? [] : [quoting(opener), words(': ')]),
    ...(credential === undefined || credential === null
      ? call
        ? [words('By nobody who is named: ')]
        : []
      : [words(call ? 'Under the credential ' : 'under the account '), evidence(String(credential)), words(': ')]),
    evidence(summary(o).text || String(o.label ?? 'an exec')),
    ...(refused ? [words(' asked for')] : []),
    ...(named.length === 0 ? [] : [words(call || o.pod !== undefined ? ' in ' : ' on '), evidence(named.join(', container '))]),
    words(at === undefined ? ', time not recorded' : `, on ${clock.day(at)} at ${clock.clock(at, 's')} ${clock.zone}`),
    ...(!refused && at !== undefined && typeof o.end === 'string' ? [words(`, for ${lasting(toNs(o.end) - toNs(at))}`)] : []),
    words(refused ? '; it was refused.' : o.result === 'failed' ? '; it failed.' : '.'),
  ];
}
