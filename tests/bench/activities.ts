/**
 * A case database full of made-up activities, by SQL alone: deterministic, with the cardinalities of a busy pair of clusters. Four evidences that overlap in
 * time (two runtime agents, two API servers), each sorted by time as an import leaves it.
 */
import type { Connection } from '../../workers/case/database';
import { CREATE, SCHEMA_VERSION } from '../../workers/case/schema';
import { sql } from '../../workers/contract/sql';

/** 2026-03-10T00:00:00Z; the activities span seven days. */
export const START_NS = 1_773_100_800_000_000_000n;
export const SPAN_NS = 7n * 86_400_000_000_000n;

/**
 * Texts (command lines, paths, request URIs) are not drawn evenly, since no day is so: probes, jobs, loops and controllers repeat themselves, and the rest comes
 * in spells. A share of the rows takes one of `RECURRING` texts by Zipf's law; the others take one of `SPELL` texts of their hour, which move on
 * through all the others, so that about 50,000 distinct texts occur. `EXHIBIT_BENCH_EVEN=1` draws them evenly instead: the worst case.
 */
const TEXTS = 50_000;
const RECURRING = 2_000;
const RECURRING_PERCENT = 88;
const SPELL = 300;
const HOURS = 168;
const EVEN = process.env.EXHIBIT_BENCH_EVEN === '1';
const USERS = 500;
const PODS = 2_000;
/** Rows that tell of one process. */
const PROCESS_ROWS = 4;
const EVIDENCES = [
  { name: 'agent-east', format: 'tetragon', share: 0.45, agent: true },
  { name: 'agent-west', format: 'falco', share: 0.35, agent: true },
  { name: 'audit-east', format: 'k8s-audit', share: 0.12, agent: false },
  { name: 'audit-west', format: 'k8s-audit', share: 0.08, agent: false },
] as const;

/** Creates the schema and fills it with about `count` activities. */
export async function fillActivities(connection: Connection, count: number): Promise<void> {
  for (const statement of CREATE) await connection.run(statement);
  await connection.run(sql`INSERT INTO meta VALUES ('schema', ${String(SCHEMA_VERSION)})`);
  await fillDictionaries(connection);
  for (const [i, evidence] of EVIDENCES.entries()) {
    await fillEvidence(connection, i + 1, evidence, Math.round(count * evidence.share));
  }
  await fillAddresses(connection);
  await fillSessions(connection);
  await connection.run('CHECKPOINT');
}

/** Pseudo-random whole number below `n`, from the row number `i` and a salt. */
const pick = (n: number, salt: number, of = 'i') => `CAST(hash(${of} * 31 + ${salt}) % ${n} AS INTEGER)`;
/** The same, small numbers far more often: what real names look like. */
const skewed = (n: number, salt: number, of = 'i') =>
  `CAST(floor(${n} * pow((hash(${of} * 31 + ${salt}) % 1000000) / 1000000.0, 4)) AS INTEGER)`;
const share = (salt: number, of = 'i') => `((hash(${of} * 31 + ${salt}) % 1000000) / 1000000.0)`;
/** Number of a text, from the row number `i` and its time `ns`. */
const text = (salt: number): string => {
  if (EVEN) return pick(TEXTS, salt);
  const hour = `((ns - ${START_NS}) // 3600000000000)`;
  const spell = `${hour} * ${Math.floor((TEXTS - RECURRING) / HOURS)} + CAST(floor(${SPELL} * ${share(salt + 1)}) AS INTEGER)`;
  return `CAST(CASE WHEN ${pick(100, salt + 2)} < ${RECURRING_PERCENT} THEN floor(pow(${RECURRING}, ${share(salt)})) - 1
        ELSE ${RECURRING} + (${spell}) % ${TEXTS - RECURRING} END AS INTEGER)`;
};
const oneOf = (words: readonly string[], index: string) =>
  `([${words.map((w) => `'${w}'`).join(', ')}])[1 + (${index}) % ${words.length}]`;

const COMMS =
  'bash sh curl tar gzip ps grep cat ls sleep nginx php-fpm python3 node java redis-server psql mysqld runc pause kubelet envoy awk sed find wget ssh scp tcpdump shred nc dig apt dpkg chmod chown cp mv rm id'.split(
    ' ',
  );

async function fillDictionaries(connection: Connection): Promise<void> {
  await connection.run(`
    INSERT INTO scope
    SELECT
      i, ${oneOf(['east', 'west'], 'i % 2')}, 'ns-' || (i // 2 % 20), 'work-' || (i // 2 % 300), 'Deployment', 'work-' || (i // 2 % 300),
      'work-' || (i // 2 % 300) || '-' || substr(md5('' || i // 2), 1, 9), ${oneOf(['app', 'sidecar', 'db'], pick(3, 5))},
      substr(md5('c' || i), 1, 12), 'registry.example/app-' || (i % 150), 'node-' || (i // 2 % 40),
      '10.10.0.' || (i // 2 % 40), NULL, 'node-' || (i // 2 % 40)
    FROM range(${PODS}) t(i)`);
  await connection.run(`
    INSERT INTO actor
    SELECT
      i,
      CASE WHEN i % 3 = 0 THEN 'system:serviceaccount:ns-' || (i % 20) || ':sa-' || i ELSE 'user' || i || '@example.com' END,
      CASE WHEN i % 3 = 0 THEN ['system:serviceaccounts', 'system:authenticated'] ELSE ['developers', 'system:authenticated'] END,
      CASE WHEN i % 50 = 0 THEN 'system:admin' END, NULL, NULL, ${oneOf(['certificate', 'token'], 'i')},
      ${oneOf(['kubectl/v1.34.1 (linux/amd64)', 'kube-controller-manager/v1.34.1', 'helm/3.18', 'argocd/2.14'], 'i')},
      ['172.20.' || (i % 64) || '.' || (i % 250)]
    FROM range(${USERS * 3}) t(i)`);
  await connection.run(`
    INSERT INTO policy
    SELECT i, 'Rule number ' || i || ' on ' || ${oneOf(COMMS, 'i')}, CAST(${oneOf(['critical', 'high', 'medium', 'low', 'info'], 'i')} AS severity),
      ${oneOf(['Critical', 'Error', 'Warning', 'Notice', 'Informational'], 'i')}, ['process', 'tag-' || (i % 7)], 'falco'
    FROM range(60) t(i)`);
}

/** Every address text that occurs, as an import leaves it: all are IPv4 here. */
const fillAddresses = (connection: Connection): Promise<number> =>
  connection.run(`
    INSERT INTO address
    SELECT text, CAST(281470681743360 + list_reduce(string_split(text, '.')::BIGINT[], lambda n, part: n * 256 + part) AS UHUGEINT)
    FROM (
      SELECT client AS text FROM activity
      UNION SELECT server FROM activity
      UNION SELECT hostip FROM scope
      UNION SELECT unnest(sourceaddresses) FROM actor
    )
    WHERE text IS NOT NULL`);

async function fillEvidence(
  connection: Connection,
  n: number,
  evidence: (typeof EVIDENCES)[number],
  rows: number,
): Promise<void> {
  const { name, format, agent } = evidence;
  await connection.run(sql`
    INSERT INTO evidence VALUES (CAST(${n} AS INTEGER), ${name}, 'folder', sha256(${name}), CAST(${rows * 900} AS BIGINT),
      '2026-03-18T00:00:00Z', ${`evidence/E${n}`}, '{}', '{}')`);
  await connection.run(sql`
    INSERT INTO member (member, evidence, path, name, format, projection, sha256, bytes, source, settings, records, yielded, activities,
      merged, duplicates, ignored, rejected)
    SELECT
      CAST(${n} * 10 + p AS INTEGER), CAST(${n} AS INTEGER), 'part-' || p || '.log', 'part-' || p || '.log', ${format}, 1, sha256('m' || p),
      1000, ${`evidence/E${n}/part.log`}, '{}', 0, 0, 0, 0, 0, 0, 0
    FROM range(2) t(p)`);
  const kind = agent
    ? `CASE WHEN r < 60 THEN 'cmd' WHEN r < 84 THEN 'net' WHEN r < 97 THEN 'file' ELSE 'policy' END`
    : `CASE WHEN r = 0 AND i % 2 = 0 THEN 'exec' ELSE 'api' END`;
  await connection.run(`
    INSERT INTO activity BY NAME
    WITH base AS (
      SELECT
        i + ${n * 100_000_000} AS i, i AS line,
        ${START_NS} + CAST(i * (${SPAN_NS} / ${rows}.0) + hash(i * 31 + ${n}) % 3000000000 AS BIGINT) AS ns
      FROM range(${rows}) t(i)
    ), kinds AS (SELECT *, hash(i * 31 + 7) % 100 AS r, i // ${PROCESS_ROWS} AS p, ${PARENT} AS pp FROM base
    ), typed AS (SELECT *, CAST(${kind} AS kind) AS kind, ${text(101)} AS j FROM kinds
    )
    SELECT
      CAST(${n} * 1099511627776 + row_number() OVER (ORDER BY ns, i) AS BIGINT) AS key,
      CAST(${n * 10} + line % 2 AS INTEGER) AS member, line // 2 + 1 AS record, 1 AS k, line * 900 AS offset, 890 AS length,
      CAST(hash(i) AS UHUGEINT) AS content,
      make_timestamp_ns(ns) AS time, CAST('ns' AS time_precision) AS precision, kind, 1 AS count,
      CASE WHEN ${agent} OR r < 70 THEN ${skewed(PODS, 13, agent ? 'p' : 'i')} END AS scope,
      ${agent ? `CASE WHEN kind = 'policy' OR hash(i * 31 + 17) % 40 = 0 THEN ${skewed(60, 19)} END` : 'NULL'} AS policy,
      ${agent ? 'NULL' : skewed(USERS * 3, 23)} AS actor,
      ${agent ? `${AGENT_COLUMNS}${format === 'tetragon' ? ENTITIES : ''}` : AUDIT_COLUMNS}
    FROM typed
    ORDER BY time`);
}

/** Number of the process that started `p`: one of the fifty before it. */
const PARENT = `i // ${PROCESS_ROWS} - 1 - CAST(hash(i // ${PROCESS_ROWS} * 31 + 83) % 50 AS BIGINT)`;
const pidOf = (process: string) => `CAST(1000 + hash(${process} * 31 + 29) % 60000 AS UINTEGER)`;
/** As Tetragon writes it: base64 of node, nanoseconds since the boot, and pid. */
const entityOf = (process: string) =>
  `to_base64(encode('node-' || hash(${process}) % 40 || ':' || ${process} * 1303021 || ':' || ${pidOf(process)}))`;
const ENTITIES = `,
      ${entityOf('p')} AS entityid,
      ${entityOf('pp')} AS parententity`;

const AGENT_COLUMNS = `
      ${oneOf(COMMS, 'j')} AS comm,
      ${oneOf(COMMS, 'j')} || ' --' || substr(md5('a' || j % 977), 1, 6) || ' /srv/' || substr(md5('b' || j), 1, 12) || ' -n ' || j AS cmdline,
      '/usr/bin/' || ${oneOf(COMMS, 'j')} AS exe,
      '/srv/' || substr(md5('d' || j % 300), 1, 8) AS cwd,
      ${pidOf('p')} AS pid,
      ${pidOf('pp')} AS ppid,
      ${oneOf(COMMS, 'j // 40')} AS parent,
      [${oneOf(COMMS, 'j // 40')}, 'containerd-shim'] AS ancestors,
      CAST(CASE WHEN j % 5 = 0 THEN 0 ELSE 1000 END AS UINTEGER) AS uid,
      CAST(CASE WHEN hash(i * 31 + 41) % 200 = 0 THEN 34816 ELSE 0 END AS UINTEGER) AS tty,
      CASE WHEN kind = 'net' THEN CAST(${oneOf(['in', 'out'], 'j')} AS direction) END AS direction,
      CASE WHEN kind = 'net' THEN 'tcp' END AS l4proto,
      CASE WHEN kind = 'net' THEN CASE WHEN hash(i * 31 + 43) % 33 = 0 THEN '198.18.' || ${pick(256, 47)} || '.' || ${pick(256, 53)}
        ELSE '10.0.' || ${skewed(8, 47)} || '.' || ${skewed(250, 53)} END END AS client,
      CASE WHEN kind = 'net' THEN CAST(32768 + hash(i * 31 + 59) % 28000 AS USMALLINT) END AS clientport,
      CASE WHEN kind = 'net' THEN CASE WHEN hash(i * 31 + 61) % 500 = 0 THEN '203.0.113.' || ${pick(256, 67)}
        ELSE '10.' || ${skewed(4, 71)} || '.' || ${skewed(8, 73)} || '.' || ${skewed(250, 79)} END END AS server,
      CASE WHEN kind = 'net' THEN CAST((ARRAY[443, 80, 5432, 6379, 53])[1 + j % 5] AS USMALLINT) END AS serverport,
      CASE WHEN kind = 'file' THEN 'file-' || j % 5000 END AS file,
      CASE WHEN kind = 'file' THEN '/var/lib/' || j % 300 END AS directory,
      CASE WHEN kind = 'file' THEN '/var/lib/' || j % 300 || '/file-' || j % 5000 END AS path,
      CASE WHEN kind = 'file' THEN ${oneOf(['read', 'write', 'delete'], 'j')} END AS mode`;

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const RESOURCES = ['pods', 'configmaps', 'secrets', 'deployments', 'leases', 'endpoints', 'nodes'];
const AUDIT_COLUMNS = `
      CASE WHEN kind = 'exec' THEN 'kube exec' END AS label,
      CASE WHEN kind = 'exec' THEN 'create' ELSE ${oneOf(VERBS, 'j')} END AS verb,
      CASE WHEN kind = 'exec' THEN 'pods' ELSE ${oneOf(RESOURCES, 'j // 7')} END AS resource,
      CASE WHEN kind = 'exec' THEN 'exec' END AS subresource,
      'name-' || j AS name,
      CASE WHEN kind = 'exec' THEN ['sh', '-c', ${oneOf(COMMS, 'j')}] END AS command,
      CAST(CASE WHEN j % 30 = 0 THEN 403 ELSE 200 END AS INTEGER) AS code,
      CAST(CASE WHEN j % 30 = 0 THEN 'refused' ELSE 'ok' END AS result) AS result,
      ${oneOf(['allow', 'allow', 'allow', 'forbid'], 'j')} AS decision,
      '/api/v1/namespaces/ns-' || j % 40 || '/' || ${oneOf(RESOURCES, 'j // 7')} || '/name-' || j AS requesturi,
      CAST(md5('e' || i) AS VARCHAR) AS auditid,
      'Metadata' AS level,
      'ResponseComplete' AS stage`;

/** Beside those, told by the first evidence: one of a day with some 20,000 activities, and one with 300 that lie far from each other, over the whole week. */
export const LONG_SESSION = 2;
export const WEEK_SESSION = 3;
const UNLIKE_SESSIONS = [
  { session: LONG_SESSION, within: 1 / 7, every: 1 / 140_000 },
  { session: WEEK_SESSION, within: 1, every: 1 / 300 },
] as const;

/** Sessions, links and processes as the correlator leaves them: each exec opens one, and what a terminal did until the next lies below it. */
async function fillSessions(connection: Connection): Promise<void> {
  await connection.run(`
    INSERT INTO session
    SELECT CAST(row_number() OVER (ORDER BY time, key) AS INTEGER), key, 'S-' || row_number() OVER (ORDER BY time, key), 0.97, NULL, time, time,
      '{"why":[],"rivals":[],"considered":[],"limits":[]}'
    FROM activity WHERE kind = 'exec'`);
  await connection.run(`
    INSERT INTO link
    SELECT key, session, NULL, NULL, NULL FROM session
    UNION ALL
    SELECT a.key, s.session, (hash(a.key + 1) % 100) / 100.0, coalesce(a.entityid, 'p' || hash(a.key)), true
    FROM activity a
    ASOF JOIN session s ON a.time >= s.first
    WHERE a.tty <> 0`);
  for (const { session, every, within } of UNLIKE_SESSIONS) {
    await connection.run(`
      INSERT INTO link
      SELECT a.key, ${session}, 0.97, a.entityid, true
      FROM (SELECT key, entityid, row_number() OVER (ORDER BY key) AS n, count(*) OVER () AS rows FROM activity WHERE key < ${2n << 40n}) a
      WHERE a.n < a.rows * ${within} AND a.n % greatest(2, CAST(a.rows * ${every} AS BIGINT)) = 1 AND a.key NOT IN (SELECT key FROM link)`);
  }
  await connection.run(`
    INSERT INTO process
    SELECT l.session, l.process, any_value(a.parententity), any_value(a.pid), any_value(a.ppid), any_value(a.comm), any_value(a.cmdline),
      min(a.time), max(a.time), 0, min(a.key)
    FROM link l
    JOIN activity a ON a.key = l.key
    WHERE l.process IS NOT NULL
    GROUP BY ALL`);
}
