/**
 * What the import of an evidence and a later reading of it under other settings share: a connection and threads of their own, progress, stopping, one
 * transaction, and a spool that is left empty.
 */
import { readdir, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { BundleReader } from '../bundle/reader';
import type { Connection } from '../case/database';
import { type CaseFolder, storeIntent } from '../case/folder';
import type { Detail } from '../case/journal';
import { caseName } from '../case/store';
import { ExhibitError } from '../contract/errors';
import type { ImportResult } from '../contract/evidence';
import type { OnProgress, Progress } from '../contract/progress';
import { sql } from '../contract/sql';
import { CarefulPath } from './careful';
import { describeEvidence, describeRejects, totalsOf } from './describe';
import { caseDigests } from './digest';
import { step } from './steps';

/** The threads of imports. Whoever imports many evidences may keep them between imports. */
export class ImportThreads {
  readonly reader = new BundleReader();
  readonly careful = new CarefulPath();

  async close(): Promise<void> {
    await Promise.all([this.reader.close(), this.careful.close()]);
  }
}

/** How a change is watched and stopped; `kept` are threads that the caller goes on using. */
export interface Watch {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly job: string;
  readonly kept?: ImportThreads | undefined;
}

/** A change of the evidence that goes on. */
export interface Change {
  readonly folder: CaseFolder;
  readonly connection: Connection;
  readonly threads: ImportThreads;
  readonly tell: (progress: Omit<Progress, 'job'>) => void;
  readonly signal: AbortSignal;
}

/** Changes run one after another; the caller sees to that. Throws `case-read-only`, `stopped`. */
export async function changing<T>(folder: CaseFolder, watch: Watch, work: (change: Change) => Promise<T>): Promise<T> {
  const { onProgress, signal = new AbortController().signal, job, kept } = watch;
  folder.writableJournal();
  const connection = await folder.database.connect();
  const threads = kept ?? new ImportThreads();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    return await work({ folder, connection, threads, tell: (progress) => onProgress?.({ job, ...progress }), signal });
  } catch (error) {
    throw signal.aborted ? stopped() : error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    if (!kept) await threads.close();
    await connection.settle();
    connection.close();
  }
}

/**
 * Journals the intent, does the work, journals the outcome.
 * @param work answers the case digest; its transaction must call `commits`
 * @param undo of what lies on the disk, where nothing was committed
 */
export async function journaled(
  { folder, signal }: Change,
  what: string,
  detail: Detail,
  work: (commits: (connection: Connection) => Promise<void>) => Promise<string>,
  undo: () => Promise<void> | void,
): Promise<void> {
  const journal = folder.writableJournal();
  const intent = await step('journal-intent', () => journal.intend(what, detail));
  try {
    const digest = await work((connection) => storeIntent(connection, intent));
    await step('journal-outcome', () => journal.conclude(intent, 'done', { digest }));
  } catch (error) {
    await undo();
    const isStop = signal.aborted;
    journal.conclude(intent, isStop ? 'stopped' : 'failed', isStop ? {} : { why: (error as Error).message });
    throw error;
  } finally {
    await emptySpool(folder.paths.spool);
  }
}

/** For `Connection.together`. */
export const committing = (commit: () => Promise<number>): Promise<number> => step('commit', commit);

/** Where it is refused, the write-ahead log keeps what was committed. */
export const checkpoint = (connection: Connection): Promise<number> =>
  step('checkpoint', () => connection.run('CHECKPOINT').catch(() => 0));

export function assertGoesOn(signal: AbortSignal): void {
  if (signal.aborted) throw stopped();
}

const stopped = (): ExhibitError => new ExhibitError('stopped', 'The import was stopped; nothing of it was kept.');

/** What became of an evidence. */
export async function outcome(
  { folder, connection }: Change,
  evidence: number,
  already: boolean,
  started: number,
): Promise<ImportResult> {
  const described = (await describeEvidence(connection, evidence)).map((each) => ({ ...each, already }));
  const { digest, evidenceDigest } = await caseDigests(connection);
  return {
    case: caseName(folder.paths.dir),
    digest,
    evidenceDigest,
    seconds: Math.round(performance.now() - started) / 1000,
    evidence: described,
    totals: totalsOf(described),
    rejects: await describeRejects(connection, evidence),
  };
}

export async function nextNumber(connection: Connection, table: 'evidence' | 'member'): Promise<number> {
  const next =
    table === 'evidence'
      ? await connection.one<{ n: number }>(sql`SELECT coalesce(max(evidence), 0) + 1 AS n FROM evidence`)
      : await connection.one<{ n: number }>(sql`SELECT coalesce(max(member), 0) + 1 AS n FROM member`);
  return Number(next?.n ?? 1);
}

/** Parts that a change which failed had not consumed. DuckDB's own temporary files stay. */
async function emptySpool(spool: string): Promise<void> {
  for (const name of await readdir(spool)) {
    if (name.endsWith('.ndjson')) await rm(joinPath(spool, name), { force: true });
  }
}
