/** Records that gave no activity, for reading and as CSV. */
import type { SkippedRecord } from '../../../workers/contract/engine';

/** `E1/node-1/audit.log:6310`; without a record the member and its byte. */
export const placeOf = ({ evidence, member, record, offset }: SkippedRecord): string =>
  `${evidence}/${member}${record === null ? (offset === null ? '' : ` byte ${offset.toLocaleString('en-US')}`) : `:${record}`}`;

const COLUMNS = ['evidence', 'member', 'record', 'fate', 'why', 'offset', 'length'] as const;
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
