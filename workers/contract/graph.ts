/** How much happened when. */
import type { Kind } from './attributes';
import type { Pane, View } from './view';

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
