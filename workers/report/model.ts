/**
 * What a trace report says, as data: the JSON report is this model, and PDF and HTML are drawn from it. Everything in it comes from the
 * engine's own answers, so that a number in a report is the number on the screen.
 */
import { sha256 } from '../case/digest';
import type { ActivityJson, RecordPlace } from '../contract/activity';
import { canonical } from '../contract/canonical';
import type { CaseInfo, JournalLine } from '../contract/case';
import type { RecordBytes } from '../contract/detail';
import type { Graph } from '../contract/graph';
import type { BoardEntry } from '../contract/marks';
import type { ReportRequest } from '../contract/report';
import type { Trace } from '../contract/trace';
import type { View } from '../contract/view';
import { type Answering, type ReportAnswers, reportAnswers, sampled } from './answers';
import { type AttachedRecord, type Citation, cite, placeNamer, placeOf } from './citations';
import { type CaseDetail, evidenceOf, type ReportCase } from './evidence';
import { allFindings, type Finds, type ReportFindings, reportFindings } from './finds';
import { type Listed, type ReportList, reportList } from './list';
import { type Period, periodOf } from './period';
import { type Redaction, redacted, unredacted } from './redaction';

/** What the report asks of the engine. */
export interface ReportSource {
  info(): Promise<CaseInfo>;
  trace(id: string): Promise<Trace>;
  /** The bytes of each place, in the same order. */
  places(places: readonly RecordPlace[]): Promise<RecordBytes['places']>;
  graph(view: View & { readonly from: bigint; readonly to: bigint }): Promise<Graph>;
  /** All marks of the case, in time order. */
  board(): Promise<readonly BoardEntry[]>;
  /** Everything in view, and how many each part of the view left. Rejects with `usage` where it is more than a report holds. */
  list(view: View): Promise<Listed>;
  /** The auditor's questions, answered from a view. */
  answers: Answering;
  finds: Finds;
  detail(): Promise<CaseDetail>;
  /** The custody journal as it stands. */
  journal(): Promise<readonly JournalLine[]>;
  /** Of the case, for fingerprints of secrets; undefined where it has none. */
  key(): Promise<Uint8Array | undefined>;
}

export interface ReportModel {
  readonly report: 'exhibit-trace';
  readonly version: 3;
  readonly title: string;
  readonly question: string | null;
  readonly examiner: string | null;
  readonly created: string;
  readonly zone: string;
  /** `default`: secrets were taken out, and `redactions` lists them; `keyed` where the case has a key for fingerprints. */
  readonly redaction: { readonly rule: 'default' | 'none'; readonly keyed: boolean };
  readonly redactions: readonly Redaction[];
  /** Whether it is of the case's board: of all marks, and of the sessions that they are on. */
  readonly board: boolean;
  readonly case: ReportCase;
  readonly traces: readonly Trace[];
  readonly periods: readonly Period[];
  readonly list: ReportList | null;
  /** The auditor's questions; null where they were not asked. */
  readonly answers: ReportAnswers | null;
  /** Of our own rules, on what is shown; null where no activity is. */
  readonly findings: ReportFindings | null;
  /** The analyst's marks on these sessions, on their activities and on their time; of a report of the board, all. */
  readonly marks: readonly BoardEntry[];
  /** The custody journal, up to the entry that the case states. */
  readonly custody: readonly JournalLine[];
  readonly citations: readonly Citation[];
  /** Bytes of the cited records, where they were asked for; those that hold a secret are left out. */
  readonly attached: readonly AttachedRecord[];
  /** SHA-256 of the canonical JSON (RFC 8785) of all of the above. */
  readonly digest: string;
}
/** Collects everything for the sessions named in the request. Fails as `trace` does where an id is unknown. */
export async function buildModel(
  source: ReportSource,
  request: ReportRequest & { readonly created: string },
): Promise<ReportModel> {
  const { notices: _, ...info } = await source.info();
  const board = await source.board();
  const traces: Trace[] = [];
  for (const id of [...request.ids, ...(request.board ? sessionsOn(board) : [])]) {
    const trace = await source.trace(id);
    if (!traces.some((t) => t.session === trace.session)) traces.push(trace);
  }
  const marks = request.board ? board : marksOn(board, traces);
  const periods: Period[] = [];
  for (const trace of traces) periods.push(await periodOf(source, [trace.originator, ...trace.activities]));

  const list = request.list ? await reportList(source, request.list) : null;
  const answers = request.questions ? await reportAnswers(source.answers, info, request.questions) : null;
  const listed = request.list && list ? { view: request.list, rows: list.rows } : null;
  const found = await reportFindings(source.finds, { traces, list: listed, marks });
  const key = await source.key();
  const rule = request.redact ?? 'default';
  const idOf = placeNamer(info);
  const said = {
    title: request.title ?? titleOf(traces, list, answers),
    question: request.question ?? null,
    traces,
    list,
    answers,
    marks,
    finds: found && { sessions: found.sessions, list: found.list, marks: found.marks },
    custody: (await source.journal()).slice(0, info.journal.entries),
  };
  const clean = rule === 'none' ? unredacted(said) : redacted(said, key, idOf);
  const { citations, attached } = await cite(
    [
      ...placesIn(traces, [...(list?.rows ?? []), ...sampled(answers)], marks, info),
      ...allFindings(found).flatMap(({ records }) => records.map((id) => placeOf(id, info))),
    ],
    info,
    (places) => source.places(places),
    { key, isSecret: clean.isSecret },
    request.withRecords ?? false,
  );
  const { finds, ...told } = clean.value;
  const numbers = new Map(citations.map(({ id, n }) => [id, n]));
  const model = {
    report: 'exhibit-trace' as const,
    version: 3 as const,
    examiner: request.examiner ?? null,
    created: request.created,
    zone: request.zone ?? 'UTC',
    redaction: { rule, keyed: key !== undefined },
    redactions: clean.list((id) => numbers.get(id)),
    board: request.board ?? false,
    case: { ...info, readOnly: false, evidence: info.evidence.map(evidenceOf), ...(await source.detail()) },
    periods,
    findings: found && finds && { ...found, ...finds },
    ...told,
    citations,
    attached,
  };
  return { ...model, digest: digestOf(model) };
}

const titleOf = (traces: readonly Trace[], list: ReportList | null, answers: ReportAnswers | null): string => {
  if (traces.length === 0 && answers !== null) return 'Auditor’s questions';
  if (traces.length === 0) return list === null ? 'Marks of the analyst' : 'Activities listed';
  const labels = traces.map(({ label }) => label).join(', ');
  return traces.length === 1 ? `Session trace ${labels}` : `Session traces ${labels}`;
};

/** Every record that a report rests on, by first mention. */
const placesIn = (
  traces: readonly Trace[],
  rows: readonly ActivityJson[],
  marks: readonly BoardEntry[],
  info: Pick<CaseInfo, 'evidence'>,
): readonly RecordPlace[] => [
  ...traces.flatMap((trace) => [trace.originator, ...trace.activities, ...trace.processes].flatMap(({ records }) => records)),
  ...traces.flatMap(({ chain }) => chain.flatMap(({ records }) => records.map((id) => placeOf(id, info)))),
  ...rows.flatMap(({ records }) => records),
  ...marks.flatMap(({ activity }) => activity?.records ?? []),
];

/** SHA-256 of the canonical JSON of everything but the digest. */
export const digestOf = (model: Omit<ReportModel, 'digest'>): string => sha256(canonical(model));

/** Sessions that marks are on, or whose activities they are on. */
const sessionsOn = (board: readonly BoardEntry[]): readonly string[] =>
  board.flatMap(({ activity }) => (typeof activity?.session === 'string' ? [activity.session] : []));

/** On a session, on one of its activities, or on a stretch of time that touches it. */
function marksOn(board: readonly BoardEntry[], traces: readonly Trace[]): readonly BoardEntry[] {
  const told = traces.flatMap((trace) => [trace.originator, ...trace.activities]);
  const ids = new Set(told.map(({ id }) => id));
  const times = told.flatMap((a) => (typeof a.time === 'string' ? [a.time] : []));
  return board.filter(({ mark, activity, time, end }) =>
    mark.on === 'range'
      ? times.some((at) => time !== null && end !== null && at >= time && at < end)
      : activity !== null && ids.has(activity.id),
  );
}
