/** `exhibit export --format parquet|csv|ndjson`: activities as a file that another case reads. */
import { resolve } from 'node:path';
import type { ActivitiesExport, ActivitiesExported } from '../workers/contract/export';
import type { View } from '../workers/contract/view';
import { reporting } from './case';
import type { Io } from './io';
import { progress } from './progress';

const FORMATS = ['parquet', 'csv', 'ndjson'] as const satisfies readonly ActivitiesExport['format'][];
export type ActivitiesFormat = (typeof FORMATS)[number];

export const isActivitiesFormat = (format: string): format is ActivitiesFormat => (FORMATS as readonly string[]).includes(format);

export function exportActivities(
  dir: string,
  io: Io,
  format: ActivitiesFormat,
  out: string,
  view: View & Pick<ActivitiesExport, 'redact'>,
): Promise<ActivitiesExported> {
  return reporting(dir, io, (engine) =>
    engine.exportActivities(
      { ...view, format, out: resolve(out) },
      progress(io, async () => {}),
    ),
  );
}
