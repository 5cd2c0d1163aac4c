/** Activities in order: a page of them, or all. */
import type { ActivityJson } from './activity';
import type { Pane, View } from './view';

/** What the list makes of several attributes: the activity in one line, where it happened, and who did it. */
export const MADE_COLUMNS = ['what', 'place', 'who'] as const;
export type MadeColumn = (typeof MADE_COLUMNS)[number];
export const isMadeColumn = (name: string): name is MadeColumn => (MADE_COLUMNS as readonly string[]).includes(name);

export interface Ordering {
  /** An attribute or a made column; `time` where absent. Equal ones stand by time, then id. */
  readonly sort?: string;
  /** `asc` (default), or all of it turned round. Undated rows come last in `asc` and first in `desc`; those without the value that is sorted by come last in both. */
  readonly order?: 'asc' | 'desc';
}

export interface PageRequest extends View, Pane, Ordering {
  /** Rows from this position (0-based) of the ordered result; served through a position index, never a deep OFFSET. */
  readonly at?: number;
  readonly limit: number;
}

export interface Page {
  readonly rows: readonly ActivityJson[];
  readonly at: number;
  readonly total: number;
}

export interface QueryRequest extends View, Ordering {
  readonly columns?: readonly string[];
  readonly limit?: number;
}
