/** Activities in order: a page of them, or all. */
import type { ActivityJson } from './activity';
import type { Pane, View } from './view';

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

export interface QueryRequest extends View {
  readonly columns?: readonly string[];
  readonly limit?: number;
}
