import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
import { CREATE } from '../../../workers/case/schema';
import { completeScopes } from '../../../workers/correlate/complete';

let database: Database;
let connection: Connection;
beforeEach(async () => {
  database = await Database.open(':memory:', {});
  connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
});
afterEach(() => database.close());

const scope = (id: number, values: Readonly<Record<string, string>>) =>
  connection.run(
    `INSERT INTO scope (scope, ${Object.keys(values).join(', ')}) VALUES (${id}, ${Object.values(values)
      .map((value) => `'${value}'`)
      .join(', ')})`,
  );
const shown = async () => {
  await completeScopes(connection);
  return connection.all('SELECT scope, workload, deployment FROM shown_scope ORDER BY scope');
};

test('a pod’s deployment, told by its agent, completes what the API server told of the same pod', async () => {
  await scope(1, { cluster: 'a', namespace: 'shop', pod: 'web-1' });
  await scope(2, { cluster: 'a', namespace: 'shop', pod: 'web-1', container: 'web', workload: 'web', deployment: 'web' });

  expect(await shown()).toEqual([
    { scope: 1, workload: 'web', deployment: 'web' },
    { scope: 2, workload: 'web', deployment: 'web' },
  ]);
  expect(await connection.all('SELECT scope, basis FROM completed')).toEqual([{ scope: 1, basis: 'other records of this pod' }]);
  expect(await connection.all('SELECT deployment FROM scope ORDER BY scope')).toEqual([
    { deployment: null },
    { deployment: 'web' },
  ]);
});

test.for<{ title: string; other: Readonly<Record<string, string>> }>([
  { title: 'another cluster', other: { cluster: 'b', namespace: 'shop', pod: 'web-1', deployment: 'web' } },
  { title: 'another namespace', other: { cluster: 'a', namespace: 'till', pod: 'web-1', deployment: 'web' } },
  { title: 'another pod', other: { cluster: 'a', namespace: 'shop', pod: 'web-2', deployment: 'web' } },
  { title: 'no cluster', other: { namespace: 'shop', pod: 'web-1', deployment: 'web' } },
])('$title completes nothing', async ({ other }) => {
  await scope(1, { cluster: 'a', namespace: 'shop', pod: 'web-1' });
  await scope(2, other);

  expect((await shown())[0]).toEqual({ scope: 1, workload: null, deployment: null });
});

test('records that disagree complete nothing, and what a record told is never replaced', async () => {
  await scope(1, { namespace: 'shop', pod: 'web-1' });
  await scope(2, { namespace: 'shop', pod: 'web-1', deployment: 'web' });
  await scope(3, { namespace: 'shop', pod: 'web-1', deployment: 'api' });

  expect((await shown()).map(({ deployment }) => deployment)).toEqual([null, 'web', 'api']);
});

test('is renewed as a whole', async () => {
  await scope(1, { namespace: 'shop', pod: 'web-1' });
  await scope(2, { namespace: 'shop', pod: 'web-1', deployment: 'web' });
  await shown();
  await connection.run('DELETE FROM scope WHERE scope = 2');

  expect(await shown()).toEqual([{ scope: 1, workload: null, deployment: null }]);
});
