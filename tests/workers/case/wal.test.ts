import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyWal } from '../../../workers/case/wal';

let dir: string;
let path: string;
let journal: Buffer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'exhibit-wal-'));
  path = join(dir, 'other.duckdb');
  const database = await DuckDBInstance.create(join(dir, 'a.duckdb'));
  const connection = await database.connect();
  // Entries of every length modulo eight, one of several chunks.
  await connection.run('CREATE TABLE a (b VARCHAR)');
  for (let i = 0; i < 8; i++) await connection.run(`INSERT INTO a VALUES ('${'x'.repeat(i)}')`);
  await connection.run(`INSERT INTO a VALUES (repeat('long', 200000))`);
  journal = readFileSync(join(dir, 'a.duckdb.wal'));
  connection.closeSync();
  database.closeSync();
});
afterEach(() => rmSync(dir, { recursive: true }));

const left = (bytes: Uint8Array): ReturnType<typeof verifyWal> => {
  writeFileSync(`${path}.wal`, bytes);
  return verifyWal(path);
};
const flipped = (at: number): Buffer => {
  const bytes = Buffer.from(journal);
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
};

test('a case at rest has none, or an empty one', async () => {
  expect(await verifyWal(path)).toEqual([]);
  expect(await left(Buffer.alloc(0))).toEqual([]);
});

test('one that a crash left is whole', async () => {
  expect(await left(journal)).toMatchObject([{ ok: true, detail: expect.stringContaining(`${journal.length} bytes`) }]);
});

test('whatever is changed in it is seen', async () => {
  const ats = [0, 5, 8, 16, 40, 100, 200, 300, 400, 500, 300_000, journal.length - 1].map((at) => [at, flipped(at)] as const);
  for (const [at, bytes] of ats) expect(await left(bytes), `byte ${at}`).toMatchObject([{ ok: false }]);
});

test.for<readonly [title: string, change: (bytes: Buffer) => Buffer]>([
  ['junk', () => Buffer.from('junk, and more of it')],
  ['its version alone', (bytes) => bytes.subarray(0, 8)],
  ['one without its last commit’s end', (bytes) => bytes.subarray(0, bytes.length - 21)],
  ['one that is cut', (bytes) => bytes.subarray(0, bytes.length - 1)],
  ['one with junk behind it', (bytes) => Buffer.concat([bytes, Buffer.from('junk')])],
  ['one with an entry of no bytes behind it', (bytes) => Buffer.concat([bytes, Buffer.alloc(16)])],
  ['one with an entry longer than the file', (bytes) => Buffer.concat([bytes, Buffer.alloc(40, 0x7f)])],
])('%s is none', async ([, change]) => {
  expect(await left(change(journal))).toMatchObject([{ ok: false, detail: expect.stringContaining('case.duckdb.wal') }]);
});
