/** What crosses to the correlator's thread and back: plain data and typed arrays. Times are seconds since `base`; NaN is unknown. */
import type { ArgvMatch, Image } from './argv';
import type { Columns, ColumnType } from './columns';
import type { Composite } from './composites';
import type { EngineExec } from './engine-exec';
import type { MeasuredOffset } from './measured';
import type { OpenerKind } from './openers';
import type { Asked } from './originators';
import type { Place } from './places';

/** An originator, in order of time; its position is its number. */
export interface Attempt extends Asked {
  readonly key: number;
  readonly auditid: string | null;
  readonly cluster: string | null;
  /** Whose clock: the API server, or the log that stands in for it. */
  readonly log: string;
  /** Request received. */
  readonly time: number;
  /** ResponseStarted. */
  readonly ready: number;
  /** ResponseComplete. */
  readonly end: number;
  /** Where the originator is a process of its own instead of a call. */
  readonly opener: OpenerKind | null;
  /** What a container engine's own exec asks for. */
  readonly engine: EngineExec | null;
  /** What it is a part of. */
  readonly composite: Composite | null;
  /** Hashes of the names that the command asked for may run under. */
  readonly comms: readonly number[];
  /** Keys of the other activities that tell the same call (`twins.ts`). */
  readonly twins: readonly number[];
}

/**
 * Rows that may tell a process outside the init tree, in order of time. `entity`, `parent`: hashes of the agent's ids, 0 where it gives none;
 * `text`, `comm`, `above`: hash of the image's texts, of its name, of its parent's name; `into`: the place
 * that a runtime's exec on a node lets a process into (`runtime-exec.ts`). Numbers that are not recorded are -1.
 */
export const SUBJECT = {
  key: 'f64',
  start: 'f64',
  end: 'f64',
  entity: 'u64',
  parent: 'u64',
  text: 'u64',
  comm: 'i32',
  above: 'i32',
  pid: 'i32',
  ppid: 'i32',
  vpid: 'i32',
  tty: 'i32',
  sid: 'i32',
  shell: 'i32',
  place: 'i32',
  into: 'i32',
  bits: 'i32',
} as const satisfies Readonly<Record<string, ColumnType>>;
export type Subjects = Columns<typeof SUBJECT>;

/** `INNER`: the parent's name is recorded and is no container runtime. `OUTER`: it is one. `INSIDE`: surely in the init tree. `RUNTIME`: is a runtime's own process. */
export const BIT = { ENTERED: 1, PROBE: 2, CMD: 4, INNER: 8, OUTER: 16, INSIDE: 32, RUNTIME: 64 } as const;

/** A process image's texts, by their hash. */
export interface Text extends Image {
  readonly low: number;
  readonly high: number;
}

export interface Input {
  readonly attempts: readonly Attempt[];
  readonly places: readonly Place[];
  /** First process seen of each place, the hash of its name if it may be the entry point (else -1), and whether a vpid 1 was seen. */
  readonly firsts: readonly { readonly start: number; readonly comm: number; readonly init: boolean }[];
  readonly subjects: Subjects;
  readonly texts: readonly Text[];
}

/** `root-lost`: its children were found (`heads`), its own record was not. */
export type Nothing = 'root-lost' | 'no-agent' | 'none-alike' | 'all-taken' | 'too-far';

/** Why a root is an originator's, as numbers; `reasons.ts` makes sentences of it. */
export interface Match {
  readonly argv: ArgvMatch;
  /** Both sides know the terminal, and agree or not; null where one does not know. */
  readonly tty: boolean | null;
  /** As in `Pair`. */
  readonly key: boolean | null;
  readonly outer: 'entered' | 'runtime' | 'unknown-parent' | 'inner-parent';
  /** Its exec is recorded; else `delay` is that of what it did first. */
  readonly executed: boolean;
  /** Seconds from ResponseStarted (or the request, where it is not recorded) to start, after the offset. */
  readonly delay: number;
  readonly delayFrom: 'ready' | 'request';
  /** Seconds from the root's exit to ResponseComplete, after the offset; NaN where one is unknown. */
  readonly gap: number;
  readonly offset: number;
  readonly offsetBasis: 'pairs' | 'relatives' | 'none';
  readonly offsetPairs: number;
  /** Median delay on this server and node; NaN under three pairs. */
  readonly medianDelay: number;
  /** The same command runs here as a probe every so many seconds; NaN where none does. */
  readonly probePeriod: number;
  /** Seconds from the root's start to the nearest beat of that probe. */
  readonly offBeat: number;
}

export interface Rival {
  /** Number of the other originator; -1 for a probe. */
  readonly attempt: number;
  readonly confidence: number;
  /** Its start and exit against this root, as in `Match`. */
  readonly delay: number;
  readonly gap: number;
}

/** An originator's answer. `root` is a process number; -1 where none was assigned. */
export interface Answer {
  readonly root: number;
  /** Its place; -1 where none. */
  readonly place: number;
  readonly confidence: number;
  readonly match: Match | null;
  readonly nothing: Nothing | null;
  readonly rivals: readonly Rival[];
  /** Processes whose parent was the root, where its own record was lost. */
  readonly heads: readonly number[];
}

/** One row of a session: the key of an activity, the key of the first row of its process, and that of the parent process (-1: none). */
export interface Found {
  readonly key: Float64Array;
  readonly session: Int32Array;
  readonly process: Float64Array;
  readonly parent: Float64Array;
  readonly depth: Int32Array;
  readonly confidence: Float64Array;
}

export interface Output {
  /** Numbers of the originators that open a session, in order; everything else here counts by place in this list. */
  readonly kept: readonly number[];
  readonly answers: readonly Answer[];
  readonly found: Found;
  readonly clocks: readonly MeasuredOffset[];
  /** Key of the first row of each answer's root, NaN where none. */
  readonly roots: Float64Array;
}
