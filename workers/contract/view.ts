/** What is in view, and who asks. */
import type { Kind } from './attributes';

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
