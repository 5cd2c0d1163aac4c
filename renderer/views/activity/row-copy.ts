/** Rows for the clipboard, as other programs take them. */

import type { ActivityJson } from '../../../workers/contract/activity';
import { csvLine } from '../../../workers/contract/csv';
import type { SessionSummary } from '../../../workers/contract/session';
import { textOf, titleOf } from './list-columns';
import { rowOf } from './list-data';

export interface CopiedRow {
  readonly activity: ActivityJson;
  readonly session: SessionSummary | undefined;
}
export type CopyForm = 'row' | 'json' | 'csv' | 'id';

/** As many as the engine gives in one page. */
export const COPIED_AT_MOST = 10_000;

function cellsOf({ activity, session }: CopiedRow, columns: readonly string[]): readonly string[] {
  const row = rowOf(activity, session);
  return [String(activity.time ?? ''), ...columns.map((column) => textOf(activity, column, session, row))];
}

/** With a heading line; times in UTC with all digits. */
export const csvOf = (rows: readonly CopiedRow[], columns: readonly string[]): string =>
  [['time', ...columns.map(titleOf)], ...rows.map((row) => cellsOf(row, columns))].map(csvLine).join('');

/** `row`: cells with tabs between, as a spreadsheet takes them. */
export function copied(row: CopiedRow, columns: readonly string[], form: CopyForm): string {
  switch (form) {
    case 'id':
      return row.activity.id;
    case 'json':
      return JSON.stringify(row.activity, null, 2);
    case 'csv':
      return csvOf([row], columns);
    case 'row':
      return cellsOf(row, columns)
        .map((cell) => cell.replaceAll(/[\t\r\n]/g, ' '))
        .join('\t');
  }
}
