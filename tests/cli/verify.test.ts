import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerifyResult } from '../../workers/contract/engine';
import { type HostedEngine, startEngine } from '../../workers/host';
import { exhibit } from './io';
import { type Made, makeCase, remove } from './verify-case';

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
});
