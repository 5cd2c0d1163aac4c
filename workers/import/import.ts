/**
 * Brings one evidence into a case: sealed, read, projected, resolved against what the case has, exactly accounted, in one transaction
 * (docs/architecture.md, Import). Either all of it is in the case afterwards, or nothing.
 */
import { basename } from 'node:path';
import type { Sealed } from '../bundle/seal';
import type { Connection } from '../case/database';
import { type CaseFolder, makeEvidence, removeEvidence } from '../case/folder';
import { evidenceFolder, sealedSource } from '../case/store';
import type { ImportRequest, ImportResult } from '../contract/evidence';
import { intakeOf, type SourceSettings } from '../contract/intake';
import type { OnProgress } from '../contract/progress';
import { sql } from '../contract/sql';
import {
  assertGoesOn,
  type Change,
  changing,
  checkpoint,
  committing,
  type ImportThreads,
  journaled,
  nextNumber,
  outcome,
} from './change';
import { caseDigests } from './digest';
import { Loader } from './load';
import { type MembersRead, readMembers, type SealedChange } from './read-members';
import { MemberSettings, sourceSettings } from './settings';
import { Settlement } from './settle';
import { step } from './steps';

export { ImportThreads } from './change';

/** Imports run one after another; the caller sees to that. The result's `case` is the name of the case folder. */
export async function importEvidence(
  folder: CaseFolder,
  request: ImportRequest,
  onProgress?: OnProgress,
  signal?: AbortSignal,
  job = 'import',
  kept?: ImportThreads,
): Promise<ImportResult> {
  const started = performance.now();
  const settings = new MemberSettings(request);
  return changing(folder, { onProgress, signal, job, kept }, async (change) => {
    const evidence = await nextNumber(change.connection, 'evidence');
    const { sealed, already } = await sealOnce(change, request, evidence);
    if (already === undefined) await importSealed({ ...change, settings, sealed, evidence, request });
    return await outcome(change, already ?? evidence, already !== undefined, started);
  });
}

interface ImportJob extends SealedChange {
  readonly request: ImportRequest;
}

/** Copies the evidence into the case; one that is there already (same SHA-256) leaves nothing but an entry in the journal. */
async function sealOnce(
  { folder, connection, threads, tell, signal }: Change,
  request: ImportRequest,
  evidence: number,
): Promise<{ readonly sealed: Sealed; readonly already: number | undefined }> {
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

function importSealed(job: ImportJob): Promise<void> {
  const { folder, evidence, request, sealed } = job;
  const detail = { ...facts(request, sealed), evidence: `E${evidence}`, ...sourceSettings(request) };
  return journaled(
    job,
    'import',
    detail,
    (commits) => load(job, commits),
    () => removeEvidence(folder.paths.dir, evidence),
  );
}

/** What the journal says of an evidence. */
const facts = (request: ImportRequest, sealed: Sealed) => ({
  name: request.name ?? sealed.name,
  sha256: sealed.sha256,
  bytes: sealed.bytes,
  intake: intakeOf(request),
});

/** Reads, resolves and commits; answers the case digest. */
async function load(job: ImportJob, commits: (connection: Connection) => Promise<void>): Promise<string> {
  const { folder, connection, tell, signal } = job;
  const loader = await Loader.open(connection, folder.paths.spool, job.threads.careful);
  const read = await readMembers(job, loader);
  job.settings.assertUsed();
  tell({ phase: 'resolving', detail: 'merges and duplicates', done: 0, total: null, unit: 'steps' });
  const settlement = new Settlement(connection, loader, job.threads.careful, folder.paths.dir, job.evidence, read.members);
  await settlement.decide();
  assertGoesOn(signal);
  tell({ phase: 'loading', detail: 'writing activities', done: 0, total: null, unit: 'steps' });
  const digest = await connection.together(async () => {
    await step('insert', async () => {
      await connection.run(evidenceRow(job, read));
      await settlement.write();
      await commits(connection);
    });
    const digests = await caseDigests(connection);
    assertGoesOn(signal);
    return digests.digest;
  }, committing);
  await settlement.forget();
  await checkpoint(connection);
  return digest;
}

const evidenceRow = ({ evidence, request, sealed }: ImportJob, read: MembersRead) => sql`
  INSERT INTO evidence VALUES (
    ${evidence}, ${request.name ?? sealed.name}, ${sealed.kind}, ${sealed.sha256}, ${sealed.bytes}, ${new Date().toISOString()},
    ${sealedSource(evidence, sealed.name)}, ${JSON.stringify(intakeOf(request))},
    ${evidenceSettings(request, read)}
  )`;

/** The column `settings` of an evidence: what was said of its members, and what its reading found beside them. */
export const evidenceSettings = (said: SourceSettings, { checks, zoneless, rows, envelopes }: MembersRead): string =>
  JSON.stringify({
    ...sourceSettings(said),
    checks,
    ...(zoneless.length > 0 && { zoneless }),
    ...(rows.length > 0 && { rows }),
    ...(envelopes.length > 0 && { envelopes }),
  });
