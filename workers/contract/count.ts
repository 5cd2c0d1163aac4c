/** How many activities there are of what: the hierarchy, counts, values for completion. */
import type { Pane, View } from './view';

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

export interface ValuesRequest extends View, Pane {
  readonly attribute: string;
  readonly startsWith?: string;
  readonly limit: number;
}
