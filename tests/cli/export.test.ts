import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { VerifyResult } from '../../workers/contract/verify';
import { type HostedEngine, startEngine } from '../../workers/host';
import { exhibit, type Ran } from './io';
import { type Made, makeCase, remove } from './verify-case';

vi.setConfig({ testTimeout: 60_000 });
let host: HostedEngine;
let made: Made;
let bag: string;
let exported: Ran;

beforeAll(async () => {
  host = startEngine();
  made = await makeCase(host);
  bag = join(made.folder, 'bag');
  exported = await exhibit(['export', '--case', made.case, '--format', 'bag', '-o', bag, '--json'], host);
});
afterAll(async () => {
  await host.close();
  await remove(made);
});

async function failed(dir: string): Promise<string> {
  const { exit, out } = await exhibit(['verify', dir, '--json'], host);
  const { ok, checks } = JSON.parse(out) as VerifyResult;
  expect({ exit, ok }).toEqual(ok ? { exit: 0, ok } : { exit: 3, ok });
  return checks
    .filter((check) => !check.ok)
    .map(({ what, detail }) => `${what}: ${detail}`)
    .join('\n');
}

test('a bag is checked by sha256sum alone', () => {
  const check = (list: string) => execFileSync('sha256sum', ['--strict', '-c', list], { cwd: bag, encoding: 'utf8' });

  expect(exported.exit).toBe(0);
  expect(check('manifest-sha256.txt').trim().split('\n').toSorted()).toEqual([
    'data/evidence/E1/audit.log: OK',
    'data/evidence/E2/node.tgz: OK',
    'data/journal.ndjson: OK',
    'data/marks.ndjson: OK',
    'data/report.pdf: OK',
  ]);
  expect(check('tagmanifest-sha256.txt')).toContain('bag-info.txt: OK');
});

test('an untouched bag passes, and names its anchor', async () => {
  const { out } = await exhibit(['verify', bag, '--json'], host);

  expect(await failed(bag)).toBe('');
  expect((JSON.parse(out) as VerifyResult).anchor).toContain((JSON.parse(exported.out) as { head: string }).head);
});

test('the export is in the journal, with the hash of the manifest', async () => {
  const last = (await readFile(join(made.case, 'journal.ndjson'), 'utf8')).trimEnd().split('\n').at(-1) as string;

  expect(JSON.parse(last)).toMatchObject({
    what: 'export',
    detail: { format: 'bag', manifest: (JSON.parse(exported.out) as { sha256: string }).sha256 },
  });
});

test('a folder that is there is not written into', async () => {
  expect((await exhibit(['export', '--case', made.case, '--format', 'bag', '-o', bag], host)).exit).toBe(2);
});
