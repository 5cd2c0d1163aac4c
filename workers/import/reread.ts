/**
 * Other settings for an evidence that is in the case: it is read again from its sealed original and takes the place of its former reading, in one transaction.
 * The case is then what it would be had the evidence been imported so, whatever was imported since; ids come from member and record, so marks stay.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Problem } from '../bundle/bounds';
import { filesBelow } from '../bundle/members';
import { listingLine, type Sealed } from '../bundle/seal';
import { fileChunks } from '../bundle/source';
import type { Connection } from '../case/database';
import { type CaseFolder, removeUnusedMembers } from '../case/folder';
import { sourcePath } from '../case/store';
import { ExhibitError } from '../contract/errors';
import type { EvidenceInfo, ImportResult, SettingsRequest } from '../contract/evidence';
import type { SourceSettings } from '../contract/intake';
import { sql } from '../contract/sql';
import { assertGoesOn, type Change, changing, checkpoint, committing, journaled, outcome, type Watch } from './change';
import { caseDigests } from './digest';
import { evidenceSettings } from './import';
import { Loader } from './load';
import { readMembers, type SealedChange } from './read-members';
import { MemberSettings, sourceSettings } from './settings';
import { Settlement } from './settle';
import { step } from './steps';
import { forgetClusters, takeOut } from './take-out';

/** Settings that are those of the evidence already change nothing. Throws as `Engine.setSettings` does. */
export async function setSettings(folder: CaseFolder, request: SettingsRequest, watch: Watch): Promise<ImportResult> {
  const started = performance.now();
  const settings = new MemberSettings(request);
  return changing(folder, watch, async (change) => {
    const row = await evidenceOf(change.connection, request.evidence);
    const before = sourceSettings(JSON.parse(row.settings) as SourceSettings);
    const after = sourceSettings(request);
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      const sealed = await unsealed(change, row);
      const { evidence } = row;
      const detail = { evidence: request.evidence, name: row.name, sha256: row.sha256, before, after };
      const tidy = () => removeUnusedMembers(change.connection, folder.paths, evidence);
      await journaled(
        change,
        'settings',
        detail,
        async (commits) => {
          const digest = await load({ ...change, settings, sealed, evidence }, before, after, commits);
          await tidy().catch(() => undefined); // it is committed; what is left on the disk does no harm
          return digest;
        },
        tidy,
      );
    }
    return await outcome(change, row.evidence, false, started);
  });
}

interface EvidenceRow extends Record<string, unknown> {
  readonly evidence: number;
  readonly name: string;
  readonly kind: EvidenceInfo['kind'];
  readonly sha256: string;
  readonly bytes: bigint;
  readonly sealed: string;
  readonly settings: string;
}

async function evidenceOf(connection: Connection, id: string): Promise<EvidenceRow> {
  const number = /^E(\d{1,9})$/.exec(id)?.[1];
  const row =
    number === undefined
      ? undefined
      : await connection.one<EvidenceRow>(
          sql`SELECT evidence, name, kind, sha256, bytes, sealed, settings FROM evidence WHERE evidence = ${Number(number)}`,
        );
  if (row) return row;
  throw new ExhibitError('not-found', `The case has no evidence ${id}; exhibit info lists those that it has.`, { at: id });
}

/** Reads, resolves and commits; answers the case digest. */
async function load(
  job: SealedChange,
  before: Required<SourceSettings>,
  after: Required<SourceSettings>,
  commits: (connection: Connection) => Promise<void>,
): Promise<string> {
  const { folder, connection, threads, evidence, tell, signal } = job;
  const loader = await Loader.open(connection, folder.paths.spool, threads.careful);
  const read = await readMembers(job, loader);
  job.settings.assertUsed();
  tell({ phase: 'resolving', detail: 'merges and duplicates', done: 0, total: null, unit: 'steps' });
  const settled = await connection.together(async () => {
    const settlement = await step('insert', async () => {
      const away = await takeOut(connection, evidence);
      const settlement = new Settlement(connection, loader, threads.careful, folder.paths.dir, evidence, read.members, away);
      await settlement.decide();
      assertGoesOn(signal);
      tell({ phase: 'loading', detail: 'writing activities', done: 0, total: null, unit: 'steps' });
      await connection.run(sql`UPDATE evidence SET settings = ${evidenceSettings(after, read)} WHERE evidence = ${evidence}`);
      await settlement.write();
      await forgetClusters(
        connection,
        loader.tables,
        before.clusters.map(({ value }) => value),
      );
      await commits(connection);
      return settlement;
    });
    const { digest } = await caseDigests(connection);
    assertGoesOn(signal);
    return { settlement, digest };
  }, committing);
  await settled.settlement.forget();
  await checkpoint(connection);
  return settled.digest;
}

/** The sealed original as sealing gave it, hashed again. Throws `case-damaged` where it is not what was sealed. */
async function unsealed({ folder, connection, tell, signal }: Change, row: EvidenceRow): Promise<Sealed> {
  const path = sourcePath(folder.paths.dir, row.sealed);
  const files = new Map<string, string>();
  let done = 0;
  const hashed = async (file: Buffer): Promise<string> => {
    const digest = createHash('sha256');
    for await (const chunk of fileChunks(file)) {
      assertGoesOn(signal);
      digest.update(chunk);
      done += chunk.length;
      tell({ phase: 'verifying', detail: row.name, done, total: Number(row.bytes), unit: 'bytes' });
    }
    return digest.digest('hex');
  };
  let sha256: string;
  if (row.kind === 'folder') {
    const listing = createHash('sha256');
    for await (const file of filesBelow(path, () => undefined)) {
      const own = await hashed(Buffer.concat([path, Buffer.from('/'), file]));
      files.set(file.toString('latin1'), own);
      listing.update(listingLine(own, file));
    }
    if (files.size === 0) listing.update(listingLine(createHash('sha256').digest('hex'), Buffer.from('-')));
    sha256 = listing.digest('hex');
  } else {
    sha256 = await hashed(path);
    files.set('', sha256);
  }
  if (sha256 !== row.sha256)
    throw new ExhibitError(
      'case-damaged',
      `The sealed original of E${row.evidence} is not what it was at import, so it is not read again; exhibit verify says more.`,
      { at: row.sealed },
    );
  const problems = row.kind === 'folder' ? await problemsOf(connection, row.evidence) : [];
  const { kind } = row;
  return { sha256, bytes: Number(row.bytes), kind, name: basename(path.toString()), path: path.toString(), files, problems };
}

/** What sealing a folder did not copy: in the list of members without bytes, and not inside an archive. */
const problemsOf = async (connection: Connection, evidence: number): Promise<Problem[]> =>
  connection.all<{ path: string; why: string }>(
    sql`SELECT path, warning AS why FROM member WHERE evidence = ${evidence} AND sha256 IS NULL AND path <> '' AND NOT contains(path, '!/') ORDER BY member`,
  );
