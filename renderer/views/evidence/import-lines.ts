/** Imports as one list in the order in which they were asked for: what became of those that ended, which one runs, which ones wait. */
import type { ImportResult } from '../../../workers/contract/evidence';
import { visible } from '../../../workers/contract/visible';
import { counted, grouped } from '../../data/numbers';
import type { Earlier, Imports } from '../../state/imports.svelte';

/** How one ended; `stoppedAt` is the share that was done, where it is known. */
export interface Ended extends Earlier {
  readonly stoppedAt?: number;
}

export type ImportLine =
  | { readonly state: 'ended'; readonly name: string; readonly ended: Ended; readonly last: boolean }
  | { readonly state: 'running'; readonly name: string }
  | { readonly state: 'waiting'; readonly name: string; readonly at: number };

type Row = Pick<Imports, 'earlier' | 'ended' | 'result' | 'failure' | 'stoppedAt' | 'name' | 'waiting'>;

export function importLines({ earlier, ended, result, failure, stoppedAt, name, waiting }: Row): readonly ImportLine[] {
  const last = { name: ended, result, failure, stoppedAt };
  const hasLast = result !== undefined || failure !== undefined || stoppedAt !== undefined;
  const all = hasLast ? [...earlier, last] : earlier;
  return [
    ...all.map((one) => ({ state: 'ended' as const, name: one.name, ended: one, last: one === last })),
    ...(name === undefined ? [] : [{ state: 'running' as const, name }]),
    ...waiting.map((one, at) => ({ state: 'waiting' as const, name: one, at })),
  ];
}

export interface Outcome {
  /** `partly`: records of it could not be read. */
  readonly sort: 'done' | 'partly' | 'stopped' | 'failed' | 'nothing';
  /** What came of it, and what is to be known of that. */
  readonly what: string;
  readonly more: string;
}

export function outcomeOf({ result, failure, stoppedAt }: Ended): Outcome {
  if (failure)
    return {
      sort: 'failed',
      what: 'The import failed',
      more: `${visible(failure.message)} Nothing of it was added; what was in the case before is as it was.`,
    };
  if (!result)
    return {
      sort: 'stopped',
      what: `Stopped${stoppedAt ? ` at ${Math.floor(stoppedAt * 100)} %` : ''} by you`,
      more: 'Nothing of it was added. What was sealed before is complete.',
    };
  if (isAlready(result))
    return { sort: 'done', what: 'Already in this case', more: 'Its hash is that of an evidence here; nothing was added.' };
  const { activities, records, merged, duplicates, ignored, rejected } = result.totals;
  return {
    sort: activities === 0 ? 'nothing' : rejected > 0 ? 'partly' : 'done',
    what: activities === 0 ? 'No activity came of it' : counted(activities, 'activity', 'activities'),
    more:
      `from ${counted(records, 'record')} in ${result.seconds.toFixed(1)} s; ${grouped(merged)} merged, ` +
      `${counted(duplicates, 'duplicate')}, ${grouped(ignored)} ignored, ${grouped(rejected)} rejected.`,
  };
}

/** The very bytes are evidence of the case. */
export const isAlready = ({ evidence }: ImportResult): boolean => evidence.length > 0 && evidence.every(({ already }) => already);

/** What is said of members: not read, cut off, too large. */
export const remarksOf = (result: ImportResult): readonly { readonly at: string; readonly why: string }[] =>
  isAlready(result)
    ? []
    : result.evidence.flatMap((e) =>
        e.members.flatMap(({ path, warning }) => (warning === null ? [] : [{ at: path || e.name, why: warning }])),
      );
