import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { admissionReview } from '../../../workers/formats/admission-review';
import { haveSamples, sampleBytes, sampleSources } from '../../helpers/samples';
import { unseen } from '../../helpers/seen';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const shapes = readFileSync(resolve(import.meta.dirname, '../../fixtures/admission-review/shapes.ndjson'), 'utf8')
  .trim()
  .split('\n');
const rowOf = async (bytes: Buffer) => told((await stage.run(admissionReview, bytes)).rows[0]);
const shape = (line: number) => rowOf(Buffer.from(shapes[line] ?? ''));

describe.skipIf(!haveSamples)('real reviews, checked by hand', () => {
  const review = {
    flags: ['undated'],
    result: 'unknown',
    namespace: 'default',
    user: 'kubernetes-admin',
    groups: ['system:masters', 'system:authenticated'],
    keyed: true,
    rank: 0,
  };
  const pod = 'dockerhost-7d9f4c9b57-rsggv';
  test.for([
    {
      title: 'an exec, with its argv',
      path: 'c7n_connect_pod_exec_options',
      expected: {
        ...review,
        kind: 'exec',
        label: 'kube exec',
        pod,
        container: 'dockerhost',
        verb: 'connect',
        resource: 'pods',
        subresource: 'exec',
        name: pod,
        command: ['echo', 'hello'],
        action: 'ConnectPods_Exec',
        auditid: '6aadf2e9-471e-48df-9f84-730a491561e8',
      },
    },
    {
      title: 'an attach; the old object is the text None',
      path: 'c7n_connect_pod_attach_options',
      expected: {
        ...review,
        kind: 'exec',
        label: 'kube attach',
        pod,
        container: 'dockerhost',
        verb: 'connect',
        resource: 'pods',
        subresource: 'attach',
        name: pod,
        action: 'ConnectPods_Attach',
        auditid: '7cdb7612-f297-45e3-841b-80a97a27a9ad',
      },
    },
    {
      title: 'a custom resource that was created',
      path: 'c7n_create_policyreport',
      expected: {
        ...review,
        kind: 'api',
        verb: 'create',
        resource: 'policyreports',
        name: 'sample-cis-bench-api-server',
        apigroup: 'wgpolicyk8s.io',
        action: 'CreatePolicyreports',
        auditid: 'ab8414cc-2283-4584-95d2-e1de99ea767e',
      },
    },
    {
      title: 'v1beta1',
      path: 'stackrox_latest_tag_admission_review_v1beta1',
      expected: {
        ...review,
        kind: 'api',
        user: 'docker-for-desktop',
        pod: 'nginx',
        verb: 'create',
        resource: 'pods',
        name: 'nginx',
        action: 'CreatePods',
        auditid: '589e8086-9e9c-468e-a97c-a93ae25eac04',
      },
    },
  ])('$title', async ({ path, expected }) => {
    const { merge, ...row } = await rowOf(sampleBytes(`k8s/admissionreview/${path}.json`));
    expect(row).toEqual(expected);
  });

  test('what no real record shows', async () => {
    const rows: Row[] = [];
    for (const { path, flavour } of sampleSources('k8s'))
      if (flavour === 'admissionreview') rows.push(...(await stage.run(admissionReview, sampleBytes(path))).rows);
    expect(rows).toHaveLength(8);
    expect(await unseen(admissionReview, rows)).toEqual([
      'clouduser',
      'cluster',
      'deployment',
      'identitybasis',
      'node',
      'precision',
      'time',
      'workload',
      'workloadkind',
    ]);
  });

  test('a deletion tells the pod that is gone', async () => {
    const row = await rowOf(sampleBytes('k8s/admissionreview/c7n_delete_pod.json'));
    expect(row).toMatchObject({ verb: 'delete', pod: 'static-web', user: 'system:node:kind-worker3' });
    expect(JSON.parse(String(row.told))).toMatchObject({ node: 'kind-worker3' });
  });
});

test('the time at the top is that of the webhook', async () => {
  expect(await shape(0)).toMatchObject({
    time: '2026-03-17T09:02:11.410800123Z',
    precision: 'ns',
    flags: ['time is that of the webhook'],
    command: ['sh', '-c', 'id; uname -a'],
    container: 'web',
    clouduser: 'arn:aws:iam::111122223333:user/rowan',
    identitybasis: 'cloud',
  });
});

test('what has no name yet is named by its body', async () => {
  expect(await shape(4)).toMatchObject({
    pod: 'web-1',
    identitybasis: 'token',
    flags: ['time is that of the webhook', 'name from the body'],
  });
});

test.for([
  { line: 2, expected: { kind: 'exec', label: 'port-forward', action: 'ConnectPods_Portforward' } },
  { line: 3, expected: { kind: 'exec', label: 'kube cp', command: ['tar', 'cf', '-', '/etc'] } },
  { line: 5, expected: { verb: 'delete', identitybasis: 'certificate' } },
  { line: 6, expected: { action: 'CreateRoles_WithPodExec', flags: ['undated', 'dry run'] } },
  { line: 7, expected: { workload: 'web', workloadkind: 'Deployment', deployment: 'web', verb: 'update', apigroup: 'apps' } },
])('shape $line', async ({ line, expected }) => {
  expect(await shape(line)).toMatchObject(expected);
});

test('the answer of a webhook is left out and counted', async () => {
  const answer = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: 'u', allowed: true } };
  const { rows, rejects } = await stage.run(admissionReview, Buffer.from(`${shapes[0]}\n${JSON.stringify(answer)}\n`));
  expect(rows.map((row) => row.skip)).toEqual([null, 'ignored: the answer of a webhook']);
  expect(rejects).toEqual([]);
});

test('a review without its request is rejected', async () => {
  const bytes = Buffer.from(`${shapes[0]}\n{"kind":"AdmissionReview","request":{"uid":""}}\n`);
  expect((await stage.run(admissionReview, bytes)).rejects).toEqual([
    { at: '2', why: 'rejected: not an AdmissionReview request' },
  ]);
});

test('an object that only names its kind is no review', () => {
  expect(recognised(Buffer.from('{"kind":"AdmissionReview","request":{}}\n')).format?.id).not.toBe('admission-review');
});
