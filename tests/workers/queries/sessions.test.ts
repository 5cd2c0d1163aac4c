import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatTime } from '../../../workers/contract/time';
import { correlate } from '../../../workers/correlate/correlate';
import { sessions } from '../../../workers/queries/sessions';
import { inFewPlaces } from '../../../workers/queries/stretches';
import { trace } from '../../../workers/queries/trace';
import { type MadeCase, madeCase, SECOND, START } from './made-case';

/** Two execs into one container; the first runs bash, which runs curl, which connects; the second finds no process. A stranger's connection beside them. */
let made: MadeCase;
beforeAll(async () => {
  made = await madeCase();
  const { connection } = made;
  const at = (seconds: number) => `make_timestamp_ns(${START + BigInt(Math.round(seconds * 1000)) * (SECOND / 1000n)})`;
  await connection.run(`INSERT INTO scope (scope, cluster, namespace, pod, container, node)
    VALUES (11, 'east', 'shop', 'web-1', NULL, NULL), (12, 'east', 'shop', 'web-1', 'web', 'node-1')`);
  await connection.run(`INSERT INTO actor (actor, "user", sourceaddresses) VALUES (1, 'avery', ['203.0.113.7'])`);
  const row = (columns: Readonly<Record<string, string>>) =>
    connection.run(
      `INSERT INTO activity (k, "offset", "length", content, ${Object.keys(columns)
        .map((c) => `"${c}"`)
        .join(', ')}) VALUES (1, 0, 1, 0, ${Object.values(columns).join(', ')})`,
    );
  const exec = (key: number, from: number, to: number, command: string) =>
    row({
      key: `${key}`,
      member: '2',
      record: `${key}`,
      scope: '11',
      actor: '1',
      kind: `'exec'`,
      subresource: `'exec'`,
      command: `['${command}']`,
      code: '101',
      result: `'ok'`,
      stage: `'ResponseComplete'`,
      name: `'web-1'`,
      time: at(from),
      ready: at(from),
      end: at(to),
    });
  const ran = (
    key: number,
    kind: string,
    time: number,
    comm: string,
    entity: string,
    parent: string,
    more: Readonly<Record<string, string>> = {},
  ) =>
    row({
      key: `${key}`,
      member: '1',
      record: `${key}`,
      scope: '12',
      kind: `'${kind}'`,
      time: at(time),
      comm: `'${comm}'`,
      cmdline: `'${comm}'`,
      entityid: `'${entity}'`,
      parententity: `'${parent}'`,
      pid: `${100 + key}`,
      ...more,
    });
  await exec(1, 10, 20.03, 'bash');
  await ran(2, 'cmd', 10.13, 'bash', 'p-bash', 'p-runc', { entered: 'true', end: at(20) });
  await ran(3, 'cmd', 12, 'curl', 'p-curl', 'p-bash', { entered: 'true', end: at(13) });
  await ran(4, 'net', 12.1, 'curl', 'p-curl', 'p-bash', { server: `'198.51.100.9'`, serverport: '443' });
  await ran(5, 'net', 12.2, 'nginx', 'p-nginx', 'p-init', { entered: 'false' });
  await exec(6, 40, 41, 'nothere');
  await exec(100, 60, 100, 'sh');
  await ran(101, 'cmd', 60.1, 'sh', 'p-sh', 'p-runc', { entered: 'true', end: at(99) });
  await ran(102, 'cmd', 61, 'ab', 'p-ab', 'p-sh', { entered: 'true', end: at(98) });
  // Twelve within a few seconds, four more after ten seconds of silence, and one elsewhere among them.
  for (let i = 0; i < 12; i++)
    await ran(110 + i, 'net', 62 + i / 4, 'ab', 'p-ab', 'p-sh', { server: `'10.0.0.9'`, serverport: '80' });
  await ran(130, 'net', 63.1, 'ab', 'p-ab', 'p-sh', { server: `'10.0.0.10'`, serverport: '53' });
  for (let i = 0; i < 4; i++) await ran(140 + i, 'net', 80 + i, 'ab', 'p-ab', 'p-sh', { server: `'10.0.0.9'`, serverport: '80' });
  await correlate(connection);
});
afterAll(() => made.database.close());

test('each originator is a session, with its activities counted by kind', async () => {
  const found = await sessions(made.source, {});

  expect(found.map(({ session, label, user, certain, counts }) => ({ session, label, user, certain, counts }))).toEqual([
    { session: 'E1/b.log:1', label: 'S-1', user: 'avery', certain: true, counts: { cmd: 2, net: 1, exec: 1 } },
    { session: 'E1/b.log:6', label: 'S-2', user: 'avery', certain: false, counts: { exec: 1 } },
    { session: 'E1/b.log:100', label: 'S-3', user: 'avery', certain: true, counts: { cmd: 2, net: 17, exec: 1 } },
  ]);
  expect(found.map(({ confidence }) => confidence === null)).toEqual([false, true, false]);
  expect(found[1]?.why.map(({ what }) => what)).toEqual(['No process with this command entered the container']);
});

test.for([
  { title: 'by something inside it', filter: 'comm="curl"', found: ['S-1'] },
  { title: 'by its originator', filter: 'user="avery"', found: ['S-1', 'S-2', 'S-3'] },
  { title: 'by nothing in it', filter: 'comm="nginx"', found: [] },
])('a session is in view $title', async ({ filter, found }) => {
  expect((await sessions(made.source, { filter })).map(({ label }) => label)).toEqual(found);
});

test.for(['E1/b.log:1', 'E1/a.log:2', 'E1/a.log:4'])('the trace of %s is the whole session in order', async (id) => {
  const { session, root, processes, activities, identity } = await trace(made.source, id);

  expect(session).toBe('E1/b.log:1');
  expect(root).toMatchObject({
    process: 'p-bash',
    parent: null,
    depth: 0,
    start: formatTime(START + 10_130n * (SECOND / 1000n)),
  });
  expect(processes.map(({ process, parent, depth }) => [process, parent, depth])).toEqual([
    ['p-bash', null, 0],
    ['p-curl', 'p-bash', 1],
  ]);
  expect(processes.map(({ records }) => records.map(({ record }) => record))).toEqual([['2'], ['3']]);
  expect(activities.map(({ id: one }) => one)).toEqual(['E1/a.log:2', 'E1/a.log:3', 'E1/a.log:4']);
  expect(identity).toMatchObject({ user: 'avery', sourceaddresses: ['203.0.113.7'] });
});

test('a burst of like connections is told by its first, with how many, until when and by how many records', async () => {
  const { activities, folds } = await trace(made.source, 'E1/b.log:100', { folded: true });

  expect(activities.map(({ id }) => Number(id.split(':')[1]))).toEqual([101, 102, 110, 130, 140, 141, 142, 143]);
  expect(folds).toEqual([{ id: 'E1/a.log:110', count: 12, last: formatTime(START + 64_750n * (SECOND / 1000n)), records: 12 }]);
  expect(await trace(made.source, 'E1/b.log:100')).toMatchObject({ activities: { length: 19 } });
});

test.for([{}, { folded: true }])(
  'the first of a trace are the beginning of all of it, with how many come after: %o',
  async (request) => {
    const all = await trace(made.source, 'E1/b.log:100', request);
    const begun = await trace(made.source, 'E1/b.log:100', { ...request, first: 15 });

    expect(begun.activities.length).toBeLessThan(all.activities.length);
    expect(begun.activities).toEqual(all.activities.slice(0, begun.activities.length));
    expect([begun.more, all.more]).toEqual([4, 0]);
    expect(all.processes).toEqual(expect.arrayContaining([...begun.processes]));
    expect(begun).toMatchObject({ root: all.root, originator: all.originator, chain: all.chain });
  },
);

test('rows that lie far apart are few at first', () => {
  const keys = [1n, 2n, 3n, 9_000n, 9_001n, 1n << 40n, (1n << 40n) + 20_000n];

  expect([1, 2, 3, 4, 5].map((most) => inFewPlaces(keys, most).length)).toEqual([3, 5, 6, 7, 7]);
});

test('what is asked for alone stands alone, and the burst goes on after it', async () => {
  const folded = (alone: string) => trace(made.source, 'E1/b.log:100', { folded: true, alone });
  const { activities, folds } = await folded('E1/a.log:111');

  expect(activities.map(({ id }) => Number(id.split(':')[1])).slice(2, 5)).toEqual([110, 111, 112]);
  expect(folds?.map(({ id, count }) => [id, count])).toEqual([['E1/a.log:112', 10]]);
  expect((await folded('E9/gone:1')).folds).toHaveLength(1);
});

test('a session without a process says why', async () => {
  const { root, activities, confidence, why } = await trace(made.source, 'E1/b.log:6');

  expect({ root, activities, confidence }).toEqual({ root: null, activities: [], confidence: null });
  expect(why).toHaveLength(1);
});

test.for([
  { id: 'E1/a.log:5', code: 'not-found' },
  { id: 'E1/a.log:99', code: 'not-found' },
])('$id has no trace: $code', async ({ id, code }) => {
  await expect(trace(made.source, id)).rejects.toMatchObject({ code });
});
