import { execFileSync } from 'node:child_process';
import { appendFile, chmod, cp, readFile, rm, writeFile } from 'node:fs/promises';
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
}, 120_000);
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

const cutJournal = async (dir: string) => {
  const path = join(dir, 'data/journal.ndjson');
  await chmod(path, 0o600);
  await writeFile(path, `${(await readFile(path, 'utf8')).trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
};
const change = (name: string, from: string, to: string) => async (dir: string) => {
  const path = join(dir, name);
  await chmod(path, 0o600);
  await writeFile(path, (await readFile(path, 'latin1')).replace(from, to), 'latin1');
};
/** The manifests made anew, as one who knows how would. */
const renewed = (tamper: (dir: string) => Promise<void>) => async (dir: string) => {
  await tamper(dir);
  execFileSync(
    'sh',
    [
      '-c',
      'find data -type f | xargs sha256sum > manifest-sha256.txt; sha256sum bagit.txt bag-info.txt manifest-sha256.txt > tagmanifest-sha256.txt',
    ],
    { cwd: dir },
  );
};

test.for([
  {
    title: 'an original',
    tamper: change('data/evidence/E1/audit.log', 'ann', 'zoe'),
    names: 'data/evidence/E1/audit.log was changed',
  },
  {
    title: 'an original, manifests renewed',
    tamper: renewed(change('data/evidence/E1/audit.log', 'ann', 'zoe')),
    names: 'E1 (audit.log) is the original',
  },
  {
    title: 'an original taken out',
    tamper: (dir: string) => rm(join(dir, 'data/evidence/E2/node.tgz')),
    names: 'data/evidence/E2/node.tgz is missing',
  },
  {
    title: 'a file put in',
    tamper: (dir: string) => writeFile(join(dir, 'data/more.txt'), 'x'),
    names: 'data/more.txt is not in it',
  },
  { title: 'the journal cut', tamper: cutJournal, names: 'data/journal.ndjson was changed' },
  { title: 'the journal cut, manifests renewed', tamper: renewed(cutJournal), names: 'It was cut' },
  {
    title: 'the head in bag-info.txt',
    tamper: renewed(change('bag-info.txt', 'Journal-Head: ', 'Journal-Head: 0')),
    names: 'of bag-info.txt, up to entry',
  },
  {
    title: 'a mark, manifests renewed',
    tamper: renewed(change('data/marks.ndjson', 'CHG-4711', 'CHG-4712')),
    names: 'of the marks',
  },
  {
    title: 'the report, manifests renewed',
    tamper: renewed((dir: string) => appendFile(join(dir, 'data/report.pdf'), '%')),
    names: 'The pages show',
  },
  { title: 'the manifest', tamper: change('manifest-sha256.txt', 'a', 'b'), names: 'manifest-sha256.txt was changed' },
])('$title is found and named', async ({ tamper, names }) => {
  const copy = join(made.folder, 'copy');
  await rm(copy, { recursive: true, force: true });
  await cp(bag, copy, { recursive: true });
  await tamper(copy);

  expect(await failed(copy)).toContain(names);
});
