/** Marks: many at once are one change. */
import { expect, test } from 'vitest';
import { Marks } from '../../../renderer/state/marks.svelte';
import { ExhibitError } from '../../../workers/contract/errors';
import type { Mark, NewMark } from '../../../workers/contract/marks';

/** Keeps marks as the engine does; refuses one on `bad`. */
function engineWith(standing: Map<string, NewMark>) {
  let made = 0;
  return {
    board: async () => [],
    mark: async (mark: NewMark): Promise<Mark> => {
      if (mark.target === 'bad') throw new ExhibitError('not-found', 'There is no such activity.');
      const id = `m${++made}`;
      standing.set(id, mark);
      return { on: 'activity', ...mark, mark: id, author: 'a', at: '2026-03-17T00:00:00Z' };
    },
    unmark: async (id: string) => void standing.delete(id),
    remark: () => Promise.reject(new Error('not asked for')),
    restore: () => Promise.reject(new Error('not asked for')),
  };
}
const targetsOf = (standing: Map<string, NewMark>) => [...standing.values()].map(({ target, text }) => `${target} ${text}`);

test('a tag on many is one change, undone as one', async () => {
  const standing = new Map<string, NewMark>();
  const marks = new Marks(engineWith(standing), () => {});
  await marks.add({ target: 'E1/a:9', kind: 'tag', text: 'before' });

  expect(await marks.addAll(async () => ['E1/a:1', 'E1/a:2'], { kind: 'tag', text: 'staging' })).toBe(true);
  expect(targetsOf(standing)).toEqual(['E1/a:9 before', 'E1/a:1 staging', 'E1/a:2 staging']);
  expect(marks.said).toBe('Tags added');

  await marks.undo();
  expect(targetsOf(standing)).toEqual(['E1/a:9 before']);
});

test('where one of many cannot be marked, none is', async () => {
  const standing = new Map<string, NewMark>();
  const marks = new Marks(engineWith(standing), () => {});

  expect(await marks.addAll(async () => ['E1/a:1', 'bad'], { kind: 'note', text: 'seen' })).toBe(false);
  expect(targetsOf(standing)).toEqual([]);
  expect(marks.failure?.message).toBe('There is no such activity.');
  expect(marks.undoable).toBe(false);
});
