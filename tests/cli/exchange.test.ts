/** Cases exchange data: what one exports, as Parquet, CSV or lines of JSON, another imports as the same activities. Settings of a source after its import. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CaseInfo } from '../../workers/contract/case';
import type { ImportResult } from '../../workers/contract/evidence';
import { type HostedEngine, startEngine } from '../../workers/host';
import { type Bundle, writeBundle } from './bundle';
import { exhibit } from './io';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let host: HostedEngine;
let bundle: Bundle;
let dir: string;

type Row = Readonly<Record<string, unknown>>;
const OWN = ['id', 'evidence', 'member', 'record', 'records', 'format', 'session', 'confidence', 'completed', 'flags'];

beforeAll(async () => {
  host = startEngine();
  bundle = await writeBundle();
  dir = join(bundle.folder, 'a.exhibit');
  await exhibit(['import', bundle.path, '--case', dir], host);
});
afterAll(async () => {
  await host.close();
  await rm(bundle.folder, { recursive: true });
});

async function rows(of: string): Promise<Row[]> {
  const { out } = await exhibit(['query', '--case', of, '--format', 'ndjson'], host);
  const parsed = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  return parsed.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !OWN.includes(name))));
}

test.for(['parquet', 'csv', 'ndjson'] as const)('what is exported as %s is imported as the same activities', async (format) => {
  const file = join(bundle.folder, `a.${format}`);
  const other = join(bundle.folder, `${format}.exhibit`);
  const exported = await exhibit(['export', '--case', dir, '--format', format, '-o', file], host);
  expect(exported).toMatchObject({ exit: 0, err: '' });
  expect(exported.out).toContain(
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  );

  const imported = await exhibit(['import', file, '--case', other, '--json'], host);
  const result = JSON.parse(imported.out) as ImportResult;
  expect(result.totals).toMatchObject({ records: 4, yielded: 4, rejected: 0 });
  expect(result.evidence[0]?.members[0]?.parquet).toBe(format === 'parquet' ? true : undefined);
  expect(await rows(other)).toEqual(await rows(dir));
  const { out } = await exhibit(['record', 'E1:2', '--case', other], host);
  if (format !== 'csv') expect(JSON.parse(out)).toMatchObject({ verb: 'get' });
});

test('an export holds what the filter matches, is in the journal, and writes over nothing', async () => {
  const file = join(bundle.folder, 'ben.parquet');
  const made = await exhibit(['export', 'user="ben"', '--case', dir, '--format', 'parquet', '-o', file, '--json'], host);
  expect(JSON.parse(made.out)).toMatchObject({ activities: 1, journaled: true });
  const last = (await readFile(join(dir, 'journal.ndjson'), 'utf8')).trimEnd().split('\n').at(-1) as string;
  expect(JSON.parse(last)).toMatchObject({ what: 'export', detail: { format: 'parquet', name: 'ben.parquet', activities: 1 } });
  const again = await exhibit(['export', '--case', dir, '--format', 'parquet', '-o', file], host);
  expect(again).toMatchObject({ exit: 2, err: expect.stringContaining('already') as string });
  expect((await readdir(bundle.folder)).filter((name) => name.startsWith('.exhibit'))).toEqual([]);
});

test('zone, clock and cluster are set later, in parts, and taken back', async () => {
  const info = async () => JSON.parse((await exhibit(['info', '--case', dir, '--json'], host)).out) as CaseInfo;
  const set = (...argv: string[]) => exhibit(['set', 'E1', '--case', dir, ...argv], host);
  const before = await info();

  const clock = await set('--offset=-1.50', '--cluster', 'audit.log=east');
  expect(clock).toMatchObject({ exit: 0, out: expect.stringContaining('clock taken as -1.5 s ahead') as string });
  const now = await info();
  expect(now.evidence[0]?.settings).toEqual({
    zones: [],
    clusters: [{ member: 'audit.log', value: 'east' }],
    offsets: [{ member: '**', value: '-1.50' }],
  });
  expect([now.first, now.last]).toEqual(['2026-03-17T09:00:02.500000000Z', '2026-03-17T09:00:05.500000000Z']);
  expect(now.digest).not.toBe(before.digest);

  await set('--cluster', 'audit.log=', '--offset', '=');
  expect((await info()).digest).toBe(before.digest);
  expect((await set('--offset', '=')).err).toContain('nothing to take back');
  expect((await set()).exit).toBe(2);
  expect((await exhibit(['verify', dir], host)).exit).toBe(0);
});

test('secrets are taken out of an export unless it is told otherwise, which the journal says', async () => {
  const line = JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: '00000000-0000-4000-8000-0000000000ff',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/web/pods/db-0/exec?command=mysql&command=-uroot&command=-pHunter2222&container=db',
    verb: 'create',
    user: { username: 'ann' },
    objectRef: { resource: 'pods', namespace: 'web', name: 'db-0', subresource: 'exec', apiVersion: 'v1' },
    responseStatus: { code: 101 },
    requestReceivedTimestamp: '2026-03-17T09:00:01.000000Z',
    stageTimestamp: '2026-03-17T09:00:02.000000Z',
  });
  const log = join(bundle.folder, 'secret.log');
  const secret = join(bundle.folder, 'secret.exhibit');
  await writeFile(log, `${line}\n`);
  await exhibit(['import', log, '--case', secret], host);
  const exported = async (name: string, ...argv: string[]) => {
    const file = join(bundle.folder, name);
    await exhibit(['export', '--case', secret, '--format', 'csv', '-o', file, ...argv], host);
    return readFile(file, 'utf8');
  };

  const [redacted, whole] = [await exported('redacted.csv'), await exported('whole.csv', '--redact', 'none')];

  expect(redacted).not.toContain('Hunter2222');
  expect(redacted.match(/-p\[redacted:[0-9a-f]{10}\]/g)?.length).toBeGreaterThan(1);
  expect(whole).toContain('-pHunter2222');
  const last = (await readFile(join(secret, 'journal.ndjson'), 'utf8')).trimEnd().split('\n').at(-1) as string;
  expect(JSON.parse(last)).toMatchObject({ detail: { redaction: 'none', redacted: 0 } });
});
