import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Database } from '../../../workers/case/database';
import { Kept } from '../../../workers/queries/kept';
import { Panes, type Work } from '../../../workers/queries/panes';
import { BUSY } from '../../helpers/busy';

let database: Database;
let panes: Panes;
beforeEach(async () => {
  database = await Database.open(':memory:');
  panes = new Panes(database, new Kept());
});
afterEach(async () => {
  await panes.close();
  database.close();
});

/** Runs for longer than a test may unless it is interrupted. */
const endless: Work<number> = async ({ connection }) => {
  await connection.all('SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE (a.range * b.range) % 7 = 3');
  return 0;
};
const quick =
  (n: number): Work<number> =>
  async ({ connection }) =>
    Number((await connection.all<{ n: number }>(`SELECT ${n} AS n`))[0]!.n);

test('a running query is interrupted by the next of its pane', async () => {
  const old = panes.run('list', endless);
  const refused = expect(old).rejects.toMatchObject({ code: 'superseded' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await panes.run('list', quick(7))).toBe(7);
  await refused;
});

test('an interrupt that would come before the query starts is not lost', async () => {
  const old = panes.run('list', endless);
  const refused = expect(old).rejects.toMatchObject({ code: 'superseded' });
  expect(await panes.run('list', quick(1))).toBe(1);
  await refused;
});

test('what waits is dropped without running', async () => {
  let ran = 0;
  const first = panes.run('list', endless).catch((error) => error.code);
  const waiting = [1, 2, 3].map((n) =>
    panes
      .run('list', (source) => {
        ran++;
        return quick(n)(source);
      })
      .catch((error) => error.code),
  );
  expect(await Promise.all([first, ...waiting])).toEqual(['superseded', 'superseded', 'superseded', 3]);
  expect(ran).toBe(1);
});

test('panes do not wait for each other, and none interrupts another', async () => {
  const other = panes.run('graph', endless);
  const refused = expect(other).rejects.toMatchObject({ code: 'superseded' });
  for (let n = 0; n < 5; n++) expect(await panes.run('list', quick(n))).toBe(n);
  expect(await panes.run('graph', quick(9))).toBe(9);
  await refused;
});

test('work without a pane is never superseded', async () => {
  const both = [panes.run(undefined, quick(1)), panes.run(undefined, quick(2))];
  expect(await Promise.all(both)).toEqual([1, 2]);
});

test('an error of the work is its own', async () => {
  await expect(panes.run('list', async () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await panes.run('list', quick(3))).toBe(3);
});

test('a result that a superseded pane was computing is computed again by the one that waits for it', async () => {
  let runs = 0;
  const shared: Work<number> = (source) =>
    source.kept.get('shared', async () => (++runs === 1 ? endless(source) : quick(5)(source)));
  const first = panes.run('graph', shared).catch((error) => error.code);
  await vi.waitUntil(() => runs === 1, BUSY);
  const second = panes.run('list', shared);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const third = panes.run('graph', quick(1));
  expect(await Promise.all([first, second, third])).toEqual(['superseded', 5, 1]);
  expect(runs).toBe(2);
});

test('closing ends work of no pane too, and refuses what comes later', async () => {
  const refused = expect(panes.run(undefined, endless)).rejects.toMatchObject({ code: 'no-case' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await panes.close();
  await refused;
  await expect(panes.run('list', quick(1))).rejects.toMatchObject({ code: 'no-case' });
});
