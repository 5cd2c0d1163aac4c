import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import type { Format } from '../../../workers/formats/format';
import { gke } from '../../../workers/formats/gke';
import { k8sAudit } from '../../../workers/formats/k8s-audit';
import { haveSamples, sampleBytes, samplePath } from '../../helpers/samples';
import { unseen } from '../../helpers/seen';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, `../../fixtures/gke/${name}`));
const shapes = fixture('shapes.ndjson').toString('utf8').trim().split('\n');
const rowsOf = async (bytes: Buffer) => (await stage.run(gke, bytes)).rows;
const shape = async (line: number) => told((await rowsOf(Buffer.from(shapes[line] ?? '')))[0]);

type Fields = Record<string, unknown>;
const EXEC = JSON.parse(shapes[2] ?? '') as Fields & { protoPayload: Fields };
/** The exec of the fixtures with other values: of the payload, of the entry. */
const one = async (payload: Fields, entry: Fields = {}) => {
  const record = { ...EXEC, ...entry, protoPayload: { ...EXEC.protoPayload, ...payload } };
  return told((await rowsOf(Buffer.from(JSON.stringify(record))))[0]);
};

describe.skipIf(!haveSamples)('real entries, checked by hand', () => {
  const reason = (name: string, account: string) =>
    `RBAC: allowed by ClusterRoleBinding "system:${name}" of ClusterRole "system:${name}" to ${account}`;
  test.for([
    {
      title: 'a pod created by its ReplicaSet (1.28)',
      path: 'k8s/gke/khi_k8s_audit.ndjson',
      expected: {
        time: '2024-01-01T01:00:00.000000000Z',
        precision: 's',
        kind: 'api',
        result: 'ok',
        cluster: 'sample-cluster',
        namespace: '1-2-deployment-update',
        pod: 'nginx-deployment-surge-8655b4b8c5-xf5f4',
        user: 'system:serviceaccount:kube-system:replicaset-controller',
        identitybasis: 'token',
        useragent:
          'kube-controller-manager/v1.28.14 (linux/amd64) kubernetes/a4ef1a6/system:serviceaccount:kube-system:replicaset-controller',
        sourceaddresses: ['172.16.0.3'],
        verb: 'create',
        resource: 'pods',
        name: 'nginx-deployment-surge-8655b4b8c5-xf5f4',
        code: 201,
        decision: 'allow',
        decisionreason: reason('controller:replicaset-controller', 'ServiceAccount "replicaset-controller/kube-system"'),
        action: 'CreatePods',
        auditid: '85371f7c-2383-4041-96e8-dad63d2d1990',
        keyed: true,
        rank: 0,
      },
    },
    {
      title: 'a path that is no resource (1.20)',
      path: 'k8s/gke/gps_gke_data_access_discovery_get.json',
      expected: {
        time: '2021-08-15T19:54:44.480829000Z',
        precision: 'us',
        kind: 'api',
        result: 'ok',
        cluster: 'cluster-name',
        user: 'system:serviceaccount:kube-system:generic-garbage-collector',
        identitybasis: 'token',
        useragent:
          'kube-controller-manager/v1.20.8 (linux/amd64) kubernetes/28ab850/system:serviceaccount:kube-system:generic-garbage-collector',
        sourceaddresses: ['2600::11'],
        verb: 'get',
        code: 200,
        decision: 'allow',
        decisionreason: reason('discovery', 'Group "system:authenticated"'),
        action: 'Get',
        requesturi: '/apis/networking.gke.io/v1',
        auditid: 'da8f374f-fd39-4513-b1f6-b7ec2790a43e',
        keyed: true,
        rank: 0,
      },
    },
    {
      title: 'a row of BigQuery (1.20)',
      path: 'k8s/gke-bigquery/gke_bigquery_row_leases_get.json',
      expected: {
        time: '2021-08-11T15:35:06.914207000Z',
        precision: 'us',
        kind: 'api',
        result: 'ok',
        cluster: 'elk',
        namespace: 'kube-system',
        user: 'system:kube-scheduler',
        useragent: 'kube-scheduler/v1.20.8 (linux/amd64) kubernetes/28ab850/leader-election',
        sourceaddresses: ['2600::111'],
        verb: 'get',
        resource: 'leases',
        name: 'kube-scheduler',
        apigroup: 'coordination.k8s.io',
        code: 200,
        decision: 'allow',
        decisionreason: reason('kube-scheduler', 'User "system:kube-scheduler"'),
        action: 'GetLeases',
        auditid: '07bc266b-33e8-4353-b731-2db2450d9420',
        keyed: true,
        rank: 0,
      },
    },
    {
      title: 'an exec as the client for Go dumps it (1.13)',
      path: 'k8s/gke-go-entry/exec_pod.json',
      expected: {
        time: '2020-01-11T01:01:19.410800000Z',
        precision: 'us',
        kind: 'exec',
        label: 'kube exec',
        result: 'ok',
        flags: ['HTTP status inferred'],
        cluster: 'standard-cluster-1',
        namespace: 'default',
        pod: 'hostnetwork-deployment-5dc5447c47-6ssdf',
        user: 'mark.stemm@sysdig.com',
        clouduser: 'mark.stemm@sysdig.com',
        identitybasis: 'cloud',
        useragent: 'kubectl/v1.11.10 (darwin/amd64) kubernetes/7a578fe',
        sourceaddresses: ['146.74.94.74'],
        verb: 'create',
        resource: 'pods',
        subresource: 'exec',
        name: 'hostnetwork-deployment-5dc5447c47-6ssdf',
        code: 101,
        reason: 'UNKNOWN',
        decision: 'allow',
        action: 'CreatePods_Exec',
        auditid: 'fc7b6727-7e61-4fc8-9a10-1287b3180d47',
        keyed: true,
        rank: 0,
      },
    },
    {
      title: 'a deployment that was deleted (1.13)',
      path: 'k8s/gke-go-entry/delete_deployment.json',
      expected: {
        time: '2020-01-11T00:39:40.855483000Z',
        precision: 'us',
        kind: 'api',
        result: 'ok',
        cluster: 'standard-cluster-1',
        namespace: 'default',
        workload: 'vanilla-nginx-deployment',
        workloadkind: 'Deployment',
        deployment: 'vanilla-nginx-deployment',
        user: 'mark.stemm@sysdig.com',
        clouduser: 'mark.stemm@sysdig.com',
        identitybasis: 'cloud',
        useragent: 'kubectl/v1.11.10 (darwin/amd64) kubernetes/7a578fe',
        sourceaddresses: ['146.74.94.74'],
        verb: 'delete',
        resource: 'deployments',
        name: 'vanilla-nginx-deployment',
        apigroup: 'extensions',
        code: 200,
        decision: 'allow',
        action: 'DeleteDeployments',
        auditid: 'be65c6d7-8800-4bdf-8799-746d4cabe0df',
        keyed: true,
        rank: 0,
      },
    },
  ])('$title', async ({ path, expected }) => {
    const [row] = await rowsOf(sampleBytes(path));
    const { merge, told: said, ...rest } = told(row);
    expect(rest).toEqual(expected);
  });

  test('an object that already exists (Panther, written by hand)', async () => {
    const rows = await rowsOf(sampleBytes('k8s/unit-test-stubs/panther_gke_k8s_io.ndjson'));
    expect(told(rows[36])).toMatchObject({ code: 409, result: 'failed', reason: 'AlreadyExists', sourceaddresses: ['1.2.3.4'] });
  });

  const pairs = haveSamples ? readdirSync(samplePath('k8s/gke-go-entry')) : [];
  describe('says what another converter makes of it', () => {
    const first = async (format: Format, folder: string) => {
      const members = pairs.map((file) => sampleBytes(`k8s/${folder}/${file}`));
      return (await stage.runAll(format, members)).map(({ rows }) => rows[0]);
    };
    let mine: readonly (Row | undefined)[];
    let theirs: readonly (Row | undefined)[];
    beforeAll(async () => {
      mine = await first(gke, 'gke-go-entry');
      theirs = await first(k8sAudit, 'gke-converted-audit');
    });

    const SHARED = 'time verb resource subresource namespace name user code useragent sourceaddresses auditid'.split(' ');
    const shared = (row: Row | undefined) => Object.fromEntries(SHARED.map((name) => [name, row?.[name]]));

    test.for(pairs.map((file, i) => ({ file, i })))('$file', ({ i }) => {
      expect(mine[i]).toBeDefined();
      expect(shared(mine[i])).toEqual(shared(theirs[i]));
      // It writes the core group as “core”.
      expect(mine[i]?.apigroup ?? 'core').toBe(theirs[i]?.apigroup);
    });
  });

  test.for([
    ['k8s/gke/khi_k8s_audit.ndjson', 3],
    ['k8s/gke/gps_gke_data_access_discovery_get.json', 1],
    ['k8s/derived-envelopes/gke_gcloud_logging_read.json', 3],
    ['k8s/unit-test-stubs/panther_gke_k8s_io.ndjson', 41],
  ] as const)('%s holds %i entries', async ([path, entries]) => {
    expect(recognised(sampleBytes(path)).format?.id).toBe('gke');
    const { rows, rejects } = await stage.run(gke, sampleBytes(path));
    expect({ told: rows.filter((row) => row.skip === null).length, rejects }).toEqual({ told: entries, rejects: [] });
  });

  test('the end of an attach (1.13)', async () => {
    const [row] = await rowsOf(sampleBytes('k8s/gke-go-entry/attach_pod.json'));
    expect(told(row)).toMatchObject({
      end: '2020-01-08T18:54:32.796258000Z',
      label: 'kube attach',
      flags: ['start not recorded', 'HTTP status inferred'],
      rank: 1,
    });
  });

  test('what no real record shows', async () => {
    const files = [
      ...pairs.map((file) => `gke-go-entry/${file}`),
      'gke/khi_k8s_audit.ndjson',
      'gke/gps_gke_data_access_discovery_get.json',
      'gke-bigquery/gke_bigquery_row_leases_get.json',
    ];
    const staged = await stage.runAll(
      gke,
      files.map((file) => sampleBytes(`k8s/${file}`)),
    );
    const rows = staged.flatMap((each) => each.rows);
    expect(await unseen(gke, rows)).toEqual(['command', 'container', 'impersonated', 'node']);
  });

  test('the control plane of Google is another log', () => {
    expect(recognised(sampleBytes('k8s/gke/khi_gke_control_plane_audit.json')).format).toBeUndefined();
  });

  test('where an export left the service out, the method tells it', async () => {
    const rows = await rowsOf(sampleBytes('k8s/unit-test-stubs/panther_gke_other.ndjson'));
    const methods = rows.map(({ skip, action }) => skip ?? action).sort();
    expect(methods).toEqual([
      ...Array(7).fill('CreatePods'),
      ...Array(2).fill('CreatePods_Exec'),
      'CreateServices',
      ...Array(6).fill('ignored: an entry of another Google Cloud service'),
    ]);
  });
});

test('the end of an exec merges into its begin', async () => {
  const [first, last] = [await shape(2), await shape(3)];
  expect(last.merge).toBe(first.merge);
  expect(first).toMatchObject({ rank: 0, time: '2026-03-17T10:02:11.410800000Z', flags: ['HTTP status inferred'] });
  expect(first.end).toBeUndefined();
  expect(last).toMatchObject({ rank: 1, end: '2026-03-17T10:02:12.022191000Z' });
  expect(last.flags).toContain('start not recorded');
});

test('the label of a command is one text', async () => {
  expect(await shape(2)).toMatchObject({ command: ['sh -c id'], label: 'kube exec' });
  const labels = (command: string) => ({ labels: { 'command.gke.io/command': command } });
  expect(await one({}, labels('["tar","cf","-","/var/data"]'))).toMatchObject({
    command: ['tar', 'cf', '-', '/var/data'],
    label: 'kube cp',
  });
  expect(await one({}, labels('[ -f /etc/passwd ]'))).toMatchObject({ command: ['[ -f /etc/passwd ]'] });
});

test('an act in another’s name that was refused', async () => {
  expect(await shape(4)).toMatchObject({
    result: 'refused',
    code: 403,
    reason: 'Forbidden',
    decision: 'forbid',
    user: 'rowan.hale@orchard.example',
    impersonated: 'system:admin',
    verb: 'list',
    resource: 'secrets',
  });
});

test('a custom resource: its method begins with the group reversed', async () => {
  expect(await shape(6)).toMatchObject({
    verb: 'create',
    resource: 'pickers',
    namespace: 'shop',
    apigroup: 'orchard.example.com',
    action: 'CreatePickers',
    keyed: true,
  });
});

test('bodies of a BigQuery row are JSON text', async () => {
  const row = await shape(8);
  expect(row).toMatchObject({
    time: '2026-03-17T10:06:06.914207000Z',
    code: 409,
    reason: 'AlreadyExists',
    result: 'failed',
    name: 'probe',
    pod: 'probe',
    flags: ['name from the body'],
  });
  expect(JSON.parse(String(row.told))).toMatchObject({ node: 'gke-orchard-default-1f0c' });
});

test('what bodies tell of pods and services is kept for completing', async () => {
  expect(JSON.parse(String((await shape(0)).told))).toMatchObject({
    owner: 'web-6877958c5',
    ownerkind: 'ReplicaSet',
    hash: '6877958c5',
  });
  expect(JSON.parse(String((await shape(1)).told))).toMatchObject({
    hostip: '10.156.0.14',
    addresses: ['10.32.1.9', '10.32.1.9'],
    containers: [
      {
        name: 'web',
        containerID: 'containerd://a0d5e6840fd995139f7d1b81c59c190bd6668997d0ea917ed49bac8e74ed2312',
        image: 'registry.example/web:4.1',
      },
    ],
  });
  const status = { ephemeralContainerStatuses: [{ name: 'debugger', containerID: 'containerd://5043bea48184' }] };
  const debugged = await one({ methodName: 'io.k8s.core.v1.pods.status.patch', request: { spec: { nodeName: 'n' }, status } });
  expect(JSON.parse(String(debugged.told)).containers).toEqual([
    { name: 'debugger', containerID: 'containerd://5043bea48184', image: null },
  ]);
  expect(JSON.parse(String((await shape(7)).told))).toEqual({ addresses: ['10.36.0.20', '10.36.0.20'] });
  expect((await shape(2)).told).toBeUndefined();
});

test.for([
  { code: 0, verb: 'get', http: 200, result: 'ok' },
  { code: 0, verb: 'create', http: 201, result: 'ok' },
  { code: 1, verb: 'get', http: 499, result: 'failed' },
  { code: 2, verb: 'get', http: 500, result: 'failed' },
  { code: 3, verb: 'get', http: 400, result: 'failed' },
  { code: 4, verb: 'get', http: 504, result: 'failed' },
  { code: 5, verb: 'get', http: 404, result: 'failed' },
  { code: 6, verb: 'create', http: 409, result: 'failed' },
  { code: 7, verb: 'get', http: 403, result: 'refused' },
  { code: 8, verb: 'get', http: 429, result: 'failed' },
  { code: 10, verb: 'create', http: 409, result: 'failed' },
  { code: 12, verb: 'get', http: 501, result: 'failed' },
  { code: 13, verb: 'get', http: 500, result: 'failed' },
  { code: 14, verb: 'get', http: 503, result: 'failed' },
  { code: 16, verb: 'get', http: 401, result: 'refused' },
  { code: 99, verb: 'get', http: undefined, result: 'unknown' },
])('gRPC $code of $verb is HTTP $http', async ({ code, verb, http, result }) => {
  const row = await one({ methodName: `io.k8s.core.v1.configmaps.${verb}`, status: { code } });
  expect({ code: row.code, result: row.result }).toEqual({ code: http, result });
});

test('an exec that was refused is no stream', async () => {
  const refused = { status: { code: 7, message: 'Forbidden' }, authorizationInfo: [{ granted: false }] };
  expect(await one(refused, { labels: {} })).toMatchObject({ kind: 'exec', code: 403, result: 'refused', decision: 'forbid' });
});

test.for([
  {
    path: 'core/v1/namespaces/shop',
    method: 'io.k8s.core.v1.namespaces.delete',
    expected: { resource: 'namespaces', name: 'shop' },
  },
  {
    path: 'core/v1/namespaces/shop/finalize',
    method: 'io.k8s.core.v1.namespaces.finalize.update',
    expected: { resource: 'namespaces', name: 'shop', subresource: 'finalize' },
  },
  { path: 'core/v1/nodes/n1', method: 'io.k8s.core.v1.nodes.get', expected: { resource: 'nodes', name: 'n1', node: 'n1' } },
  {
    path: 'core/v1/nodes/n1/proxy/metrics/cadvisor',
    method: 'io.k8s.core.v1.nodes.proxy.get',
    expected: { kind: 'api', resource: 'nodes', name: 'n1', node: 'n1', subresource: 'proxy' },
  },
  {
    path: 'core/v1/nodes/n1/proxy/exec/shop/web-1/web',
    method: 'io.k8s.core.v1.nodes.proxy.create',
    expected: { kind: 'exec', label: 'kube exec', node: 'n1', namespace: 'shop', pod: 'web-1', container: 'web' },
  },
  { path: '/readyz', method: 'io.k8s.readyz', expected: { requesturi: '/readyz' } },
])('$path of $method', async ({ path, method, expected }) => {
  const row = await one({ resourceName: path, methodName: method });
  expect(row).toMatchObject(expected);
  if (expected.resource === 'namespaces') expect(row.namespace).toBeUndefined();
});

test('an entry of another service is left out and counted', async () => {
  const { rows, rejects } = await stage.run(gke, fixture('among-other-services.ndjson'));
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.skip)).toEqual([
    'ignored: an entry of another Google Cloud service',
    'ignored: an entry of another Google Cloud service',
    null,
    'ignored: an entry of another Google Cloud service',
  ]);
});

test('a dump of the client for Go is read through its payload, which must be one object', async () => {
  const bytes = fixture('go-client.json');
  const { merge, ...dumped } = told((await rowsOf(bytes))[0]);
  const { merge: _, ...plain } = await shape(2);
  expect(dumped).toEqual(plain);
  const forged = { ...(JSON.parse(bytes.toString('utf8')) as Fields), AuditPayload: '{},"timestamp":"2000-01-01T00:00:00Z"' };
  const { rows, rejects } = await stage.run(gke, Buffer.from(`${bytes}${JSON.stringify(forged)}\n`));
  expect(rows.filter((row) => row.skip === null)).toHaveLength(1);
  expect([...rejects.map(({ why }) => why), ...rows.flatMap((row) => row.skip ?? [])].join()).toContain('not a JSON object');
});
