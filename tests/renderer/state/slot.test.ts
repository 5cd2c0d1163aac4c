import { expect, test, vi } from 'vitest';
import { DIM_AFTER_MS, SHAPES_AFTER_MS, Slot } from '../../../renderer/state/slot.svelte';
import { ExhibitError } from '../../../workers/contract/errors';

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}
const settle = () => new Promise((done) => setTimeout(done, 0));

test('keeps the last answer until the next one is there', async () => {
  const slot = new Slot<number>();
  slot.ask('one', async () => 1);
  await settle();
  const next = deferred<number>();
  slot.ask('two', () => next.promise);
  expect(slot.value).toBe(1);
  next.resolve(2);
  await settle();
  expect(slot.value).toBe(2);
});

test('drops an answer to an older question', async () => {
  const slot = new Slot<number>();
  const [old, young] = [deferred<number>(), deferred<number>()];
  slot.ask('old', () => old.promise);
  slot.ask('young', () => young.promise);
  young.resolve(2);
  await settle();
  old.resolve(1);
  await settle();
  expect(slot.value).toBe(2);
});

test('asks the same question once', () => {
  const slot = new Slot<number>();
  const request = vi.fn(async () => 1);
  slot.ask('same', request);
  slot.ask('same', request);
  expect(request).toHaveBeenCalledTimes(1);
});

test('keeps a failure beside the last answer, and forgets it with the next one', async () => {
  const slot = new Slot<number>();
  slot.ask('good', async () => 1);
  await settle();
  slot.ask('bad', () => Promise.reject(new ExhibitError('failed', 'It broke.')));
  await settle();
  expect([slot.value, slot.failure?.message]).toEqual([1, 'It broke.']);
  slot.ask('good again', async () => 3);
  await settle();
  expect([slot.value, slot.failure]).toEqual([3, undefined]);
});

test('a superseded question is no failure', async () => {
  const slot = new Slot<number>();
  slot.ask('x', () => Promise.reject(new ExhibitError('superseded', 'A newer one came.')));
  await settle();
  expect(slot.failure).toBeUndefined();
});

test('is slow after 150 ms and long after a second', async () => {
  vi.useFakeTimers();
  const slot = new Slot<number>();
  slot.ask('x', () => new Promise(() => {}));
  expect([slot.phase, slot.busy]).toEqual(['asked', true]);
  await vi.advanceTimersByTimeAsync(DIM_AFTER_MS);
  expect(slot.phase).toBe('slow');
  await vi.advanceTimersByTimeAsync(SHAPES_AFTER_MS - DIM_AFTER_MS);
  expect(slot.phase).toBe('long');
  vi.useRealTimers();
});
