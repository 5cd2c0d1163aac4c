import { expect, test } from 'vitest';
import { KnownList } from '../../../renderer/views/evidence/known-list.svelte';
import type { KnownRange } from '../../../workers/contract/case';
import { ExhibitError } from '../../../workers/contract/errors';

/** A case's list behind an engine that answers when the test says so. */
function made() {
  let kept: readonly KnownRange[] = [{ range: '198.51.100.0/24', name: 'office' }];
  const waiting: (() => void)[] = [];
  const list = new KnownList({
    known: () => new Promise((resolve) => waiting.push(() => resolve(kept))),
    setKnown: async (known) => {
      if (known.some(({ range }) => range === 'x')) throw new ExhibitError('usage', 'x is no address.');
      kept = known;
      return known;
    },
  });
  return { list, kept: () => kept, answer: () => Promise.resolve(waiting.shift()?.()).then(() => undefined) };
}

test('what was never read is not written back', async () => {
  const { list, kept, answer } = made();
  void list.load();

  expect(await list.keep()).toBe(false);
  expect(kept()).toHaveLength(1);
  await answer();
  list.add();
  expect(await list.keep()).toBe(true);
  expect(kept()).toEqual([{ range: '198.51.100.0/24', name: 'office' }]);
});

test('opened again, the list is read again', async () => {
  const { list, kept, answer } = made();
  void list.load();
  await answer();
  Object.assign(list.rows?.[1] ?? {}, { range: '203.0.113.7', name: 'gateway' });
  await list.keep();
  void list.load();
  expect(list.rows).toBeUndefined();
  await answer();

  expect(list.rows?.map(({ range }) => range)).toEqual(['198.51.100.0/24', '203.0.113.7', '']);
  list.remove(0);
  await list.keep();
  expect(kept()).toEqual([{ range: '203.0.113.7', name: 'gateway' }]);
});

test('a late answer to an earlier reading changes nothing', async () => {
  const { list, answer } = made();
  void list.load();
  void list.load();
  await answer();
  expect(list.rows).toBeUndefined();
  await answer();
  expect(list.rows).toHaveLength(2);
});

test('says why it was not kept', async () => {
  const { list, answer } = made();
  void list.load();
  await answer();
  Object.assign(list.rows?.[1] ?? {}, { range: 'x' });

  expect(await list.keep()).toBe(false);
  expect(list.said).toBe('x is no address.');
});
