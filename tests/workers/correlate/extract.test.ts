import { expect, test } from 'vitest';
import { Database } from '../../../workers/case/database';
import { CREATE } from '../../../workers/case/schema';
import { correlate } from '../../../workers/correlate/correlate';

const WORKERS = 10_000;

/** A pod's own work and one call, told by an agent that gives neither ids of its own nor names of parents. */
async function bareCase(): Promise<Database> {
  const database = await Database.open(':memory:', { threads: 1, memoryLimit: '160MB' });
  const connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  await connection.run(`INSERT INTO member (member, evidence, path, name, format) VALUES (1, 1, 'a', 'a', 'plain')`);
  await connection.run(`
    INSERT INTO scope (scope, namespace, pod, container, containerid) VALUES (1, 'shop', 'web-1', 'web', 'aaaaaaaaaaaa'), (2, 'shop', 'web-1', 'web', NULL)`);
  await connection.run(`
    INSERT INTO activity BY NAME
    SELECT key, 1 AS member, key AS record, 1 AS k, 0 AS "offset", 1 AS "length", key::UHUGEINT AS content, scope, kind::kind AS kind,
      make_timestamp_ns(1800000000000000000 + CAST(seconds * 1e9 AS BIGINT)) AS time, CASE WHEN kind = 'exec' THEN make_timestamp_ns(1800000060000000000) END AS "end",
      comm, comm AS cmdline, pid, ppid, CASE WHEN kind = 'exec' THEN ['bash'] END AS command, CASE WHEN kind = 'exec' THEN 'exec' END AS subresource,
      CASE WHEN kind = 'exec' THEN 101 END AS code, CASE WHEN kind = 'exec' THEN 'ResponseComplete' END AS stage, 'ok' AS result
    FROM (
      SELECT i AS key, 1 AS scope, 'cmd' AS kind, 90 + i / 1000 AS seconds, 'nginx' AS comm, 1000 + i AS pid, 7 AS ppid FROM range(${WORKERS}) t(i)
      UNION ALL VALUES
        (100001, 2, 'exec', 0, NULL, NULL, NULL),
        (100002, 1, 'cmd', 0.2, 'bash', 20, 3),
        (100003, 1, 'cmd', 5, 'ls', 21, 20))`);
  connection.close();
  return database;
}

test('needs little memory for records without ids, and takes a parent by its pid where no record names it', async () => {
  const database = await bareCase();
  const connection = await database.connect();
  try {
    await correlate(connection);
    const links = await connection.all('SELECT key, confidence > 0.9 AS sure FROM link ORDER BY key');

    expect(links).toEqual([100_001n, 100_002n, 100_003n].map((key) => ({ key, sure: true })));
  } finally {
    connection.close();
    database.close();
  }
});

/** What Falco's own rules catch of `kubectl exec -it` and of a call without a shell: neither tells a process id. */
async function ruleCase(): Promise<Database> {
  const database = await Database.open(':memory:', { threads: 1 });
  const connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  await connection.run(`INSERT INTO member (member, evidence, path, name, format) VALUES (1, 1, 'a', 'a', 'plain')`);
  await connection.run(
    `INSERT INTO scope (scope, namespace, pod, container, containerid) VALUES (1, 'shop', 'web-1', 'web', 'aaaaaaaaaaaa'), (2, 'shop', 'web-1', 'web', NULL)`,
  );
  await connection.run(`
    INSERT INTO activity BY NAME
    SELECT key, 1 AS member, key AS record, 1 AS k, 0 AS "offset", 1 AS "length", key::UHUGEINT AS content, CASE WHEN kind = 'exec' THEN 2 ELSE 1 END AS scope, kind::kind AS kind,
      make_timestamp_ns(1800000000000000000 + CAST(seconds * 1e9 AS BIGINT)) AS time,
      CASE WHEN kind = 'exec' THEN make_timestamp_ns(1800000000000000000 + CAST((seconds + lasted) * 1e9 AS BIGINT)) END AS "end",
      string_split(words, ' ')[1] AS comm, words AS cmdline, parent, tty, CASE WHEN kind = 'exec' THEN string_split(words, ' ') END AS command,
      CASE WHEN kind = 'exec' THEN 'exec' END AS subresource, CASE WHEN kind = 'exec' THEN 101 END AS code, CASE WHEN kind = 'exec' THEN 'ResponseComplete' END AS stage, 'ok' AS result,
      CASE WHEN kind = 'exec' THEN '/api/v1/namespaces/shop/pods/web-1/exec?container=web&command=' || replace(words, ' ', '&command=') || CASE WHEN tty > 0 THEN '&stdin=true&tty=true' ELSE '' END END AS requesturi
    FROM (VALUES
      (1, 'exec', 0, 60, 'bash', NULL, 34816),
      (2, 'cmd', 0.2, 0, 'bash', 'runc', 34816),
      (3, 'file', 9, 0, 'cat /etc/shadow', 'bash', 34816),
      (4, 'file', 20, 0, 'bash', 'runc', 34816),
      (5, 'exec', 600, 1, 'cat /etc/shadow', NULL, 0),
      (6, 'file', 600.3, 0, 'cat /etc/shadow', 'runc', 0)) t(key, kind, seconds, lasted, words, parent, tty)`);
  connection.close();
  return database;
}

test('what a rule tells without a process id is of the shell on its terminal, or of the call that asked for it', async () => {
  const database = await ruleCase();
  const connection = await database.connect();
  try {
    await correlate(connection);
    const links = await connection.all<{ key: bigint; session: bigint }>('SELECT key, session FROM link ORDER BY key');

    expect(links.map(({ key, session }) => [Number(key), Number(session)])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 2],
      [6, 2],
    ]);
  } finally {
    connection.close();
    database.close();
  }
});
