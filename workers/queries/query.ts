/** All rows of a view in order, in batches: for the command line. Memory is that of one batch. */

import type { ActivityJson } from '../contract/activity';
import { attribute } from '../contract/attributes';
import { ExhibitError } from '../contract/errors';
import type { QueryRequest } from '../contract/page';
import { inView } from './in-view';
import { overview, totalOf } from './overview';
import { readActivities } from './rows';
import { inOrder } from './sorted';
import type { Source } from './source';

const BATCH = 5_000;
/** Always there, so that a row can be cited, and what was completed is told from what was recorded. */
const ALWAYS: readonly string[] = ['id', 'kind', 'records', 'completed'];

/** Answers how many rows there were. The next batch is read when `onRows` has resolved. */
export async function query(
  source: Source,
  request: QueryRequest,
  onRows: (rows: readonly ActivityJson[]) => void | Promise<void>,
): Promise<number> {
  const only = request.columns && columnsOf(request.columns);
  const view = await inView(source, request);
  const keysAt = await inOrder(source, view, request);
  const total = Math.min(totalOf(view, await overview(source, view)), request.limit ?? Number.POSITIVE_INFINITY);
  for (let at = 0; at < total; at += BATCH) {
    const rows = await readActivities(source, await keysAt(at, Math.min(BATCH, total - at)), only);
    await onRows(only ? rows.map((row) => pick(row, only)) : rows);
  }
  return total;
}

function columnsOf(names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const found = attribute(name)?.name ?? ALWAYS.find((always) => always === name);
    if (found) return found;
    throw new ExhibitError('usage', `There is no attribute “${name.slice(0, 100)}”; see the list in the guide.`, { at: name });
  });
}

function pick(row: ActivityJson, columns: readonly string[]): ActivityJson {
  const wanted = [...new Set([...columns, ...ALWAYS])].filter((column) => row[column] !== undefined);
  return Object.fromEntries(wanted.map((column) => [column, row[column]])) as unknown as ActivityJson;
}
