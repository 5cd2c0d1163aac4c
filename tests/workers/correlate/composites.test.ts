import { expect, test } from 'vitest';
import { type Composite, labelComposites, readComposites } from '../../../workers/correlate/composites';
import { emptyCase } from './load';

const POD_CREATED = `'api', 'create', 'pods', NULL`;
const CONTAINER_ADDED = `'exec', 'patch', 'pods', 'ephemeralcontainers'`;
const ATTACHED = `'exec', 'create', 'pods', 'attach'`;
const EXEC = `'exec', 'create', 'pods', 'exec'`;

test.for([
  { title: 'a pod made and attached to', calls: [POD_CREATED, ATTACHED], pod: 'tool', gap: 4, expected: 'run' },
  { title: 'a container added and attached to', calls: [CONTAINER_ADDED, ATTACHED], pod: 'web-1', gap: 4, expected: 'debug' },
  {
    title: 'a pod on a node and attached to',
    calls: [POD_CREATED, ATTACHED],
    pod: 'node-debugger-n1-x',
    gap: 4,
    expected: 'debug',
  },
  { title: 'a pod made and an exec in it', calls: [POD_CREATED, EXEC], pod: 'tool', gap: 4, expected: undefined },
  { title: 'an attach an hour later', calls: [POD_CREATED, ATTACHED], pod: 'tool', gap: 3600, expected: undefined },
  { title: 'somebody else’s pod', calls: [POD_CREATED, ATTACHED], pod: 'tool', gap: 4, other: true, expected: undefined },
])('$title: $expected', async ({ calls, pod, gap, other, expected }) => {
  const { database, connection } = await emptyCase();
  await connection.run(`INSERT INTO scope (scope, namespace, pod) VALUES (1, 'shop', '${pod}')`);
  await connection.run(`INSERT INTO actor (actor, "user") VALUES (1, 'ann'), (2, 'bob')`);
  for (const [i, call] of calls.entries()) {
    await connection.run(`
      INSERT INTO activity (key, member, record, k, "offset", "length", content, scope, actor, kind, verb, resource, subresource, name, result, time)
      VALUES (${i}, 1, ${i}, 1, 0, 1, ${i}, 1, ${other && i === 1 ? 2 : 1}, ${call}, '${pod}', 'ok', make_timestamp_ns(1800000000000000000 + ${i * gap}::BIGINT * 1000000000))`);
  }

  const composites = await readComposites(connection);

  expect(composites.get(1)?.tool).toBe(expected);

  await connection.run(`UPDATE activity SET label = 'kube ' || subresource WHERE key = 1`);
  const labelled = async (composite: Composite | null): Promise<string | undefined> => {
    await labelComposites(connection, [{ key: 1, composite }]);
    return (await connection.one<{ label: string }>('SELECT label FROM activity WHERE key = 1'))?.label;
  };
  const plain = await labelled(null);
  expect(await labelled(composites.get(1) ?? null)).toBe(expected === undefined ? plain : `kube ${expected}`);
  await connection.run(`INSERT INTO session (session, key) VALUES (1, 1)`);
  expect(await labelled(null)).toBe(plain);
  connection.close();
  database.close();
});
