/** A session: who opened it, how sure its link is, and why. */
import type { ActivityJson } from './activity';
import type { Kind } from './attributes';

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
