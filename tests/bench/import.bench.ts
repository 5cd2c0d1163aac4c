/**
 * Import of Kubernetes audit NDJSON against its floor (design section 7): DuckDB's typed `read_json` of the same columns into a table, the SHA-256
 * and a copy of the file. Best of three each, in a process of its own each, same threads, warm cache.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { CaseFolder } from '../../workers/case/folder';
import { Body, type Columns, type Leaf } from '../../workers/formats/format';
import { k8sAudit } from '../../workers/formats/k8s-audit';
import { ImportThreads, importEvidence } from '../../workers/import/import';
import { generateAudit } from './generate-audit';

const BYTES = Number(process.env.EXHIBIT_BENCH_BYTES ?? 500e6);
const RUNS = 3;
const MAX_RATIO = 2;
const MAX_MEMORY = 1.5 * 2 ** 30;

interface Measured {
  readonly seconds: number;
  /** Of the process. */
  readonly cpu: number;
  /** Peak resident set, bytes. */
  readonly memory: number;
}

const TYPES: Readonly<Record<Leaf, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP_NS',
  texts: 'VARCHAR[]',
  json: 'JSON',
};
const typeOf = (column: Leaf | Columns | Body): string => {
  if (typeof column === 'string') return TYPES[column];
  const fields = Object.entries(column instanceof Body ? column.columns : column);
  return `STRUCT(${fields.map(([key, inner]) => `"${key}" ${typeOf(inner)}`).join(', ')})`;
};

async function floor(file: string, folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'floor.duckdb'), { memory_limit: '700MB', threads: '2' });
  const connection = await instance.connect();
  const columns = Object.entries(k8sAudit.columns).map(([key, column]) => `'${key}': '${typeOf(column).replaceAll("'", "''")}'`);
  await connection.run(
    `CREATE TABLE record AS SELECT * FROM read_json('${file}', format = 'newline_delimited', maximum_object_size = 67108864, columns = {${columns.join(', ')}})`,
  );
  await connection.run('CHECKPOINT');
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  digest.digest('hex');
  copyFileSync(file, join(folder, 'copy'));
}

/** The threads' start, here with a compiler in each, belongs to the start of the engine: the reader has answered once. */
async function started(threads: ImportThreads, folder: string): Promise<void> {
  const [file, sealed] = [join(folder, 'small'), join(folder, 'sealed')];
  writeFileSync(file, 'x');
  mkdirSync(sealed);
  await threads.reader.seal(file, sealed, () => undefined);
}

async function measure(what: 'floor' | 'import', file: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
  try {
    const threads = new ImportThreads();
    const opened = await CaseFolder.open(join(folder, 'bench.exhibit'), { create: true, threads: 2 });
    await started(threads, folder);
    const begun = performance.now();
    const before = process.cpuUsage();
    if (what === 'floor') await floor(file, folder);
    else await importEvidence(opened, { path: file }, undefined, undefined, 'bench', threads);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - begun) / 1000;
    opened.close();
    await threads.close();
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return { seconds, cpu: (user + system) / 1e6, memory: Number(peak) * 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function best(what: 'floor' | 'import', file: string): Measured {
  const runs = Array.from({ length: RUNS }, () => {
    const run = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), what, file], {
      encoding: 'utf8',
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    });
    if (run.status !== 0) throw new Error(`${what} failed: ${run.stderr}`);
    return JSON.parse(run.stdout) as Measured;
  });
  const fastest = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  return { ...fastest, memory: Math.max(...runs.map(({ memory }) => memory)) };
}

function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
  try {
    const file = join(folder, 'audit.ndjson');
    const records = generateAudit({ path: file, bytes: BYTES });
    readFileSync(file).length;
    const [least, ours] = [best('floor', file), best('import', file)];
    const ratio = ours.seconds / least.seconds;
    const row = {
      work: `import ${Math.round(BYTES / 1e6)} MB of audit events (${records} records)`,
      measured: `${ours.seconds.toFixed(2)} s (${ours.cpu.toFixed(1)} s CPU)`,
      floor: `${least.seconds.toFixed(2)} s (${least.cpu.toFixed(1)} s CPU)`,
      ratio: Number(ratio.toFixed(2)),
      budget: MAX_RATIO,
      ok: ratio <= MAX_RATIO,
    };
    console.log(JSON.stringify(row));
    const memory = Math.round(ours.memory / 2 ** 20);
    console.log(
      JSON.stringify({
        work: 'memory while importing (VmHWM)',
        measured: `${memory} MiB`,
        budget: '1536 MiB',
        ok: ours.memory <= MAX_MEMORY,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [what, file] = process.argv.slice(2);
if ((what === 'floor' || what === 'import') && file) console.log(JSON.stringify(await measure(what, file)));
else compare();
