/** How results look: JSON, CSV and aligned tables. Evidence is written by attackers, so each form makes it harmless in its own way. */
import { plain } from '../workers/contract/csv';
import { formatTime } from '../workers/contract/time';
import { visible } from '../workers/contract/visible';

/** One JSON document and a line end. Times that are bigint are written as such; no other bigint is part of the contract. */
export const json = (value: unknown): string =>
  `${JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? formatTime(inner) : inner))}\n`;

/** A cell of a table: one line, nothing hidden, lists with commas. */
export const cell = (value: unknown): string => visible(Array.isArray(value) ? value.map(plain).join(', ') : plain(value));

/** Widest a column gets to be; longer cells push what follows, nothing is cut. */
const MAX_WIDTH = 48;

/** A table whose rows may go on coming: the widths are those of the first rows. */
export function tableWriter(
  headings: readonly string[],
  first: readonly (readonly unknown[])[],
): (row: readonly unknown[]) => string {
  const widths = headings.map((heading, i) => {
    const longest = Math.max(heading.length, ...first.slice(0, 1000).map((row) => cell(row[i]).length));
    return Math.min(longest, MAX_WIDTH);
  });
  return (row) =>
    `${row
      .map((value, i) => (i === row.length - 1 ? cell(value) : cell(value).padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd()}\n`;
}

export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = tableWriter(headings, rows);
  return [headings, ...rows].map(line).join('');
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
