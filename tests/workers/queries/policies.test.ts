import { afterEach, beforeEach, expect, test } from 'vitest';
import { policies } from '../../../workers/queries/policies';
import { fill, type MadeCase, madeCase } from './made-case';

let made: MadeCase;
beforeEach(async () => {
  made = await madeCase();
});
afterEach(() => made.database.close());

test('commands of a place stand once each, the most frequent first, whatever kinds they were hit in', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, rule: true, everyNs: 1n, count: 9 });
  await fill(made, { member: 1, kind: 'api', scope: 1, rule: true, everyNs: 1n, count: 9 }, 50n);
  await fill(made, { member: 1, kind: 'cmd', scope: 1, rule: true, everyNs: 1n, count: 1 }, 100n);
  await made.connection.run(
    `UPDATE activity SET comm = CASE WHEN key % 3 = 0 THEN 'seldom' WHEN key = 19 THEN NULL ELSE 'often' END`,
  );

  expect(await policies(made.source, {})).toMatchObject([
    { count: 19, kinds: { cmd: 10, api: 9 }, commands: ['often', 'seldom'], id: 'E1/a.log:1', scope: { node: 'node-1' } },
  ]);
});

test('a list that was cut says how much is not on it', async () => {
  await made.connection.run(`INSERT INTO scope (scope, pod) SELECT i + 10, 'pod-' || i FROM range(5_003) t(i)`);
  await fill(made, { member: 1, kind: 'cmd', scope: 1, rule: true, everyNs: 1n, count: 10_006 });
  await made.connection.run('UPDATE activity SET scope = 10 + key % 5_003');
  const hits = await policies(made.source, {});

  expect(hits).toHaveLength(5_000);
  expect(hits.at(-1)?.unlisted).toEqual({ places: 3, count: 6 });
  expect(hits.filter(({ unlisted }) => unlisted)).toHaveLength(1);
  expect((await policies(made.source, { filter: 'pod="pod-7"' }))[0]).not.toHaveProperty('unlisted');
});
