/**
 * A fresh machine: HEAD cloned into a new folder with an empty HOME and npm cache, and nothing beside it; `npm start` to counts that a person
 * can read, then once more from warm. It needs the npm registry. `EXHIBIT_CLONE=test` also runs `npm test` in the clone (minutes).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'exhibit-clone-'));
const clone = join(folder, 'alone', 'exhibit');
const home = join(folder, 'home');
const system = spawnSync('sh', ['-c', 'command -v chromium || command -v google-chrome'], { encoding: 'utf8' }).stdout.trim();
const executablePath = process.env.EXHIBIT_CHROMIUM || system || undefined;

const dir = join(home, '.local/share/exhibit/cases/sample.exhibit');
/** When what a start installs, builds and imports was made. */
const made = (): readonly number[] =>
  ['node_modules/.package-lock.json', 'dist/stamp', join(dir, 'evidence/E1')].map(
    (path) => statSync(resolve(clone, path)).mtimeMs,
  );

/** What a new account has: a path, no settings of ours. Of npm's only where its registry is. */
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|EXHIBIT_|XDG_|VITEST|NODE_|INIT_CWD|TEST|UV_)/i.test(name)),
  ),
  ...(process.env.NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS } : {}),
  HOME: home,
  npm_config_cache: join(folder, 'npm'),
  npm_config_registry: spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8', cwd: root }).stdout.trim(),
  EXHIBIT_IN_CLONE: '1',
};

interface Started {
  readonly address: string;
  readonly stdout: () => string;
  stop(): Promise<void>;
}

/** `npm start -- --no-open`, until it has printed an address. */
function start(): Promise<Started> {
  const child: ChildProcess = spawn('npm', ['start', '--silent', '--', '--no-open'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const printed: string[] = [];
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return new Promise((ready, failed) => {
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        printed.push(line);
        if (printed.length === 1) ready({ address: line, stdout: () => printed.join('\n'), stop });
      });
    child.once('exit', (code) => failed(new Error(`npm start ended with ${code}: ${said.slice(-2000)}`)));
  });
}

/** Counts of the legend by kind, once they are there. */
async function legend(address: string): Promise<ReadonlyMap<string, number>> {
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(240_000);
    await page.goto(address);
    const kinds = page.getByRole('group', { name: 'Kinds' }).locator('[data-kind]');
    await kinds.first().waitFor();
    return new Map(
      await kinds.evaluateAll((all) =>
        all.map((one) => [String(one.getAttribute('data-kind')), Number(one.getAttribute('data-count'))] as const),
      ),
    );
  } finally {
    await browser.close();
  }
}

const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts].filter(([kind]) => kind !== 'policyHits').reduce((sum, [, count]) => sum + count, 0);

describe('a fresh clone', () => {
  beforeAll(() => {
    mkdirSync(home, { recursive: true });
    mkdirSync(join(folder, 'alone'));
    const { status, stderr } = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('starts with one command, and its legend sums to what `exhibit count` says', async () => {
    const began = performance.now();
    const started = await start();
    try {
      const counts = await legend(started.address);
      console.log(`fresh clone: first start to counts ${((performance.now() - began) / 1000).toFixed(1)} s`);
      const counted = spawnSync('npm', ['start', '--silent', '--', 'count', '--case', dir, '--json'], {
        cwd: clone,
        env,
        encoding: 'utf8',
      });

      expect(started.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=[0-9a-f]+$/);
      for (const kind of ['cmd', 'net', 'exec', 'file', 'api']) expect(counts.get(kind), kind).toBeGreaterThan(0);
      expect(sumOf(counts), counted.stderr).toBe((JSON.parse(counted.stdout) as { readonly count: number }).count);
    } finally {
      await started.stop();
    }
  }, 600_000);

  // Five seconds on a quiet machine, as its line says; beside other tests, on a slow one, more.
  test('starts a second time without making anything again, to the same counts', { timeout: 300_000 }, async () => {
    const before = made();
    const began = performance.now();
    const started = await start();
    try {
      const counts = await legend(started.address);
      console.log(`fresh clone: second start to counts ${((performance.now() - began) / 1000).toFixed(1)} s`);

      expect(sumOf(counts)).toBeGreaterThan(60_000);
      expect(made()).toEqual(before);
    } finally {
      await started.stop();
    }
  });

  if (process.env.EXHIBIT_CLONE === 'test') {
    test('passes its own tests', () => {
      const { status, stdout } = spawnSync('npm', ['test'], { cwd: clone, env, encoding: 'utf8', maxBuffer: 1 << 28 });
      console.log(stdout.split('\n').slice(-20).join('\n'));

      expect(status).toBe(0);
    }, 1_800_000);
  }
});
