/** One suite over every transport: what a caller sees does not depend on what lies between. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExhibitError } from '../../../workers/contract/errors';
import type { Progress } from '../../../workers/contract/progress';
import { LONG } from './small-engine';
import { type Connected, TRANSPORTS } from './transports';

describe.for(TRANSPORTS)('$title', ({ title, connect }) => {
  let connected: Connected;
  beforeEach(async () => {
    connected = await connect();
  });
  afterEach(() => connected.close());

  test('bigints, not-a-number and infinity cross; absent stays absent', async () => {
    const { count, groups } = await connected.engine.count({ from: 2n ** 62n, bucketNs: 1n });

    expect(count).toBeNaN();
    expect(groups).toEqual([{ from: 2n ** 62n + 1n, none: null, count: Number.POSITIVE_INFINITY }]);
  });

  test('series arrive as typed arrays, every time', async () => {
    for (const size of [0, 3, 2000]) {
      const graph = await connected.engine.graph({ buckets: size });

      expect(graph.startNs).toBe(1_773_705_600_123_456_789n);
      expect(graph.series.cmd).toBeInstanceOf(Float64Array);
      expect(graph.series.policyHits).toEqual(Float64Array.from({ length: size }, (_, i) => i * 7 + 0.5));
    }
  });

  test('bytes of a slice arrive as they are', async () => {
    const { places } = await connected.engine.record('E1:1');

    expect(Buffer.from(places[0]?.bytes ?? []).toString()).toBe('\u0000\u00ff\u{1f600}');
  });

  test('an error keeps its code, its sentence and its place', async () => {
    const error = await connected.engine.detail('E1:1').catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ExhibitError);
    expect(error).toMatchObject({
      code: 'filter',
      message: 'There is no attribute “cmnd”.',
      place: { from: 3, to: 7, expected: ['comm'], at: 'E1:1' },
    });
  });

  test('a mistake of ours is an error without a code', async () => {
    const error = await connected.engine.detail('a mistake of ours').catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(ExhibitError);
    expect(error).toMatchObject({ message: 'rows is not iterable' });
  });

  test('rows come in order, the next batch after the last was taken', async () => {
    const rows: unknown[] = [];
    let busy = false;
    const total = await connected.engine.query({ limit: 10 }, async (batch) => {
      expect(busy).toBe(false);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve, 2));
      rows.push(...batch.map(({ pid, $ }) => [pid, $]));
      busy = false;
    });

    expect(total).toBe(10);
    expect(rows).toEqual(Array.from({ length: 10 }, (_, i) => [i, 'a hostile key']));
  });

  test('a callback that fails ends the call with its error', async () => {
    const failing = connected.engine.query({ limit: 10 }, async () => {
      throw new ExhibitError('stopped', 'The reader closed its end.');
    });

    await expect(failing).rejects.toMatchObject({ code: 'stopped', message: 'The reader closed its end.' });
  });

  test('progress comes while the work goes on, all of it before the result', async () => {
    const seen: number[] = [];
    await connected.engine.import({ path: '/bundle' }, ({ done }) => seen.push(done));

    expect(seen).toEqual(Array.from({ length: 101 }, (_, i) => i));
  });

  test('a job is stopped by the name that its progress gave', async () => {
    const { engine } = connected;
    const importing = engine.import({ path: LONG }, ({ job, done }: Progress) => {
      if (done === 5) void engine.stop(job);
    });

    await expect(importing).rejects.toMatchObject({ code: 'stopped' });
  });

  test('a newer call of a pane supersedes the older one; other panes go on', async () => {
    const { engine } = connected;
    const calls = [engine.page({ pane: 'list', limit: 1 }), engine.page({ pane: 'list', at: 2, limit: 1 })];
    const other = engine.page({ pane: 'graph', at: 3, limit: 1 });

    await expect(calls[0]).rejects.toMatchObject({ code: 'superseded' });
    expect((await calls[1])?.at).toBe(2);
    expect((await other).at).toBe(3);
  });

  if (title === 'directly') return; // what follows is about what lies between

  test('a closed connection rejects what waits and what comes later, in one clear sentence', async () => {
    const { engine, cut } = connected;
    await engine.version();
    const waiting = engine.import({ path: LONG }, () => {});
    const closed = { code: 'unavailable', message: 'The connection to the engine was closed before it answered.' };
    setTimeout(() => void cut(), 10);

    await expect(waiting).rejects.toMatchObject(closed);
    await expect(engine.version()).rejects.toMatchObject(closed);
  });

  if (title === 'over a worker thread') return; // which has one caller

  test('two windows never supersede each other', async () => {
    const pages = [connected.engine, connected.second].map((engine) => engine?.page({ pane: 'list', limit: 1 }));

    expect(await Promise.all(pages)).toHaveLength(2);
  });
});
