/**
 * The workbench in Chromium on a case of a million made-up activities: what a frame costs the page's own thread while the list is scrolled (in order of time, and sorted by a
 * column), and while a filter is typed. Frames are what Chromium drew; on a busy machine only the CPU says much. Needs `npm run build` and a Chromium.
 *
 *     npx tsx tests/bench/scroll.bench.ts [activities]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Locator, type Page } from '@playwright/test';
import { Database } from '../../workers/case/database';
import { CaseFolder } from '../../workers/case/folder';
import { sql } from '../../workers/contract/sql';
import { CORRELATOR_VERSION } from '../../workers/correlate/correlate';
import { caseDigests } from '../../workers/import/digest';
import { ANALYSED } from '../../workers/open-case';
import { serve } from '../e2e/server';
import { fillActivities } from './activities';

const size = Number(process.argv[2] ?? 1_000_000);
/** Half of a frame at 60 Hz: the rest is the compositor's. */
const MOST_FRAME_MS = 8;
const INPUTS = 240;
const PATIENCE_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'exhibit-scroll-'));
const dir = join(folder, 'scroll.exhibit');
try {
  await makeCase();
  await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function makeCase(): Promise<void> {
  (await CaseFolder.open(dir, { create: true })).close();
  const path = join(dir, 'case.duckdb');
  rmSync(path);
  const database = await Database.open(path, { memoryLimit: '2GB' });
  const connection = await database.connect();
  await fillActivities(connection, size);
  // Its sessions are made as well: opening the case has none to work out.
  const { digest } = await caseDigests(connection);
  await connection.run(sql`INSERT INTO meta VALUES (${ANALYSED}, ${`${digest} correlate ${CORRELATOR_VERSION}`})`);
  connection.close();
  database.close();
}

async function measure(): Promise<void> {
  const served = await serve({ caseDir: dir });
  const executablePath = process.env.EXHIBIT_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, baseURL: served.origin });
    await page.addInitScript('globalThis.__name = (named) => named'); // what tsx wraps the functions in that the page is given
    await page.goto(served.address);
    for (const [name, sort] of [
      ['in order of time', ''],
      ['sorted by command', '?sort=comm'],
    ]) {
      await (await opened(page, `activity${sort}`)).hover();
      print(`scrolling ${name}`, await watched(page, () => wheel(page)));
    }
    await opened(page, 'activity');
    await page.getByRole('search', { name: 'Filter' }).getByRole('combobox').click();
    print(
      'typing a filter',
      await watched(page, () => page.keyboard.type('cmdline contains "srv/a1" comm!="ps"', { delay: 60 })),
    );
  } finally {
    await browser.close();
    await served.close();
  }
}

/** The list, once all that the view shows is there. */
async function opened(page: Page, address: string): Promise<Locator> {
  await page.goto(`/#/${address}`);
  const list = page.getByRole('grid', { name: 'Activities in view' });
  await list.waitFor({ timeout: PATIENCE_MS });
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .stale'), undefined, { timeout: PATIENCE_MS });
  return list;
}

async function wheel(page: Page): Promise<void> {
  for (let i = 0; i < INPUTS; i++) {
    await page.mouse.wheel(0, 90);
    await page.waitForTimeout(16);
  }
}

interface Watched {
  readonly frames: readonly number[];
  readonly longTasks: number;
  readonly busyMs: number;
}

/** Distances of frames in ms, tasks of more than 50 ms, and the time that the page's thread was busy. */
async function watched(page: Page, work: () => Promise<void>): Promise<Watched> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.evaluate(() => {
    const seen = { frames: [] as number[], longTasks: 0, last: performance.now() };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      seen.longTasks += list.getEntries().length;
    }).observe({ type: 'longtask' });
    const frame = (now: number) => {
      seen.frames.push(now - seen.last);
      seen.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const before = await busy(session);
  await work();
  const busyMs = (await busy(session)) - before;
  const { frames, longTasks } = await page.evaluate(
    () => (window as unknown as { seen: { frames: number[]; longTasks: number } }).seen,
  );
  await session.detach();
  return { frames, longTasks, busyMs };
}

async function busy(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
}

function print(work: string, { frames, longTasks, busyMs }: Watched): void {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1);
  const late = frames.filter((ms) => ms > 25).length;
  const perFrame = busyMs / frames.length;
  console.log(
    JSON.stringify({
      work: `${work}, ${size / 1e6} million activities`,
      measured: `${perFrame.toFixed(1)} ms of the page's thread a frame; frames p50 ${at(0.5)}, p95 ${at(0.95)} ms, ${late} of ${frames.length} late; ${longTasks} tasks over 50 ms`,
      ratio: Number((perFrame / MOST_FRAME_MS).toFixed(2)),
      budget: `${MOST_FRAME_MS} ms a frame`,
      ok: perFrame <= MOST_FRAME_MS,
    }),
  );
}
