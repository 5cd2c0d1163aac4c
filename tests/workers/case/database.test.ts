import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
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
