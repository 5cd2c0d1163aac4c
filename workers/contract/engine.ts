/**
 * The engine's interface: the only thing a shell may know of the engine (design section 1).
 * Async functions with plain-data arguments and results, so that one interface crosses a MessagePort, a WebSocket or nothing
 * at all. Times are RFC 3339 strings in JSON shapes and bigint nanoseconds (UTC) elsewhere; ranges are half-open.
 */
import type { Answer } from './answers';
import type { Kind, SEVERITIES } from './attributes';
import type { Findings, FindingsRequest } from './findings';
import type { IdentityLink } from './identity';
import type { Intake, SourceSettings } from './intake';
import type { BoardEntry, Mark, NewMark } from './marks';
import type { PolicyHits } from './policy-hits';
import type { Skipped, SkippedBytes, SkippedRecord, SkippedRequest } from './skipped';

export {
  type EvaluatedRule,
  type Finding,
  type Findings,
  type FindingsRequest,
  MOST_CITED,
  MOST_FINDINGS,
  RULE_STATE_WORDS,
  type RuleFile,
} from './findings';
export { INTAKE_FIELDS, type Intake, intakeOf, type MemberSetting, SOURCE_SETTINGS, type SourceSettings } from './intake';
export type { BoardEntry, Mark, MarkOn, NewMark } from './marks';
export { POLICY_SCOPE, type PolicyHits } from './policy-hits';
export { MOST_SKIPPED_BYTES, type Skipped, type SkippedBytes, type SkippedRecord, type SkippedRequest } from './skipped';

export type Severity = (typeof SEVERITIES)[number];

/** What is in view: a filter in the language of contract section 5, a window, and the kinds switched on. */
export interface View {
  readonly filter?: string;
  /** Inclusive, ns since the epoch. */
  readonly from?: bigint;
  /** Exclusive. */
  readonly to?: bigint;
  readonly kinds?: readonly Kind[];
}

/**
 * A newer call with the same pane makes the older one obsolete: it is dropped from the queue or interrupted, and rejects with
 * `superseded`. A transport puts its connection in front, so that two windows never interrupt each other.
 */
export interface Pane {
  readonly pane?: string;
}

export interface RecordPlace {
  readonly evidence: string;
  readonly member: string;
  readonly record: string;
}

/** Attribute names of design section 3, only those with a value, and the records that tell it. Numbers as numbers, lists as arrays. */
export type ActivityJson = { readonly id: string; readonly kind: Kind; readonly records: readonly RecordPlace[] } & {
  readonly [attribute: string]: unknown;
};

export interface PageRequest extends View, Pane {
  /** `asc` (default): time, then id. Undated rows come last in `asc` and first in `desc`. */
  readonly order?: 'asc' | 'desc';
  /** Rows from this position (0-based) of the ordered result; served through a position index, never a deep OFFSET. */
  readonly at?: number;
  readonly limit: number;
}
export interface Page {
  readonly rows: readonly ActivityJson[];
  readonly at: number;
  readonly total: number;
}

export interface GraphRequest extends View, Pane {
  /** At most this many buckets over the window (else over the case); the width is a round one. */
  readonly buckets: number;
}
/** Row i of a series is the bucket that starts at `startNs + i * widthNs`. Aligned to the epoch in UTC. Empty buckets are 0. */
export interface Graph {
  readonly startNs: bigint;
  readonly widthNs: bigint;
  readonly size: number;
  /** One series a kind, and `policyHits` for `rule exists` (counted beside the kinds, in no total). */
  readonly series: { readonly [K in Kind | 'policyHits']: Float64Array };
  /** Totals in the window, undated left out; the legend. */
  readonly counts: { readonly [K in Kind | 'policyHits']: number };
  readonly total: number;
  /** Left out of a window because they have no time. In every count where no window is set. */
  readonly undated: number;
}

export interface GroupsRequest extends View, Pane {
  /** Attribute names, outermost first. */
  readonly path: readonly string[];
  /** Only groups whose own name, on any level, contains this text (upper and lower case alike), and every group that leads to one, with their whole counts. */
  readonly contains?: string;
}
/** Found groups are the most frequent of those that contain the text, at most this many. */
export const MOST_FOUND = 1_000;
export interface Group {
  /** One value a level; null where it is absent. */
  readonly path: readonly (string | null)[];
  readonly count: number;
}

export interface CountRequest extends View {
  readonly by?: readonly string[];
  readonly bucketNs?: bigint;
}
export interface Count {
  readonly count: number;
  readonly undated: number;
  readonly groups: readonly { readonly [attribute: string]: unknown; readonly count: number }[];
}

export interface QueryRequest extends View {
  readonly columns?: readonly string[];
  readonly limit?: number;
}

/** Like things as one (`likeness.ts`). */
export interface RepeatsRequest extends View, Pane {
  /** `count`: most frequent first; `first` and `last`: earliest first and latest first. */
  readonly by: 'count' | 'first' | 'last';
  readonly at?: number;
  readonly limit: number;
}
export interface Repeat {
  /** How many are in view; what a source folded into one record counts as one. */
  readonly count: number;
  /** RFC 3339; null where none of them has a time. */
  readonly first: string | null;
  readonly last: string | null;
  /** The earliest of them. */
  readonly activity: ActivityJson;
}
export interface Repeats {
  readonly rows: readonly Repeat[];
  readonly at: number;
  /** How many different things there are; at most `MOST_REPEATS` of them can be read. */
  readonly total: number;
  readonly activities: number;
}
export const MOST_REPEATS = 20_000;

export interface ValuesRequest extends View, Pane {
  readonly attribute: string;
  readonly startsWith?: string;
  readonly limit: number;
}

export interface Detail {
  readonly activity: ActivityJson;
  /** Which values were completed from elsewhere in the evidence, with the basis. */
  readonly completed: { readonly [attribute: string]: string };
  readonly places: readonly SourcePlace[];
  /** The session that this activity opens or belongs to; null where there is none. */
  readonly session: SessionSummary | null;
  /**
   * True where Trace is offered: kube exec, run, debug, cp and attach, ssh, dropbear, shells. `traceLimit` says what it cannot show, or, on one of these,
   * why it is not offered: no runtime record of its pod is in the case.
   */
  readonly traceable: boolean;
  readonly traceLimit: string | null;
}

/** A record's exact bytes in the decompressed member. */
export interface SourcePlace extends RecordPlace {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
}
export interface RecordBytes {
  readonly id: string;
  readonly places: readonly (SourcePlace & { readonly bytes: Uint8Array })[];
}

export interface Reason {
  /** A sentence about this case, such as "Exit meets ResponseComplete". */
  readonly what: string;
  /** Its value, such as "bash ends 36 ms before it". */
  readonly detail: string;
  readonly holds: boolean;
  /** Ids of the activities that it rests on. */
  readonly records: readonly string[];
}

/** From here on a link is called certain (contract section 7). */
export const CERTAIN = 0.95;

export interface SessionSummary {
  readonly session: string;
  /** S-14: for reading only, numbered by time. */
  readonly label: string;
  readonly originator: ActivityJson;
  readonly confidence: number | null;
  readonly certain: boolean;
  readonly rivals: readonly { readonly session: string; readonly confidence: number }[];
  readonly why: readonly Reason[];
  readonly user: string | null;
  readonly counts: { readonly [K in Kind]?: number };
  readonly first: string | null;
  readonly last: string | null;
}

export interface ProcessJson {
  readonly process: string;
  readonly parent: string | null;
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly comm: string | null;
  readonly cmdline: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly depth: number;
  readonly records: readonly RecordPlace[];
}

export interface Coverage {
  /** Title and place, for reading. */
  readonly source: string;
  readonly format: string;
  /** Node, host or cluster; null where the source names none. */
  readonly place: string | null;
  /** complete: both ends seen, no loss known; partial; hits-only: rule hits only, silence proves nothing; absent. */
  readonly state: 'complete' | 'partial' | 'hits-only' | 'absent';
  readonly detail: string;
  readonly first: string | null;
  readonly last: string | null;
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly why: string }[];
}

/** A burst of like connections or file acts of one process: the first of them is among the trace's activities, the rest is left out. */
export interface TraceFold {
  /** Of the first. */
  readonly id: string;
  readonly count: number;
  /** RFC 3339; when the last of them happened. */
  readonly last: string | null;
  /** How many records tell them all. */
  readonly records: number;
}
export interface TraceRequest {
  /** Bursts are told by their first, which is what a person reads of ten thousand like connections. */
  readonly folded?: boolean;
  /** Id of an activity that stands by itself in any case. */
  readonly alone?: string;
}
export interface Trace {
  readonly session: string;
  readonly label: string;
  readonly originator: ActivityJson;
  readonly confidence: number | null;
  readonly certain: boolean;
  readonly why: readonly Reason[];
  readonly rivals: readonly { readonly session: string; readonly confidence: number }[];
  readonly considered: readonly { readonly session: string; readonly confidence: number; readonly why: string }[];
  readonly identity: {
    readonly user: string | null;
    readonly groups: readonly string[];
    readonly impersonated: string | null;
    readonly clouduser: string | null;
    readonly sourceaddresses: readonly string[];
    readonly useragent: string | null;
    readonly basis: string | null;
  };
  /** The same link by link, each with what it rests on and the records that tell it; of a service account also who asked for its tokens. */
  readonly chain: readonly IdentityLink[];
  readonly root: ProcessJson | null;
  readonly processes: readonly ProcessJson[];
  /** In time order, the originator left out. */
  readonly activities: readonly ActivityJson[];
  /** Which of them stand for more; only where folding was asked for. */
  readonly folds?: readonly TraceFold[];
  readonly limits: readonly string[];
  readonly coverage: readonly Coverage[];
}

export interface MemberInfo {
  readonly path: string;
  readonly format: string | null;
  readonly records: number;
  readonly yielded: number;
  readonly activities: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly ignoredWhy: { readonly [why: string]: number };
  readonly rejected: number;
  readonly bytes: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly warning: string | null;
  /** How many of its records have a time that names no zone; absent where none has. */
  readonly zoneless?: number;
  /** Its records are rows of a Parquet file: each is cited by its number, and by the line of JSON that stands for it. */
  readonly parquet?: true;
  /** What was said of it, where something was. */
  readonly settings?: { readonly zone?: string; readonly cluster?: string; readonly offset?: string };
}
export interface EvidenceInfo {
  readonly id: string;
  readonly name: string;
  /** Ids of a single file have no member part. */
  readonly kind: 'file' | 'folder' | 'archive';
  readonly sha256: string;
  readonly bytes: number;
  readonly already: boolean;
  readonly importedAt: string;
  readonly intake: Intake;
  /** Of each list of checksums that the bundle brings along: whether its files are those that it names. */
  readonly checks: readonly VerifyCheck[];
  readonly settings: Required<SourceSettings>;
  readonly members: readonly MemberInfo[];
}
export interface ImportRequest extends Intake, SourceSettings {
  /** Absolute path of a file, folder or archive. Shells resolve handles to it; the renderer never sees one. */
  readonly path: string;
  /** Name to show for it; the base name where absent. */
  readonly name?: string;
}
/** All settings of an evidence anew: those that are absent hold no longer. */
export interface SettingsRequest extends SourceSettings {
  /** `E1`. */
  readonly evidence: string;
}

export interface Progress {
  /** Names the job for `stop`. */
  readonly job: string;
  readonly phase: 'reading' | 'loading' | 'resolving' | 'sealing' | 'correlating' | 'reporting' | 'verifying';
  readonly detail: string;
  /** Work done and in all, in `unit`; total null while unknown. */
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'records' | 'steps' | 'pages';
}
export type OnProgress = (progress: Progress) => void;

export interface Totals {
  readonly records: number;
  readonly yielded: number;
  readonly activities: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
}
export interface ImportResult {
  readonly case: string;
  readonly digest: string;
  readonly evidenceDigest: string;
  readonly seconds: number;
  readonly evidence: readonly EvidenceInfo[];
  readonly totals: Totals;
  readonly rejects: readonly { readonly at: string; readonly why: string }[];
}

export interface CaseInfo {
  readonly case: string;
  readonly schema: number;
  readonly version: string;
  readonly readOnly: boolean;
  /** What was recovered on opening, or what a read-only opening left as it is; sentences. */
  readonly notices?: readonly string[];
  readonly evidence: readonly EvidenceInfo[];
  readonly formats: { readonly [format: string]: number };
  readonly kinds: { readonly [K in Kind]?: number };
  readonly activities: number;
  readonly undated: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly coverage: readonly Coverage[];
  readonly digest: string;
  readonly evidenceDigest: string;
  readonly analysisDigest: string;
  readonly journal: { readonly entries: number; readonly head: string };
}

export interface VerifyCheck {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}
export interface VerifyRequest {
  /** Absolute paths of original bundles. */
  readonly evidence?: readonly string[];
  /** Absolute path of a report. */
  readonly report?: string;
  /** Absolute path of a bag's folder. */
  readonly bag?: string;
  /**
   * What was kept of the journal outside of the case: its head hash as 64 hex digits, or the absolute path of a file that holds it: a report, a bag or its
   * bag-info.txt, or what `exhibit sign` made.
   */
  readonly anchors?: readonly string[];
  /** Absolute path of the signer's public key, PEM. */
  readonly key?: string;
}
export interface VerifyResult {
  readonly ok: boolean;
  readonly checks: readonly VerifyCheck[];
  readonly unchecked: readonly string[];
  /** What the journal was held against; null where nothing from outside was given. */
  readonly anchor: string | null;
}

export interface ReportRequest {
  /** Activity or session ids to trace. */
  readonly ids: readonly string[];
  /** All marks, and the sessions that they are on, too. */
  readonly board?: boolean;
  /** Everything in this view, at most `MOST_LISTED`. */
  readonly list?: View;
  /** The auditor's questions, answered from this view. */
  readonly questions?: View;
  readonly format: 'pdf' | 'html' | 'json';
  /** RFC 3339; the clock where absent. With it the same case gives the same bytes. */
  readonly created?: string;
  /** IANA zone in which times are printed; UTC where absent. */
  readonly zone?: string;
  readonly examiner?: string;
  readonly title?: string;
  readonly question?: string;
  /** `default` where absent: secrets are taken out and listed (`workers/redact`); `none` is journaled. */
  readonly redact?: 'default' | 'none';
  /** Attaches the bytes of the cited records, those left out that hold a secret; journaled. */
  readonly withRecords?: boolean;
}
/** How many activities a report lists. */
export const MOST_LISTED = 50_000;
export interface Report {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** False where the case is read-only and no journal entry could be made. */
  readonly journaled: boolean;
  /** The journal after it, its own entry included. */
  readonly journal: CaseInfo['journal'];
}

export interface ExportRequest {
  /** Absolute path of a folder that is not there yet. */
  readonly out: string;
  /** Sessions of the report; all that is marked where empty. */
  readonly ids: readonly string[];
  /** As in `ReportRequest`. */
  readonly created?: string;
}
export interface Exported {
  /** Of the bag's manifest, which has the hash of every file in it. */
  readonly sha256: string;
  /** Number and hash of the journal's last entry in the bag, to be told apart from it. */
  readonly entries: number;
  readonly head: string;
  /** As in `Report`. */
  readonly journaled: boolean;
}

/** What is in view, as a file that another case reads, too. */
export interface ActivitiesExport extends View {
  readonly format: 'parquet' | 'csv' | 'ndjson';
  /** Absolute path of a file that is not there yet. */
  readonly out: string;
  /** As in `ReportRequest`. */
  readonly redact?: 'default' | 'none';
}
export interface ActivitiesExported {
  readonly sha256: string;
  readonly activities: number;
  /** In how many places a secret was taken out. */
  readonly redacted: number;
  /** As in `Report`. */
  readonly journaled: boolean;
}

export interface FormatInfo {
  readonly id: string;
  readonly title: string;
  readonly recognisedBy: string;
  readonly limits: readonly string[];
}

export interface RelatedGroup {
  readonly group: 'process' | 'parent' | 'children' | 'session' | 'user' | 'peer';
  /** What its activities share, as the evidence wrote it: a command, a label, a user, an address. */
  readonly of: string;
  /** Everything in it, in the filter language; `count` is that of this filter. */
  readonly filter: string;
  readonly count: number;
  /** The few nearest in time, in time order, the activity itself left out. */
  readonly rows: readonly ActivityJson[];
}

/** One entry of the custody journal, its chain already checked. */
export interface JournalLine {
  readonly seq: number;
  readonly at: string;
  /** Who, as the operating system and the examiner say. */
  readonly by: string;
  readonly what: string;
  readonly detail: { readonly [name: string]: unknown };
  readonly hash: string;
}

/** An address or range that this case knows, beside what the evidence names. */
export interface KnownRange {
  /** `198.51.100.7` or `198.51.100.0/24`. */
  readonly range: string;
  /** What it is, in the analyst's words; may be empty. */
  readonly name: string;
}

/** A filter that this case keeps under a name. */
export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}

export interface Engine {
  version(): Promise<{
    readonly version: string;
    readonly schema: number;
    readonly formats: readonly FormatInfo[];
    /** What may lie around records, as in "inside CRI container log lines". */
    readonly envelopes: readonly string[];
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
  position(request: View & { readonly id: string; readonly order?: 'asc' | 'desc' }): Promise<number | null>;
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
  /** Hits of agents' rules in view, by rule and place, the most severe first, then by time. */
  policies(request: View & Pane): Promise<readonly PolicyHits[]>;
  /** What our own rules find in view, and which of them this evidence cannot answer. Throws `usage` for a rule of the request that is none. */
  findings(request: FindingsRequest): Promise<Findings>;
  /** The auditor's questions, answered from what is in view. */
  questions(request: View & Pane): Promise<readonly Answer[]>;

  /** Rejected and ignored records of the case, a page at a time. */
  skipped(request: SkippedRequest): Promise<Skipped>;
  /** Their bytes, as in the decompressed member. Throws `not-found` for a place that was not skipped. */
  skippedBytes(place: Pick<SkippedRecord, 'evidence' | 'member' | 'offset'>): Promise<SkippedBytes>;
  journal(): Promise<readonly JournalLine[]>;

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

  /** The case's saved filters, in the analyst's order. */
  filters(): Promise<readonly SavedFilter[]>;
  /** Replaces them; journaled. Throws `filter` where one has a mistake, `usage` where a name is missing or there twice. */
  setFilters(filters: readonly SavedFilter[]): Promise<readonly SavedFilter[]>;
}
