/**
 * Filter changes at ten million activities: page, graph and hierarchy of 20 filters, none of them seen before, all three asked at once as the
 * workbench does. Prints each and the p95 against its limit. The database is made once and kept in the temporary folder.
 *
 *     npx tsx tests/bench/queries.bench.ts [activities]
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../workers/case/database';
import { graph } from '../../workers/queries/graph';
import { groups } from '../../workers/queries/groups';
import { Kept } from '../../workers/queries/kept';
import { page } from '../../workers/queries/page';
import { Panes } from '../../workers/queries/panes';
import { attachKept } from '../../workers/queries/source';
import { fillActivities } from './activities';

const LIMIT_MS = 250;
const PATH = ['cluster', 'namespace', 'deployment', 'pod'];

const FILTERS = [
  'comm="curl"',
  'comm!="ps"',
  'comm in (tar, gzip, shred) not user exists',
  'cmdline contains "srv/a1"',
  'cmdline contains "CURL --"',
  'path contains "file-123"',
  'requesturi contains "/secrets/name-4"',
  String.raw`cmdline matches "^tar .*-n 1\d+$"`,
  'requesturi matches "ns-1[0-9]/pods"',
  String.raw`path matches "/var/lib/2\d\d/file-7"`,
  'server="203.0.113.7"',
  'server in "203.0.113.0/24"',
  'server not in private kind=net',
  'not (namespace="ns-3" or namespace="ns-4")',
  'rule not in ("x") severity<=high',
  'not comm like "p*" tty>0',
  'namespace="ns-7" kind=exec',
  'deployment startswith "work-1" comm!="sleep"',
  'user like "user1??@example.com" code=403',
  'image endswith "-149" or pod contains "work-77"',
];

const size = Number(process.argv[2] ?? 10_000_000);
const path = join(tmpdir(), `exhibit-bench-${size}${process.env.EXHIBIT_BENCH_EVEN === '1' ? '-even' : ''}.duckdb`);
if (!existsSync(path)) await make(path);

const database = await Database.open(path, { readOnly: true });
const panes = new Panes(database, new Kept());
await panes.run(undefined, ({ connection }) => attachKept(connection));
console.log(`opened: ${(await timed(() => refresh(''))).toFixed(0)} ms for the first view of ${size} activities`);

const rows: { filter: string; ms: number; cpuMs: number }[] = [];
for (const filter of FILTERS) {
  const before = process.cpuUsage();
  const ms = await timed(() => refresh(filter));
  const cpu = process.cpuUsage(before);
  rows.push({ filter, ms, cpuMs: (cpu.user + cpu.system) / 1000 });
}
for (const { filter, ms, cpuMs } of rows) {
  console.log(`${ms.toFixed(0).padStart(6)} ms ${cpuMs.toFixed(0).padStart(6)} ms cpu  ${filter}`);
}
const sorted = rows.map(({ ms }) => ms).sort((a, b) => a - b);
const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] as number;
const row = (work: string, ms: number) =>
  console.log(
    JSON.stringify({
      work,
      measured: `${ms.toFixed(0)} ms`,
      ratio: Number((ms / LIMIT_MS).toFixed(2)),
      budget: LIMIT_MS,
      ok: ms <= LIMIT_MS,
    }),
  );
row(`filter change p95 at ${size} activities`, p95);
row('page from the middle', await timed(() => panes.run('list', (source) => page(source, { at: size / 2, limit: 100 }))));

await panes.close();
database.close();

async function refresh(filter: string): Promise<void> {
  await Promise.all([
    panes.run('list', (source) => page(source, { filter, limit: 100, order: 'desc' })),
    panes.run('graph', (source) => graph(source, { filter, buckets: 800 })),
    panes.run('hierarchy', (source) => groups(source, { filter, path: PATH })),
  ]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Under another name until it is whole. */
async function make(target: string): Promise<void> {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  const made = await Database.open(partial, { memoryLimit: '4GB' });
  const connection = await made.connect();
  await fillActivities(connection, size);
  connection.close();
  made.close();
  renameSync(partial, target);
}
