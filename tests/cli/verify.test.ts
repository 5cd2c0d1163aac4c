import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../../workers/contract/answers';
import { canonical } from '../../workers/contract/canonical';
import type { VerifyResult } from '../../workers/contract/verify';
import { type HostedEngine, startEngine } from '../../workers/host';
import { digestOf, type ReportModel } from '../../workers/report/model';
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
});
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

describe('anchors', () => {
  const path = (name: string) => join(made.folder, name);
  const openssl = (...argv: string[]) => spawnSync('openssl', argv, { encoding: 'utf8' });
  const head = () =>
    JSON.parse(readFileSync(join(made.case, 'journal.ndjson'), 'utf8').trimEnd().split('\n').at(-1) as string).hash as string;
  const detached = (file: string, key: string) =>
    openssl('pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', file, '-sigfile', `${file}.sig`);

  beforeAll(async () => {
    for (const argv of [
      ['key', '-o', path('key.pem')],
      ['key', '-o', path('other.pem')],
      ['sign', '--case', made.case, '--key', path('key.pem'), '-o', path('a.txt')],
      ['report', '--case', made.case, '--board', '--sign', path('key.pem'), '-o', path('signed.json')],
      ['export', '--case', made.case, '--format', 'bag', '--sign', path('key.pem'), '-o', path('bag')],
    ])
      expect(await exhibit(argv, host)).toMatchObject({ exit: 0, err: '' });
  });

  const hasOpenssl = openssl('version').status === 0;
  test.runIf(hasOpenssl)('openssl alone checks the signature that was made with a case, a report, a bag', () => {
    for (const name of ['a.txt', 'signed.json.anchor.txt', 'bag.anchor.txt']) {
      expect(detached(path(name), path('key.pub.pem'))).toMatchObject({ status: 0, stdout: 'Signature Verified Successfully\n' });
      expect(detached(path(name), path('other.pub.pem')).status).toBe(1);
    }
  });

  test('a key is made once, and for its owner alone', async () => {
    expect((await stat(path('key.pem'))).mode & 0o777).toBe(0o600);
    expect((await exhibit(['key', '-o', path('key.pem')], host)).exit).toBe(2);
  });

  test.runIf(hasOpenssl)('a key that openssl made signs as well, and its signature is checked', async () => {
    openssl('genpkey', '-algorithm', 'ed25519', '-out', path('theirs.pem'));
    openssl('pkey', '-in', path('theirs.pem'), '-pubout', '-out', path('theirs.pub.pem'));
    await exhibit(['sign', '--case', made.case, '--key', path('theirs.pem'), '-o', path('theirs.txt')], host);
    const { exit, result } = await verified(made.case, '--anchor', path('theirs.txt'), '--key', path('theirs.pub.pem'));

    expect(exit).toBe(0);
    expect(result.checks).toContainEqual(
      expect.objectContaining({ what: 'The signature of theirs.txt is one of the key theirs.pub.pem', ok: true }),
    );
  });

  test.runIf(hasOpenssl)('a key of another kind is refused', async () => {
    openssl('genpkey', '-algorithm', 'x25519', '-out', path('x.pem'));

    expect(await exhibit(['sign', '--case', made.case, '--key', path('x.pem'), '-o', path('x.txt')], host)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('it is of the kind x25519, and must be ed25519'),
    });
  });

  test('a hash, a report, a bag, its bag-info.txt and a statement are anchors of the case, and are named', async () => {
    const anchors = [head(), made.pdf, path('bag'), path('bag/bag-info.txt'), path('a.txt'), path('signed.json.anchor.txt.sig')];
    const { exit, result } = await verified(
      made.case,
      ...anchors.flatMap((anchor) => ['--anchor', anchor]),
      '--key',
      path('key.pub.pem'),
    );

    expect(exit).toBe(0);
    expect(result.anchor?.split('; ').map((anchor) => anchor.replace(/.*, as /, ''))).toEqual([
      'the hash that was given has it',
      'report.pdf has it',
      'bag-info.txt has it',
      'bag-info.txt has it',
      'a.txt has it',
      'signed.json.anchor.txt has it',
    ]);
    expect(result.unchecked.join()).not.toContain('--anchor');
  });

  test('a report and a bag are those that their anchor was stated with, and no others', async () => {
    const key = ['--key', path('key.pub.pem')];
    const stated = async (target: string, anchor: string) =>
      (await verified(target, '--anchor', path(anchor), ...key)).result.checks.filter(({ what }) =>
        what.includes('was stated with'),
      );

    expect(await stated(path('signed.json'), 'signed.json.anchor.txt')).toMatchObject([{ ok: true }]);
    expect(await stated(made.json, 'signed.json.anchor.txt')).toMatchObject([{ ok: false }]);
    expect(await stated(path('bag'), 'bag.anchor.txt')).toMatchObject([{ ok: true }]);
  });

  test('a signature that was not checked is said to be so', async () => {
    expect((await verified(made.case, '--anchor', path('a.txt'))).result.unchecked.join()).toContain('no public key was given');
  });

  test.for(['nothing.txt', 'audit.log'])('%s is no anchor', async (name) => {
    expect((await exhibit(['verify', made.case, '--anchor', path(name)], host)).exit).toBe(1);
  });
});

describe('the auditor’s questions', () => {
  const path = (name: string) => join(made.folder, name);

  test('are answered as text and as JSON', async () => {
    const asked = async (...argv: string[]) => (await exhibit(['questions', '--case', made.case, ...argv], host)).out;
    const { questions } = JSON.parse(await asked('--json')) as { readonly questions: readonly Answer[] };

    expect(questions.find(({ question }) => question === 'new-software')).toMatchObject({
      state: 'unanswerable',
      limits: expect.arrayContaining([
        'No source in this case tells commands; they come from a runtime agent, or auditd.',
      ]) as string[],
    });
    expect(await asked('verb="delete"')).toMatch(/What was changed by hand[\s\S]*SOC 2 CC8\.1; PCI DSS/);
  });

  test.for(['questions.json', 'questions.html'])('as %s agree with themselves and the case', async (name) => {
    const { exit } = await exhibit(['report', '--case', made.case, '--questions', '-o', path(name)], host);
    const { result } = await verified(path(name), '--case', made.case);

    expect(exit).toBe(0);
    expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.checks.map(({ what }) => what)).toContain('The report’s answers, collected again from the case');
  });

  test('a forged answer is found, though its digest was forged with it', async () => {
    const { digest: _, ...model } = JSON.parse(await readFile(path('questions.json'), 'utf8')) as ReportModel;
    const [first, ...others] = model.answers?.answers ?? [];
    const forged = { ...model, answers: { ...model.answers, answers: [{ ...first, state: 'answered' }, ...others] } };
    await writeFile(path('forged.json'), `${canonical({ ...forged, digest: digestOf(forged as typeof model) })}\n`);
    const { exit, result } = await verified(path('forged.json'), '--case', made.case);

    expect(exit).toBe(3);
    expect(result.checks.filter(({ ok }) => !ok).map(({ detail }) => detail)).toEqual([
      expect.stringContaining('the questions.json that entry'),
      expect.stringMatching(/answers\.0\.state: the report says "answered", the case "partly"/),
    ]);
  });
});
