/**
 * `npm test`: brings what is missing, then types, lint, unit and contract tests, end-to-end tests. Prints every skip; the last line is
 * `N passed, N failed, N skipped`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inRoot, main, read, root, run } from './lib.mjs';
import { setUp } from './setup.mjs';
import { bringChromium, bringDocumentTools } from './tools.mjs';

const print = (line) => console.log(line);
const program = (path) => inRoot(`node_modules/${path}`);
const node = (path, args, env = {}) =>
  run(process.execPath, [program(path), ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });

/** A check that passes or fails as a whole. What it prints comes at its end: several run at once. */
async function check(title, path, args) {
  const { code, text } = await read(process.execPath, [program(path), ...args]);
  print(`\n${title}\n${text}`.trimEnd());
  if (code !== 0) print(`FAILED ${title}`);
  return { passed: Number(code === 0), failed: Number(code !== 0), skipped: [] };
}

/** Results of vitest's JSON reporter. A file that could not even be loaded is a failure. */
export function unitResults({ testResults }) {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  );
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length + broken.length,
    skipped: tests
      .filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status))
      .map(({ file, fullName }) => `${file}: ${fullName}`),
  };
}

/** Results of Playwright's JSON reporter: suites in suites. What passed only at its second try is named in `flaky`. */
export function e2eResults({ suites, errors = [] }) {
  const specsOf = (suite) => [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
  const tests = suites
    .flatMap(specsOf)
    .flatMap(({ title, file, tests: runs }) => runs.map(({ status }) => ({ name: `tests/e2e/${file}: ${title}`, status })));
  const named = (wanted) => tests.filter(({ status }) => status === wanted).map(({ name }) => name);
  return {
    passed: named('expected').length + named('flaky').length,
    failed: named('unexpected').length + errors.length,
    skipped: named('skipped'),
    flaky: named('flaky'),
  };
}

/** Runs a test runner that writes its results as JSON. Without results the run itself is one failure. */
async function suite(title, file, results, start) {
  print(`\n${title}`);
  const code = await start(file);
  const written = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  const counted = written ? results(written) : { passed: 0, failed: 1, skipped: [] };
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

async function testAll(folder) {
  await setUp();
  await bringDocumentTools();
  const chromium = await bringChromium();
  const runs = [
    ...(await Promise.all([
      check('Types', 'typescript/bin/tsc', ['-b']),
      check('Types of the components', 'svelte-check/bin/svelte-check', [
        '--tsconfig',
        'renderer/tsconfig.json',
        '--fail-on-warnings',
      ]),
      check('Lint and format', '@biomejs/biome/bin/biome', ['check', '.']),
    ])),
    await suite('Unit and contract tests', join(folder, 'unit.json'), unitResults, (file) =>
      node('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]),
    ),
  ];
  if (chromium.found) {
    runs.push(
      await suite('End-to-end tests', join(folder, 'e2e.json'), e2eResults, (file) =>
        node('@playwright/test/cli.js', ['test', '--reporter=list,json'], {
          PLAYWRIGHT_JSON_OUTPUT_NAME: file,
          ...(chromium.path ? { EXHIBIT_CHROMIUM: chromium.path } : {}),
        }),
      ),
    );
  }
  const total = (key) => runs.reduce((sum, result) => sum + result[key], 0);
  const skipped = [...runs.flatMap((result) => result.skipped), ...(chromium.found ? [] : ['tests/e2e: no Chromium'])];
  const failed = total('failed') + Number(!chromium.found); // what could not be tried is not done
  print('');
  for (const skip of skipped) print(`skipped ${skip}`);
  for (const test of runs.flatMap((result) => result.flaky ?? [])) print(`passed only at the second try: ${test}`);
  print(`${total('passed')} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
    try {
      return await testAll(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
