import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { VerifyResult } from '../../workers/contract/engine';
import { type HostedEngine, startEngine } from '../../workers/host';
import { exhibit } from './io';
import { type Made, makeCase, remove } from './verify-case';

vi.setConfig({ testTimeout: 60_000 });
let host: HostedEngine;
let made: Made;
const verified = async (...argv: string[]) => {
  const { exit, out, err } = await exhibit(['verify', ...argv, '--json'], host);
  return { exit, err, result: JSON.parse(out) as VerifyResult };
};
beforeAll(async () => {
  host = startEngine();
  made = await makeCase(host);
}, 120_000);
afterAll(async () => {
  await host.close();
  await remove(made);
});

test.for(['pdf', 'json'] as const)('a report as %s agrees with itself, its case and its bundles', async (format) => {
  const { exit, result } = await verified(made[format], '--case', made.case, '--evidence', made.file, made.archive);

  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(exit).toBe(0);
  expect(result.anchor).toMatch(/entry \d+ with hash [0-9a-f]{64}, as the report has it/);
});

test('a report alone is checked against itself, and says what was not', async () => {
  const { exit, result } = await verified(made.pdf);

  expect({ exit, ok: result.ok, anchor: result.anchor }).toEqual({ exit: 0, ok: true, anchor: null });
  expect(result.unchecked.join('\n')).toMatch(
    /records of E1 \(audit\.log\)[\s\S]*records of E2 \(node\.tgz\)[\s\S]*no case was given/,
  );
});

test('a case says that no anchor was given, and compares itself with a bundle', async () => {
  const [good, wrong] = [await verified(made.case, '--evidence', made.file), await verified(made.case, '--evidence', made.pdf)];

  expect({ exit: good.exit, anchor: good.result.anchor }).toEqual({ exit: 0, anchor: null });
  expect(good.result.unchecked.join()).toContain('head hash from outside');
  expect(wrong.exit).toBe(3);
});

test('a changed report exits 3', async () => {
  const path = join(made.folder, 'changed.json');
  await writeFile(path, (await readFile(made.json, 'utf8')).replace('CHG-4711', 'CHG-4712'));

  expect((await verified(path)).exit).toBe(3);
});
