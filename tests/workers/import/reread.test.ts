/** Settings after the import: the case is what it would be had the evidence been imported with them, and ids and marks stay. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceSettings } from '../../../workers/contract/intake';
import { ImportThreads } from '../../../workers/import/import';
import { setSettings } from '../../../workers/import/reread';
import { TestCase, temporary } from './cases';
import { makeLogs } from './logs';

let root: string;
let threads: ImportThreads;
/** Bundles of overlapping logs, so that stages and copies of one event lie in several of them. */
let bundles: readonly string[];
/** All bundles, nothing said of them. */
let base: TestCase;

beforeAll(async () => {
  root = temporary();
  threads = new ImportThreads();
  const { audit } = makeLogs(80);
  const { falco } = makeLogs(15);
  const folder = join(root, 'node-1');
  mkdirSync(folder);
  const bare = audit.map((line) => line.replaceAll(/(\.\d{6})Z"/g, '$1"'));
  writeFileSync(join(folder, 'audit.log'), `${audit.slice(0, 50).join('\n')}\n`);
  writeFileSync(join(folder, 'bare.log.gz'), gzipSync(`${bare.slice(50).join('\n')}\n`));
  writeFileSync(join(root, 'second.log'), `${audit.slice(30).join('\n')}\n`);
  writeFileSync(join(root, 'third.log'), `${[...audit.slice(20, 60), ...falco].join('\n')}\n`);
  bundles = [folder, join(root, 'second.log'), join(root, 'third.log')];
  base = await all();
});
afterAll(async () => {
  await base?.close();
  await threads.close();
  rmSync(root, { recursive: true, force: true });
});

const set = (made: TestCase, evidence: string, settings: SourceSettings) =>
  setSettings(made.folder, { evidence, ...settings }, { job: 'test', kept: threads });

async function all(settings: Readonly<Record<number, SourceSettings>> = {}): Promise<TestCase> {
  const made = await TestCase.make(threads);
  for (const [i, bundle] of bundles.entries()) await made.import(bundle, settings[i]);
  return made;
}

const idsOf = (made: TestCase) =>
  made.all(`
    SELECT evidence, path, record, item FROM (SELECT member, record, item FROM activity UNION ALL SELECT member, record, item FROM citation)
    JOIN member USING (member)
    ORDER BY ALL`);

const timesOf = (made: TestCase) =>
  made.all<{ id: string; time: bigint; flags: string[] | null }>(
    `SELECT member.path || ':' || record AS id, time, flags FROM activity JOIN member USING (member) WHERE evidence = 1 ORDER BY ALL`,
  );

const everything = async (made: TestCase) => ({
  activities: await made.activities(),
  digests: await made.digests(),
  analysis: await made.analysisDigest(),
  ids: await idsOf(made),
  counts: await made.all(
    'SELECT evidence, path, records, yielded, activities, merged, duplicates, ignored, rejected, ignored_why, warning, settings FROM member ORDER BY evidence, path',
  ),
  // What takes part in completing names.
  scopes: await made.all('SELECT DISTINCT * EXCLUDE (scope) FROM scope WHERE pod IS NOT NULL OR host IS NOT NULL ORDER BY ALL'),
});

/** What a change that came to nothing must not touch: rows, journaled or not, and the files that members are read back from. */
const state = async (made: TestCase) => ({
  ids: await idsOf(made),
  times: await timesOf(made),
  members: await made.all('SELECT * FROM member ORDER BY member'),
  evidence: await made.all('SELECT * FROM evidence ORDER BY evidence'),
  meta: await made.all('SELECT * FROM meta ORDER BY name'),
  files: readdirSync(join(made.folder.paths.members, 'E1')),
  spool: readdirSync(made.folder.paths.spool),
});

const AHEAD: SourceSettings = { offsets: [{ member: '**', value: '2.5' }] };
const ZONE: SourceSettings = { zones: [{ member: 'bare*', value: 'Asia/Tokyo' }] };
const NAMED: SourceSettings = { clusters: [{ member: '**', value: 'east' }] };
const NOTHING: SourceSettings = { zones: [], clusters: [], offsets: [] };

test('after a clock, a zone, and a cluster that keeps stages of other evidences apart, the case is that of an import with these settings', {
  timeout: 300_000,
}, async () => {
  const changed = await base.copy();
  const mark = changed.folder.mark({ target: 'E1/audit.log:3', kind: 'note', text: 'seen before' });
  const before = await idsOf(changed);
  await set(changed, 'E1', { ...AHEAD, ...NAMED });
  await set(changed, 'E2', NAMED);
  const { digest } = await set(changed, 'E1', { ...AHEAD, ...ZONE });
  const once = await all({ 0: { ...AHEAD, ...ZONE }, 1: NAMED });
  const [now, expected] = [await everything(changed), await everything(once)];
  expect(now).toEqual(expected);
  expect(now.digests.recomputed).toBe(now.digests.stored);
  expect(now.ids).toEqual(before);
  expect(changed.folder.marks()).toEqual([mark]);

  const journal = changed.folder.writableJournal().entries.filter(({ what }) => what === 'settings');
  expect(journal.map(({ detail }) => detail.outcome)).toEqual([undefined, 'done', undefined, 'done', undefined, 'done']);
  expect(journal.at(-2)?.detail).toMatchObject({
    evidence: 'E1',
    before: { ...NOTHING, ...AHEAD, ...NAMED },
    after: { ...NOTHING, ...AHEAD, ...ZONE },
  });
  expect(journal.at(-1)?.detail).toMatchObject({ digest });
  await changed.close();
  await once.close();
});

test('times are moved by what the clock was ahead, each activity says so, and a member says how many records name no zone', async () => {
  const before = await timesOf(base);
  const { evidence } = await set(base, 'E1', AHEAD);
  const after = await timesOf(base);
  expect(after.length).toBeGreaterThan(10);
  expect(after.map(({ id, time }) => [id, time])).toEqual(before.map(({ id, time }) => [id, time - 2_500_000_000n]));
  expect(after.every(({ flags }) => flags?.includes('clock set by the analyst: −2.5 s'))).toBe(true);
  expect(evidence[0]?.settings).toEqual({ ...NOTHING, ...AHEAD });
  expect(evidence[0]?.members.map(({ path, zoneless, settings }) => [path, zoneless, settings])).toEqual([
    ['audit.log', undefined, { offset: '2.5' }],
    ['bare.log.gz', evidence[0]?.members[1]?.records, { offset: '2.5' }],
  ]);
});

test.each<[string, string, SourceSettings, object]>([
  ['a zone that is none', 'E1', { zones: [{ member: '**', value: 'Mars/Olympus' }] }, { code: 'usage' }],
  ['an offset that is no number', 'E1', { offsets: [{ member: '**', value: 'two' }] }, { code: 'usage' }],
  ['an offset of years', 'E1', { offsets: [{ member: '**', value: '200000000' }] }, { code: 'usage' }],
  ['a member that is not there', 'E1', { clusters: [{ member: 'no-such.log', value: 'east' }] }, { code: 'usage' }],
  ['an evidence that is not there', 'E9', AHEAD, { code: 'not-found' }],
])('%s is refused, and nothing changes', async (_, evidence, settings, error) => {
  const before = await state(base);
  await expect(set(base, evidence, settings)).rejects.toMatchObject(error);
  expect(await state(base)).toEqual(before);
});

test('settings that are those of the evidence leave no entry in the journal', async () => {
  const { head } = base.folder.writableJournal();
  await set(base, 'E2', {});
  expect(base.folder.writableJournal().head).toBe(head);
});

test.each(['reading', 'loading'] as const)('stopped while %s it leaves the case as it was', async (phase) => {
  const stop = new AbortController();
  const before = await state(base);
  const stopped = setSettings(
    base.folder,
    { evidence: 'E1', ...NAMED },
    { job: 'test', kept: threads, signal: stop.signal, onProgress: (progress) => progress.phase === phase && stop.abort() },
  );
  await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
  expect(await state(base)).toEqual(before);
});

test('an original that was changed since is not read again', async () => {
  const before = await state(base);
  const file = join(base.folder.paths.evidence, 'E2/second.log');
  const original = readFileSync(file);
  chmodSync(file, 0o600);
  writeFileSync(file, 'something else\n');
  await expect(set(base, 'E2', AHEAD)).rejects.toMatchObject({ code: 'case-damaged' });
  writeFileSync(file, original);
  expect(await state(base)).toEqual(before);
});

test('what a kill left of a reading is removed when the case is opened again', async () => {
  const journal = base.folder.writableJournal();
  const intent = journal.intend('settings', { evidence: 'E1' });
  const members = join(base.folder.paths.members, 'E1');
  const before = readdirSync(members);
  writeFileSync(join(members, '999'), 'read in part');
  const opened = await base.copy();
  expect(before.length).toBeGreaterThan(0);
  expect(readdirSync(join(opened.folder.paths.members, 'E1'))).toEqual(before);
  expect(opened.folder.notices).toEqual([
    expect.stringMatching(/^The settings of .* was interrupted; nothing of it was kept\.$/),
  ]);
  await opened.close();
  rmSync(join(members, '999'));
  journal.conclude(intent, 'interrupted');
});
