import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connection, Database, type Row } from '../../../workers/case/database';
import { type COMPLETED_COLUMNS, CREATE } from '../../../workers/case/schema';
import { parseAddress } from '../../../workers/contract/address';
import { parseFilter } from '../../../workers/contract/filter';
import { sql } from '../../../workers/contract/sql';
import { completeScopes } from '../../../workers/correlate/complete';
import { compile } from '../../../workers/filter/compile';
import { attachKept } from '../../../workers/queries/source';

let database: Database;
let connection: Connection;
beforeEach(async () => {
  database = await Database.open(':memory:', { threads: 1 });
  connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
});
afterEach(() => database.close());

type Scope = { readonly [column in (typeof COMPLETED_COLUMNS)[number]]?: string };
const ID = 'a0d5e6840fd995139f7d1b81c59c190bd6668997d0ea917ed49bac8e74ed2312';

let scopes = 0;
beforeEach(() => {
  scopes = 0;
});
/** A new scope; its number. */
async function scope(values: Scope): Promise<number> {
  const texts = Object.values(values).map((value) => `'${value}'`);
  await connection.run(`INSERT INTO scope (scope, ${Object.keys(values).join(', ')}) VALUES (${++scopes}, ${texts.join(', ')})`);
  return scopes;
}

interface Happened {
  readonly kind?: string;
  /** Minutes. */
  readonly at?: number;
  readonly resource?: string;
  readonly name?: string;
  readonly told?: unknown;
  readonly result?: string;
  readonly flags?: readonly string[];
}
let activities = 0;
async function activity(
  of: number,
  { kind = 'cmd', at, resource, name, told, result = 'ok', flags = [] }: Happened,
): Promise<void> {
  const time = at === undefined ? null : BigInt(at) * 60_000_000_000n;
  await connection.run(sql`
    INSERT INTO activity BY NAME
    SELECT
      ${++activities}::BIGINT AS key, 1 AS member, 1 AS record, 1 AS k, 0 AS "offset", 1 AS "length", 0 AS content, ${of}::INTEGER AS scope,
      make_timestamp_ns(${time}::BIGINT) AS time, ${kind} AS kind, ${resource ?? null} AS resource, ${name ?? null} AS name,
      ${told === undefined ? null : JSON.stringify(told)} AS told, ${result} AS result,
      from_json(${JSON.stringify(flags)}, '["VARCHAR"]') AS flags`);
}
/** What a pod's body told. */
const body = async (of: Scope, told: unknown, at = 0, rest: Happened = {}) =>
  activity(await scope(of), { kind: 'api', resource: 'pods', name: of.pod, told, at, ...rest });

const shown = async (of: number): Promise<Scope> => {
  await completeScopes(connection);
  const row = (await connection.one(sql`SELECT * EXCLUDE (scope) FROM shown_scope WHERE scope = ${of}`)) as Row;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
};
const basisOf = async (of: number): Promise<unknown> =>
  JSON.parse(String((await connection.one(sql`SELECT basis FROM completed WHERE scope = ${of}`))?.basis ?? '{}'));

const POD = { cluster: 'a', namespace: 'shop', pod: 'web-1' } as const;
const AGENT = { ...POD, container: 'web', containerid: ID, host: 'node-2', node: 'node-2', hostip: '10.0.0.12' } as const;

test('a kube exec gets the host that it ran on from an agent on it', async () => {
  const exec = await scope({ ...POD, container: 'web' });
  await scope({
    ...AGENT,
    image: 'web:4',
    workload: 'web',
    workloadkind: 'Deployment',
    deployment: 'web',
    mac: '02:42:ac:11:00:02',
  });

  const pod = 'other records of this pod';
  expect(await shown(exec)).toEqual({
    ...AGENT,
    image: 'web:4',
    workload: 'web',
    workloadkind: 'Deployment',
    deployment: 'web',
    mac: '02:42:ac:11:00:02',
  });
  expect(await basisOf(exec)).toEqual({
    host: pod,
    node: pod,
    hostip: pod,
    mac: pod,
    workload: pod,
    workloadkind: pod,
    deployment: pod,
    containerid: 'other records of this container',
    image: 'other records of this container',
  });
  expect(await connection.one('SELECT host, node FROM scope WHERE scope = 1')).toEqual({ host: null, node: null });
});

test('a kube exec gets node, workload and container id from bodies of API calls', async () => {
  const exec = await scope({ ...POD, container: 'web' });
  await body(POD, { node: 'node-2', owner: 'web-6877958c5', ownerkind: 'ReplicaSet', hash: '6877958c5' });
  await body(POD, { hostip: '10.0.0.12', containers: [{ name: 'web', containerID: `containerd://${ID}`, image: 'web:4' }] }, 1);

  expect(await shown(exec)).toEqual({
    ...POD,
    container: 'web',
    containerid: ID,
    image: 'web:4',
    node: 'node-2',
    hostip: '10.0.0.12',
    workload: 'web',
    workloadkind: 'Deployment',
    deployment: 'web',
  });
  expect(await basisOf(exec)).toMatchObject({
    node: 'what API calls said of this pod',
    containerid: 'what API calls said of this container',
  });
});

test.for([
  { owner: 'web-0', ownerkind: 'ReplicaSet', hash: null, expected: { workload: 'web-0', workloadkind: 'ReplicaSet' } },
  { owner: 'db', ownerkind: 'StatefulSet', hash: 'abc', expected: { workload: 'db', workloadkind: 'StatefulSet' } },
  { owner: 'web-x', ownerkind: 'ReplicaSet', hash: 'abc', expected: { workload: 'web-x', workloadkind: 'ReplicaSet' } },
])('$owner of $ownerkind owns its pods', async ({ expected, ...told }) => {
  const exec = await scope(POD);
  await body(POD, told);
  expect(await shown(exec)).toEqual({ ...POD, ...expected });
});

test('an agent that knows only a container id gets the pod from another, or from a status', async () => {
  const short = await scope({ containerid: ID.slice(0, 12), host: 'node-2' });
  const other = await scope({ containerid: '5043bea48184', host: 'node-2' });
  await scope({ ...POD, container: 'web', containerid: `containerd://${ID}` });
  await body({ ...POD, pod: 'web-2' }, { containers: [{ name: 'web', containerID: `docker://5043bea48184${'0'.repeat(52)}` }] });

  expect(await shown(short)).toEqual({ ...POD, container: 'web', containerid: ID.slice(0, 12), host: 'node-2' });
  expect(await shown(other)).toMatchObject({ ...POD, pod: 'web-2', container: 'web', containerid: '5043bea48184' });
});

test('the name that Docker composed is taken apart', async () => {
  const exec = await scope({ ...POD, container: 'web' });
  const agent = await scope({ container: 'k8s_web_web-1_shop_0d9c1e34-6f0e-4f6e-9d57-2d1a3a5d7b11_0', host: 'node-2' });

  expect(await shown(exec)).toMatchObject({ host: 'node-2' });
  expect(await shown(agent)).toMatchObject({ ...POD, container: 'k8s_web_web-1_shop_0d9c1e34-6f0e-4f6e-9d57-2d1a3a5d7b11_0' });
  expect(await basisOf(agent)).toMatchObject({ pod: 'the name of the container' });
});

test('what names no cluster is of the only one that names its pod or node', async () => {
  const agent = await scope({ namespace: 'shop', pod: 'web-1', host: 'node-2' });
  const onHost = await scope({ host: 'node-2' });
  await scope(POD);

  expect(await shown(agent)).toEqual({ ...POD, host: 'node-2' });
  expect(await basisOf(agent)).toEqual({ cluster: 'the only cluster that names this pod' });
  expect(await shown(onHost)).toEqual({ cluster: 'a', host: 'node-2' });
  expect(await basisOf(onHost)).toEqual({ cluster: 'the only cluster that names this host' });
});

test('a pod that two clusters name is completed from its own alone', async () => {
  const agent = await scope({ namespace: 'shop', pod: 'web-1', host: 'node-2' });
  const exec = await scope(POD);
  await scope({ ...POD, cluster: 'b', host: 'node-7' });

  expect(await shown(agent)).toEqual({ namespace: 'shop', pod: 'web-1', host: 'node-2' });
  expect(await shown(exec)).toEqual(POD);
});

test.for<{ title: string; other: Scope }>([
  { title: 'another cluster', other: { ...POD, cluster: 'b', deployment: 'web' } },
  { title: 'another namespace', other: { ...POD, namespace: 'till', deployment: 'web' } },
  { title: 'another pod', other: { ...POD, pod: 'web-2', deployment: 'web' } },
])('$title completes nothing', async ({ other }) => {
  const exec = await scope(POD);
  await scope(other);

  expect(await shown(exec)).toEqual(POD);
});

test('records that disagree complete nothing, and what a record told is never replaced', async () => {
  const exec = await scope(POD);
  const web = await scope({ ...POD, deployment: 'web' });
  await scope({ ...POD, deployment: 'api' });

  expect(await shown(exec)).toEqual(POD);
  expect(await shown(web)).toMatchObject({ deployment: 'web' });
});

test('of several answers the one that held around all that happened in the scope', async () => {
  const exec = await scope({ ...POD, container: 'web' });
  const first = await scope({ ...POD, container: 'web', containerid: ID, node: 'node-1' });
  const second = await scope({ ...POD, container: 'web', containerid: 'b'.repeat(64), node: 'node-2' });
  for (const at of [10, 20]) await activity(first, { at });
  for (const at of [30, 40]) await activity(second, { at });
  await activity(exec, { kind: 'exec', at: 15 });
  expect(await shown(exec)).toMatchObject({ containerid: ID, node: 'node-1' });

  await activity(exec, { kind: 'exec', at: 16 });
  expect(await shown(exec)).toMatchObject({ containerid: ID, node: 'node-1' });

  // Now something in the scope happened when the other one held, or neither.
  await activity(exec, { kind: 'exec', at: 25 });
  expect(await shown(exec)).toEqual({ ...POD, container: 'web' });
});

test('answers that overlap decide nothing', async () => {
  const exec = await scope(POD);
  const [first, second] = [await scope({ ...POD, node: 'node-1' }), await scope({ ...POD, node: 'node-2' })];
  for (const at of [10, 40]) await activity(first, { at });
  for (const at of [14, 30]) await activity(second, { at });
  await activity(exec, { kind: 'exec', at: 15 });

  expect(await shown(exec)).toEqual(POD);
});

test('only what happens inside gets the container that the call left out', async () => {
  const exec = await scope({ namespace: 'shop', pod: 'web-1' });
  const call = await scope({ namespace: 'shop', pod: 'web-2' });
  await activity(exec, { kind: 'exec', at: 1 });
  await activity(call, { kind: 'api', at: 1 });
  for (const pod of ['web-1', 'web-2'])
    await scope({ namespace: 'shop', pod, container: 'web', containerid: `${ID.slice(0, 11)}${pod.slice(-1)}` });

  expect(await shown(exec)).toMatchObject({ container: 'web', containerid: `${ID.slice(0, 11)}1` });
  expect(await shown(call)).toEqual({ namespace: 'shop', pod: 'web-2' });
});

test('a pod with several containers says nothing of which was meant', async () => {
  const exec = await scope(POD);
  await activity(exec, { kind: 'exec', at: 1 });
  await body({ ...POD, image: 'x' }, { containers: [{ name: 'web' }, { name: 'proxy' }] });

  expect((await shown(exec)).container).toBeUndefined();
});

test.for<{ title: string; rest: Happened }>([
  { title: 'was refused', rest: { result: 'refused' } },
  { title: 'failed', rest: { result: 'failed' } },
  { title: 'was a dry run', rest: { flags: ['dry run'] } },
])('a call that $title told nothing that was so', async ({ rest }) => {
  const exec = await scope(POD);
  await body(POD, { node: 'node-9' }, 0, rest);

  expect(await shown(exec)).toEqual(POD);
});

test('a node gets its address from its own body, and whatever ran on it from there', async () => {
  const exec = await scope(POD);
  await body(POD, { node: 'node-2' });
  const node = await scope({ cluster: 'a', node: 'node-2' });
  const nodes = [
    { type: 'InternalIP', address: '10.0.0.12' },
    { type: 'Hostname', address: 'node-2.lab' },
  ];
  await activity(node, { kind: 'api', resource: 'nodes', name: 'node-2', told: { nodes }, at: 1 });

  expect(await shown(exec)).toEqual({ ...POD, node: 'node-2', hostip: '10.0.0.12', host: 'node-2.lab' });
  expect(await basisOf(exec)).toMatchObject({ hostip: 'what API calls said of this node' });
});

test('is renewed as a whole', async () => {
  const exec = await scope(POD);
  await scope({ ...POD, deployment: 'web' });
  expect(await shown(exec)).toMatchObject({ deployment: 'web' });
  await connection.run('DELETE FROM scope WHERE scope = 2');

  expect(await shown(exec)).toEqual(POD);
});

test('more answers than can be weighed complete nothing', async () => {
  const exec = await scope(POD);
  await activity(exec, { kind: 'exec', at: 5 });
  await connection.run(
    `INSERT INTO scope BY NAME SELECT 100 + i AS scope, 'a' AS cluster, 'shop' AS namespace, 'web-1' AS pod, 'node-' || i AS node FROM range(100) t(i)`,
  );

  expect(await shown(exec)).toEqual(POD);
});

test('addresses of pods, services and nodes that the evidence names are known', async () => {
  await body(POD, { hostip: '203.0.113.5', addresses: [null, '198.51.100.7', '2001:db8::7'] });
  const of = await scope({ cluster: 'a', namespace: 'shop' });
  await activity(of, { kind: 'api', resource: 'services', name: 'web', told: { addresses: ['192.0.2.9', 'None'] } });
  const nodes = [{ type: 'ExternalIP', address: '198.51.100.200' }];
  await activity(of, { kind: 'api', resource: 'nodes', name: 'n', told: { nodes } });
  await completeScopes(connection);
  await attachKept(connection);
  const servers = ['203.0.113.5', '198.51.100.7', '2001:db8::7', '192.0.2.9', '198.51.100.200', '198.51.100.8'];
  await connection.run(`
    INSERT INTO activity BY NAME
    SELECT 1000 + i AS key, 1 AS member, 1 AS record, 1 AS k, 0 AS "offset", 1 AS "length", 0 AS content, 'net' AS kind, server
    FROM (SELECT generate_subscripts(s, 1) AS i, unnest(s) AS server FROM (SELECT [${servers.map((s) => `'${s}'`).join(', ')}] AS s))`);
  for (const server of servers)
    await connection.run(sql`INSERT INTO address VALUES (${server}, CAST(${String(parseAddress(server))} AS UHUGEINT))`);

  const rows = await connection.all<{ server: string }>(
    sql`SELECT server FROM activity a WHERE kind = 'net' AND ${compile(parseFilter('server in known'))} ORDER BY key`,
  );
  expect(rows.map(({ server }) => server)).toEqual(servers.slice(0, -1));
});
