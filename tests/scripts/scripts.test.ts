/** The bootstrap's decisions: what `npm start` and `npm test` do before there is anything to run. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

type Packages = Readonly<Record<string, { readonly version?: string; readonly integrity?: string; readonly optional?: boolean }>>;
interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly flaky?: readonly string[];
}
interface Scripts {
  route(args: readonly string[]): unknown;
  checkNode(version: string): void;
  isInstalled(wanted: Packages, installed: Packages): boolean;
  areThere(installed: Packages, folder: string): boolean;
  electronProgram(env: object, platform: string, folder: string): string | undefined;
  whyNoDesktop(program: string | undefined, env: object, platform: string, uid?: number): string | undefined;
  unitResults(report: unknown): Results;
  e2eResults(report: unknown): Results;
}
/** The scripts are plain JavaScript, since nothing is installed when they run. */
const load = async (name: string): Promise<Scripts> =>
  (await import(join(import.meta.dirname, `../../scripts/${name}.mjs`))) as Scripts;

describe('npm start', () => {
  test.for([
    { args: [], expected: { options: [], sample: true } },
    { args: ['--no-open'], expected: { options: ['--no-open'], sample: true } },
    { args: ['--port', '8080'], expected: { options: ['--port', '8080'], sample: true } },
    { args: ['--case', 'a.exhibit'], expected: { options: ['--case', 'a.exhibit'], sample: false } },
    { args: ['--case=a.exhibit'], expected: { options: ['--case=a.exhibit'], sample: false } },
    { args: ['import', 'b', '--case', 'a'], expected: { command: ['import', 'b', '--case', 'a'] } },
    { args: ['serve', '--no-open'], expected: { command: ['serve', '--no-open'] } },
    { args: ['--help'], expected: { options: ['--help'], sample: true } },
  ])('routes $args', async ({ args, expected }) => {
    expect((await load('start')).route(args)).toEqual(expected);
  });

  test.for([
    { version: '20.18.3', enough: false },
    { version: '18.20.0', enough: false },
    { version: '20.19.0', enough: true },
    { version: '22.1.0', enough: true },
  ])('Node $version is enough: $enough', async ({ version, enough }) => {
    const { checkNode } = await load('setup');

    if (enough) expect(checkNode(version)).toBeUndefined();
    else expect(() => checkNode(version)).toThrow('needs Node 20.19 or newer');
  });

  const wanted: Packages = {
    '': { version: '0.1.0' },
    a: { version: '1.0.0', integrity: 'x' },
    b: { version: '2.0.0', optional: true },
  };
  test.for<{ title: string; installed: Packages; expected: boolean }>([
    { title: 'all there', installed: { a: { version: '1.0.0', integrity: 'x' }, b: { version: '2.0.0' } }, expected: true },
    { title: 'another platform’s package absent', installed: { a: { version: '1.0.0', integrity: 'x' } }, expected: true },
    { title: 'one absent', installed: {}, expected: false },
    { title: 'another version', installed: { a: { version: '1.0.1', integrity: 'x' } }, expected: false },
    { title: 'other bytes', installed: { a: { version: '1.0.0', integrity: 'y' } }, expected: false },
  ])('with $title, dependencies are installed: $expected', async ({ installed, expected }) => {
    expect((await load('setup')).isInstalled(wanted, installed)).toBe(expected);
  });

  test('a package that an install broken off took away is missed, though npm’s list has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
    await mkdir(join(folder, 'node_modules/a'), { recursive: true });
    await writeFile(join(folder, 'node_modules/a/package.json'), '{}');
    const { areThere } = await load('setup');

    expect(areThere({ 'node_modules/a': {} }, folder)).toBe(true);
    expect(areThere({ 'node_modules/a': {}, 'node_modules/b': {} }, folder)).toBe(false);
    await rm(folder, { recursive: true });
  });
});

describe('the desktop shell', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist/electron'), '');
    await chmod(join(folder, 'dist/electron'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('its runtime is found by its file, in its package or where ELECTRON_OVERRIDE_DIST_PATH says', async () => {
    const { electronProgram } = await load('electron');

    expect(electronProgram({}, 'linux', folder)).toBe(join(folder, 'dist/electron'));
    expect(electronProgram({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist') }, 'linux', '/nowhere')).toBe(
      join(folder, 'dist/electron'),
    );
    expect(electronProgram({ ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }, 'linux', folder)).toBeUndefined();
    expect(electronProgram({}, 'linux', '/nowhere')).toBeUndefined();
  });

  test.for([
    {
      title: 'no runtime',
      program: undefined,
      env: { DISPLAY: ':0' },
      uid: 1000,
      expected: 'the Electron runtime is not on this machine',
    },
    { title: 'no display', program: 'electron', env: {}, uid: 1000, expected: 'there is no display' },
    { title: 'root', program: 'electron', env: { DISPLAY: ':0' }, uid: 0, expected: 'its sandbox does not run as root' },
    { title: 'all there', program: 'electron', env: { WAYLAND_DISPLAY: 'wayland-0' }, uid: 1000, expected: undefined },
  ])('with $title: $expected', async ({ program, env, uid, expected }) => {
    expect((await load('electron')).whyNoDesktop(program, env, 'linux', uid)).toBe(expected);
  });
});

describe('npm test', () => {
  test('counts unit tests, names the skipped, and takes a file that cannot be loaded for a failure', async () => {
    const { unitResults } = await load('test');
    const test = (status: string, fullName = 'a') => ({ status, fullName });
    const testResults = [
      {
        name: '/x/a.test.ts',
        status: 'passed',
        assertionResults: [test('passed'), test('skipped', 'needs samples'), test('failed')],
      },
      { name: '/x/broken.test.ts', status: 'failed', assertionResults: [] },
    ];

    expect(unitResults({ testResults })).toEqual({ passed: 1, failed: 2, skipped: [expect.stringContaining('needs samples')] });
  });

  test('counts end-to-end tests in suites of suites', async () => {
    const { e2eResults } = await load('test');
    const spec = (title: string, status: string) => ({ title, file: 'a.spec.ts', tests: [{ status }] });
    const inner = { specs: [spec('b', 'skipped'), spec('c', 'unexpected'), spec('d', 'flaky')] };
    const suites = [{ specs: [spec('a', 'expected')], suites: [inner] }];

    expect(e2eResults({ suites, errors: [] })).toEqual({
      passed: 2,
      failed: 1,
      skipped: ['tests/e2e/a.spec.ts: b'],
      flaky: ['tests/e2e/a.spec.ts: d'],
    });
  });
});
