/**
 * A case for correlation, made in SQL: activities of Tetragon in 2,000 pods over a week, most of them in the init trees of their containers, two exec
 * probes, and calls whose shells run four commands each. Everything follows from row numbers, so it is the same everywhere.
 */
import type { Connection } from '../../workers/case/database';
import { CREATE, SCHEMA_VERSION } from '../../workers/case/schema';
import { sql } from '../../workers/contract/sql';

const START_NS = 1_773_619_200_000_000_000n; // 2026-03-16T00:00:00Z
const WEEK_S = 604_800;
const PODS = 2_000;
/** Pods that somebody entered. */
const ENTERED = 400;
/** Pods among them with a probe every 30 s. */
const PROBED = 20;
const PROBE_S = 30;

const share = (salt: number) => `((hash(i * 31 + ${salt}) % 1000000) / 1000000.0)`;
/** Log-normal by the sum of twelve even draws. */
const logNormal = (median: number, sigma: number, salt: number) =>
  `(${median} * exp(${sigma} * (${Array.from({ length: 12 }, (_, n) => share(salt + n)).join(' + ')} - 6)))`;
const at = (seconds: string) => `make_timestamp_ns(${START_NS} + CAST((${seconds}) * 1000000000 AS BIGINT))`;

/** Creates the schema and fills it with about `activities` rows and `sessions` calls. */
export async function fillSessions(connection: Connection, activities: number, sessions: number): Promise<void> {
  for (const statement of CREATE) await connection.run(statement);
  await connection.run(sql`INSERT INTO meta VALUES ('schema', ${String(SCHEMA_VERSION)})`);
  await connection.run(
    `INSERT INTO evidence (evidence, name, kind, sha256, bytes, settings) VALUES (1, 'week', 'folder', '', 1, '{}')`,
  );
  await connection.run(`
    INSERT INTO member (member, evidence, path, name, format, projection, records, source)
    VALUES (1, 1, 'audit.log', 'audit.log', 'k8s-audit', 1, 1, 'E1'), (2, 1, 'tetragon.log', 'tetragon.log', 'tetragon', 1, 1, 'E1')`);
  await connection.run(`
    INSERT INTO scope (scope, cluster, namespace, pod, container, containerid, node)
    SELECT i, 'east', 'ns-' || i % 20, 'pod-' || i, 'app', substr(md5('c' || i), 1, 12), 'node-' || i % 40 FROM range(${PODS}) t(i)
    UNION ALL SELECT i + ${PODS}, 'east', 'ns-' || i % 20, 'pod-' || i, NULL, NULL, NULL FROM range(${PODS}) t(i)`);
  await connection.run(`INSERT INTO actor (actor, "user") SELECT i, 'user-' || i FROM range(40) t(i)`);
  const beats = Math.floor(WEEK_S / PROBE_S) * PROBED;
  const ordinary = activities - beats - sessions * 7;
  await connection.run(`
    INSERT INTO activity BY NAME
    WITH call AS (
      SELECT i, CAST(hash(i * 31 + 1) % ${ENTERED} AS INTEGER) AS pod, ${share(2)} * ${WEEK_S - 4_000} AS opened, ${logNormal(0.13, 0.55, 10)} AS delay,
        5 + 600 * ${share(3)} AS life, ${logNormal(0.03, 0.4, 30)} AS gap
      FROM range(${sessions}) t(i)
    ), told AS (
      SELECT 'exec' AS kind, 1 AS member, pod + ${PODS} AS scope, opened AS s, opened + delay + life + gap AS e, opened AS ready, NULL AS node, NULL AS entity,
        NULL AS above, NULL AS pid, NULL AS ppid, NULL AS comm, NULL AS cmdline, NULL AS entered, i % 40 AS actor
      FROM call
      UNION ALL
      SELECT 'cmd', 2, pod, opened + delay, opened + delay + life, NULL, pod % 40, 'root-' || i, 'runc-' || i, 100000 + i, 1, 'bash', '/bin/bash', true, NULL
      FROM call
      UNION ALL
      SELECT 'cmd', 2, pod, opened + delay + life * (n + 1) / 6, opened + delay + life * (n + 1) / 6 + 0.2, NULL, pod % 40, 'child-' || i || '-' || n, 'root-' || i,
        200000 + i * 4 + n, 100000 + i, ['ls', 'cat', 'curl', 'ps'][n + 1], '/usr/bin/' || ['ls -la', 'cat /etc/hosts', 'curl -s http://10.0.0.1', 'ps aux'][n + 1], true, NULL
      FROM call, range(4) c(n)
      UNION ALL
      SELECT 'net', 2, pod, opened + delay + life * 3 / 6 + 0.05, NULL, NULL, pod % 40, 'child-' || i || '-2', 'root-' || i, 200000 + i * 4 + 2, 100000 + i, 'curl',
        '/usr/bin/curl -s http://10.0.0.1', true, NULL
      FROM call
      UNION ALL
      SELECT 'cmd', 2, i % ${PROBED}, i // ${PROBED} * ${PROBE_S} + ${share(5)} * 0.05, i // ${PROBED} * ${PROBE_S} + 0.1, NULL, i % ${PROBED} % 40, 'probe-' || i, 'runp-' || i,
        300000 + i % 100000, 1, 'cat', '/usr/bin/cat /tmp/healthy', true, NULL
      FROM range(${beats}) t(i)
      UNION ALL
      SELECT CASE WHEN i % 10 < 6 THEN 'cmd' WHEN i % 10 < 9 THEN 'net' ELSE 'file' END, 2, CAST(hash(i * 31 + 7) % ${PODS} AS INTEGER), i * (${WEEK_S}.0 / ${ordinary}),
        CASE WHEN i % 10 < 6 THEN i * (${WEEK_S}.0 / ${ordinary}) + 0.3 END, NULL, CAST(hash(i * 31 + 7) % ${PODS} AS INTEGER) % 40, 'own-' || i, 'own-' || i // 10,
        1000 + hash(i) % 90000, 1000, ['nginx', 'php-fpm', 'sh', 'node'][1 + i % 4], '/usr/sbin/' || ['nginx', 'php-fpm', 'sh', 'node'][1 + i % 4] || ' -n ' || i % 5000, false, NULL
      FROM range(${ordinary}) t(i)
    )
    SELECT
      CAST(1099511627776 + row_number() OVER (ORDER BY s, kind, entity) AS BIGINT) AS key, member, row_number() OVER () AS record, 1 AS k, 0 AS "offset", 900 AS "length",
      CAST(hash(coalesce(entity, kind), s) AS UHUGEINT) AS content, scope, actor, ${at('s')} AS time, ${at('e')} AS "end", 'ns' AS precision, CAST(kind AS kind) AS kind,
      CASE WHEN kind = 'exec' THEN 'kube exec' END AS label, CASE WHEN kind = 'exec' THEN 'ok' END AS result, comm, cmdline, CAST(pid AS UINTEGER) AS pid, CAST(ppid AS UINTEGER) AS ppid,
      entity AS entityid, above AS parententity, entered, CASE WHEN kind = 'cmd' THEN ${at('s')} END AS started,
      CASE WHEN kind = 'exec' THEN 'create' END AS verb, CASE WHEN kind = 'exec' THEN 'pods' END AS resource, CASE WHEN kind = 'exec' THEN 'exec' END AS subresource,
      CASE WHEN kind = 'exec' THEN 'pod-' || (scope - ${PODS}) END AS name, CASE WHEN kind = 'exec' THEN ['bash'] END AS command,
      CASE WHEN kind = 'exec' THEN 101 END AS code, CASE WHEN kind = 'exec' THEN 'ResponseComplete' END AS stage, ${at('ready')} AS ready
    FROM told ORDER BY s, kind, entity`);
  await connection.run('CHECKPOINT');
}
