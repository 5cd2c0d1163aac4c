/** What is in view as a file in memory: a window has no path to write to. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import type { ActivitiesExport, ActivitiesFile } from '../contract/export';
import type { OnProgress } from '../contract/progress';

const MIME: Readonly<Record<ActivitiesExport['format'], string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};
/** It lies in the memory of the shell and of the window. */
const MOST_BYTES = 512 * 2 ** 20;

/** Throws `bounds` where the file is larger than 512 MiB. */
export async function activitiesFile(
  engine: Engine,
  request: Omit<ActivitiesExport, 'out'>,
  onProgress?: OnProgress,
): Promise<ActivitiesFile> {
  const folder = await mkdtemp(join(tmpdir(), 'exhibit-save-'));
  const name = `activities.${request.format}`;
  try {
    const out = join(folder, name);
    const made = await engine.exportActivities({ ...request, out }, onProgress);
    if ((await stat(out)).size > MOST_BYTES)
      throw new ExhibitError('bounds', 'That is more than a window can save; narrow the view, or use exhibit export.');
    return { ...made, name, mime: MIME[request.format], bytes: await readFile(out) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
