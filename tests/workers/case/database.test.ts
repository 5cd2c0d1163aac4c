import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
import { DuckDBInstance } from '../../../workers/case/duckdb';
import { sql } from '../../../workers/contract/sql';

let database: Database;
let connection: Connection;
beforeAll(async () => {
  database = await Database.open(':memory:', { threads: 8 });
  connection = await database.connect();
});
afterAll(() => {
  connection.close();
  database.close();
});

test('work that failed half-way says why, and leaves neither its transaction nor its settings behind', async () => {
  await connection.devote(true);
  // However many cores there are: what an import holds grows with each.
  expect(await connection.one(`SELECT current_setting('threads') AS threads`)).toEqual({ threads: 3n });
  await connection.run('BEGIN');
  await connection.run('CREATE TABLE half AS SELECT 1 AS one');
  await expect(connection.workUnordered(sql`CREATE TABLE never AS SELECT error('interrupted')`)).rejects.toThrow(/interrupted/);

  await connection.settle();
  const settings = await connection.one(
    `SELECT current_setting('preserve_insertion_order') AS kept, current_setting('threads') AS threads, current_setting('external_threads') AS others`,
  );
  expect(settings).toEqual({ kept: true, threads: 8n, others: 1n });
  await expect(connection.run('FROM half')).rejects.toThrow(/half/);
});

test('where DuckDB has one thread, as on a machine of one core, it does the work that is given to it', async () => {
  const one = await Database.open(':memory:', { threads: 1 });
  const alone = await one.connect();
  const SUM = sql`SELECT sum(range)::BIGINT AS sum FROM range(1000)`;

  expect(await alone.work(SUM)).toEqual([{ sum: 499_500n }]);
  await alone.devote(true);
  expect(await alone.work(SUM)).toEqual([{ sum: 499_500n }]);
  await alone.devote(false);
  expect(await alone.work(SUM)).toEqual([{ sum: 499_500n }]);
  alone.close();
  one.close();
});

test('a database that was written another way is read and added to, and texts that some rows lack are found in both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-database-'));
  const path = join(folder, 'case.duckdb');
  const texts = sql`SELECT range AS i, CASE WHEN range % 4 = 0 THEN '/srv/' || range % 500 END AS text FROM range(5000)`;
  const instance = await DuckDBInstance.create(path);
  const before = await instance.connect();
  await before.run(`CREATE TABLE said AS ${texts.text}`);
  before.closeSync();
  instance.closeSync();

  const writing = await Database.open(path);
  const writer = await writing.connect();
  await writer.run(sql`INSERT INTO said ${texts}`);
  await writer.run('CHECKPOINT');
  writer.close();
  writing.close();
  const database = await Database.open(path, { readOnly: true });
  const reader = await database.connect();
  const found = (where: string) => reader.all(`SELECT count(*) AS n, sum(i)::BIGINT AS sum FROM said WHERE ${where}`);
  const made = async (where: string) => [
    await reader.one(`SELECT 2 * count(*) AS n, 2 * sum(i)::BIGINT AS sum FROM (${texts.text}) WHERE ${where}`),
  ];
  const written = await reader.all(`SELECT DISTINCT compression FROM pragma_storage_info('said') WHERE segment_type = 'VARCHAR'`);
  expect(written).toContainEqual({ compression: 'DICT_FSST' });
  for (const where of [
    'TRUE',
    `text = '/srv/12'`,
    `(text = '/srv/12') IS NOT TRUE`,
    `contains(lower(text), '/4')`,
    `contains(lower(text), '/4') IS NOT TRUE`,
    `regexp_matches(text, '[13]$') OR text IS NULL`,
    'text IS NULL',
  ])
    expect(await found(where), where).toEqual(await made(where));
  reader.close();
  database.close();
  rmSync(folder, { recursive: true });
});
