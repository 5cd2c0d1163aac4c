/** Whole members, as they are handed over: recognised by content, opened, projected. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemberStream } from '../../../workers/bundle/member-stream';
import { ENVELOPES } from '../../../workers/envelopes/index';
import { FORMATS, recognise } from '../../../workers/formats/index';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { at, recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** What reads the bytes, what was around it, and its records by place: activities, and the fate of the others. */
async function arrive(content: string | Buffer) {
  const bytes = Buffer.from(content as string);
  const { format, recipe } = recognised(bytes);
  if (!format) throw new Error('nothing reads it');
  const { rows, rejects } = await stage.run(format, bytes);
  const activities: Record<string, unknown>[] = rows
    .filter(({ skip }) => skip === null)
    .map((row) => ({ at: at(row), ...told(row) }));
  const ignored = rows.filter(({ skip }) => skip !== null).map((row) => `${at(row)} ${row.skip}`);
  return {
    format: format.id,
    around: recipe?.envelopes.map(({ id }) => id),
    activities,
    ignored,
    rejects: rejects.map((each) => `${each.at} ${each.why}`),
  };
}

/** Cluster and API server, as the merge key has them. */
const keyOf = (activity: Record<string, unknown> | undefined) =>
  String(activity?.merge).split(String.fromCharCode(31)).slice(0, 2);

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

const EVENTS = readFileSync(resolve(import.meta.dirname, '../../fixtures/k8s-audit/shapes.ndjson'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .slice(0, 3);
const [FIRST = '', SECOND = '', THIRD = ''] = EVENTS;
const IDS = EVENTS.map((event) => (JSON.parse(event) as { auditID: string }).auditID);
const KLOG = 'W0317 09:41:02.345678       1 dispatcher.go:1] x';
const MS = 1773740462345;
const STREAM = 'kube-apiserver-audit-0a1b2c';
const lines = (...each: readonly string[]) => `${each.join('\n')}\n`;
const payload = (stream: string, messages: readonly string[], more: object = {}) =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: '/aws/eks/demo/cluster',
    logStream: stream,
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: MS, message })),
    ...more,
  });
const cri = (text: string, stream = 'stdout', part = 'F') => `2026-03-17T09:41:02.345678901Z ${stream} ${part} ${text}`;
const csv = (rows: readonly (readonly string[])[]) =>
  lines(...rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('in every carrier the same three events arrive', () => {
  interface Arrival {
    readonly title: string;
    readonly content: string;
    readonly around: readonly string[];
    readonly places: readonly string[];
    readonly ignored?: readonly string[];
    readonly rejects?: readonly string[];
    readonly cluster?: string;
  }
  const arrivals: readonly Arrival[] = [
    {
      title: 'a container’s log, with klog between',
      content: lines(cri(FIRST), cri(KLOG, 'stderr'), cri(SECOND), cri('', 'stderr'), cri(THIRD)),
      around: ['cri'],
      places: ['1', '3', '5'],
      ignored: ['2 ignored: klog line', '4 ignored: blank line'],
    },
    {
      title: 'a container’s log, cut into parts, a klog line of the other stream between them',
      content: lines(
        cri(FIRST.slice(0, 99), 'stdout', 'P'),
        cri(KLOG, 'stderr'),
        cri(FIRST.slice(99, 200), 'stdout', 'P'),
        cri(FIRST.slice(200)),
        cri(SECOND),
        cri(THIRD),
      ),
      around: ['cri'],
      places: ['1', '5', '6'],
    },
    {
      title: 'a Docker log',
      content: lines(
        ...EVENTS.map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-03-17T09:41:02.3Z' })),
      ),
      around: ['docker'],
      places: ['1', '2', '3'],
    },
    {
      title: 'journalctl -o json',
      content: lines(
        ...[FIRST, KLOG, SECOND, THIRD].map((MESSAGE) =>
          JSON.stringify({ __CURSOR: 'x', __REALTIME_TIMESTAMP: '1773740462345678', _HOSTNAME: 'node-1', MESSAGE }),
        ),
      ),
      around: ['journald'],
      places: ['1', '3', '4'],
      ignored: ['2 ignored: klog line'],
    },
    {
      title: 'journalctl',
      content: lines(
        '-- Journal begins at Sun 2026-11-01 00:00:00 UTC. --',
        ...[FIRST, 'time="2026-03-17T09:41:02Z" level=info msg="x"', SECOND, THIRD].map(
          (text) => `Nov 01 00:00:00 node-1 k3s[1]: ${text}`,
        ),
      ),
      around: ['syslog'],
      places: ['2', '4', '5'],
      ignored: ['1 ignored: heading of journalctl', '3 ignored: log line of a program'],
    },
    {
      title: 'RFC 5424',
      content: lines(...EVENTS.map((text) => `<14>1 2026-03-17T09:41:02.003Z node-1 apiserver 1 - - ${text}`)),
      around: ['syslog'],
      places: ['1', '2', '3'],
    },
    {
      title: 'a log of the API server with klog lines',
      content: lines(FIRST, KLOG, SECOND, THIRD),
      around: [],
      places: ['1', '3', '4'],
      ignored: ['2 ignored: klog line'],
    },
    {
      title: 'a log with klog as JSON',
      content: lines(FIRST, '{"ts":1.5,"caller":"a.go:1","msg":"x","v":0}', SECOND, THIRD),
      around: ['program-log'],
      places: ['1', '3', '4'],
      ignored: ['2 ignored: klog line'],
    },
    {
      title: 'oc adm node-logs',
      content: lines(`master-0 ${FIRST}`, `master-1 ${SECOND}`, `master-0 ${THIRD}`),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'kubectl logs --timestamps --prefix',
      content: lines(...EVENTS.map((text) => `[pod/audit-x/sink] 2026-03-17T09:41:02.3Z ${text}`)),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'CloudWatch payloads one after another, as Firehose writes them',
      content:
        payload(STREAM, [FIRST]) +
        payload('authenticator-0a1b', ['time="x"', 'y']) +
        payload(STREAM, [SECOND, THIRD]) +
        JSON.stringify({
          messageType: 'CONTROL_MESSAGE',
          logGroup: '',
          logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE' }],
        }),
      around: ['cloudwatch'],
      places: ['1.1.1', '1.3.1', '1.3.2'],
      ignored: ['1.2.1 ignored: not an audit stream', '1.2.2 ignored: not an audit stream', '1.4 ignored: control message'],
      cluster: 'demo',
    },
    {
      title: 'a Lambda event',
      content: JSON.stringify({ awslogs: { data: gzipSync(payload(STREAM, EVENTS)).toString('base64') } }),
      around: ['base64', 'cloudwatch'],
      places: ['1.1', '1.2', '1.3'],
      cluster: 'demo',
    },
    {
      title: 'Kinesis records, one of them garbage',
      content: JSON.stringify({
        Records: [{ kinesis: { data: gzipSync(payload(STREAM, EVENTS)).toString('base64') } }, { kinesis: { data: '?' } }],
      }),
      around: ['base64', 'cloudwatch'],
      places: ['1.1.1', '1.1.2', '1.1.3'],
      rejects: ['1.2 rejected: the payload is not text in base64, nor gzip of it'],
      cluster: 'demo',
    },
    {
      title: 'get-log-events',
      content: JSON.stringify(
        {
          events: EVENTS.map((message) => ({ timestamp: MS, message, ingestionTime: MS })),
          nextForwardToken: 'f/1',
          nextBackwardToken: 'b/1',
        },
        null,
        4,
      ),
      around: ['cloudwatch'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'the console’s CSV of log events',
      content: csv([['timestamp', 'message'], ...EVENTS.map((event) => [String(MS), event])]),
      around: ['cloudwatch'],
      places: ['2', '3', '4'],
    },
    {
      title: 'get-query-results',
      content: JSON.stringify({
        results: EVENTS.map((value) => [
          { field: '@timestamp', value: 'x' },
          { field: '@message', value },
        ]),
        statistics: {},
        status: 'Complete',
      }),
      around: ['cloudwatch-insights'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'AKS, other categories between',
      content: JSON.stringify({
        records: ['kube-audit', 'guard', 'kube-audit-admin', 'kube-audit'].map((category, i) => ({
          category,
          resourceId: '/A/B/DEMO',
          properties: { log: [FIRST, 'x', SECOND, THIRD][i] },
        })),
      }),
      around: ['aks'],
      places: ['1.1', '1.3', '1.4'],
      ignored: ['1.2 ignored: category guard'],
      cluster: 'DEMO',
    },
    {
      title: 'an answer of the Log Analytics query API',
      content: JSON.stringify({
        tables: [
          {
            name: 'PrimaryResult',
            columns: ['TimeGenerated', 'Category', 'log_s', '_ResourceId'].map((name) => ({ name, type: 'string' })),
            rows: EVENTS.map((event) => ['2026-03-17T09:41:02Z', 'kube-audit', event, '/a/b/demo']),
          },
        ],
      }),
      around: ['log-analytics'],
      places: ['1.1', '1.2', '1.3'],
      cluster: 'demo',
    },
    {
      title: 'Pub/Sub',
      content: JSON.stringify(EVENTS.map((event) => ({ ackId: 'x', message: { data: base64(event), messageId: '1' } }))),
      around: ['base64'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'an answer of Elasticsearch',
      content: JSON.stringify({
        took: 1,
        hits: { total: 3, hits: EVENTS.map((event) => ({ _index: 'a', _id: 'x', _source: JSON.parse(event) })) },
      }),
      around: ['elasticsearch'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'a bulk file',
      content: lines(...EVENTS.flatMap((event) => ['{"index":{"_index":"a"}}', event])),
      around: ['elasticsearch'],
      places: ['2', '4', '6'],
      ignored: ['1 ignored: bulk action line', '3 ignored: bulk action line', '5 ignored: bulk action line'],
    },
    {
      title: 'Filebeat in Elasticsearch',
      content: lines(
        ...EVENTS.map((message) => JSON.stringify({ _index: 'a', _source: { '@timestamp': '2026-03-17T09:41:02Z', message } })),
      ),
      around: ['elasticsearch', 'shipper'],
      places: ['1', '2', '3'],
    },
    {
      title: 'Splunk’s collector',
      content: lines(...EVENTS.map((event) => `{"time":1773740462.345,"event":${event},"source":"x"}`)),
      around: ['splunk'],
      places: ['1', '2', '3'],
    },
    {
      title: 'Splunk’s CSV',
      content: csv([['_time', '_raw'], ...EVENTS.map((event) => ['2026-03-17T09:41:02.345+00:00', event])]),
      around: ['splunk'],
      places: ['2', '3', '4'],
    },
    {
      title: 'Loki',
      content: JSON.stringify({
        status: 'success',
        data: { resultType: 'streams', result: [{ stream: {}, values: EVENTS.map((event) => ['1773740462345678901', event]) }] },
      }),
      around: ['shipper'],
      places: ['1.1.1', '1.1.2', '1.1.3'],
    },
    {
      title: 'Graylog',
      content: lines(
        ...EVENTS.map((event) =>
          JSON.stringify({ version: '1.1', host: 'node-1', short_message: event, timestamp: 1773740462.345 }),
        ),
      ),
      around: ['shipper'],
      places: ['1', '2', '3'],
    },
    {
      title: 'an archive of Datadog, its lines parsed',
      content: lines(
        ...EVENTS.map((event) =>
          JSON.stringify({
            _id: 'A',
            date: '2026-03-17T09:41:02.345Z',
            service: 'audit',
            tags: [],
            attributes: JSON.parse(event),
          }),
        ),
      ),
      around: ['datadog'],
      places: ['1', '2', '3'],
    },
    {
      title: 'an answer of Datadog',
      content: JSON.stringify({
        data: EVENTS.map((message) => ({
          id: 'A',
          type: 'log',
          attributes: { timestamp: '2026-03-17T09:41:02.345Z', tags: [], message, attributes: {} },
        })),
        meta: { status: 'done' },
      }),
      around: ['datadog'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'logcli',
      content: lines(...EVENTS.map((event) => `2026-03-17T09:41:02Z {app="audit", node="n1"} ${event}`)),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'Fluentd’s files',
      content: lines(...EVENTS.map((event) => `2026-03-17T09:41:02+0000\tkube.audit\t${event}`)),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'Fluent Bit’s standard output',
      content: lines(...EVENTS.map((event) => `[0] kube.audit: [[1773740462.345000000, {}], ${event}]`)),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'an older Fluent Bit’s',
      content: lines(...EVENTS.map((event) => `[0] kube.audit: [1773740462.345, ${event}]`)),
      around: ['prefixed'],
      places: ['1', '2', '3'],
    },
    {
      title: 'SQS around SNS',
      content: JSON.stringify({
        Messages: EVENTS.map((Message) => ({
          MessageId: 'm',
          Body: JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message, Timestamp: '2026-03-17T09:41:02.345Z' }),
        })),
      }),
      around: ['messages'],
      places: ['1.1', '1.2', '1.3'],
    },
    {
      title: 'EventBridge',
      content: lines(
        ...EVENTS.map(
          (event) =>
            `{"version":"0","id":"x","detail-type":"audit","source":"a","time":"2026-03-17T09:41:02Z","detail":${event}}`,
        ),
      ),
      around: ['messages'],
      places: ['1', '2', '3'],
    },
    {
      title: 'CloudEvents, one in base64',
      content: lines(
        ...EVENTS.map((event, i) =>
          JSON.stringify({
            specversion: '1.0',
            id: 'x',
            type: 'audit',
            source: 'a',
            ...(i === 0 ? { data_base64: base64(event) } : { data: JSON.parse(event) }),
          }),
        ),
      ),
      around: ['messages'],
      places: ['1', '2', '3'],
    },
    {
      title: 'a Kafka topic, as kcat prints it',
      content: lines(
        ...EVENTS.map((payload, offset) =>
          JSON.stringify({ topic: 't', partition: 0, offset, tstype: 'create', ts: MS, key: null, payload }),
        ),
      ),
      around: ['messages'],
      places: ['1', '2', '3'],
    },
    {
      title: 'LogDNA around a container’s line',
      content: lines(...EVENTS.map((event) => JSON.stringify({ _line: cri(event), _ts: MS, _app: 'sink' }))),
      around: ['shipper', 'cri'],
      places: ['1', '2', '3'],
    },
    {
      title: 'pages of an answer, the last one empty',
      content: lines(
        ...[[FIRST], [SECOND, THIRD], []].map((page) =>
          JSON.stringify({
            events: page.map((message) => ({ logStreamName: STREAM, timestamp: MS, message })),
            searchedLogStreams: [],
          }),
        ),
      ),
      around: ['cloudwatch', 'lists'],
      places: ['1.1', '2.1', '2.2'],
      ignored: ['3 ignored: an empty list'],
    },
    {
      title: 'a list under data',
      content: `{"page":{"total":3},"data":[${EVENTS.join(',')}]}`,
      around: [],
      places: ['1.1', '1.2', '1.3'],
    },
  ];

  test.for(arrivals)('$title', async ({ content, around, places, ignored = [], rejects = [], cluster }) => {
    const arrived = await arrive(content);
    expect(arrived).toMatchObject({ format: 'k8s-audit', around, ignored, rejects });
    expect(arrived.activities.map((each) => each.at)).toEqual(places);
    expect(arrived.activities).toMatchObject(IDS.map((auditid) => ({ auditid, ...(cluster && { cluster }) })));
  });
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

test('rows of AKSAudit as the portal exports them', async () => {
  const header = [
    'TimeGenerated [UTC]',
    'AuditId',
    'Stage',
    'Verb',
    'RequestUri',
    'Level',
    'User',
    'ObjectRef',
    'SourceIps',
    'ResponseStatus',
    'RequestObject',
    'RequestReceivedTime [UTC]',
    'StageReceivedTime [UTC]',
    '_ResourceId',
  ];
  const row = (id: string, verb: string, time: string) => [
    time,
    id,
    'ResponseComplete',
    verb,
    '/api/v1/namespaces/shop/pods/p',
    'Request',
    '{"username":"ops"}',
    '{"resource":"pods","namespace":"shop","name":"p"}',
    '["10.0.0.1"]',
    '{"code":200}',
    'skipped-too-big-size-object',
    time,
    time,
    '/a/b/demo',
  ];
  const { around, activities } = await arrive(
    csv([
      header,
      row('a', 'delete', '3/17/2026, 9:41:02.345 AM'),
      row('b', 'get', '3/17/2026, 1:00:00.000 PM'),
      row('c', 'list', '17/03/2026, 13:00:00.000'),
    ]),
  );
  expect(around).toEqual(['log-analytics']);
  expect(activities).toMatchObject([
    {
      at: '2',
      auditid: 'a',
      verb: 'delete',
      user: 'ops',
      pod: 'p',
      namespace: 'shop',
      sourceaddresses: ['10.0.0.1'],
      code: 200,
      cluster: 'demo',
      time: '2026-03-17T09:41:02.345000000Z',
      precision: 'ms',
    },
    { at: '3', auditid: 'b', time: '2026-03-17T13:00:00.000000000Z' },
    { at: '4', auditid: 'c', flags: ['undated'] },
  ]);
});

describe('audit entries of Google as tables', () => {
  test.for([
    {
      title: 'the Logs Explorer’s',
      content: csv([
        [
          'insertId',
          'timestamp',
          'protoPayload.serviceName',
          'protoPayload.methodName',
          'protoPayload.resourceName',
          'protoPayload.authenticationInfo.principalEmail',
          'protoPayload.requestMetadata.callerIp',
          'protoPayload.status',
          'labels.authorization.k8s.io/decision',
          'resource.labels.cluster_name',
          '__proto__',
        ],
        [
          'i1',
          '2026-03-17T09:41:02.345678Z',
          'k8s.io',
          'io.k8s.core.v1.pods.delete',
          'core/v1/namespaces/shop/pods/p',
          'ops@example.com',
          '10.0.0.1',
          '{"code":7}',
          'forbid',
          'demo',
          'x',
        ],
      ]),
      expected: {
        user: 'ops@example.com',
        sourceaddresses: ['10.0.0.1'],
        code: 403,
        decision: 'forbid',
        cluster: 'demo',
        time: '2026-03-17T09:41:02.345678000Z',
      },
    },
    {
      title: 'gcloud’s',
      content: csv([
        ['timestamp', 'method_name', 'resource_name', 'principal_email'],
        ['2026-03-17T09:41:02.345678Z', 'io.k8s.core.v1.pods.delete', 'core/v1/namespaces/shop/pods/p', 'ops@example.com'],
      ]),
      expected: { user: 'ops@example.com' },
    },
  ])('$title', async ({ content, expected }) => {
    const { format, around, activities } = await arrive(content);
    expect({ format, around }).toEqual({ format: 'gke', around: ['google-csv'] });
    expect(activities).toMatchObject([{ at: '2', verb: 'delete', resource: 'pods', namespace: 'shop', name: 'p', ...expected }]);
  });
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

describe('agents’ records arrive in the same carriers', () => {
  const shapes = (format: string) =>
    readFileSync(resolve(import.meta.dirname, `../../fixtures/${format}/shapes.ndjson`), 'utf8')
      .split('\n')
      .filter(Boolean);
  const alone = new Map<string, ReturnType<typeof arrive>>();
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

  test.for(['falco', 'tetragon'].flatMap((format) => carriers.map(([title, wrap]) => ({ format, title, wrap }))))(
    '$format, $title, behind what the agent says when it starts',
    async ({ format, wrap }) => {
      const bare = await (alone.get(format) ?? arrive(lines(...shapes(format))));
      alone.set(format, Promise.resolve(bare));
      const carried = await arrive(lines(...[...START, ...shapes(format)].map(wrap)));
      expect(carried).toMatchObject({ format, rejects: [] });
      expect(carried.ignored.slice(0, 2)).toEqual(['1 ignored: log line of a program', '2 ignored: log line of a program']);
      expect(carried.activities).toHaveLength(bare.activities.length);
      const plain = (each: Record<string, unknown>) => ({
        kind: each.kind,
        time: each.time,
        comm: each.comm,
        pid: each.pid,
        pod: each.pod,
      });
      expect(carried.activities.map(plain)).toEqual(bare.activities.map(plain));
    },
  );
});

/** Its own reader knows what syslog puts before a line. */
describe('records of Linux audit', () => {
  const RECORDS = [
    'SYSCALL arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=2 auid=1000 uid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id"',
    'EXECVE argc=2 a0="id" a1="-a"',
  ];
  const stamped = RECORDS.map((record) => record.replace(/^(\w+) /, 'type=$1 msg=audit(1773740462.345:9): '));
  test.for([
    {
      title: 'the audit transport of journald, with its stamp put back',
      content: lines(
        ...RECORDS.map((MESSAGE) =>
          JSON.stringify({
            __CURSOR: 'x',
            _TRANSPORT: 'audit',
            _AUDIT_ID: '9',
            _SOURCE_REALTIME_TIMESTAMP: '1773740462345000',
            _HOSTNAME: 'node-1',
            MESSAGE,
          }),
        ),
      ),
      around: ['journald'],
    },
    { title: 'syslog', content: lines(...stamped.map((text) => `Mar 17 09:41:02 node-1 audispd: ${text}`)), around: [] },
    { title: 'oc adm node-logs', content: lines(...stamped.map((text) => `node-1 ${text}`)), around: [] },
    {
      title: 'OpenShift’s own model',
      content: lines(
        ...stamped.map((message) =>
          JSON.stringify({
            log_type: 'audit',
            log_source: 'auditd',
            hostname: 'node-1',
            message,
            openshift: { cluster_id: 'c' },
          }),
        ),
      ),
      around: ['viaq'],
    },
  ])('$title', async ({ content, around }) => {
    const arrived = await arrive(content);
    expect(arrived).toMatchObject({ format: 'auditd', around, rejects: [] });
    expect(arrived.activities).toMatchObject([
      { at: '1', kind: 'cmd', comm: 'id', cmdline: 'id -a', host: 'node-1', pid: 2, time: '2026-03-17T09:41:02.345000000Z' },
    ]);
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

test('KubeArmor’s own log file has the names of its structure, and tells what its relay tells', async () => {
  const line = {
    timestamp: 1773740469,
    updatedTime: '2026-03-17T09:41:09.123456Z',
    clusterName: 'demo',
    hostName: 'node-1',
    namespaceName: 'shop',
    owner: { ref: 'Deployment', name: 'cart', namespace: 'shop' },
    podName: 'cart-1',
    containerID: '0123456789abcdef',
    containerName: 'cart',
    hostPPid: 4700,
    hostPid: 4711,
    ppid: 1,
    pid: 12,
    uid: 0,
    execEvent: { ExecID: '1', ExecutableName: 'sh' },
    parentProcessName: '/bin/sh',
    processName: '/bin/cat',
    policyName: 'no-shadow',
    severity: '7',
    tags: 'MITRE',
    atags: ['MITRE'],
    type: 'MatchedPolicy',
    source: '/bin/cat /etc/shadow',
    operation: 'File',
    resource: '/etc/shadow',
    cwd: '/',
    tty: 'pts0',
    oid: 0,
    data: 'syscall=SYS_OPENAT fd=-100 flags=O_RDONLY',
    action: 'Block',
    result: 'Permission denied',
  };
  const arrived = await arrive(`${JSON.stringify(line)}\n${JSON.stringify({ ...line, operation: 'Network', resource: 'x' })}\n`);
  expect(arrived).toMatchObject({ format: 'kubearmor', around: ['kubearmor-file'], rejects: [] });
  expect(arrived.activities[0]).toMatchObject({
    at: '1',
    kind: 'file',
    path: '/etc/shadow',
    mode: 'read',
    result: 'refused',
    time: '2026-03-17T09:41:09.123456000Z',
    pid: 4711,
    ppid: 4700,
    vpid: 12,
    uid: 0,
    tty: 34816,
    workload: 'cart',
    deployment: 'cart',
    rule: 'no-shadow',
    severity: 'high',
    tags: ['MITRE'],
  });
});

test('rows of Kibana’s CSV, with the times that it shows', async () => {
  const { format, activities } = await arrive(
    csv([
      ['@timestamp', 'event.category', 'event.action', 'event.type', 'process.name', 'process.pid', 'process.command_line'],
      ['Mar 17, 2026 @ 09:41:02.345', 'process', 'exec', 'start', 'cat', '11', 'cat /etc/passwd'],
    ]),
  );
  expect(format).toBe('ecs');
  expect(activities[0]).toMatchObject({ time: '2026-03-17T09:41:02.345000000Z', precision: 'ms', comm: 'cat', pid: 11 });
});

test('hits with the fields that were asked for instead of the document', async () => {
  const fields = {
    '@timestamp': ['2026-03-17T09:41:02.345Z'],
    'event.category': ['process'],
    'event.action': ['exec'],
    'event.type': ['start'],
    'process.name': ['cat'],
    'process.args': ['cat', '/etc/passwd'],
    'process.pid': [11],
  };
  const hits = [1, 2].map((n) => ({ _index: 'x', _id: `${n}`, _score: 1, fields }));
  const { format, around, activities } = await arrive(JSON.stringify({ took: 1, hits: { hits } }));
  expect([format, around]).toEqual(['ecs', ['elasticsearch']]);
  expect(activities).toHaveLength(2);
  expect(activities[0]).toMatchObject({ time: '2026-03-17T09:41:02.345000000Z', comm: 'cat', pid: 11 });
});
