/** A session told in order. */
import type { ActivityJson, RecordPlace } from './activity';
import type { Coverage } from './coverage';
import type { IdentityLink } from './identity';
import type { Reason } from './session';

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
  /** So many of the activities at most, from the first on: what is seen at once. Where they lie far apart in the evidence, fewer, since each such place takes its time. */
  readonly first?: number;
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
  /** Where only the first activities were asked for, those that these name. */
  readonly processes: readonly ProcessJson[];
  /** In time order, the originator left out. */
  readonly activities: readonly ActivityJson[];
  /** How many activities come after these; 0 unless only the first were asked for. */
  readonly more: number;
  /** Which of them stand for more; only where folding was asked for. */
  readonly folds?: readonly TraceFold[];
  readonly limits: readonly string[];
  readonly coverage: readonly Coverage[];
}
