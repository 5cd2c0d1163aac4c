import { afterAll, beforeAll, expect, test } from 'vitest';
import { page } from '../../../workers/queries/page';
import { position } from '../../../workers/queries/position';
import { resolve } from '../../../workers/queries/resolve';
import { fill, type MadeCase, madeCase, SECOND } from './made-case';

/** More rows in one bucket of the timeline than are sorted at once. */
const CROWD = 30_000;

let made: MadeCase;
beforeAll(async () => {
  made = await madeCase();
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: 1n, count: CROWD });
  // A month later, so that the crowd lies within one bucket.
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 10 }, 30n * 86_400n * SECOND);
  await fill(made, { member: 1, kind: 'cmd', scope: 1, count: 3 });
});
afterAll(() => made.database.close());

const record = (n: number) => `E1/a.log:${n}`;

test.for([0, 1, 4_999, 5_000, 17_431, CROWD - 4, CROWD + 8])(
  'a page at %d of a crowded bucket is that stretch of the list',
  async (at) => {
    const { rows, total } = await page(made.source, { at, limit: 7 });
    expect(total).toBe(CROWD + 13);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: Math.min(7, total - at) }, (_, i) => record(at + i + 1)));
  },
);

test('every other row of a crowded bucket, from the middle and backwards', async () => {
  const at = 9_000;
  const filter = 'comm="odd"';
  const { rows } = await page(made.source, { filter, at, limit: 5 });
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((i) => record(2 * (at + i))));
  const { rows: back, total } = await page(made.source, { filter, at: 0, limit: 3, order: 'desc' });
  expect(total).toBe(CROWD / 2 + 5 + 1);
  expect(back.map(({ id }) => id)).toEqual([record(CROWD + 12), record(CROWD + 10), record(CROWD + 8)]);
});

test('what a filter leaves out is left out of the crowd', async () => {
  const { rows, total } = await page(made.source, { filter: 'comm!="odd"', at: 9_000, limit: 2 });
  expect(total).toBe(CROWD / 2 + 5 + 2);
  expect(rows.map(({ id }) => id)).toEqual([record(18_001), record(18_003)]);
});

test('a row of a crowded bucket is found at its position', async () => {
  expect(await position(made.source, { id: record(17_432) })).toBe(17_431);
  expect(await position(made.source, { id: record(17_432), filter: 'comm="odd"', order: 'desc' })).toBe(CROWD / 2 + 6 - 8_716);
});

test('rows of one instant are ordered by id, also where they are a crowd', async () => {
  const same = await madeCase();
  await fill(same, { member: 1, kind: 'cmd', scope: 1, everyNs: 0n, count: 6_000 });
  const { rows } = await page(same.source, { at: 5_500, limit: 3 });
  const ordered = Array.from({ length: 6_000 }, (_, i) => record(i + 1)).sort();
  expect(rows.map(({ id }) => id)).toEqual(ordered.slice(5_500, 5_503));
  same.database.close();
});

test('each record that tells an activity resolves to it', async () => {
  await made.connection.run(`
    INSERT INTO citation BY NAME
    SELECT 5 AS key, 'merged'::fate AS fate, 2 AS member, 77 AS record, '2.1' AS item, 0 AS "offset", 1 AS "length", 0 AS content`);
  expect((await resolve(made.source, record(5))).key).toBe(5n);
  expect((await resolve(made.source, 'E1/b.log:77.2.1')).key).toBe(5n);
  await expect(resolve(made.source, 'E1/b.log:77')).rejects.toMatchObject({ code: 'not-found' });
  await expect(resolve(made.source, 'E1/a.log:5#2')).rejects.toMatchObject({ code: 'not-found' });
});

test('a page tells all records of an activity, the kept one first', async () => {
  const { rows } = await page(made.source, { at: 4, limit: 1 });
  expect(rows[0]?.records).toEqual([
    { evidence: 'E1', member: 'a.log', record: '5' },
    { evidence: 'E1', member: 'b.log', record: '77.2.1' },
  ]);
});
