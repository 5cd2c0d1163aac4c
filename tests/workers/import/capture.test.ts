/** Captures in a case: what they tell, merged and linked; cut ones and their whole copies give the same case in either order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correlate } from '../../../workers/correlate/correlate';
import { captured } from '../../helpers/capture';
import { BLOCKS, CAPTURE } from '../../helpers/container-capture';
import { TestCase } from './cases';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-capture-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let bundles = 0;
function bundle(files: Readonly<Record<string, string | Buffer>>): string {
  const path = join(folder, `bundle-${++bundles}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

/** Somebody opened the shell that the capture tells. */
const audit = (['ResponseStarted', 'ResponseComplete'] as const)
  .map((stage) =>
    JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'a-1',
      stage,
      requestURI:
        '/api/v1/namespaces/market/pods/shop-0/exec?command=sh&command=-c&command=id%3B+curl+home.example&container=web&stdin=true&stdout=true&tty=true',
      verb: 'create',
      user: { username: 'johndoe' },
      sourceIPs: ['198.51.100.7'],
      objectRef: { resource: 'pods', namespace: 'market', name: 'shop-0', apiVersion: 'v1', subresource: 'exec' },
      responseStatus: { code: 101 },
      requestReceivedTimestamp: '2023-11-14T22:13:19.850000Z',
      stageTimestamp: stage === 'ResponseStarted' ? '2023-11-14T22:13:19.870000Z' : '2023-11-14T22:13:20.055000Z',
    }),
  )
  .join('\n');

test('ends are merged into what they complete, the rest is counted', async () => {
  const made = await TestCase.make();
  try {
    const { evidence, totals } = await made.import(bundle({ 'node.scap.gz': gzipSync(CAPTURE) }));
    const [member] = evidence[0]?.members ?? [];
    expect(member).toMatchObject({
      format: 'scap',
      records: BLOCKS.length,
      merged: 2,
      rejected: 0,
      bytes: CAPTURE.length,
      warning: null,
    });
    expect(totals.records).toBe(totals.yielded + totals.merged + totals.duplicates + totals.ignored + totals.rejected);
    const ended = await made.all<{ comm: string; seconds: number; exitcode: number }>(
      `SELECT comm, (epoch_ns("end") - epoch_ns(time)) / 1e9 AS seconds, exitcode FROM activity WHERE "end" > time ORDER BY time`,
    );
    expect(ended).toEqual([
      { comm: 'id', seconds: 0.002, exitcode: 3 },
      { comm: 'curl', seconds: 0.019, exitcode: 0 },
    ]);
  } finally {
    await made.close();
  }
});

test('a kube exec is tied to the shell, and to everything below it', async () => {
  const made = await TestCase.make();
  try {
    await made.import(bundle({ 'audit.log': `${audit}\n`, 'node.scap': CAPTURE }));
    const connection = await made.folder.database.connect();
    await correlate(connection);
    connection.close();
    const told = await made.all<{ kind: string; comm: string; what: string; sure: boolean }>(`
      SELECT a.kind::VARCHAR AS kind, a.comm, coalesce(a.path, a.server, a.cmdline) AS what, l.confidence >= 0.95 AS sure
      FROM link l JOIN activity a USING (key) WHERE a.kind <> 'exec' ORDER BY a.time`);
    expect(told.map(({ kind, comm, what, sure }) => `${kind} ${comm}: ${what}${sure ? '' : ' ?'}`)).toEqual([
      'cmd sh: sh -c id; curl home.example',
      'cmd id: id',
      'file id: /run/passwd',
      'file sh: /tmp/x',
      'cmd curl: curl home.example',
      'net curl: 10.96.0.10',
      'net curl: 203.0.113.9',
    ]);
  } finally {
    await made.close();
  }
});

describe('a capture and a copy that was cut', () => {
  const cut = (): string => bundle({ 'cut.scap': captured(...BLOCKS.slice(0, 15)).subarray(0, -9) });
  const whole = (): string => bundle({ 'whole.scap': CAPTURE });

  async function both(...paths: readonly string[]): Promise<{ activities: string[]; rejected: number; duplicates: number }> {
    const made = await TestCase.make();
    try {
      for (const path of paths) await made.import(path);
      const [sums] = await made.all<{ rejected: bigint; duplicates: bigint }>(
        'SELECT sum(rejected)::BIGINT AS rejected, sum(duplicates)::BIGINT AS duplicates FROM member',
      );
      return {
        activities: await made.activities(),
        rejected: Number(sums?.rejected),
        duplicates: Number(sums?.duplicates),
      };
    } finally {
      await made.close();
    }
  }

  test('give the same case in either order; the cut block alone is rejected', async () => {
    const [one, two] = [await both(cut(), whole()), await both(whole(), cut())];
    expect(one).toEqual(two);
    expect(one).toMatchObject({ rejected: 1, duplicates: 3 });
    const alone = await both(whole());
    expect(one.activities).toHaveLength(alone.activities.length);
  });
});
