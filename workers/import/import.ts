/**
 * Brings one evidence into a case: sealed, read, projected, resolved against what the case has, exactly accounted, in one transaction
 * (docs/architecture.md, Import). Either all of it is in the case afterwards, or nothing.
 */
import { readdir, rm } from 'node:fs/promises';
import { basename, join as joinPath, relative } from 'node:path';
import { type BundleProblem, BundleReader, type ListChecked, type MemberDone } from '../bundle/reader';
import type { Sealed } from '../bundle/seal';
import type { Connection } from '../case/database';
import { type CaseFolder, makeEvidence, removeEvidence, storeIntent } from '../case/folder';
import { evidenceFolder, sourcePath } from '../case/store';
import {
  type ImportRequest,
  type ImportResult,
  intakeOf,
  type OnProgress,
  type Progress,
  type VerifyCheck,
} from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import { sql } from '../contract/sql';
import { CarefulPath } from './careful';
import { describeEvidence, describeRejects, totalsOf } from './describe';
import { caseDigests } from './digest';
import { Loader } from './load';
import { MemberSettings, settingsText } from './settings';
import { type Added, Settlement } from './settle';
import { step } from './steps';

/** The threads of imports. Whoever imports many evidences may keep them between imports. */
export class ImportThreads {
  readonly reader = new BundleReader();
  readonly careful = new CarefulPath();

  async close(): Promise<void> {
    await Promise.all([this.reader.close(), this.careful.close()]);
  }
}

/** Imports run one after another; the caller sees to that. The result's `case` is the name of the case folder. */
export async function importEvidence(
  folder: CaseFolder,
  request: ImportRequest,
  onProgress: OnProgress = () => undefined,
  signal: AbortSignal = new AbortController().signal,
  job = 'import',
  kept?: ImportThreads,
): Promise<ImportResult> {
  const started = performance.now();
  folder.writableJournal();
  const connection = await folder.database.connect();
  const threads = kept ?? new ImportThreads();
  const settings = new MemberSettings(request);
  const tell = (progress: Omit<Progress, 'job'>) => onProgress({ job, ...progress });
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    await connection.devote(true);
    const evidence = await nextNumber(connection, 'evidence');
    const { sealed, already } = await sealOnce({ folder, connection, threads, request, evidence, tell, signal });
    if (already === undefined) {
      await importSealed({ folder, connection, threads, request, settings, sealed, evidence, tell, signal });
    }
    return await describe(folder, connection, already ?? evidence, already !== undefined, started);
  } catch (error) {
    throw signal.aborted ? stopped() : error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    if (!kept) await threads.close();
    await connection.devote(false);
    connection.close();
  }
}

interface Job {
  readonly folder: CaseFolder;
  readonly connection: Connection;
  readonly threads: ImportThreads;
  readonly request: ImportRequest;
  /** Number of E1, E2… */
  readonly evidence: number;
  readonly tell: (progress: Omit<Progress, 'job'>) => void;
  readonly signal: AbortSignal;
}
interface SealedJob extends Job {
  readonly sealed: Sealed;
  readonly settings: MemberSettings;
}

/** Copies the evidence into the case; one that is there already (same SHA-256) leaves nothing but an entry in the journal. */
async function sealOnce(job: Job): Promise<{ readonly sealed: Sealed; readonly already: number | undefined }> {
  const { folder, connection, threads, request, evidence, tell, signal } = job;
  const { dir } = folder.paths;
  makeEvidence(dir, evidence);
  try {
    const sealed = await threads.reader.seal(
      request.path,
      evidenceFolder(dir, evidence),
      (done, total) => tell({ phase: 'sealing', detail: basename(request.path), done, total, unit: 'bytes' }),
      signal,
    );
    const known = await connection.one<{ evidence: number }>(sql`SELECT evidence FROM evidence WHERE sha256 = ${sealed.sha256}`);
    if (known) {
      removeEvidence(dir, evidence);
      folder.writableJournal().append('import', { ...facts(request, sealed), evidence: `E${known.evidence}`, already: true });
    }
    return { sealed, already: known?.evidence };
  } catch (error) {
    removeEvidence(dir, evidence);
    throw error;
  }
}

async function importSealed(job: SealedJob): Promise<void> {
  const { folder, evidence, request, sealed } = job;
  const journal = folder.writableJournal();
  const intent = await step('journal-intent', () =>
    journal.intend('import', {
      ...facts(request, sealed),
      evidence: `E${evidence}`,
      zones: request.zones,
      clusters: request.clusters,
    }),
  );
  try {
    const digest = await load(job, (connection) => storeIntent(connection, intent));
    await step('journal-outcome', () => journal.conclude(intent, 'done', { digest }));
  } catch (error) {
    removeEvidence(folder.paths.dir, evidence);
    const isStop = job.signal.aborted;
    journal.conclude(intent, isStop ? 'stopped' : 'failed', isStop ? {} : { why: (error as Error).message });
    throw error;
  } finally {
    await emptySpool(folder.paths.spool);
  }
}

/** What the journal says of an evidence. */
const facts = (request: ImportRequest, sealed: Sealed) => ({
  name: request.name ?? sealed.name,
  sha256: sealed.sha256,
  bytes: sealed.bytes,
  intake: intakeOf(request),
});

/** Reads, resolves and commits; answers the case digest. */
async function load(job: SealedJob, storeIntentIn: (connection: Connection) => Promise<void>): Promise<string> {
  const { folder, connection, tell, signal } = job;
  const loader = await Loader.open(connection, folder.paths.spool, job.threads.careful);
  const { members, checks } = await readMembers(job, loader);
  await loader.close();
  job.settings.assertUsed();
  tell({ phase: 'resolving', detail: 'merges and duplicates', done: 0, total: null, unit: 'steps' });
  const settlement = new Settlement(connection, loader, job.threads.careful, folder.paths.dir, job.evidence, members);
  await settlement.decide();
  assertGoesOn(signal);
  tell({ phase: 'loading', detail: 'writing activities', done: 0, total: null, unit: 'steps' });
  const digest = await inTransaction(connection, async () => {
    await step('insert', async () => {
      await connection.run(evidenceRow(job, checks));
      await settlement.write();
      await storeIntentIn(connection);
    });
    const digests = await caseDigests(connection);
    assertGoesOn(signal);
    return digests.digest;
  });
  await settlement.forget();
  // Where it is refused, the write-ahead log keeps what was committed.
  await step('checkpoint', () => connection.run('CHECKPOINT').catch(() => 0));
  return digest;
}

async function inTransaction<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await step('commit', () => connection.run('COMMIT'));
    return result;
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const evidenceRow = ({ folder, evidence, request, sealed }: SealedJob, checks: readonly VerifyCheck[]) => sql`
  INSERT INTO evidence VALUES (
    ${evidence}, ${request.name ?? sealed.name}, ${sealed.kind}, ${sealed.sha256}, ${sealed.bytes}, ${new Date().toISOString()},
    ${relative(folder.paths.dir, sealed.path)}, ${JSON.stringify(intakeOf(request))},
    ${JSON.stringify({ zones: request.zones ?? [], clusters: request.clusters ?? [], checks })}
  )`;

/** Streams all members through the loader. Problems that gave no member are listed as members without bytes. */
async function readMembers(
  { folder, connection, threads, settings, sealed, evidence, tell, signal }: SealedJob,
  loader: Loader,
): Promise<{ readonly members: readonly Added[]; readonly checks: readonly VerifyCheck[] }> {
  const { dir, spool } = folder.paths;
  const firstMember = await nextNumber(connection, 'member');
  const members: Added[] = [];
  const problems: Pick<BundleProblem, 'path' | 'why'>[] = [...sealed.problems];
  const lists: ListChecked[] = [];
  const onBytes = (done: number, total: number | null) =>
    tell({
      phase: 'reading',
      detail: sealed.name,
      done,
      total: total ?? (sealed.kind === 'archive' ? null : sealed.bytes),
      unit: 'bytes',
    });
  for await (const event of threads.reader.read({ sealed, evidence, firstMember, caseDir: dir, spool }, onBytes, signal)) {
    if (event.type === 'part') {
      await loader.part(event, settings.of(event.name), () => threads.reader.reuse(event.file));
    } else if (event.type === 'problem') problems.push(event);
    else if (event.type === 'list') lists.push(event);
    else {
      const own = settings.of(event.name);
      if (event.format && event.source !== null) {
        loader.finishMember(event.number, event.format, sourcePath(dir, event.source), own);
      }
      members.push({ ...event, evidence, evidenceSha256: sealed.sha256, settings: settingsText(own) });
    }
    assertGoesOn(signal);
  }
  for (const problem of problems) {
    const number = firstMember + members.length;
    members.push({ ...unread(number, problem, sealed), evidence, evidenceSha256: sealed.sha256, settings: null });
  }
  return withLists(members, lists);
}

/** What the bundle's own lists of checksums say, beside what it is said of. */
function withLists(members: readonly Added[], lists: readonly ListChecked[]) {
  const said = (member: Added): (string | null)[] => [
    ...lists.map(({ path, text }) => (path === member.path ? text : null)),
    ...lists.map(({ path, differ }) =>
      differ.some((file) => member.path === file || member.path.startsWith(`${file}!/`))
        ? `Its bytes are not those that ${path} in the bundle lists.`
        : null,
    ),
  ];
  const warned = members.map((member) => {
    const own = said(member).filter((text) => text !== null);
    const isList = lists.some(({ path }) => path === member.path);
    const warning = isList ? null : member.warning;
    return own.length === 0 ? member : { ...member, warning: [...(warning === null ? [] : [warning]), ...own].join(' ') };
  });
  return { members: warned, checks: lists.map(({ path, ok, text }) => ({ what: path, ok, detail: text })) };
}

/** Something that could not be read at all: in the list of members, so that its absence shows. */
const unread = (
  number: number,
  { path, why }: Pick<BundleProblem, 'path' | 'why'>,
  sealed: Sealed,
): Omit<MemberDone, 'type' | 'sha256'> => ({
  number,
  path,
  name: path === '' ? sealed.name : path,
  format: null,
  bytes: 0,
  records: 0,
  byLines: true,
  lines: 0,
  blankLines: 0,
  account: undefined,
  source: null,
  warning: why,
});

async function describe(
  folder: CaseFolder,
  connection: Connection,
  evidence: number,
  already: boolean,
  started: number,
): Promise<ImportResult> {
  const described = (await describeEvidence(connection, evidence)).map((each) => ({ ...each, already }));
  const { digest, evidenceDigest } = await caseDigests(connection);
  return {
    case: basename(folder.paths.dir),
    digest,
    evidenceDigest,
    seconds: Math.round(performance.now() - started) / 1000,
    evidence: described,
    totals: totalsOf(described),
    rejects: await describeRejects(connection, evidence),
  };
}

async function nextNumber(connection: Connection, table: 'evidence' | 'member'): Promise<number> {
  const next =
    table === 'evidence'
      ? await connection.one<{ n: number }>('SELECT coalesce(max(evidence), 0) + 1 AS n FROM evidence')
      : await connection.one<{ n: number }>('SELECT coalesce(max(member), 0) + 1 AS n FROM member');
  return Number(next?.n ?? 1);
}

function assertGoesOn(signal: AbortSignal): void {
  if (signal.aborted) throw stopped();
}

const stopped = (): ExhibitError => new ExhibitError('stopped', 'The import was stopped; nothing of it was kept.');

/** Parts that an import which failed had not consumed. DuckDB's own temporary files stay. */
async function emptySpool(spool: string): Promise<void> {
  for (const name of await readdir(spool)) {
    if (name.endsWith('.ndjson')) await rm(joinPath(spool, name), { force: true });
  }
}
