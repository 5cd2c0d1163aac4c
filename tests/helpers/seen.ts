/** Which attributes a format's projection gives on real records, and which of those that it names no real record shows. */
import type { Row } from '../../workers/case/database';
import type { Format } from '../../workers/formats/format';
import { namedColumns } from '../../workers/import/named-columns';

/** Columns that the projection names, without those that no row fills. */
export async function unseen(format: Format, rows: readonly Row[]): Promise<readonly string[]> {
  const seen = new Set(rows.flatMap((row) => Object.keys(row).filter((column) => row[column] !== null)));
  return [...(await namedColumns(format))].filter((column) => !seen.has(column)).sort();
}
