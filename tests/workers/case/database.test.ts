import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
import { sql } from '../../../workers/contract/sql';

let database: Database;
let connection: Connection;
beforeAll(async () => {
  database = await Database.open(':memory:');
  connection = await database.connect();
});
afterAll(() => {
  connection.close();
  database.close();
});

test('work that failed half-way leaves neither its transaction nor its settings behind', async () => {
  await connection.devote(true);
  await connection.run('BEGIN');
  await connection.run('CREATE TABLE half AS SELECT 1 AS one');
  await expect(connection.workUnordered(sql`CREATE TABLE never AS SELECT error('interrupted')`)).rejects.toThrow();

  await connection.settle();
  const settings = await connection.one<{ kept: boolean; others: bigint }>(
    `SELECT current_setting('preserve_insertion_order') AS kept, current_setting('external_threads') AS others`,
  );
  expect(settings).toEqual({ kept: true, others: 1n });
  await expect(connection.run('FROM half')).rejects.toThrow(/half/);
});
