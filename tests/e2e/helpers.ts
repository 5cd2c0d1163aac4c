/**
 * End-to-end tests run the built program: `exhibit serve` on the sample, in a data folder of the test worker's own. `workbench` is a page
 * that has opened it; a request that leaves the served origin, and an error on the page, fail the test.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';

export { expect };

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin/exhibit.cjs');
const run = promisify(execFile);

export interface Served {
  readonly address: string;
  stop(): Promise<number | null>;
}

/** Starts `exhibit serve` and answers with the address that it prints. */
export async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child: ChildProcess = spawn(process.execPath, [BIN, 'serve', '--no-open', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return {
    address: line.toString().trim(),
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      return ((await ended) as [number | null])[0];
    },
  };
}

/** Runs a command of `exhibit` and answers with its stdout; a refusal (exit 1 or 2) rejects. */
export async function exhibit(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const ran = run(process.execPath, [BIN, ...args], { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  return await ran.then(
    ({ stdout }) => stdout,
    (error: { code?: number; stdout: string }) => {
      if (error.code === 3) return error.stdout;
      throw error;
    },
  );
}

interface PerWorker {
  /** A data folder of this worker's own, removed at its end. */
  readonly dataFolder: string;
  /** Folder of the sample case in it. */
  readonly sample: string;
}
interface PerTest {
  readonly served: Served;
  readonly workbench: Page;
}

export const test = base.extend<PerTest, PerWorker>({
  dataFolder: [
    async ({ browserName }, use) => {
      const folder = await mkdtemp(join(tmpdir(), `exhibit-e2e-${browserName}-`));
      await use(folder);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  sample: [
    async ({ dataFolder }, use) => {
      const env = { ...process.env, XDG_DATA_HOME: dataFolder, UV_THREADPOOL_SIZE: '16' };
      const { stdout } = await run(process.execPath, [join(ROOT, 'dist/cli/sample.js')], { env });
      await use(stdout.trimEnd());
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  served: async ({ dataFolder, sample }, use) => {
    const served = await serve(['--case', sample], { XDG_DATA_HOME: dataFolder });
    await use(served);
    expect(await served.stop()).toBe(0);
  },
  workbench: async ({ page, served }, use) => {
    const { origin } = new URL(served.address);
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text());
    });
    page.on('request', (request) => {
      const url = request.url();
      if (![origin, 'data:', `blob:${origin}`].some((own) => url.startsWith(own))) wrong.push(`a request to ${url}`);
    });
    await page.goto(served.address);
    await use(page);
    expect(wrong).toEqual([]);
  },
});
