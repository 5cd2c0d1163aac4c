/**
 * Import of every format against its floor (issue: "MB/s and events/s for each format against its floor in the same run"). A JSON-lines format is compared with DuckDB's typed
 * `read_json` of the same columns into a table, the SHA-256 and a copy of the file: at most twice that; any other with a rate of 50 MB/s. The records are those of the fixtures,
 * repeated as they would be told later, with ids of their own, so the figures say what a format costs and nothing of how real logs are made up. Of each kind, the best of
 * two runs, in turns, of 100 MB: what planning costs, some tenths of a second, is then about as small a part as it is of what is handed over.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { KNOWN } from '../../workers/bundle/known-formats';
import { readMember } from '../../workers/bundle/read-member';
import type { Part } from '../../workers/bundle/spool';
import { CaseFolder } from '../../workers/case/folder';
import { Body, type Columns, type Format, type Leaf } from '../../workers/formats/format';
import { FORMATS } from '../../workers/formats/index';
import { projected } from '../../workers/formats/stage';
import { ImportThreads, importEvidence } from '../../workers/import/import';

const BYTES = Number(process.env.EXHIBIT_BENCH_BYTES ?? 100e6);
/** Ids of the formats to measure, with commas between; all where it is not set. */
const ASKED = process.env.EXHIBIT_BENCH_FORMAT?.split(',');
const RUNS = 2;
const MAX_RATIO = 2;
const MIN_RATE = 50e6;

const FIXTURES = resolve(fileURLToPath(import.meta.url), '../../fixtures');

/** Values by which a record is told from another one. */
const OWN =
  /"(auditID|exec_id|parent_exec_id|id|uuid|uid|insertId|event_id|entity_id|processEntityId|hostPID|HostPID|pid|HostProcessId|sequence)":\s*("?)([^",{}[\]]{1,200})/g;
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

interface Source {
  readonly bytes: number;
  readonly records: number;
}

/** Seconds, of a date or since the epoch, however many digits follow. */
const SECONDS = /\b(?:([12]\d{3}-[01]\d-[0-2]\d)([T ])([0-2]\d:[0-5]\d:[0-5]\d)|(1[4-9]\d{8})(\d{3}|\d{6}|\d{9})?)\b/g;
/** Ids in Sysmon's XML: a GUID is written on in its last part. */
const GUIDS = /(<Data Name="(?:Parent)?ProcessGuid">\{[^<}]{1,60}-)([0-9a-f]{12})\}/g;
const NUMBERS = /(<Data Name="(?:Parent)?ProcessId">|<EventRecordID>)(\d+)</g;
/** Ports that a client is given. */
const EPHEMERAL = /"(source_port|destination_port|sport|dport|cport|src_port|dst_port)":(\s*)(\d{5})\b/g;
const DAY = 86400;

/** How long the records of a fixture took, in seconds; at most a day. */
function spanOf(lines: readonly string[]): number {
  const seconds = lines.flatMap((line) => {
    const [, date, , time, epoch] = [...line.matchAll(SECONDS)][0] ?? [];
    return epoch ? [Number(epoch)] : date ? [Date.parse(`${date}T${time}Z`) / 1000] : [];
  });
  return Math.min(DAY, Math.max(...seconds) - Math.min(...seconds) + 1) || DAY;
}

/** A record as it would be told again some seconds later, with ids of its own. */
function again(line: string, n: number, later: number): string {
  return line
    .replace(OWN, (_, key: string, quote: string, value: string) =>
      /^\d+$/.test(value) ? `"${key}":${quote}${(Number(value) + n) % 4_000_000}` : `"${key}":${quote}${value}${n}`,
    )
    .replace(EPHEMERAL, (all, key: string, space: string, port: string) =>
      Number(port) < 32768 ? all : `"${key}":${space}${32768 + ((Number(port) + n) % 28_000)}`,
    )
    .replace(/ id="([^"]*)"/, (_, id: string) => ` id="${id}-${n}"`)
    .replace(
      GUIDS,
      (_, before: string, last: string) => `${before}${(Number.parseInt(last, 16) + n).toString(16).padStart(12, '0')}}`,
    )
    .replace(NUMBERS, (_, before: string, number: string) => `${before}${(Number(number) + n * 100) % 4_000_000}<`)
    .replace(/(audit\(\d+\.\d+):(\d+)\)/, (_, before: string, serial: string) => `${before}:${Number(serial) + n * 1000})`)
    .replace(SECONDS, (_, date: string, between: string, time: string, epoch: string, rest = '') =>
      epoch
        ? `${Number(epoch) + later}${rest}`
        : new Date(Date.parse(`${date}T${time}Z`) + later * 1000).toISOString().slice(0, 19).replace('T', between),
    );
}

/**
 * The lines of a fixture without those that only the careful path may decide. Fixtures hold one of each oddity, so every tenth record would be one; of
 * 873 real samples in JSON twelve are.
 */
async function ordinary(file: string): Promise<string[]> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const spool = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
  try {
    const parts: [Format, Part][] = [];
    const onPart = async (format: Format, part: Part) => void parts.push([format, part]);
    await readMember({ number: 1, name: file, bytes: createReadStream(file) }, { ...KNOWN, spool, onPart });
    const connection = await (await DuckDBInstance.create()).connect();
    const odd = new Set<number>();
    for (const [format, { file, wrapped }] of parts) {
      const { text, values } = projected(format, file, { wrapped });
      const rows = await connection.runAndReadAll(`SELECT r FROM (${text}) WHERE suspect`, [...values] as DuckDBValue[]);
      for (const [r] of rows.getRows()) odd.add(Number(r));
    }
    return lines.filter((line, i) => line !== '' && !odd.has(i + 1));
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}

/** Writes what `next` gives, again and again, until there are as many bytes as are measured. */
function repeat(file: string, next: (n: number) => { readonly bytes: Buffer; readonly records: number }): Source {
  const out = openSync(file, 'w');
  const source = { bytes: 0, records: 0 };
  for (let n = 0; source.bytes < BYTES; n++) {
    const { bytes, records } = next(n);
    for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at);
    source.bytes += bytes.length;
    source.records += records;
  }
  closeSync(out);
  return source;
}

/** Types of blocks with an event (version 2; the second with flags), and where its time lies in them. */
const EVENT_TIMES: ReadonlyMap<number, number> = new Map([
  [0x216, 10],
  [0x217, 14],
]);

/** A capture whose events go on, in the processes that its first blocks list. */
function captureOf(fixture: Buffer, file: string): Source {
  const times: number[] = [];
  let first = fixture.length;
  let blocks = 0;
  for (let at = 0; at < fixture.length; at += fixture.readUInt32LE(at + 4), blocks++) {
    const time = EVENT_TIMES.get(fixture.readUInt32LE(at));
    if (time === undefined) continue;
    first = Math.min(first, at);
    times.push(at + time);
  }
  const at = (time: number) => fixture.readBigUInt64LE(time);
  const span = at(times.at(-1) as number) - at(times[0] as number) + 1_000_000n;
  return repeat(file, (n) => {
    const bytes = Buffer.from(fixture);
    for (const time of times) bytes.writeBigUInt64LE(at(time) + BigInt(n) * span, time);
    return n === 0 ? { bytes, records: blocks } : { bytes: bytes.subarray(first), records: times.length };
  });
}

/** What a fixture folder has to be read: lines of JSON, lines of text, or a capture. */
async function sourceOf(format: Format, file: string): Promise<Source> {
  const folder = join(FIXTURES, format.id);
  const names = readdirSync(folder);
  const name = ['shapes.ndjson', 'shapes.log'].find((each) => names.includes(each)) ?? (names[0] as string);
  if (format.binary) return captureOf(readFileSync(join(folder, name)), file);
  const lines = await ordinary(join(folder, name));
  const span = spanOf(lines);
  return repeat(file, (n) => {
    const text = lines.map((line) => `${again(line, n, n * span)}\n`).join('');
    return { bytes: Buffer.from(text), records: lines.length };
  });
}

async function floor(format: Format, file: string, folder: string): Promise<void> {
  // More memory than an import has: a typed read keeps deeply nested records whole.
  const instance = await DuckDBInstance.create(join(folder, 'floor.duckdb'), { memory_limit: '4GB', threads: '2' });
  const connection = await instance.connect();
  const columns = Object.entries(format.columns).map(([key, column]) => `"${key}": '${typeOf(column).replaceAll("'", "''")}'`);
  await connection.run(
    `CREATE TABLE record AS SELECT * FROM read_json('${file}', format = 'newline_delimited', ignore_errors = true, maximum_object_size = 67108864, columns = {${columns.join(', ')}})`,
  );
  await connection.run('CHECKPOINT');
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk as Buffer);
  digest.digest('hex');
  copyFileSync(file, join(folder, 'copy'));
}

async function measure(what: string, id: string, file: string): Promise<{ readonly seconds: number }> {
  const format = FORMATS.find((each) => each.id === id);
  if (!format) throw new Error(`No format ${id}`);
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
  const threads = new ImportThreads();
  try {
    const opened = await CaseFolder.open(join(folder, 'bench.exhibit'), { create: true, threads: 2 });
    mkdirSync(join(folder, 'sealed'));
    await threads.reader.seal(fileURLToPath(import.meta.url), join(folder, 'sealed'), () => undefined);
    const begun = performance.now();
    if (what === 'floor') await floor(format, file, folder);
    else {
      const result = await importEvidence(opened, { path: file }, undefined, undefined, 'bench', threads);
      if (result.evidence[0]?.members[0]?.format !== id)
        throw new Error(`${id} was taken as ${result.evidence[0]?.members[0]?.format}`);
    }
    const seconds = (performance.now() - begun) / 1000;
    opened.close();
    return { seconds };
  } finally {
    await threads.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function seconds(what: 'floor' | 'import', id: string, file: string): number {
  const run = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), what, id, file], {
    encoding: 'utf8',
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  if (run.status !== 0) throw new Error(`${what} of ${id} failed: ${run.stderr}`);
  return (JSON.parse(run.stdout) as { seconds: number }).seconds;
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
  try {
    for (const format of FORMATS.filter(({ id }) => ASKED?.includes(id) ?? true)) {
      const file = join(folder, format.id);
      const source = await sourceOf(format, file);
      const isJson = !format.text && !format.binary;
      const floors: number[] = [];
      const imports: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        if (isJson) floors.push(seconds('floor', format.id, file));
        imports.push(seconds('import', format.id, file));
      }
      const took = Math.min(...imports);
      const least = isJson ? Math.min(...floors) : undefined;
      const rate = source.bytes / took;
      const ratio = least && took / least;
      console.log(
        JSON.stringify({
          work: `import ${format.id}`,
          measured: `${(rate / 1e6).toFixed(0)} MB/s, ${Math.round(source.records / took)} records/s`,
          ...(least
            ? {
                floor: `${(source.bytes / least / 1e6).toFixed(0)} MB/s`,
                ratio: Number((ratio ?? 0).toFixed(2)),
                budget: MAX_RATIO,
              }
            : { budget: `${MIN_RATE / 1e6} MB/s` }),
          ok: ratio ? ratio <= MAX_RATIO : rate >= MIN_RATE,
        }),
      );
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [what, id, file] = process.argv.slice(2);
if ((what === 'floor' || what === 'import') && id && file) console.log(JSON.stringify(await measure(what, id, file)));
else await compare();
