/**
 * What is in view as a file that another case reads (`formats/table.ts`): lines of JSON, CSV, or Parquet. It is written beside its place and put there when it is
 * complete; nothing is ever written over.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileChunks } from '../bundle/source';
import type { ActivityJson } from '../contract/activity';
import { CARRIED } from '../contract/attributes';
import { csvLine } from '../contract/csv';
import { ExhibitError } from '../contract/errors';
import type { ActivitiesExport } from '../contract/export';
import type { View } from '../contract/view';
import type { Job } from '../jobs';
import { query } from '../queries/query';
import type { Source } from '../queries/source';
import { Redactor } from '../redact/redactor';
import { redactActivity } from '../redact/visit';
import { toParquet } from './parquet';

/**
 * Answers the hash of the file, how many activities are in it, and in how many places a secret was taken out.
 * @param key of the case, for fingerprints of secrets
 * Throws `usage` where there is something at `out` already, `unreadable` where it cannot be written, `stopped`.
 */
export async function exportActivities(
  source: Source,
  request: ActivitiesExport,
  key: Uint8Array | undefined,
  { signal, report }: Job,
): Promise<{ readonly sha256: string; readonly activities: number; readonly redacted: number }> {
  const { format, out, redact, ...view } = request;
  const redactor = redact === 'none' ? undefined : new Redactor<string>(key);
  const folder = await beside(out);
  try {
    const written = join(folder, format === 'csv' ? 'activities.csv' : 'activities.ndjson');
    const file = await open(written, 'wx', 0o600);
    const textOf = format === 'csv' ? csvRows : jsonRows;
    const activities = await writeRows(file, source, view, textOf, redactor, (done) => {
      if (signal.aborted) throw new ExhibitError('stopped', 'The export was stopped; nothing was written.');
      report({ phase: 'reporting', detail: basename(out), done, total: null, unit: 'records' });
    });
    const made = format === 'parquet' ? await toParquet(written, folder) : written;
    const sha256 = await hashOf(made);
    await copyFile(made, out, constants.COPYFILE_EXCL).catch((error: unknown) => {
      throw refused(out, error);
    });
    const redacted = redactor?.list().reduce((sum, { times }) => sum + times, 0) ?? 0;
    return { sha256, activities, redacted };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRows(
  file: FileHandle,
  source: Source,
  view: View,
  textOf: (rows: readonly ActivityJson[]) => string,
  redactor: Redactor<string> | undefined,
  onDone: (done: number) => void,
): Promise<number> {
  let done = 0;
  try {
    if (textOf === csvRows) await file.write(csvLine(CARRIED.map(({ name }) => name)));
    return await query(source, view, async (rows) => {
      await file.write(textOf(redactor ? rows.map((row) => redactActivity(row, redactor)) : rows));
      done += rows.length;
      onDone(done);
    });
  } finally {
    await file.close();
  }
}

const jsonRows = (rows: readonly ActivityJson[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const csvRows = (rows: readonly ActivityJson[]): string =>
  rows.map((row) => csvLine(CARRIED.map(({ name }) => row[name]))).join('');

/** A folder of our own beside the file, so that nobody else sees what is not complete. */
async function beside(out: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(out), '.exhibit-export-'));
  } catch (error) {
    throw refused(out, error);
  }
}

function refused(out: string, error: unknown): ExhibitError {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EEXIST'
    ? new ExhibitError('usage', `There is something at ${out} already; nothing is written over.`, { at: out })
    : new ExhibitError('unreadable', `${out} cannot be written (${code}).`, { at: out });
}

async function hashOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of fileChunks(file)) digest.update(chunk);
  return digest.digest('hex');
}
