import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { builtName, startWorker } from '../../workers/threads';

test('starts a thread from its TypeScript source', async () => {
  const worker = startWorker('../tests/workers/transport/small-engine-thread');
  worker.postMessage('no frame of ours: the thread closes its end');

  expect(await once(worker, 'exit')).toEqual([0]);
});

test('starts a thread as it was built beforehand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-threads-'));
  writeFileSync(join(folder, 'a.b-thread.js'), "require('node:worker_threads').parentPort.postMessage('built')");
  vi.stubEnv('EXHIBIT_BUILT_THREADS', folder);
  try {
    expect(await once(startWorker('a/b-thread'), 'message')).toEqual(['built']);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});

test('a thread that does not exist is an error event, not a crash', async () => {
  const worker = startWorker('no-such-thread');

  expect(((await once(worker, 'error')) as [Error])[0].message).toContain('no-such-thread');
});

test('every built thread lies one folder below dist', () => {
  expect(builtName('bundle/reader-thread')).toBe('bundle.reader-thread.js');
});
