/** Like things as one (`likeness.ts`). */
import type { ActivityJson } from './activity';
import type { Pane, View } from './view';

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
