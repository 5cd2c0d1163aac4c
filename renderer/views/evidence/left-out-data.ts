/** Records that gave no activity, for reading and as CSV. */
import { csvLine } from '../../../workers/contract/csv';
import type { SkippedRecord } from '../../../workers/contract/skipped';
import { grouped } from '../../data/numbers';

/** `E1/node-1/audit.log:6314`; without a record the member and its byte; of a run its first record and how many follow. */
export function placeOf({ evidence, member, record, offset, records }: SkippedRecord): string {
  if (record === null) return `${evidence}/${member}${offset === null ? '' : ` byte ${grouped(offset)}`}`;
  return `${evidence}/${member}:${record}${records > 1 ? ` and ${grouped(records - 1)} more` : ''}`;
}

const COLUMNS = ['evidence', 'member', 'record', 'fate', 'why', 'offset', 'length', 'records'] as const;
export const CSV_HEAD = csvLine(COLUMNS);

export const csvOf = (rows: readonly SkippedRecord[]): string =>
  rows.map((row) => csvLine(COLUMNS.map((column) => row[column]))).join('');
