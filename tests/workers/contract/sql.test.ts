import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
import { join, type SqlValue, sql } from '../../../workers/contract/sql';

let database: Database;
let connection: Connection;
beforeAll(async () => {
  database = await Database.open(':memory:');
  connection = await database.connect();
});
afterAll(() => database.close());

test.for([
  "it's",
  "'; DROP TABLE activity; --",
  "\\'",
  "''",
  'a\0b',
  '?',
  '$1',
  '$$x$$',
  '-- \n\r\t',
  '“😀”',
  '',
  'long '.repeat(5_000),
])('a text stays what it is: %j', async (text) => {
  expect(await connection.all(sql`SELECT ${text} AS one, [${join([text, 'x'])}] AS list`)).toEqual([
    { one: text, list: [text, 'x'] },
  ]);
});

test.for<[SqlValue, string]>([
  [0, 'INTEGER'],
  [-5, 'INTEGER'],
  [2 ** 31, 'BIGINT'],
  [1.5, 'DOUBLE'],
  [1e-7, 'DOUBLE'],
  [1e21, 'DOUBLE'],
  [Number.POSITIVE_INFINITY, 'DOUBLE'],
  [5n, 'HUGEINT'],
  [-(2n ** 63n), 'HUGEINT'],
  [2n ** 127n - 1n, 'HUGEINT'],
  [true, 'BOOLEAN'],
  [null, '"NULL"'],
])('%s has the type %s', async ([value, type]) => {
  expect(await connection.all(sql`SELECT ${value} AS value, typeof(${value}) AS type`)).toEqual([
    { value: type === 'BIGINT' ? BigInt(value as number) : value, type },
  ]);
});
