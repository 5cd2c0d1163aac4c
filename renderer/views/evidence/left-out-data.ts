/** Records that gave no activity, for reading and as CSV. */
import type { SkippedRecord } from '../../../workers/contract/engine';

/** `E1/node-1/audit.log:6310`; without a record the member and its byte; of a run its first record and how many follow. */
export function placeOf({ evidence, member, record, offset, records }: SkippedRecord): string {
  if (record === null) return `${evidence}/${member}${offset === null ? '' : ` byte ${offset.toLocaleString('en-US')}`}`;
  return `${evidence}/${member}:${record}${records > 1 ? ` and ${(records - 1).toLocaleString('en-US')} more` : ''}`;
}

const COLUMNS = ['evidence', 'member', 'record', 'fate', 'why', 'offset', 'length', 'records'] as const;
export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`;

/** A cell that a spreadsheet would take for a formula gets a leading `'` (design section 4). */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvOf = (rows: readonly SkippedRecord[]): string =>
  rows.map((row) => `${COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`).join('');
