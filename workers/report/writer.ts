/** What every part of the report writes with: the model, its clock, and the numbers of the cited records. */
import type { ActivityJson, RecordPlace } from '../contract/activity';
import { parseTime } from '../contract/time';
import type { Trace } from '../contract/trace';
import { cite, type Spans, words } from './blocks';
import type { ReportModel } from './model';
import { Clock } from './zone';

export interface Writer {
  readonly model: ReportModel;
  readonly clock: Clock;
  /** Citations of these records, as `[1] [2]`. */
  readonly citing: (records: readonly RecordPlace[]) => Spans;
  /** The same of activities by their ids; those that are not cited are left out. */
  readonly citingIds: (ids: readonly string[]) => Spans;
  /** Leaves these records to the data, unless something else that is printed cites them. */
  readonly leave: (records: readonly RecordPlace[]) => void;
  /** Citations that have to be printed, of what was written so far. */
  readonly printed: () => ReportModel['citations'];
}

const keyOf = (p: RecordPlace): string => JSON.stringify([p.evidence, p.member, p.record]);

export function writerOf(model: ReportModel): Writer {
  const numbers = new Map(model.citations.map((c) => [keyOf(c), c.n]));
  const cited = new Set<number>();
  const left = new Set<number>();
  const citation = (n: number | undefined): Spans => {
    if (n === undefined) return [];
    cited.add(n);
    return [cite(n), words(' ')];
  };
  const citing = (records: readonly RecordPlace[]): Spans => records.flatMap((r) => citation(numbers.get(keyOf(r))));
  const leave = (records: readonly RecordPlace[]): void => {
    for (const record of records) left.add(numbers.get(keyOf(record)) ?? 0);
  };
  const printed = () => model.citations.filter(({ n }) => cited.has(n) || !left.has(n));
  const byId = new Map(model.citations.map((c) => [c.id, c.n]));
  const citingIds = (ids: readonly string[]): Spans =>
    [...new Set(ids.map((id) => byId.get(id.replace(/#\d+$/, ''))))].flatMap(citation);
  return { model, clock: new Clock(model.zone), citing, citingIds, leave, printed };
}

/** ns since the epoch of a time of the engine's. */
export const toNs = (time: string): bigint => parseTime(time) ?? 0n;
export const timeOf = (a: ActivityJson): string | undefined => (typeof a.time === 'string' ? a.time : undefined);
/** Opened by a call to an API server; any other session begins with a process. */
export const isCall = ({ originator }: Pick<Trace, 'originator'>): boolean =>
  originator.kind === 'exec' || originator.kind === 'api';
