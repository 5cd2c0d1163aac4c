/** When connections or file acts of one process are one row with their number, in the trace view and in print. */

/** Fewer are shown one by one. */
export const FOLDED_FROM = 10;
/** A burst ends where nothing like it follows for this long: no silence that a trace would say lies inside one. */
export const BURST_NS = 5_000_000_000n;
/** Attributes that they must share, beside place, process and rule. */
export const ALIKE = ['direction', 'l4proto', 'comm', 'client', 'server', 'serverport', 'mode', 'path', 'result'] as const;
