/** Which attributes that a format's projection names no row of real records shows. */
import type { Row } from '../../workers/case/database';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, POLICY_COLUMNS, SCOPE_COLUMNS } from '../../workers/case/schema';
import type { Format } from '../../workers/formats/format';
import { namedColumns } from '../../workers/import/named-columns';

const ATTRIBUTES = new Set(Object.keys({ ...ACTIVITY_COLUMNS, ...ACTOR_COLUMNS, ...POLICY_COLUMNS, ...SCOPE_COLUMNS }));

export async function unseen(format: Format, rows: readonly Row[]): Promise<readonly string[]> {
  const seen = new Set(rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== null)));
  return [...(await namedColumns(format))].filter((column) => ATTRIBUTES.has(column) && !seen.has(column)).sort();
}
