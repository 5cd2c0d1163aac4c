/** The same records in whatever carries them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MemberStream } from '../../../workers/bundle/member-stream';
import { ENVELOPES } from '../../../workers/envelopes/index';
import { FORMATS, recognise } from '../../../workers/formats/index';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { recognised } from '../../helpers/stage';
import {
  type Arrived,
  arrive,
  arriveAll,
  cri,
  FIRST,
  IDS,
  KLOG,
  keyOf,
  lines,
  opensStage,
  SECOND,
  shapes,
  THIRD,
} from './arrive';
import { DOCUMENTS } from './carriers-documents';
import { DOWNLOADS } from './carriers-grafana';
import { CARRIERS } from './carriers-lines';
import { MORE_CARRIERS } from './carriers-values';

opensStage();

describe.skipIf(!haveSamples)('the samples', () => {
  /** The events that were wrapped, the same five in each. */
  const WRAPPED = [
    {
      auditid: 'ca1ed9f4-7bf4-4c85-81a8-1b11253d1ba6',
      time: '2018-10-26T13:38:34.867116000Z',
      kind: 'exec',
      label: 'kube exec',
      pod: 'nginx-deployment-7998647bdf-phvq7',
      user: 'minikube-user',
      code: 101,
      command: ['bash'],
    },
    {
      auditid: '14933b4e-7b09-4964-af09-b7987367e1ba',
      time: '2018-10-26T13:42:46.764713000Z',
      kind: 'exec',
      label: 'kube attach',
      pod: 'nginx-deployment-7998647bdf-phvq7',
    },
    {
      auditid: 'c5be68f4-80b8-4159-adc4-76ddb195334e',
      time: '2018-10-26T13:07:36.905144000Z',
      kind: 'api',
      verb: 'create',
      resource: 'deployments',
      name: 'nginx-deployment',
      code: 201,
    },
    { auditid: '693f4726-2430-450a-83e1-123c050fde98', verb: 'delete', resource: 'namespaces', name: 'foo' },
    {
      auditid: 'e040d0ab-473c-442c-9707-88553173e962',
      verb: 'create',
      resource: 'clusterrolebindings',
      name: 'some-reader-binding',
    },
  ];

  test.for([
    {
      file: 'eks_subscription_filter.json',
      around: ['cloudwatch'],
      cluster: 'demo',
      places: ['1.1', '1.2', '1.3', '1.4', '1.5'],
    },
    {
      file: 'eks_filter_log_events.json',
      around: ['cloudwatch'],
      cluster: undefined,
      places: ['1.1', '1.2', '1.3', '1.4', '1.5'],
    },
    { file: 'eks_s3_export.log', around: ['prefixed'], cluster: undefined, places: ['1', '2', '3', '4', '5'] },
    { file: 'eks_logs_tail.log', around: ['cloudwatch'], cluster: undefined, places: ['1', '2', '3', '4', '5'] },
    { file: 'eks_insights.csv', around: ['cloudwatch-insights'], cluster: undefined, places: ['2', '3', '4', '5', '6'] },
    { file: 'aks_eventhub_records.json', around: ['aks'], cluster: 'DEMO', places: ['1.1', '1.2', '1.3', '1.4', '1.5'] },
    { file: 'aks_blob_PT1H.json', around: ['aks'], cluster: 'DEMO', places: ['1', '2', '3', '4', '5'] },
    {
      file: 'aks_loganalytics_azurediagnostics.csv',
      around: ['log-analytics'],
      cluster: 'DEMO',
      places: ['2', '3', '4', '5', '6'],
    },
    { file: 'webhook_eventlist.json', around: [], cluster: undefined, places: ['1.1', '1.2', '1.3', '1.4', '1.5'] },
  ])('$file', async ({ file, around, cluster, places }) => {
    const arrived = await arrive(sampleBytes(`k8s/derived-envelopes/${file}`));
    expect(arrived).toMatchObject({ format: 'k8s-audit', around, ignored: [], rejects: [] });
    expect(arrived.activities.map((each) => each.at)).toEqual(places);
    expect(arrived.activities).toMatchObject(WRAPPED.map((each) => (cluster === undefined ? each : { ...each, cluster })));
    if (cluster === undefined) for (const activity of arrived.activities) expect(activity).not.toHaveProperty('cluster');
  });

  test('a record of AKS, with a byte order mark', async () => {
    const { around, activities } = await arrive(sampleBytes('k8s/aks/eventhub_single_record.json'));
    expect(around).toEqual(['aks']);
    expect(activities).toMatchObject([
      {
        at: '1',
        cluster: 'KUBEAUDITLOGTESTCLUSTER',
        auditid: '4e2a4193-cb3d-4ff7-bf37-32c392fbc23b',
        time: '2020-05-08T22:44:17.862201000Z',
        verb: 'get',
        requesturi: '/apis/autoscaling/v2beta1?timeout=32s',
        code: 200,
      },
    ]);
  });

  test('trimmed records of AKS, most of them with no time at all', async () => {
    const { activities, rejects } = await arrive(sampleBytes('k8s/unit-test-stubs/panther_aks_records.ndjson'));
    expect(activities).toHaveLength(34);
    expect(rejects).toEqual([]);
    expect(activities[0]).toMatchObject({
      verb: 'create',
      resource: 'validatingwebhookconfigurations',
      name: 'policy-validator',
      code: 201,
      flags: ['undated', 'incomplete record'],
    });
    expect(activities.find(({ auditid }) => auditid === 'abc-123')).toMatchObject({
      cluster: 'cluster',
      user: 'system:anonymous',
      resource: 'pods',
    });
  });

  test('OTLP of OpenShift: cluster from the resource, API servers apart', async () => {
    const kube = await arrive(sampleBytes('k8s/openshift/otlp_audit_kube.json'));
    const openshift = await arrive(sampleBytes('k8s/openshift/otlp_audit_openshift.json'));
    expect(kube).toMatchObject({ around: ['otlp'], ignored: [], rejects: [] });
    expect(kube.activities).toMatchObject([
      {
        at: '1.1.1.1',
        verb: 'watch',
        resource: 'network-attachment-definitions',
        user: 'system:multus:ip-10-0-74-191.ec2.internal',
        time: '2024-12-19T19:19:54.793861000Z',
      },
      { verb: 'get', resource: 'leases', name: 'external-resizer-ebs-csi-aws-com', namespace: 'openshift-cluster-csi-drivers' },
      { verb: 'get', resource: 'endpoints', name: 'kubernetes', user: 'system:apiserver' },
    ]);
    expect(openshift.activities).toMatchObject([
      { resource: 'routes', name: 'console', time: '2024-12-19T19:23:30.782088000Z' },
      { requesturi: '/metrics', auditid: '822ebfc9-ed28-440d-8997-b7f041d7fd3c' },
      { requesturi: '/metrics', auditid: 'b1f92ef4-96ed-42fa-90fb-c2cd53411ed8' },
    ]);
    expect(keyOf(kube.activities[0])).toEqual(['b8af9b52-4ef1-444a-9b62-3b7bd2ab02f6', 'kubeAPI']);
    expect(keyOf(openshift.activities[0])).toEqual(['b8af9b52-4ef1-444a-9b62-3b7bd2ab02f6', 'openshiftAPI']);
  });

  test('records of OpenShift’s own model say cluster and API server themselves', async () => {
    const { around, activities } = await arrive(sampleBytes('k8s/openshift/viaq_audit_openshift.json'));
    expect(around).toEqual([]);
    expect(keyOf(activities[0])).toEqual(['d24a392b-dd87-4eb8-a1a9-7384423567e3', 'openshiftAPI']);
  });

  test('an access log of OVN is left alone, by its name', () => {
    const found = recognised(sampleBytes('k8s/openshift/viaq_audit_ovn.json'));
    expect(found).toMatchObject({ format: undefined, warning: expect.stringContaining('OVN access logs') });
  });
});

describe('in every carrier the same three events arrive', () => {
  const carriers = [...CARRIERS, ...MORE_CARRIERS, ...DOCUMENTS, ...DOWNLOADS];
  let arrived: readonly Arrived[];
  beforeAll(async () => {
    arrived = await arriveAll(carriers.map(({ content }) => content));
  });

  test.for(carriers.map((carrier, i) => ({ ...carrier, i })))(
    '$title',
    ({ i, around, places, ignored = [], rejects = [], cluster }) => {
      expect(arrived[i]).toMatchObject({ format: 'k8s-audit', around, ignored, rejects });
      expect(arrived[i]?.activities.map((each) => each.at)).toEqual(places);
      expect(arrived[i]?.activities).toMatchObject(IDS.map((auditid) => ({ auditid, ...(cluster && { cluster }) })));
    },
  );
});

test('a Docker log that was cut after 16 KiB is put together', async () => {
  const big = JSON.stringify({ ...(JSON.parse(FIRST) as object), requestObject: { metadata: { name: 'x'.repeat(40_000) } } });
  const log = (text: string) => JSON.stringify({ log: text, stream: 'stdout', time: '2026-03-17T09:41:02.3Z' });
  const parts = (big.match(/.{1,16384}/g) as string[]).map((part, i, all) => log(i === all.length - 1 ? `${part}\n` : part));
  const { activities, rejects } = await arrive(lines(log(`${SECOND}\n`), ...parts, log(`${THIRD}\n`)));
  expect(rejects).toEqual([]);
  expect(activities.map((each) => each.at)).toEqual(['1', '2', '5']);
  expect(activities[1]).toMatchObject({ auditid: IDS[0] });
});

test('an event without a time takes that of its envelope, and says so', async () => {
  const bare = JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    verb: 'get',
    requestURI: '/api',
    user: { username: 'ops' },
  });
  const { activities } = await arrive(lines(cri(bare), cri(FIRST), cri(bare)));
  expect(activities[0]).toMatchObject({
    time: '2026-03-17T09:41:02.345678901Z',
    precision: 'ns',
    flags: ['incomplete record', 'time is that of the envelope'],
  });
  expect(activities[1]?.flags ?? []).not.toContain('time is that of the envelope');
});

describe.each(['falco', 'tetragon'])('records of %s arrive in the same carriers', (format) => {
  const START = [
    'Tue Mar 17 09:41:02 2026: Falco version: 0.39.0 (x86_64)',
    'time="2026-03-17T09:41:02Z" level=info msg="Starting"',
  ];
  const carriers: readonly (readonly [title: string, wrap: (line: string) => string])[] = [
    ['bare', (line) => line],
    ['CRI', (line) => cri(line)],
    ['Docker', (log) => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-03-17T09:41:02.3Z' })],
    ['journald', (MESSAGE) => JSON.stringify({ __CURSOR: 'x', _HOSTNAME: 'node-1', MESSAGE })],
    ['syslog', (line) => `Mar 17 09:41:02 node-1 agent[1]: ${line}`],
    ['Fluent Bit', (log) => JSON.stringify({ log, kubernetes: { host: 'node-1', pod_name: 'agent-x' } })],
  ];
  const plain = ({ kind, time, comm, pid, pod }: Record<string, unknown>) => ({ kind, time, comm, pid, pod });
  let alone: readonly unknown[];
  let carried: readonly Arrived[];
  beforeAll(async () => {
    const behindStart = carriers.map(([, wrap]) => lines(...[...START, ...shapes(format)].map(wrap)));
    const [bare, ...all] = await arriveAll([lines(...shapes(format)), ...behindStart]);
    alone = bare?.activities.map(plain) ?? [];
    carried = all;
  });

  test.for(carriers.map(([title], i) => ({ title, i })))('$title, behind what the agent says when it starts', ({ i }) => {
    const { activities, ignored, ...rest } = carried[i] as Arrived;
    expect(rest).toMatchObject({ format, rejects: [] });
    expect(ignored.slice(0, 2)).toEqual(['1 ignored: log line of a program', '2 ignored: log line of a program']);
    expect(alone.length).toBeGreaterThan(0);
    expect(activities.map(plain)).toEqual(alone);
  });
});

describe('members of several kinds', () => {
  const APP = '{"level":"info","msg":"served","ts":1773740462.3}';
  const EXPORT = JSON.stringify({ logName: 'x', timestamp: '2026-03-17T09:41:02Z', jsonPayload: { msg: 'served' } });

  test.for([
    { title: 'two of twenty records', content: lines(FIRST, SECOND, ...Array<string>(18).fill(APP)), read: 2 },
    { title: 'one of two', content: lines(APP, EXPORT, FIRST), read: 1 },
    { title: 'in envelopes', content: lines(cri(FIRST), ...Array<string>(9).fill(cri(APP))), read: 1 },
  ])('$title', async ({ content, read }) => {
    const { format, activities, rejects, ignored } = await arrive(content);
    expect(format).toBe('k8s-audit');
    expect(activities).toHaveLength(read);
    expect(read + rejects.length + ignored.length).toBe(content.trim().split('\n').length);
  });

  test('where there are too few of them the member is not read', () =>
    expect(recognised(Buffer.from(lines(FIRST, ...Array<string>(40).fill(APP)))).format).toBeUndefined());

  test('what is around most lines is around them all, though a few are bare', async () => {
    const exec = '{"process_exec":{"process":{"binary":"/bin/sh","pid":1}},"node_name":"n","time":"2026-03-17T09:41:02Z"}';
    const { format, activities, rejects } = await arrive(lines(...[FIRST, SECOND, THIRD].map((event) => cri(event)), exec));
    expect(format).toBe('k8s-audit');
    expect(activities).toHaveLength(3);
    expect(rejects).toHaveLength(1);
  });
});

test('parts with lines of the other stream between them are joined whatever chunks they come in', () => {
  const content = lines(
    cri(FIRST.slice(0, 99), 'stdout', 'P'),
    cri(KLOG, 'stderr'),
    cri(FIRST.slice(99, 200), 'stdout', 'P'),
    cri(KLOG, 'stderr'),
    cri(FIRST.slice(200)),
    cri(SECOND),
  );
  const bytes = Buffer.from(content);
  const inChunks = (size: number) => {
    const seen: string[] = [];
    const stream = new MemberStream({ formats: FORMATS, recognise, envelopes: ENVELOPES }, () => ({
      record: (place, window, from, to) => void seen.push(`${place.record} ${window.toString('utf8', from, to)}`),
      oversize: () => undefined,
      skip: (place, fate) => void seen.push(`${place.record} ${fate}`),
    }));
    for (let from = 0; from < bytes.length; from += size) stream.push(bytes.subarray(from, from + size));
    stream.finish();
    return seen;
  };
  const expected = [`1 ${FIRST}`, `6 ${SECOND}`];
  expect([1, 7, 64, 4096].map(inChunks)).toEqual([expected, expected, expected, expected]);
});
