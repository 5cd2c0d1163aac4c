/** One activity in full: its records, their bytes, and what else is told of the same. */
import type { ActivityJson, RecordPlace } from './activity';
import type { SessionSummary } from './session';

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
