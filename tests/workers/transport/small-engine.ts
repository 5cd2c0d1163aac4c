/**
 * A small real object with the engine's kinds of arguments, results, callbacks and failures, so that a failing transport is told from a
 * failing engine.
 */
import type { ActivityJson } from '../../../workers/contract/activity';
import type { Engine } from '../../../workers/contract/engine';
import { ExhibitError } from '../../../workers/contract/errors';
import type { Progress } from '../../../workers/contract/progress';

export const SMALL_METHODS = ['version', 'count', 'graph', 'page', 'query', 'detail', 'record', 'import', 'stop'] as const;
export type SmallEngine = Pick<Engine, (typeof SMALL_METHODS)[number]>;

/** On a busy machine the next call of the pane comes late; it is to come before this one's answer. */
const PAGE_MS = 250;
/** An import of this takes so long that it is stopped or cut off before its end, also where that comes late. */
export const LONG = '/long';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const activity = (n: number): ActivityJson => ({
  id: `E1:${n}`,
  kind: 'cmd',
  records: [],
  comm: 'grep',
  pid: n,
  $: 'a hostile key',
});

export function smallEngine(): SmallEngine {
  const stopped = new Set<string>();
  const newest = new Map<string, number>();
  let jobs = 0;
  let calls = 0;

  const step = async (job: string, done: number, onProgress?: (progress: Progress) => void) => {
    onProgress?.({ job, phase: 'loading', detail: 'records', done, total: 100, unit: 'records' });
    await wait(2);
    if (stopped.has(job)) throw new ExhibitError('stopped', 'The import was stopped.');
  };

  return {
    version: async () => ({ version: '1', schema: 1, formats: [], envelopes: [] }),
    count: async ({ from, bucketNs }) => ({
      count: Number.NaN,
      undated: 0,
      groups: [{ from: (from ?? 0n) + (bucketNs ?? 0n), absent: undefined, none: null, count: Number.POSITIVE_INFINITY }],
    }),
    graph: async ({ buckets }) => {
      const of = (k: number) => Float64Array.from({ length: buckets }, (_, i) => i * k + 0.5);
      const counts = { cmd: 1, net: 2, file: 3, exec: 4, api: 5, policy: 6, policyHits: 7 };
      const series = { cmd: of(1), net: of(2), file: of(3), exec: of(4), api: of(5), policy: of(6), policyHits: of(7) };
      return { startNs: 1_773_705_600_123_456_789n, widthNs: 300n, size: buckets, series, counts, total: 21, undated: 0 };
    },
    page: async ({ pane = '', at = 0 }) => {
      const call = ++calls;
      newest.set(pane, call);
      await wait(PAGE_MS);
      if (newest.get(pane) !== call) throw new ExhibitError('superseded', 'A newer call took its place.');
      return { rows: [activity(at)], at, total: 1 };
    },
    query: async ({ limit = 0 }, onRows) => {
      for (let sent = 0; sent < limit; sent += 2) await onRows([activity(sent), activity(sent + 1)]);
      return limit;
    },
    detail: async (id) => {
      if (id === 'a mistake of ours') throw new TypeError('rows is not iterable');
      throw new ExhibitError('filter', 'There is no attribute “cmnd”.', { from: 3, to: 7, expected: ['comm'], at: id });
    },
    record: async (id) => {
      const pool = Buffer.from('before\u0000\u00ff\u{1f600}after'); // a slice of Node's pool, which must not be given away
      const place = { evidence: 'E1', member: 'a.log', record: '1', offset: 6, length: pool.length - 11, sha256: '' };
      return { id, places: [{ ...place, bytes: pool.subarray(6, pool.length - 5) }] };
    },
    import: async ({ path }, onProgress) => {
      const job = `import-${++jobs}`;
      const steps = path === LONG ? 4_000 : 100;
      for (let done = 0; done <= steps; done += 1) await step(job, done, onProgress);
      const totals = { records: 1, yielded: 1, activities: 1, merged: 0, duplicates: 0, ignored: 0, rejected: 0 };
      return { case: path, digest: '', clocks: [], evidenceDigest: '', seconds: 1, evidence: [], totals, rejects: [] };
    },
    stop: async (job) => void stopped.add(job),
  };
}
