import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { k8sAudit } from '../../../workers/formats/k8s-audit';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const [shape] = readFileSync(resolve(import.meta.dirname, '../../fixtures/k8s-audit/shapes.ndjson'), 'utf8').split('\n');
const EXEC = JSON.parse(shape ?? '') as Record<string, unknown>;
/** One event: the exec of the fixtures with other values. */
const one = async (values: Record<string, unknown>, settings = {}) =>
  told((await stage.run(k8sAudit, Buffer.from(JSON.stringify({ ...EXEC, ...values })), settings)).rows[0]);
const PODS = '/api/v1/namespaces/shop/pods/p';

describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  test.for([
    {
      title: 'an exec that was still open (1.12, v1beta1)',
      path: 'k8s/falco-trace-files/exec_pod.json',
      row: 0,
      expected: {
        time: '2018-10-26T13:38:34.867116000Z',
        precision: 'us',
        ready: '2018-10-26T13:38:34.902914000Z',
        kind: 'exec',
        label: 'kube exec',
        result: 'ok',
        namespace: 'default',
        pod: 'nginx-deployment-7998647bdf-phvq7',
        container: 'nginx1',
        user: 'minikube-user',
        groups: ['system:masters', 'system:authenticated'],
        sourceaddresses: ['192.168.99.1'],
        verb: 'create',
        resource: 'pods',
        subresource: 'exec',
        name: 'nginx-deployment-7998647bdf-phvq7',
        command: ['bash'],
        code: 101,
        decision: 'allow',
        action: 'CreatePods_Exec',
        auditid: 'ca1ed9f4-7bf4-4c85-81a8-1b11253d1ba6',
        level: 'Request',
        stage: 'ResponseStarted',
        rank: 2,
        keyed: true,
        requesturi:
          '/api/v1/namespaces/default/pods/nginx-deployment-7998647bdf-phvq7/exec?command=bash&container=nginx1&container=nginx1&stdin=true&stdout=true&tty=true',
      },
    },
    {
      title: 'a pod that policy refused (OpenShift 4.12)',
      path: 'k8s/openshift/apiaudit_audit.log',
      row: 1,
      expected: {
        time: '2023-06-12T13:30:25.754378000Z',
        precision: 'us',
        end: '2023-06-12T13:30:25.758391000Z',
        kind: 'api',
        result: 'refused',
        namespace: 'openshift-marketplace',
        user: 'system:serviceaccount:openshift-operator-lifecycle-manager:olm-operator-serviceaccount',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:openshift-operator-lifecycle-manager', 'system:authenticated'],
        identitybasis: 'pod',
        useragent: 'catalog/v0.0.0 (linux/amd64) kubernetes/$Format',
        sourceaddresses: ['10.128.0.52'],
        verb: 'create',
        resource: 'pods',
        code: 403,
        reason: 'Forbidden',
        action: 'CreatePods',
        requesturi: '/api/v1/namespaces/openshift-marketplace/pods',
        auditid: '7735060f-44f5-4707-beab-5c93c245d4de',
        level: 'RequestResponse',
        stage: 'ResponseComplete',
        rank: 0,
        keyed: true,
      },
    },
    {
      title: 'a list of 2017 with one time and a joined apiVersion (v1alpha1)',
      path: 'k8s/apiserver-v1alpha1/website_docs_v1alpha1.ndjson',
      row: 0,
      expected: {
        time: '2017-07-12T11:02:43.000000000Z',
        precision: 's',
        kind: 'api',
        result: 'unknown',
        namespace: 'default',
        user: 'kubecfg',
        groups: ['system:masters', 'system:authenticated'],
        sourceaddresses: ['172.16.116.128'],
        verb: 'list',
        resource: 'pods',
        action: 'ListPods',
        requesturi: '/api/v1/namespaces/default/pods',
        auditid: '2e79f0c9-a941-45ae-a9ce-663a1b19ff14',
        level: 'Metadata',
        stage: 'RequestReceived',
        rank: 3,
        keyed: false,
      },
    },
  ])('$title', async ({ path, row, expected }) => {
    const { merge, ...activity } = told((await stage.run(k8sAudit, sampleBytes(path))).rows[row]);
    expect(activity).toEqual(expected);
    expect(merge).toContain(expected.auditid);
  });
});

describe('an exec', () => {
  test.for([
    {
      title: 'the argv in order, + as a blank, %XX decoded, nothing dropped',
      query: 'command=sh&command=-c&command=id+-a%3B%20id&command=&tty=true',
      command: ['sh', '-c', 'id -a; id', ''],
    },
    { title: 'keys that hide behind an escape', query: 'comm%61nd=bash&c%6fntainer=c', command: ['bash'] },
    { title: 'an escape that is no UTF-8 as it was written', query: 'command=%ff%41', command: ['%ff%41'] },
    { title: 'a value that holds = and no value at all', query: 'command=a=b&command', command: ['a=b', ''] },
    { title: 'hostile text without harm', query: 'command=%27%29%3B+DROP+TABLE+x%3B--', command: ["'); DROP TABLE x;--"] },
  ])('keeps $title', async ({ query, command }) => {
    expect(await one({ requestURI: `${PODS}/exec?${query}` })).toMatchObject({ kind: 'exec', label: 'kube exec', command });
  });

  test.for([
    {
      title: 'attach',
      values: { requestURI: `${PODS}/attach?container=a`, objectRef: { resource: 'pods', subresource: 'attach', name: 'p' } },
      expected: { kind: 'exec', label: 'kube attach', container: 'a' },
    },
    {
      title: 'port-forward by websocket',
      values: {
        verb: 'get',
        requestURI: `${PODS}/portforward`,
        objectRef: { resource: 'pods', subresource: 'portforward', name: 'p' },
      },
      expected: { kind: 'exec', label: 'port-forward', verb: 'get' },
    },
    {
      title: 'a copy out',
      values: { requestURI: `${PODS}/exec?command=tar&command=cf&command=-&command=%2Fetc` },
      expected: { label: 'kube cp', command: ['tar', 'cf', '-', '/etc'] },
    },
    {
      title: 'a copy in',
      values: { requestURI: `${PODS}/exec?command=tar&command=-xmf&command=-&command=-C&command=%2Ftmp&stdin=true` },
      expected: { label: 'kube cp' },
    },
    {
      title: 'tar to a file, which is no copy',
      values: { requestURI: `${PODS}/exec?command=tar&command=cf&command=a.tar&command=%2Fetc` },
      expected: { label: 'kube exec' },
    },
    {
      title: 'an ephemeral container',
      values: {
        verb: 'patch',
        requestURI: `${PODS}/ephemeralcontainers`,
        objectRef: { resource: 'pods', subresource: 'ephemeralcontainers', name: 'p' },
      },
      expected: { kind: 'exec', label: 'ephemeral container' },
    },
    {
      title: 'reading ephemeral containers',
      values: {
        verb: 'get',
        requestURI: `${PODS}/ephemeralcontainers`,
        objectRef: { resource: 'pods', subresource: 'ephemeralcontainers', name: 'p' },
      },
      expected: { kind: 'api' },
    },
    {
      title: 'the kubelet’s run through the node proxy',
      values: {
        requestURI: '/api/v1/nodes/w1/proxy/run/shop/cart-0/cart?cmd=id',
        objectRef: { resource: 'nodes', subresource: 'proxy', name: 'w1' },
      },
      expected: {
        kind: 'exec',
        label: 'kube exec',
        node: 'w1',
        namespace: 'shop',
        pod: 'cart-0',
        container: 'cart',
        command: ['id'],
      },
    },
    {
      title: 'the kubelet’s exec with a pod’s uid',
      values: {
        verb: 'get',
        requestURI: '/api/v1/nodes/w1/proxy/%65xec/shop/cart-0/1-2/cart?command=sh&command=-i',
        objectRef: { resource: 'nodes', subresource: 'proxy', name: 'w1' },
      },
      expected: { kind: 'exec', pod: 'cart-0', container: 'cart', command: ['sh', '-i'] },
    },
    {
      title: 'metrics through the node proxy',
      values: {
        verb: 'get',
        requestURI: '/api/v1/nodes/w1/proxy/metrics',
        objectRef: { resource: 'nodes', subresource: 'proxy', name: 'w1' },
      },
      expected: { kind: 'api', node: 'w1' },
    },
    {
      title: 'a pod of a service proxy',
      values: {
        verb: 'get',
        requestURI: '/api/v1/namespaces/shop/services/x/proxy/exec',
        objectRef: { resource: 'services', subresource: 'proxy', name: 'x' },
      },
      expected: { kind: 'api' },
    },
  ])('is told apart: $title', async ({ values, expected }) => {
    expect(await one(values)).toMatchObject(expected);
  });
});

test.for([
  {
    title: 'refused by authorization',
    values: { annotations: { 'authorization.k8s.io/decision': 'forbid' }, responseStatus: { code: 403, reason: 'Forbidden' } },
    expected: 'refused',
  },
  { title: 'refused without a decision', values: { annotations: null, responseStatus: { code: 401 } }, expected: 'refused' },
  { title: 'not found', values: { responseStatus: { code: 404 } }, expected: 'failed' },
  { title: 'a panic', values: { stage: 'Panic', responseStatus: { code: 500 } }, expected: 'failed' },
  { title: 'only received', values: { stage: 'RequestReceived', responseStatus: null }, expected: 'unknown' },
  {
    title: 'closed before an answer',
    values: { responseStatus: { code: 200, message: 'Connection closed early' } },
    expected: 'unknown',
  },
  { title: 'created', values: { responseStatus: { code: 201 } }, expected: 'ok' },
])('the result of a request that was $title is $expected', async ({ values, expected }) => {
  expect(await one(values)).toMatchObject({ result: expected });
});

test.for([
  { decision: 'allow', result: 'ok' },
  { decision: 'deny', result: 'refused' },
  { decision: 'error', result: 'failed' },
])('a login at OpenShift’s oauth-server that ended with $decision is $result', async ({ decision, result }) => {
  const login = {
    requestURI: '/oauth/authorize?client_id=console',
    verb: 'get',
    user: { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    objectRef: null,
    responseStatus: { code: 302 },
    annotations: {
      'authentication.openshift.io/decision': decision,
      'authentication.openshift.io/username': 'johndoe',
      'authorization.k8s.io/decision': 'allow',
    },
  };
  expect(await one(login)).toMatchObject({ user: 'system:anonymous', loginname: 'johndoe', decision, result, code: 302 });
});

test.for([
  {
    title: 'the stage, where the request’s time lacks',
    values: { requestReceivedTimestamp: null },
    expected: { time: '2026-03-17T09:41:02.345678000Z', flags: ['time is not that of the request'] },
  },
  {
    title: 'metadata.creationTimestamp at last',
    values: { requestReceivedTimestamp: null, stageTimestamp: null, metadata: { creationTimestamp: '2026-03-17T09:00:00Z' } },
    expected: { time: '2026-03-17T09:00:00.000000000Z', precision: 's', keyed: false },
  },
  {
    title: 'no time: undated, not dropped',
    values: { requestReceivedTimestamp: null, stageTimestamp: null },
    expected: { flags: ['undated'] },
  },
  {
    title: 'a leap second: the last nanosecond of its minute',
    values: { requestReceivedTimestamp: '2016-12-31T23:59:60.250000Z' },
    expected: { time: '2016-12-31T23:59:59.999999999Z', flags: ['leap second: requestReceivedTimestamp'] },
  },
  {
    title: 'an offset',
    values: { requestReceivedTimestamp: '2026-03-17T09:41:02.5+02:00' },
    expected: { time: '2026-03-17T07:41:02.500000000Z', precision: 'ms' },
  },
])('takes its time from $title', async ({ values, expected }) => {
  expect(await one(values)).toMatchObject(expected);
});

test('a time without a zone is in the zone that the member was given', async () => {
  const values = { requestReceivedTimestamp: '2026-03-17 10:41:02.123456789' };
  expect(await one(values, { zone: 'Europe/Berlin' })).toMatchObject({ time: '2026-03-17T09:41:02.123456789Z', precision: 'ns' });
  expect(await one(values)).toMatchObject({ time: '2026-03-17T10:41:02.123456789Z' });
});

test('stages of one request have one merge key; another user, address or URI another', async () => {
  const merge = async (values: Record<string, unknown>) => (await one(values, { cluster: 'prod' })).merge;
  const started = await merge({});
  expect(await merge({ stage: 'ResponseComplete', stageTimestamp: '2026-03-17T09:43:00.000000Z' })).toBe(started);
  expect(await merge({ user: { username: 'mallory' } })).not.toBe(started);
  expect(await merge({ requestURI: `${PODS}/exec?command=id` })).not.toBe(started);
  expect(await merge({ auditID: null })).toBeUndefined();
});

test.for([
  { title: 'the record', values: { openshift: { cluster_id: 'ocp-7' } }, settings: { cluster: 'prod' }, cluster: 'ocp-7' },
  { title: 'the setting', values: {}, settings: { cluster: 'prod' }, cluster: 'prod' },
  { title: 'nobody', values: {}, settings: {}, cluster: undefined },
])('the cluster is what $title says', async ({ values, settings, cluster }) => {
  expect((await one(values, settings)).cluster).toBe(cluster);
});

test.for([
  {
    title: 'a certificate',
    user: { username: 'a', extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=1'] } },
    basis: 'certificate',
  },
  {
    title: 'a pod’s token',
    user: {
      username: 'system:serviceaccount:a:b',
      extra: { 'authentication.kubernetes.io/pod-name': ['p'], 'authentication.kubernetes.io/credential-id': ['JTI=1'] },
    },
    basis: 'pod',
  },
  { title: 'a token', user: { username: 'system:serviceaccount:a:b' }, basis: 'token' },
  { title: 'a cloud identity', user: { username: 'a', extra: { arn: ['arn:aws:iam::000000000000:user/a'] } }, basis: 'cloud' },
  { title: 'nothing', user: { username: 'system:anonymous' }, basis: 'anonymous' },
  { title: 'what is not said', user: { username: 'a' }, basis: undefined },
])('says that an identity rests on $title', async ({ user, basis }) => {
  expect((await one({ user })).identitybasis).toBe(basis);
});

test('a role that allows exec is named in its action, and a name comes from the body where the request has none', async () => {
  const role = {
    objectRef: { resource: 'roles', apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1' },
    requestURI: '/apis/rbac.authorization.k8s.io/v1/roles',
    requestObject: { metadata: { name: 'execer' }, rules: [{ resources: ['pods/exec'], verbs: ['create'] }] },
  };
  expect(await one(role)).toMatchObject({
    kind: 'api',
    action: 'CreateRoles_WithPodExec',
    name: 'execer',
    flags: ['name from the body'],
  });
});

test('an evasion by duplicate keys is read by its first value and flagged', async () => {
  const text = JSON.stringify(EXEC).replace('"verb":"create"', '"verb":"create","verb":"get"');
  const { rows, careful } = await stage.run(k8sAudit, Buffer.from(text));
  expect(careful).toBe(1);
  expect(told(rows[0])).toMatchObject({ verb: 'create', flags: ['duplicate key'] });
});
