import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatTime } from '../../../workers/contract/time';
import { coverage } from '../../../workers/queries/coverage';
import { fill, type MadeCase, madeCase, SECOND, START } from './made-case';

let made: MadeCase;
beforeEach(async () => {
  made = await madeCase();
});
afterEach(() => made.database.close());

const at = (seconds: number) => formatTime(START + BigInt(seconds) * SECOND);

test('a source is a format on a node; requests belong to their cluster, whatever node they name', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 10 });
  await fill(made, { member: 1, kind: 'cmd', scope: 2, everyNs: SECOND, count: 20 });
  await fill(made, { member: 2, kind: 'api', scope: 1, everyNs: SECOND, count: 5 });
  await fill(made, { member: 2, kind: 'api', scope: 2, everyNs: SECOND, count: 5 });
  const told = await coverage(made.source);
  expect(told.map(({ format, place, first, last, state }) => ({ format, place, first, last, state }))).toEqual([
    { format: 'k8s-audit', place: 'east', first: at(0), last: at(4), state: 'complete' },
    { format: 'tetragon', place: 'node-1', first: at(0), last: at(9), state: 'complete' },
    { format: 'tetragon', place: 'node-2', first: at(0), last: at(19), state: 'complete' },
  ]);
  expect(told[0]?.detail).toContain('10 activities');
});

test('a silence that the rate does not explain is a gap, with its bounds', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 1_000 });
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 1_000 }, 2_000n * SECOND);
  const [one] = await coverage(made.source);
  expect(one?.gaps).toEqual([{ from: at(999), to: at(2_000), why: expect.any(String) }]);
  expect(one?.state).toBe('partial');
});

test('a silence on one node is no gap of another', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 3_000 });
  await fill(made, { member: 1, kind: 'cmd', scope: 2, everyNs: SECOND, count: 1_000 });
  await fill(made, { member: 1, kind: 'cmd', scope: 2, everyNs: SECOND, count: 1_000 }, 2_000n * SECOND);
  expect((await coverage(made.source)).map(({ place, gaps }) => [place, gaps.length])).toEqual([
    ['node-1', 0],
    ['node-2', 1],
  ]);
});

test('a steady slow source has no gaps', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: 3_600n * SECOND, count: 100 });
  expect((await coverage(made.source))[0]?.gaps).toEqual([]);
});

test('a source that tells only what a rule matched proves nothing by its silence', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, rule: true, everyNs: SECOND, count: 3 });
  expect((await coverage(made.source))[0]).toMatchObject({
    state: 'hits-only',
    detail: expect.stringContaining('proves nothing'),
  });
});

test('records that could not be read make a source partial', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 3 });
  await made.connection.run('UPDATE member SET rejected = 2 WHERE member = 1');
  expect((await coverage(made.source))[0]).toMatchObject({ state: 'partial', detail: expect.stringContaining('2 records') });
});

test('what could not be read of one member is no loss of a source that others tell', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 3 });
  await made.connection.run(
    `INSERT INTO member (member, evidence, path, name, format, rejected) VALUES (3, 1, 'c.log', 'c.log', 'tetragon', 5), (4, 1, 'd.log', 'd.log', 'tetragon', 1)`,
  );
  await fill(made, { member: 3, kind: 'cmd', scope: 2, everyNs: SECOND, count: 3 });
  expect((await coverage(made.source)).map(({ place, state, rejected }) => [place, state, rejected])).toEqual([
    ['node-1', 'partial', 1], // of a member that told nothing: it may be anybody's
    ['node-2', 'partial', 6],
  ]);
});

test('a case without dated activities has no coverage', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, count: 3 });
  expect(await coverage(made.source)).toEqual([]);
});

test('a source whose settings pick what it records is never complete, and says what it picks', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 3 });
  await made.source.connection.run(`UPDATE member SET format = 'hubble' WHERE member = 1`);
  expect((await coverage(made.source))[0]).toMatchObject({
    state: 'partial',
    detail: expect.stringContaining('Only packets, not what sent them'),
  });
});
