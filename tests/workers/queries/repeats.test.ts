import { afterAll, beforeAll, expect, test } from 'vitest';
import { likeTerms } from '../../../workers/contract/likeness';
import { formatTime } from '../../../workers/contract/time';
import { Kept } from '../../../workers/queries/kept';
import { page } from '../../../workers/queries/page';
import { repeats } from '../../../workers/queries/repeats';
import { fill, type MadeCase, madeCase, SECOND, START } from './made-case';

let made: MadeCase;
beforeAll(async () => {
  made = await madeCase();
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 7 });
  await fill(made, { member: 2, kind: 'api', scope: 2, everyNs: SECOND, count: 2 }, 100n * SECOND);
  await fill(made, { member: 1, kind: 'cmd', scope: 2, count: 1 });
});
afterAll(() => made.database.close());

const at = (second: bigint) => formatTime(START + second * SECOND);

test('like things are one, with their count and when they were seen first and last', async () => {
  const { rows, total, activities } = await repeats(made.source, { by: 'count', limit: 10 });
  expect(rows.map(({ count, first, last, activity }) => [activity.kind, activity.comm, count, first, last])).toEqual([
    ['cmd', 'even', 5, at(0n), at(6n)],
    ['cmd', 'odd', 3, at(1n), at(5n)],
    ['api', 'even', 2, at(100n), at(101n)],
  ]);
  expect({ total, activities }).toEqual({ total: 3, activities: 10 });
});

test.for([
  ['first', ['even', 'odd', 'even']],
  ['last', ['even', 'even', 'odd']],
] as const)('by %s', async ([by, comms]) => {
  const { rows } = await repeats(made.source, { by, limit: 10 });
  expect(rows.map(({ activity }) => activity.comm)).toEqual(comms);
});

test.for(['count', 'first', 'last'] as const)('by %s in an order that was asked for later', async (by) => {
  const other = { ...made.source, kept: new Kept() };
  for (const first of ['last', 'count', 'first'] as const) await repeats(other, { by: first, limit: 10 });
  const fresh = await repeats({ ...made.source, kept: new Kept() }, { by, limit: 10 });

  expect(await repeats(other, { by, limit: 10 })).toEqual(fresh);
});

test('a part of the list keeps its places', async () => {
  const { rows, at: from, total } = await repeats(made.source, { by: 'count', at: 1, limit: 1 });
  expect(rows.map(({ count }) => count)).toEqual([3]);
  expect({ from, total }).toEqual({ from: 1, total: 3 });
});

test('a filter and a window narrow what is counted', async () => {
  const { rows, activities } = await repeats(made.source, {
    by: 'count',
    limit: 10,
    filter: 'comm="even"',
    from: START,
    to: START + 3n * SECOND,
  });
  expect(rows.map(({ count }) => count)).toEqual([2]);
  expect(activities).toBe(2);
});

test('the terms of a row find exactly those that it counts', async () => {
  const { rows } = await repeats(made.source, { by: 'count', limit: 10 });
  for (const { activity, count } of rows) {
    const filter = likeTerms(activity).join(' ');
    expect((await page(made.source, { filter, limit: 1 })).total, filter).toBe(count);
  }
});
