/**
 * Bursts in print: connections or file acts of one process that are alike and follow each other are one row with their number, as in the trace view
 * (queries/trace-rows.ts). The report's data has each of them, with its citation.
 */
import type { ActivityJson } from '../contract/activity';
import { ALIKE, BURST_NS, FOLDED_FROM } from '../contract/bursts';
import { timeOf, toNs } from './writer';

/** As `queries/trace-rows.ts`, which has place and rule by number. */
const SHARED = ['kind', 'process', 'containerid', 'pod', 'host', ...ALIKE] as const;

/** The first of a burst stands for all; `last`: when the last of them was. */
export interface Burst {
  readonly all: readonly ActivityJson[];
  readonly last: string;
}

export interface Folds {
  readonly bursts: ReadonlyMap<ActivityJson, Burst>;
  /** What a burst's first stands for. */
  readonly hidden: ReadonlySet<ActivityJson>;
}

/** @param activities in time order */
export function foldsOf(activities: readonly ActivityJson[]): Folds {
  const open = new Map<string, { all: ActivityJson[]; last: string }>();
  const runs: { readonly all: ActivityJson[]; last: string }[] = [];
  for (const activity of activities) {
    const time = timeOf(activity);
    if ((activity.kind !== 'net' && activity.kind !== 'file') || activity.rule !== undefined || time === undefined) continue;
    const key = JSON.stringify(SHARED.map((name) => activity[name] ?? null));
    const run = open.get(key);
    if (run && toNs(time) - toNs(run.last) < BURST_NS) {
      run.all.push(activity);
      run.last = time;
      continue;
    }
    const begun = { all: [activity], last: time };
    open.set(key, begun);
    runs.push(begun);
  }
  const bursts = runs.filter(({ all }) => all.length >= FOLDED_FROM);
  return {
    bursts: new Map(bursts.map((burst) => [burst.all[0] as ActivityJson, burst])),
    hidden: new Set(bursts.flatMap(({ all }) => all.slice(1))),
  };
}
