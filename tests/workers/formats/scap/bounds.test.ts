/** What a forged capture can make us keep is bounded, and forgetting is quick. */
import { expect, test } from 'vitest';
import { Descriptors } from '../../../../workers/formats/scap/fds';
import { Task, Tasks } from '../../../../workers/formats/scap/tasks';

test('more processes than any machine has: the oldest are forgotten', { timeout: 300_000 }, () => {
  const tasks = new Tasks();
  for (let tid = 1; tid <= 500_000; tid++) tasks.set(new Task(tid, tid, 0));
  expect(tasks.get(1)).toBeUndefined();
  expect(tasks.get(500_000)?.tid).toBe(500_000);
  expect(Array.from({ length: 500_000 }, (_, i) => tasks.get(i + 1)).filter(Boolean).length).toBeLessThanOrEqual(200_000);
});

test('processes with long arguments: fewer are kept', () => {
  const tasks = new Tasks();
  const args = 'x'.repeat(64_000);
  for (let tid = 1; tid <= 5000; tid++) {
    const task = new Task(tid, tid, 0);
    task.args = args;
    tasks.set(task);
  }
  const kept = Array.from({ length: 5000 }, (_, i) => tasks.get(i + 1)).filter(Boolean).length;
  expect(kept).toBeGreaterThan(1000);
  expect(kept).toBeLessThan(2200);
});

test('more descriptors than a process may have: the oldest are forgotten', () => {
  const descriptors = new Descriptors();
  for (let fd = 0; fd < 300_000; fd++) descriptors.set(fd, {});
  expect(descriptors.get(0)).toBeUndefined();
  expect(descriptors.get(299_999)).toEqual({});
  expect(descriptors.weight).toBeLessThan(65_537 * 200);
});

test('a child’s descriptors are its own', () => {
  const parent = new Descriptors();
  parent.set(3, { path: '/a' });
  const child = parent.fork();
  child.set(3, { path: '/b' });
  parent.delete(4);
  expect([parent.get(3), child.get(3)]).toEqual([{ path: '/a' }, { path: '/b' }]);
});
