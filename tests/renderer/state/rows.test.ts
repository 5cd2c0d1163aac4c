import { expect, test } from 'vitest';
import { BLOCK, Rows } from '../../../renderer/state/rows.svelte';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { PageRequest } from '../../../workers/contract/page';

const activity = (at: number, filter = ''): ActivityJson => ({ id: `${filter}${at}`, kind: 'cmd', records: [] });
const settle = () => new Promise((done) => setTimeout(done, 0));

function pages(total: number) {
  const asked: PageRequest[] = [];
  const page = async (request: PageRequest) => {
    asked.push(request);
    const at = request.at ?? 0;
    const rows = Array.from({ length: Math.max(0, Math.min(request.limit, total - at)) }, (_, i) =>
      activity(at + i, request.filter),
    );
    return { rows, at, total };
  };
  return { asked, rows: new Rows((view: Omit<PageRequest, 'limit'>, at: number, limit: number) => page({ ...view, at, limit })) };
}

test('asks for the blocks in sight, by position', async () => {
  const { asked, rows } = pages(5_000_000);
  rows.show('all', { order: 'asc' }, 0, 30);
  await settle();
  rows.need(4_999_950, 4_999_999);
  await settle();
  expect(asked.map(({ at, limit }) => [at, limit])).toEqual([
    [0, BLOCK],
    [4_999_900, BLOCK],
  ]);
  expect(rows.row(4_999_999)?.id).toBe('4999999');
});

test('asks once for rows that span two blocks, and not again for what is here', async () => {
  const { asked, rows } = pages(1000);
  rows.show('all', { order: 'asc' }, 80, 130);
  await settle();
  rows.need(90, 140);
  await settle();
  expect(asked.map(({ at, limit }) => [at, limit])).toEqual([[0, 2 * BLOCK]]);
});

test('the block beside what is in sight comes before it is reached, and never beyond the last', async () => {
  const { asked, rows } = pages(250);
  rows.show('all', { order: 'asc' }, 0, 30);
  await settle();
  for (const first of [20, 60, 150, 219]) {
    rows.need(first, first + 30);
    await settle();
  }
  expect(asked.map(({ at }) => at)).toEqual([0, 100, 200]);
});

test('shows the old rows until the new ones arrive', async () => {
  const { rows } = pages(1000);
  rows.show('all', { order: 'asc' }, 0, 30);
  await settle();
  rows.show('other', { order: 'asc', filter: 'x' }, 0, 30);
  expect([rows.stale, rows.row(3)?.id]).toEqual([true, '3']);
  await settle();
  expect([rows.stale, rows.row(3)?.id]).toEqual([false, 'x3']);
});

test('keeps memory bounded while scrolling through everything', async () => {
  const { rows } = pages(100_000);
  rows.show('all', { order: 'asc' }, 0, 30);
  await settle();
  for (let at = 0; at < 100_000; at += BLOCK) {
    rows.need(at, at + 30);
    await settle();
  }
  const kept = Array.from({ length: 1000 }, (_, block) => rows.row(block * BLOCK)).filter(Boolean).length;
  expect(kept).toBeLessThanOrEqual(60);
  expect(rows.row(99_930)?.id).toBe('99930');
});
