/** Rows as RFC 4180 that a spreadsheet takes for what they are. */
import { formatTime } from './time';

/** A value as text; times that are bigint as RFC 3339, what has parts as JSON. */
export const plain = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'bigint') return formatTime(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A cell that a spreadsheet would take for a formula gets a leading `'`, which our own import takes off (design section 4). */
function csvCell(value: unknown): string {
  const text = plain(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== 'number' ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A line with its end. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`;
