/**
 * The engine's interface: the only thing a shell may know of the engine (design section 1).
 * Async functions with plain-data arguments and results, so that one interface crosses a MessagePort, a WebSocket or nothing
 * at all. Times are RFC 3339 strings in JSON shapes and bigint nanoseconds (UTC) elsewhere; ranges are half-open.
 */
import type { ActivityJson } from './activity';
import type { Answer } from './answers';
import type { CaseInfo, CaseState, JournalLine, KnownRange, SavedFilter } from './case';
import type { Count, CountRequest, Group, GroupsRequest, ValuesRequest } from './count';
import type { Detail, RecordBytes, RelatedGroup } from './detail';
import type { ImportRequest, ImportResult, SettingsRequest } from './evidence';
import type { ActivitiesExport, ActivitiesExported, Exported, ExportRequest } from './export';
import type { Findings, FindingsRequest, RuleFile } from './findings';
import type { Flow, FlowRequest } from './flow';
import type { Graph, GraphRequest } from './graph';
import type { BoardEntry, Mark, NewMark } from './marks';
import type { Ordering, Page, PageRequest, QueryRequest } from './page';
import type { PolicyHits } from './policy-hits';
import type { OnProgress } from './progress';
import type { Repeats, RepeatsRequest } from './repeats';
import type { Report, ReportRequest } from './report';
import type { SessionSummary } from './session';
import type { Skipped, SkippedBytes, SkippedRecord, SkippedRequest } from './skipped';
import type { Trace, TraceRequest } from './trace';
import type { VerifyRequest, VerifyResult } from './verify';
import type { Pane, View } from './view';

export interface FormatInfo {
  readonly id: string;
  readonly title: string;
  readonly recognisedBy: string;
  readonly limits: readonly string[];
}

/** What may lie around records of any format. */
export interface EnvelopeInfo {
  readonly id: string;
  /** As in "inside CRI container log lines". */
  readonly title: string;
  readonly limits: readonly string[];
}

export interface Engine {
  version(): Promise<{
    readonly version: string;
    readonly schema: number;
    readonly formats: readonly FormatInfo[];
    readonly envelopes: readonly EnvelopeInfo[];
  }>;

  /** Opens (creating it where `create`) a case; the one open before is closed. Recovers what a crash left behind. */
  open(request: { readonly dir: string; readonly readOnly?: boolean; readonly create?: boolean }): Promise<CaseInfo>;
  close(): Promise<void>;
  info(): Promise<CaseInfo>;

  import(request: ImportRequest, onProgress?: OnProgress): Promise<ImportResult>;
  /**
   * Reads an evidence again from its sealed original under other settings; ids and marks stay. Either all of it or nothing changes. Throws `usage` for a
   * setting that is none or matches no member, `not-found`, `case-damaged` where the original is not what was sealed.
   */
  setSettings(request: SettingsRequest, onProgress?: OnProgress): Promise<ImportResult>;
  /** Stops a job at its next step; what it had not committed is undone. */
  stop(job: string): Promise<void>;

  page(request: PageRequest): Promise<Page>;
  /** Position of an activity in the ordered result of a view; null where it is not in it. */
  position(request: View & Ordering & { readonly id: string }): Promise<number | null>;
  graph(request: GraphRequest): Promise<Graph>;
  groups(request: GroupsRequest): Promise<readonly Group[]>;
  count(request: CountRequest): Promise<Count>;
  /** What is in view with like things as one, with their counts. */
  repeats(request: RepeatsRequest): Promise<Repeats>;
  /** Values of an attribute in view with their counts, most frequent first; for completion. */
  values(request: ValuesRequest): Promise<readonly { readonly value: string; readonly count: number }[]>;
  /** Rows in order, in batches of some thousand, for the command line. Backpressure: the next batch follows the resolved callback. */
  query(request: QueryRequest, onRows: (rows: readonly ActivityJson[]) => void | Promise<void>): Promise<number>;

  detail(id: string): Promise<Detail>;
  record(id: string): Promise<RecordBytes>;
  sessions(request: View & Pane): Promise<readonly SessionSummary[]>;
  /** The session of this id, or that an activity of this id belongs to, in time order. */
  trace(id: string, request?: TraceRequest): Promise<Trace>;

  report(request: ReportRequest, onProgress?: OnProgress): Promise<Report>;
  /**
   * Checks the open case against itself and against original bundles; with `report` that report too. A report can be checked with no case open,
   * and so can a bag, which is checked alone. Throws `unreadable` where report, bag, bundle, anchor or key cannot be read.
   */
  verify(request: VerifyRequest, onProgress?: OnProgress): Promise<VerifyResult>;

  /** Hands the case over as a BagIt bag: originals, journal, marks, and a report of these sessions or of all that is marked. */
  export(request: ExportRequest, onProgress?: OnProgress): Promise<Exported>;
  /** Writes the activities in view. Throws `usage` where there is something at `out` already. */
  exportActivities(request: ActivitiesExport, onProgress?: OnProgress): Promise<ActivitiesExported>;

  /** What else the evidence tells of the same process, its parent and children, its session, user and peer; groups without anything are left out. */
  related(id: string): Promise<readonly RelatedGroup[]>;
  /** Calls of the API in view, as paths from the address they came from to their result. */
  flow(request: FlowRequest): Promise<Flow>;
  /** Hits of agents' rules in view, by rule and place, the most severe first, then by time. */
  policies(request: View & Pane): Promise<readonly PolicyHits[]>;
  /** What our own rules find in view, and which of them this evidence cannot answer. Throws `usage` for a rule of the request that is none. */
  findings(request: FindingsRequest): Promise<Findings>;
  /** The auditor's questions, answered from what is in view. */
  questions(request: View & Pane, onProgress?: OnProgress): Promise<readonly Answer[]>;

  /** Rejected and ignored records of the case, a page at a time. */
  skipped(request: SkippedRequest): Promise<Skipped>;
  /** Their bytes, as in the decompressed member. Throws `not-found` for a place that was not skipped. */
  skippedBytes(place: Pick<SkippedRecord, 'evidence' | 'member' | 'offset'>): Promise<SkippedBytes>;
  journal(): Promise<readonly JournalLine[]>;
  /** Cheap: whoever keeps what the case told asks for it now and then, and learns that somebody changed the case. */
  state(): Promise<CaseState>;

  marks(): Promise<readonly Mark[]>;
  mark(mark: NewMark): Promise<Mark>;
  /** Gives a mark another text. */
  remark(mark: string, text: string): Promise<Mark>;
  unmark(mark: string): Promise<void>;
  /** Undoes an `unmark`: the mark stands again as it was. */
  restore(mark: string): Promise<Mark>;
  /** All marks in time order, undated ones last. */
  board(): Promise<readonly BoardEntry[]>;

  /** The case's own list of known addresses. */
  known(): Promise<readonly KnownRange[]>;
  /** Replaces it; journaled. Throws `usage` where one is no address or range. */
  setKnown(known: readonly KnownRange[]): Promise<readonly KnownRange[]>;

  /** The case's own rules, beside those that come with Exhibit. */
  rules(): Promise<readonly RuleFile[]>;
  /** Replaces them; journaled, and findings are worked out anew. Throws `usage` for a rule that is none. */
  setRules(rules: readonly RuleFile[]): Promise<readonly RuleFile[]>;

  /** The case's saved filters, in the analyst's order. */
  filters(): Promise<readonly SavedFilter[]>;
  /** Replaces them; journaled. Throws `filter` where one has a mistake, `usage` where a name is missing or there twice. */
  setFilters(filters: readonly SavedFilter[]): Promise<readonly SavedFilter[]>;
}
