/** What a person says about members: which member a setting is meant for, and what it does to the activities. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportThreads } from '../../../workers/import/import';
import { globPattern, MemberSettings } from '../../../workers/import/settings';
import { TestCase, temporary } from './cases';
import { makeLogs } from './logs';

describe('a member is matched', () => {
  test.each([
    ['audit.log', 'audit.log', true],
    ['audit.log', 'node-1/audit.log', false],
    ['audit.log', 'auditxlog', false],
    ['*.log', 'audit.log', true],
    ['*.log', 'node-1/audit.log', false],
    ['node-?/*.log', 'node-1/audit.log', true],
    ['node-?/*.log', 'node-12/audit.log', false],
    ['**/audit.log', 'audit.log', true],
    ['**/audit.log', 'a/b/audit.log', true],
    ['logs/**', 'logs/a/b', true],
    ['logs/**', 'other/a', false],
    ['outer.tgz!/**', 'outer.tgz!/inner/a.log', true],
    ['a+(b)[c].log', 'a+(b)[c].log', true],
    ['*', 'line\nend', true],
  ])('by %j: %j is %s', (glob, member, expected) => {
    expect(globPattern(glob).test(member)).toBe(expected);
  });
});

test('of several settings that match a member the last counts', () => {
  const settings = new MemberSettings({
    zones: [
      { member: '**', value: 'UTC' },
      { member: 'b.log', value: 'Europe/Berlin' },
    ],
    clusters: [{ member: 'a.log', value: 'east' }],
  });
  expect(settings.of('a.log')).toEqual({ zone: 'UTC', cluster: 'east' });
  expect(settings.of('b.log')).toEqual({ zone: 'Europe/Berlin' });
  expect(() => settings.assertUsed()).not.toThrow();
});

test.each([
  ['lab-us/*', 'lab-us/node-1/audit.log', ' Members in folders below it are matched by lab-us/**.'],
  ['lab-us', 'lab-us/audit.log', ' Members in folders below it are matched by lab-us/**.'],
  ['*', 'a/b', ' Members in folders below it are matched by **.'],
  ['lab-eu/*', 'lab-us/node-1/audit.log', ''],
])('a setting for %s that matches nothing says what would match %s', (member, path, hint) => {
  const settings = new MemberSettings({ clusters: [{ member, value: 'us' }] });
  settings.of(path);
  expect(() => settings.assertUsed()).toThrow(
    `No member of the bundle matches ${member}, so ${member}=us has no meaning; nothing was changed.${hint}`,
  );
});

test('a zone that is none is refused before anything is read', () => {
  expect(() => new MemberSettings({ zones: [{ member: '*', value: 'Mars/Olympus' }] })).toThrow(/not a time zone/);
});

describe('with a bundle of two members', () => {
  let root: string;
  let bundle: string;
  let threads: ImportThreads;
  beforeAll(() => {
    root = temporary();
    bundle = join(root, 'bundle');
    mkdirSync(bundle);
    const { audit, falco } = makeLogs(20);
    writeFileSync(join(bundle, 'audit.log'), `${audit.join('\n')}\n`);
    writeFileSync(join(bundle, 'falco.log'), `${falco.join('\n')}\n`);
    threads = new ImportThreads();
  });
  afterAll(async () => {
    await threads.close();
    rmSync(root, { recursive: true, force: true });
  });

  const clustersOf = (made: TestCase) =>
    made.all<{ format: string; cluster: string | null }>(
      'SELECT DISTINCT m.format, s.cluster FROM activity a JOIN member m USING (member) JOIN scope s USING (scope) ORDER BY ALL',
    );

  test('a cluster is given to the activities of the members that match, and is part of the digest', async () => {
    const [plain, named] = [await TestCase.make(threads), await TestCase.make(threads)];
    const without = await plain.import(bundle);
    const given = await named.import(bundle, { clusters: [{ member: 'audit.*', value: 'east' }] });
    expect(await clustersOf(named)).toEqual([
      { format: 'falco', cluster: null },
      { format: 'k8s-audit', cluster: 'east' },
    ]);
    expect(given.digest).not.toBe(without.digest);
    expect(given.evidenceDigest).toBe(without.evidenceDigest);
    await plain.close();
    await named.close();
  });

  test('a setting that matches nothing is refused and nothing is kept', async () => {
    const made = await TestCase.make(threads);
    const refused = made.import(bundle, { clusters: [{ member: 'no-such.log', value: 'east' }] });
    await expect(refused).rejects.toMatchObject({ code: 'usage' });
    expect(await made.all('SELECT * FROM evidence')).toEqual([]);
    expect(await made.all('SELECT * FROM activity')).toEqual([]);
    await made.close();
  });

  test('what is in the case already is not imported again, and says so', async () => {
    const made = await TestCase.make(threads);
    const [one, two] = [await made.import(bundle), await made.import(bundle)];
    expect(one.evidence.map(({ id, already }) => [id, already])).toEqual([['E1', false]]);
    expect(two.evidence.map(({ id, already }) => [id, already])).toEqual([['E1', true]]);
    expect(two.digest).toBe(one.digest);
    expect(two.totals).toEqual(one.totals);
    const entries = made.folder.writableJournal().entries.filter(({ what }) => what === 'import');
    expect(entries.at(-1)?.detail).toMatchObject({ evidence: 'E1', already: true });
    await made.close();
  });

  test.each(['sealing', 'reading', 'resolving', 'loading'] as const)(
    'an import stopped while %s leaves nothing',
    async (phase) => {
      const made = await TestCase.make(threads);
      const stop = new AbortController();
      const stopped = made.import(
        bundle,
        {},
        { signal: stop.signal, onProgress: (progress) => progress.phase === phase && stop.abort() },
      );
      await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
      expect(await made.all('SELECT * FROM evidence')).toEqual([]);
      expect(await made.all('SELECT * FROM activity')).toEqual([]);
      const again = await made.import(bundle);
      expect(again.evidence[0]?.already).toBe(false);
      expect(again.totals.records).toBeGreaterThan(40);
      await made.close();
    },
  );
});
