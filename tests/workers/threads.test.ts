import { once } from 'node:events';
import { expect, test } from 'vitest';
import { builtName, startWorker } from '../../workers/threads';

test('starts a thread from its TypeScript source', async () => {
  const worker = startWorker('../tests/workers/transport/small-engine-thread');
  worker.postMessage('no frame of ours: the thread closes its end');

  expect(await once(worker, 'exit')).toEqual([0]);
});

test('a thread that does not exist is an error event, not a crash', async () => {
  const worker = startWorker('no-such-thread');

  expect(((await once(worker, 'error')) as [Error])[0].message).toContain('no-such-thread');
});

test('every built thread lies one folder below dist', () => {
  expect(builtName('bundle/reader-thread')).toBe('bundle.reader-thread.js');
});
