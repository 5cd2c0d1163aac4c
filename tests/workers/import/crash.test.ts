/**
 * The crash loop: with E1 and a note in the case, the import of E2 is killed (SIGKILL) at random moments and inside each step. Whatever moment it was, the
 * case opens again with E1's ids, the note and the journal as they were, the interrupted attempt recorded, and the import repeated gives the digests of
 * an undisturbed case. SIGKILL says nothing about a power cut.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaseFolder } from '../../../workers/case/folder';
import type { JournalEntry } from '../../../workers/case/journal';
import type { Mark } from '../../../workers/contract/marks';
import { caseDigests } from '../../../workers/import/digest';
import { ImportThreads, importEvidence } from '../../../workers/import/import';
import { setSettings } from '../../../workers/import/reread';
import { ONE_THREAD, temporary } from './cases';
import type { Task } from './crash-child';
import { makeLogs } from './logs';

const KILLS = Number(process.env.EXHIBIT_CRASH_KILLS ?? 20);
/** Two lanes: one process starts while another is killed. */
const LANES = 2;
const ROOT = resolve(import.meta.dirname, '../../..');

let root: string;
let built: string;
let threads: ImportThreads;
let base: string;
let before: Snapshot;
let undisturbed: { readonly digest: string; readonly evidenceDigest: string };
/** How long an undisturbed import takes in a child, ms. */
let takes = 0;

interface Snapshot {
  readonly ids: readonly unknown[];
  readonly marks: readonly Mark[];
  readonly journal: readonly JournalEntry[];
}

beforeAll(async () => {
  root = temporary();
  built = mkdtempSync(join(ROOT, 'node_modules/.crash-'));
  await buildChild();
  threads = new ImportThreads();
  const { audit } = makeLogs(400);
  writeFileSync(join(root, 'first'), `${audit.slice(0, 260).join('\n')}\n`);
  writeFileSync(join(root, 'second'), `${audit.slice(160).join('\n')}\n`);
  base = join(root, 'base.exhibit');
  const folder = await CaseFolder.open(base, { create: true, ...ONE_THREAD });
  await importEvidence(folder, { path: join(root, 'first') }, undefined, undefined, 'test', threads);
  folder.mark({ target: 'E1:1', kind: 'note', text: 'seen before the crash' });
  before = await snapshot(folder);
  folder.close();

  const plain = copyOf('undisturbed');
  const started = performance.now();
  const child = new Child();
  await child.go(plain);
  expect(await child.ended, child.said).toBe(0);
  takes = performance.now() - started;
  const whole = await CaseFolder.open(plain, ONE_THREAD);
  undisturbed = await digestsOf(whole);
  whole.close();
});

afterAll(async () => {
  await threads?.close();
  rmSync(root, { recursive: true, force: true });
  rmSync(built, { recursive: true, force: true });
});

/** Bundled once, since a process that compiles the sources first takes a second to start. */
async function buildChild(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    ssr: { noExternal: true, external: ['@duckdb/node-api', '@duckdb/node-bindings'] },
    build: {
      ssr: true,
      outDir: built,
      emptyOutDir: false,
      rollupOptions: {
        input: {
          'child/crash-child': join(ROOT, 'tests/workers/import/crash-child.ts'),
          'workers/bundle.reader-thread': join(ROOT, 'workers/bundle/reader-thread.ts'),
          'workers/import.careful-thread': join(ROOT, 'workers/import/careful-thread.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: 'child/[name]-[hash].js' },
      },
    },
  });
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
}

class Child {
  readonly ended: Promise<number | null>;
  private readonly process: ChildProcess;
  private readonly ready: Promise<void>;
  said = '';
  private watch: { readonly text: string; readonly seen: () => void } | undefined;

  constructor() {
    const env = { ...process.env, EXHIBIT_MARKS: '1', UV_THREADPOOL_SIZE: '16' };
    this.process = spawn(process.execPath, [join(built, 'child/crash-child.js')], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.ready = new Promise((done) => this.process.stdout?.once('data', () => done()));
    this.ended = new Promise((done) => this.process.once('close', (code) => done(code)));
    this.process.stderr?.on('data', (data: Buffer) => {
      this.said += data.toString();
      if (this.watch && this.said.includes(this.watch.text)) this.watch.seen();
    });
  }

  async go(dir: string, task: Task = { path: join(root, 'second') }): Promise<void> {
    await this.ready;
    this.process.stdin?.write(`${JSON.stringify({ dir, ...task })}\n`);
  }

  /** Kills as soon as the mark is seen, or after so many ms. Answers what was said. */
  async kill(at: { readonly mark: string } | { readonly ms: number }): Promise<string> {
    if ('mark' in at) {
      await new Promise<void>((seen) => {
        this.watch = { text: at.mark, seen };
        if (this.said.includes(at.mark)) seen();
        void this.ended.then(() => seen());
      });
    } else await new Promise((later) => setTimeout(later, at.ms));
    this.process.kill('SIGKILL');
    await this.ended;
    return this.said;
  }
}

let copies = 0;
function copyOf(name: string): string {
  const dir = join(root, `${name}-${++copies}.exhibit`);
  cpSync(base, dir, { recursive: true, filter: (path) => basename(path) !== 'lock' });
  return dir;
}

async function snapshot(folder: CaseFolder): Promise<Snapshot> {
  const connection = await folder.database.connect();
  const ids = await connection.all(`
    SELECT path, record, item FROM (SELECT member, record, item FROM activity UNION ALL SELECT member, record, item FROM citation)
    JOIN member USING (member)
    WHERE evidence = 1
    ORDER BY ALL`);
  connection.close();
  return { ids, marks: folder.marks(), journal: [...folder.writableJournal().entries] };
}

async function digestsOf(folder: CaseFolder): Promise<typeof undisturbed> {
  const connection = await folder.database.connect();
  try {
    return await caseDigests(connection);
  } finally {
    connection.close();
  }
}

/** Opens the case again and checks all that the contract promises. */
async function check(dir: string, said: string): Promise<void> {
  const folder = await CaseFolder.open(dir, ONE_THREAD);
  try {
    const now = await snapshot(folder);
    expect(now.ids).toEqual(before.ids);
    expect(now.marks).toEqual(before.marks);
    expect(now.journal.slice(0, before.journal.length)).toEqual(before.journal);
    const intent = now.journal.find(
      (entry) => entry.seq > before.journal.length && entry.what === 'import' && entry.detail.intent === true,
    );
    if (said.includes('journal-intent ended')) expect(intent).toBeDefined();
    const outcome = now.journal.find((entry) => intent && entry.detail.of === intent.seq)?.detail.outcome;
    if (intent) expect(['interrupted', 'recovered', 'done']).toContain(outcome);
    if (said.includes('checkpoint begins')) expect(['recovered', 'done']).toContain(outcome);
    if (intent && !said.includes('commit begins')) expect(outcome).toBe('interrupted');
    const again = await importEvidence(folder, { path: join(root, 'second') }, undefined, undefined, 'test', threads);
    expect(again.evidence[0]?.already).toBe(outcome === 'recovered' || outcome === 'done');
    expect(await digestsOf(folder)).toEqual(undisturbed);
  } finally {
    folder.close();
  }
  rmSync(dir, { recursive: true, force: true });
}

/** Kills until `KILLS` of them came where they were meant to: on a busy machine many come late. Imports of the parent follow one another. */
async function loop(
  name: string,
  kill: (child: Child, nth: number) => Promise<{ readonly said: string; readonly inside: boolean }>,
): Promise<void> {
  let inside = 0;
  let tried = 0;
  let checking: Promise<void> = Promise.resolve();
  const lane = async () => {
    while (inside < KILLS && tried < KILLS * 8) {
      const nth = tried++;
      const child = new Child();
      const dir = copyOf(name);
      await child.go(dir);
      const result = await kill(child, nth);
      if (result.inside) inside++;
      checking = checking.then(() => check(dir, result.said));
      await checking;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(inside).toBeGreaterThanOrEqual(KILLS);
}

test.each([
  { title: 'inside the insert', from: 'insert begins', to: 'insert ended' },
  { title: 'inside the commit', from: 'commit begins', to: 'commit ended' },
  { title: 'inside the checkpoint', from: 'checkpoint begins', to: 'checkpoint ended' },
  { title: 'between database and journal', from: 'checkpoint ended', to: 'journal-outcome ended' },
])(`survives $title`, { timeout: 600_000 }, async ({ title, from, to }) => {
  await loop(title.replaceAll(' ', '-'), async (child) => {
    const said = await child.kill({ mark: from });
    return { said, inside: said.includes(from) && !said.includes(to) };
  });
});

test('survives at random moments', { timeout: 600_000 }, async () => {
  await loop('random', async (child, nth) => {
    // Spread over the whole import, from opening the case to closing it.
    const said = await child.kill({ ms: ((nth % KILLS) + 0.5) * (takes / KILLS) });
    return { said, inside: true };
  });
});

test('killed while an evidence is read again under other settings, the case is the old one or the new one', {
  timeout: 600_000,
}, async () => {
  const settings = { evidence: 'E1', clusters: [{ member: '**', value: 'east' }] };
  const digestsAfter = async (dir: string) => {
    const folder = await CaseFolder.open(dir, ONE_THREAD);
    await setSettings(folder, settings, { job: 'test', kept: threads });
    const digests = await digestsOf(folder);
    folder.close();
    return digests;
  };
  const other = await digestsAfter(copyOf('other'));
  for (const mark of ['journal-intent ended', 'insert begins', 'commit begins', 'checkpoint begins', 'checkpoint ended']) {
    const child = new Child();
    const dir = copyOf('settings');
    await child.go(dir, { settings });
    const said = await child.kill({ mark });
    const folder = await CaseFolder.open(dir, ONE_THREAD);
    const { ids, marks, journal } = await snapshot(folder);
    const intent = journal.find(({ what, detail }) => what === 'settings' && detail.intent === true);
    const outcome = journal.find(({ detail }) => detail.of === intent?.seq)?.detail.outcome;
    expect(ids).toEqual(before.ids);
    expect(marks).toEqual(before.marks);
    expect(outcome, mark).toMatch(/^(interrupted|recovered|done)$/);
    if (!said.includes('commit begins')) expect(outcome).toBe('interrupted');
    if (said.includes('checkpoint begins')) expect(outcome).not.toBe('interrupted');
    const { digest } = await digestsOf(folder);
    expect(digest === other.digest, mark).toBe(outcome !== 'interrupted');
    folder.close();
    expect(await digestsAfter(dir)).toEqual(other);
  }
});
