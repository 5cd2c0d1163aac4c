/**
 * What a trace report says, as data: the JSON report is this model, and PDF and HTML are drawn from it. Everything in it comes from the
 * engine's own answers, so that a number in a report is the number on the screen.
 */
import { sha256 } from '../case/digest';
import { canonical } from '../contract/canonical';
import type { BoardEntry, CaseInfo, Graph, RecordPlace, ReportRequest, SourcePlace, Trace } from '../contract/engine';
import { placeId } from '../contract/id';
import { formatTime, parseTime } from '../contract/time';

/** What the report asks of the engine. */
export interface ReportSource {
  info(): Promise<CaseInfo>;
  trace(id: string): Promise<Trace>;
  /** Offset, length and SHA-256 of each place, in the same order. */
  places(places: readonly RecordPlace[]): Promise<readonly SourcePlace[]>;
  graph(fromNs: bigint, toNs: bigint): Promise<Graph>;
  /** All marks of the case, in time order. */
  board(): Promise<readonly BoardEntry[]>;
}

export interface Citation extends SourcePlace {
  readonly n: number;
  /** `E1/node-1/audit.log:1042` of contract section 1. */
  readonly id: string;
  /** The same place outside the case: `sha256:<first 16 digits of the evidence>/<member>:<record>`. */
  readonly outside: string;
}

export interface Period {
  readonly from: string;
  readonly to: string;
  readonly widthNs: string;
  readonly series: { readonly [kind: string]: readonly number[] };
}

export interface ReportModel {
  readonly report: 'exhibit-trace';
  readonly version: 1;
  readonly title: string;
  readonly question: string | null;
  readonly examiner: string | null;
  readonly created: string;
  readonly zone: string;
  readonly redaction: string;
  /** Whether it is of the case's board: of all marks, and of the sessions that they are on. */
  readonly board: boolean;
  readonly case: Omit<CaseInfo, 'evidence' | 'notices'> & { readonly evidence: readonly ReportEvidence[] };
  readonly traces: readonly Trace[];
  readonly periods: readonly Period[];
  /** The analyst's marks on these sessions, on their activities and on their time; of a report of the board, all. */
  readonly marks: readonly BoardEntry[];
  readonly citations: readonly Citation[];
  /** SHA-256 of the canonical JSON (RFC 8785) of all of the above. */
  readonly digest: string;
}
export interface ReportEvidence {
  readonly id: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly importedAt: string;
  readonly receivedFrom: string | null;
  readonly receivedAt: string | null;
  readonly collectedBy: string | null;
  readonly caseNumber: string | null;
  readonly authority: string | null;
  readonly question: string | null;
}

const NS_PER_SECOND = 1_000_000_000n;
const DAY = 86_400n * NS_PER_SECOND;

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
  for (const trace of traces) periods.push(await periodOf(source, trace));

  const model = {
    report: 'exhibit-trace' as const,
    version: 1 as const,
    title:
      request.title ??
      (traces.length === 0
        ? 'Marks of the analyst'
        : traces.length === 1
          ? `Session trace ${traces[0]?.label}`
          : `Session traces ${traces.map((t) => t.label).join(', ')}`),
    question: request.question ?? null,
    examiner: request.examiner ?? null,
    created: request.created,
    zone: request.zone ?? 'UTC',
    redaction: 'No redaction was applied: command lines, URIs and names are printed as the evidence has them.',
    board: request.board ?? false,
    case: { ...info, readOnly: false, evidence: info.evidence.map(evidenceOf) },
    traces,
    periods,
    marks,
    citations: await citationsOf(source, info, traces, marks),
  };
  return { ...model, digest: digestOf(model) };
}

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

function evidenceOf(e: CaseInfo['evidence'][number]): ReportEvidence {
  const sum = (of: (m: (typeof e.members)[number]) => number) => e.members.reduce((total, member) => total + of(member), 0);
  return {
    id: e.id,
    name: e.name,
    sha256: e.sha256,
    bytes: e.bytes,
    records: sum((m) => m.records),
    rejected: sum((m) => m.rejected),
    importedAt: e.importedAt,
    receivedFrom: e.intake.receivedFrom ?? null,
    receivedAt: e.intake.receivedAt ?? null,
    collectedBy: e.intake.collectedBy ?? null,
    caseNumber: e.intake.caseNumber ?? null,
    authority: e.intake.authority ?? null,
    question: e.intake.question ?? null,
  };
}

/** The UTC day (or days) of the session, for the drawing. */
async function periodOf(source: ReportSource, trace: Trace): Promise<Period> {
  const times = [trace.originator, ...trace.activities].map((a) => a.time).filter((t): t is string => typeof t === 'string');
  const ns = times.map((t) => parseTime(t) ?? 0n).sort((a, b) => (a < b ? -1 : 1));
  const from = ((ns[0] ?? 0n) / DAY) * DAY;
  const to = ((ns.at(-1) ?? 0n) / DAY + 1n) * DAY;
  const graph = await source.graph(from, to);
  return {
    from: formatTime(graph.startNs),
    to: formatTime(graph.startNs + graph.widthNs * BigInt(graph.size)),
    widthNs: String(graph.widthNs),
    series: Object.fromEntries(Object.entries(graph.series).map(([kind, values]) => [kind, [...values]])),
  };
}

/** Every record that a trace rests on, numbered by first mention. */
async function citationsOf(
  source: ReportSource,
  info: Pick<CaseInfo, 'evidence'>,
  traces: readonly Trace[],
  marks: readonly BoardEntry[],
): Promise<readonly Citation[]> {
  const singles = new Set(info.evidence.filter((e) => e.kind === 'file').map((e) => e.id));
  const idOf = (place: RecordPlace) => placeId(place, singles.has(place.evidence));
  const seen = new Map<string, RecordPlace>();
  for (const trace of traces)
    for (const item of [trace.originator, ...trace.activities, ...trace.processes])
      for (const place of item.records) seen.set(idOf(place), place);
  for (const { activity } of marks) for (const place of activity?.records ?? []) seen.set(idOf(place), place);
  const hashes = new Map(info.evidence.map((e) => [e.id, e.sha256]));
  const places = await source.places([...seen.values()]);
  return places.map((place, i) => ({
    ...place,
    n: i + 1,
    id: idOf(place),
    outside: idOf(place).replace(/^E\d+/, `sha256:${hashes.get(place.evidence)?.slice(0, 16)}`),
  }));
}
