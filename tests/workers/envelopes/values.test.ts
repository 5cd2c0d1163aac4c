/** Envelopes that are JSON values: what is inside, and what they say of it. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aks } from '../../../workers/envelopes/aks';
import { base64 } from '../../../workers/envelopes/base64';
import { cloudwatch } from '../../../workers/envelopes/cloudwatch';
import { cloudwatchInsights } from '../../../workers/envelopes/cloudwatch-insights';
import { elasticsearch } from '../../../workers/envelopes/elasticsearch';
import type { Envelope, Unwrapped } from '../../../workers/envelopes/envelope';
import { grafana } from '../../../workers/envelopes/grafana';
import { journald } from '../../../workers/envelopes/journald';
import { lists } from '../../../workers/envelopes/lists';
import { logAnalytics, portalTime } from '../../../workers/envelopes/log-analytics';
import { otlp } from '../../../workers/envelopes/otlp';
import { programLog } from '../../../workers/envelopes/program-log';
import { shipper } from '../../../workers/envelopes/shipper';
import { splunk } from '../../../workers/envelopes/splunk';
import { viaq } from '../../../workers/envelopes/viaq';
import { winlog } from '../../../workers/envelopes/winlog';

const EVENT = '{"kind":"Event","auditID":"a"}';
const TIME = '2026-03-17T09:41:02.345Z';
const MS = 1773740462345;
const GROUP = '/aws/eks/demo/cluster';
const STREAM = 'kube-apiserver-audit-0a1b2c';

interface Case {
  readonly title: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly outer?: { readonly source?: string };
  readonly expected: Unwrapped | undefined;
}
const table = (envelope: Envelope, cases: readonly Case[]) =>
  describe(envelope.title, () => {
    test.for(cases)('$title', ({ value, outer, expected }) => {
      expect(envelope.value?.(value, outer)).toEqual(expected);
    });
  });

table(journald, [
  {
    title: 'an entry',
    value: { __REALTIME_TIMESTAMP: '1773740462345678', _HOSTNAME: 'node-1', _SYSTEMD_UNIT: 'k3s.service', MESSAGE: EVENT },
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s.service', time: '2026-03-17T09:41:02.345678Z' } },
  },
  {
    title: 'a message as bytes',
    value: { __CURSOR: 'x', MESSAGE: [...Buffer.from('{"a":"é"}')] },
    expected: { text: '{"a":"é"}', context: {} },
  },
  { title: 'a message given twice', value: { __CURSOR: 'x', MESSAGE: ['a', 'b'] }, expected: { text: 'a\nb', context: {} } },
  {
    title: 'a message left out',
    value: { __CURSOR: 'x', MESSAGE: null },
    expected: { rejected: 'a message of more than 4 KiB, which journalctl leaves out without --all' },
  },
  { title: 'bytes that are none', value: { __CURSOR: 'x', MESSAGE: [1, 999] }, expected: undefined },
  {
    title: 'a record of the audit transport, with its stamp put back',
    value: {
      __CURSOR: 'x',
      _TRANSPORT: 'audit',
      _AUDIT_ID: '456',
      _SOURCE_REALTIME_TIMESTAMP: '1773740462345000',
      _HOSTNAME: 'node-1',
      MESSAGE: 'SYSCALL arch=c000003e syscall=59',
    },
    expected: {
      text: 'type=SYSCALL msg=audit(1773740462.345:456): arch=c000003e syscall=59',
      context: { host: 'node-1', time: '2026-03-17T09:41:02.345000Z' },
    },
  },
  { title: 'something with a message', value: { MESSAGE: EVENT }, expected: undefined },
]);

table(cloudwatch, [
  {
    title: 'an event of a payload',
    value: { id: '1', timestamp: MS, message: EVENT },
    outer: { source: STREAM },
    expected: { text: EVENT, context: { source: STREAM, time: TIME } },
  },
  {
    title: 'an event of filter-log-events',
    value: { logStreamName: STREAM, timestamp: MS, message: EVENT, ingestionTime: MS, eventId: '1' },
    expected: { text: EVENT, context: { source: STREAM, time: TIME } },
  },
  {
    title: 'a row of the console’s CSV',
    value: { timestamp: String(MS), message: EVENT },
    expected: { text: EVENT, context: { time: TIME } },
  },
  {
    title: 'an event of another stream',
    value: { logStreamName: 'kube-apiserver-0a1b', timestamp: MS, message: 'I0317' },
    expected: { ignored: 'not an audit stream' },
  },
  {
    title: 'an event whose payload is of another stream',
    value: { id: '1', timestamp: MS, message: EVENT },
    outer: { source: 'authenticator-0a1b' },
    expected: { ignored: 'not an audit stream' },
  },
  {
    title: 'a control message',
    value: { messageType: 'CONTROL_MESSAGE', logEvents: [] },
    expected: { ignored: 'control message' },
  },
  { title: 'a record with more to say', value: { timestamp: MS, message: EVENT, process: {} }, expected: undefined },
  { title: 'a time beyond all', value: { timestamp: 1e300, message: EVENT }, expected: { text: EVENT, context: {} } },
]);

table(cloudwatchInsights, [
  {
    title: 'a row',
    value: { '@timestamp': '2026-03-17 09:41:02.345', '@message': EVENT, '@logStream': STREAM, '@log': `123456789012:${GROUP}` },
    expected: { text: EVENT, context: { cluster: 'demo', source: STREAM, time: TIME } },
  },
  {
    title: 'a row with its message parsed',
    value: { '@message': { kind: 'Event' } },
    expected: { path: ['@message'], context: {} },
  },
  {
    title: 'a row of another stream',
    value: { '@message': 'x', '@logStream': 'kube-scheduler-0a' },
    expected: { ignored: 'not an audit stream' },
  },
  {
    title: 'what get-query-results prints',
    value: {
      results: [
        [
          { field: '@message', value: EVENT },
          { field: '@logStream', value: STREAM },
        ],
      ],
      status: 'Complete',
    },
    expected: { text: JSON.stringify([{ '@message': EVENT, '@logStream': STREAM }]) },
  },
  { title: 'results that are no rows', value: { results: [{ a: 1 }] }, expected: undefined },
  { title: 'a row without a message', value: { '@timestamp': 'x' }, expected: undefined },
]);

const gz = (text: string) => gzipSync(text).toString('base64');
table(base64, [
  { title: 'a Lambda event', value: { awslogs: { data: gz(EVENT) } }, expected: { text: EVENT } },
  {
    title: 'a Kinesis record of a Lambda event',
    value: { kinesis: { data: gz(EVENT) }, eventSource: 'aws:kinesis' },
    expected: { text: EVENT },
  },
  {
    title: 'a record of get-records',
    value: { SequenceNumber: '1', Data: gz(EVENT), PartitionKey: 'x' },
    expected: { text: EVENT },
  },
  { title: 'a Firehose record', value: { recordId: '1', data: gz(EVENT) }, expected: { text: EVENT } },
  { title: 'a record as Firehose posts it', value: { data: gz(EVENT) }, expected: { text: EVENT } },
  {
    title: 'a Pub/Sub push',
    value: { message: { data: Buffer.from(EVENT).toString('base64'), messageId: '1' }, subscription: 'x' },
    expected: { text: EVENT },
  },
  {
    title: 'a pulled Pub/Sub message',
    value: { ackId: 'x', message: { data: Buffer.from(EVENT).toString('base64'), publishTime: TIME } },
    expected: { text: EVENT },
  },
  {
    title: 'garbage',
    value: { awslogs: { data: 'no base64!' } },
    expected: { rejected: 'the payload is not text in base64, nor gzip of it' },
  },
  {
    title: 'broken gzip',
    value: { awslogs: { data: gz(EVENT).slice(0, 20) } },
    expected: { rejected: 'the payload is not text in base64, nor gzip of it' },
  },
  {
    title: 'bytes that are no text',
    value: { recordId: '1', data: Buffer.from([0xff, 0xfe, 0]).toString('base64') },
    expected: { rejected: 'the payload is not text in base64, nor gzip of it' },
  },
  {
    title: 'gzip that holds too much',
    value: { awslogs: { data: gzipSync(Buffer.alloc(65 * 2 ** 20)).toString('base64') } },
    expected: { rejected: 'the payload is not text in base64, nor gzip of it' },
  },
  {
    title: 'a number',
    value: { awslogs: { data: 7 } },
    expected: { rejected: 'the payload is not text in base64, nor gzip of it' },
  },
  { title: 'data of something else', value: { message: { data: 'x' } }, expected: undefined },
]);

const ID = '/SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/DEMO';
table(aks, [
  {
    title: 'a record',
    value: {
      category: 'kube-audit',
      resourceId: ID,
      time: '2026-03-17T09:41:02.0000000Z',
      properties: { log: `${EVENT}\n`, pod: 'kube-apiserver-0' },
    },
    expected: {
      text: `${EVENT}\n`,
      context: { cluster: 'DEMO', time: '2026-03-17T09:41:02.0000000Z', source: 'kube-apiserver-0' },
    },
  },
  {
    title: 'properties as text',
    value: { category: 'kube-audit-admin', properties: JSON.stringify({ log: EVENT }) },
    expected: { text: EVENT, context: {} },
  },
  {
    title: 'a log that was parsed',
    value: { category: 'kube-audit', properties: { log: { kind: 'Event' } } },
    expected: { path: ['properties', 'log'], context: {} },
  },
  {
    title: 'another category',
    value: { category: 'cluster-autoscaler', properties: { log: 'I0317' } },
    expected: { ignored: 'category cluster-autoscaler' },
  },
  {
    title: 'a category that evidence made up',
    value: { category: 'x'.repeat(99), properties: { log: 'I0317' } },
    expected: { ignored: 'another category' },
  },
  { title: 'no log', value: { category: 'kube-audit', properties: {} }, expected: undefined },
  { title: 'an activity log', value: { category: 'Administrative', properties: 'x' }, expected: undefined },
]);

describe('Log Analytics', () => {
  const row = {
    TenantId: 'x',
    'TimeGenerated [UTC]': '3/17/2026, 9:41:03.000 AM',
    Level: 'RequestResponse',
    AuditId: 'a-1',
    Stage: 'ResponseComplete',
    RequestUri: '/api/v1/namespaces/shop/pods/p',
    Verb: 'delete',
    User: '{"username":"ops","groups":["a"]}',
    SourceIps: '["10.0.0.1"]',
    UserAgent: 'kubectl',
    ObjectRef: '{"resource":"pods","namespace":"shop","name":"p","apiVersion":"v1"}',
    ResponseStatus: '{"code":200}',
    RequestObject: 'skipped-too-big-size-object',
    ResponseObject: '',
    'RequestReceivedTime [UTC]': '3/17/2026, 9:41:02.345 AM',
    'StageReceivedTime [UTC]': '3/17/2026, 12:41:02.400 PM',
    Annotations: '{"authorization.k8s.io/decision":"allow"}',
    PodName: 'kube-apiserver-0',
    Type: 'AKSAudit',
    _ResourceId: '/subscriptions/0/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/demo',
  };

  test('a row of AKSAudit is an audit event again', () => {
    const opened = logAnalytics.value?.(row);
    expect(opened && 'text' in opened ? JSON.parse(opened.text) : opened).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      auditID: 'a-1',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/shop/pods/p',
      verb: 'delete',
      user: { username: 'ops', groups: ['a'] },
      sourceIPs: ['10.0.0.1'],
      userAgent: 'kubectl',
      objectRef: { resource: 'pods', namespace: 'shop', name: 'p', apiVersion: 'v1' },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: '2026-03-17T09:41:02.345Z',
      stageTimestamp: '2026-03-17T12:41:02.400Z',
      annotations: { 'authorization.k8s.io/decision': 'allow' },
    });
    expect(opened).toMatchObject({ context: { cluster: 'demo', source: 'kube-apiserver-0', time: '2026-03-17T09:41:03.000Z' } });
  });

  test('a row as JSON, its columns objects and times of RFC 3339', () => {
    const opened = logAnalytics.value?.({
      ...row,
      User: { username: 'ops' },
      RequestReceivedTime: '2026-03-17T09:41:02.3456789Z',
    });
    expect(opened && 'text' in opened ? JSON.parse(opened.text) : opened).toMatchObject({
      user: { username: 'ops' },
      requestReceivedTimestamp: '2026-03-17T09:41:02.3456789Z',
    });
  });

  test.for([
    {
      title: 'a row of AzureDiagnostics',
      value: { Category: 'kube-audit', log_s: EVENT, ResourceId: ID, pod_s: 'p' },
      expected: { text: EVENT, context: { cluster: 'DEMO', source: 'p' } },
    },
    {
      title: 'a row of another category',
      value: { Category: 'kube-scheduler', log_s: 'I0317' },
      expected: { ignored: 'category kube-scheduler' },
    },
    {
      title: 'a row of AKSControlPlane',
      value: { Category: 'kube-apiserver', Message: 'I0317', TenantId: 'x' },
      expected: { ignored: 'category kube-apiserver' },
    },
    { title: 'a row without text', value: { Category: 'kube-audit', log_s: 7 }, expected: { ignored: 'no text' } },
    {
      title: 'an answer of the query API',
      value: {
        tables: [
          {
            name: 'PrimaryResult',
            columns: [
              { name: 'Category', type: 'string' },
              { name: 'log_s', type: 'string' },
            ],
            rows: [['kube-audit', EVENT], 7],
          },
        ],
      },
      expected: { text: JSON.stringify([{ Category: 'kube-audit', log_s: EVENT }, {}]) },
    },
    { title: 'tables of something else', value: { tables: [{ name: 'x' }] }, expected: undefined },
  ])('$title', ({ value, expected }) => {
    expect(logAnalytics.value?.(value)).toEqual(expected);
  });

  test.for([
    ['3/17/2026, 9:41:02.345 AM', '2026-03-17T09:41:02.345Z'],
    ['12/1/2026, 12:00:00.000 AM', '2026-12-01T00:00:00.000Z'],
    ['12/1/2026, 12:00:00 PM', '2026-12-01T12:00:00Z'],
    ['17/03/2026, 09:41:02.345', undefined],
    ['2026-03-17T09:41:02Z', '2026-03-17T09:41:02Z'],
    [7, undefined],
  ] as const)('%s is %s', ([written, expected]) => {
    expect(portalTime(written)).toBe(expected);
  });
});

table(otlp, [
  {
    title: 'a body of text',
    value: { observedTimeUnixNano: '1773740462345678901', body: { stringValue: EVENT } },
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345678901Z' } },
  },
  {
    title: 'a body that was parsed',
    value: {
      attributes: [],
      body: {
        kvlistValue: {
          values: [
            { key: 'kind', value: { stringValue: 'Event' } },
            { key: 'code', value: { intValue: '9007199254740993' } },
            { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
          ],
        },
      },
    },
    expected: { text: '{"kind":"Event","code":"9007199254740993","list":[true,null]}', context: {} },
  },
  { title: 'an empty body', value: { attributes: [], body: { stringValue: '' } }, expected: { ignored: 'empty body' } },
  { title: 'something with a body', value: { body: { stringValue: EVENT } }, expected: undefined },
]);

table(viaq, [
  {
    title: 'an access log of OVN',
    value: { log_type: 'audit', log_source: 'ovn', message: 'x' },
    expected: { ignored: 'access log of OVN' },
  },
  {
    title: 'a record of auditd',
    value: {
      '@timestamp': TIME,
      log_type: 'audit',
      log_source: 'auditd',
      hostname: 'node-1',
      message: 'type=SYSCALL msg=audit(1.2:3): x',
      openshift: { cluster_id: 'c' },
    },
    expected: { text: 'type=SYSCALL msg=audit(1.2:3): x', context: { cluster: 'c', node: 'node-1', host: 'node-1', time: TIME } },
  },
  {
    title: 'an application’s line that was parsed',
    value: { log_type: 'application', structured: { rule: 'x' }, message: 'x' },
    expected: { path: ['structured'], context: {} },
  },
  {
    title: 'an audit event, which is a record itself',
    value: { log_type: 'audit', log_source: 'kubeAPI', auditID: 'a' },
    expected: undefined,
  },
]);

table(elasticsearch, [
  { title: 'a hit', value: { _index: 'x', _id: '1', _source: { a: 1 } }, expected: { path: ['_source'] } },
  { title: 'an answer', value: { took: 1, hits: { total: 1, hits: [] } }, expected: { path: ['hits', 'hits'] } },
  { title: 'an action line', value: { index: { _index: 'x', _id: '1' } }, expected: { ignored: 'bulk action line' } },
  { title: 'an empty action line', value: { create: {} }, expected: { ignored: 'bulk action line' } },
  { title: 'a record with such a key', value: { delete: { path: '/etc' } }, expected: undefined },
]);

table(splunk, [
  {
    title: 'an event of the collector',
    value: { time: 1773740462.345, host: 'node-1', source: 'audit', event: { a: 1 } },
    expected: { path: ['event'], context: { host: 'node-1', source: 'audit', time: '2026-03-17T09:41:02.345Z' } },
  },
  { title: 'an event as text', value: { event: EVENT }, expected: { text: EVENT, context: {} } },
  {
    title: 'a row of an export',
    value: { _raw: EVENT, _time: '2026-03-17T09:41:02.345+00:00', host: 'node-1' },
    expected: { text: EVENT, context: { host: 'node-1', time: '2026-03-17T09:41:02.345+00:00' } },
  },
  {
    title: 'a result of an export',
    value: { preview: false, offset: 0, result: { _raw: EVENT } },
    expected: { path: ['result'] },
  },
  { title: 'a record with an event', value: { '@timestamp': TIME, event: { category: 'process' } }, expected: undefined },
]);

table(shipper, [
  {
    title: 'Filebeat',
    value: { '@timestamp': TIME, message: EVENT, host: { name: 'node-1' } },
    expected: { text: EVENT, context: { host: 'node-1', time: TIME } },
  },
  {
    title: 'Fluent Bit',
    value: { log: `${EVENT}\n`, stream: 'stdout', kubernetes: { host: 'node-1', pod_name: 'falco-x' } },
    expected: { text: `${EVENT}\n`, context: { host: 'node-1', node: 'node-1' } },
  },
  {
    title: 'Vector',
    value: { message: EVENT, source_type: 'kubernetes_logs', timestamp: TIME },
    expected: { text: EVENT, context: { time: TIME } },
  },
  { title: 'logcli', value: { labels: {}, line: EVENT, timestamp: TIME }, expected: { text: EVENT, context: { time: TIME } } },
  {
    title: 'a stream of Loki',
    value: { stream: {}, values: [['1773740462345678901', EVENT], 7] },
    expected: { text: JSON.stringify([{ line: EVENT, timestamp: '2026-03-17T09:41:02.345678901Z' }, {}]) },
  },
  {
    title: 'an answer of Loki',
    value: { status: 'success', data: { resultType: 'streams', result: [] } },
    expected: { path: ['data', 'result'] },
  },
  {
    title: 'LogDNA',
    value: { _line: EVENT, _ts: MS, _host: 'node-1', _app: 'ibmcloud-kube-audit' },
    expected: { text: EVENT, context: { host: 'node-1', source: 'ibmcloud-kube-audit', time: TIME } },
  },
  {
    title: 'Cloud Logging of a container',
    value: {
      logName: 'x',
      jsonPayload: { rule: 'x' },
      timestamp: TIME,
      resource: { labels: { cluster_name: 'demo' } },
      labels: { 'compute.googleapis.com/resource_name': 'node-1' },
    },
    expected: { path: ['jsonPayload'], context: { cluster: 'demo', node: 'node-1', host: 'node-1', time: TIME } },
  },
  { title: 'an audit entry of Google', value: { logName: 'x', protoPayload: {}, textPayload: EVENT }, expected: undefined },
  { title: 'a message that is prose', value: { '@timestamp': TIME, message: 'hello' }, expected: undefined },
  {
    title: 'prose of Filebeat',
    value: { '@timestamp': TIME, message: 'hello', input: { type: 'container' } },
    expected: { text: 'hello', context: { time: TIME } },
  },
  { title: 'prose of Fluent Bit', value: { log: 'hello', kubernetes: {} }, expected: { text: 'hello', context: {} } },
  {
    title: 'an event of Elastic’s with a message',
    value: { '@timestamp': TIME, message: EVENT, process: {}, input: { type: 'log' } },
    expected: undefined,
  },
  { title: 'a line number', value: { line: 7, timestamp: TIME }, expected: undefined },
  { title: 'a record with a line of its own', value: { line: 'hello', timestamp: TIME, rule: 'x' }, expected: undefined },
]);

table(programLog, [
  { title: 'klog as JSON', value: { ts: 1773740462345.6, caller: 'a.go:1', msg: 'x', v: 0 }, expected: { ignored: 'klog line' } },
  {
    title: 'zap',
    value: { level: 'info', ts: TIME, caller: 'a.go:1', msg: 'x' },
    expected: { ignored: 'log line of a program' },
  },
  { title: 'something with a message', value: { msg: 'x', level: 'info' }, expected: undefined },
]);

table(lists, [
  {
    title: 'an empty page',
    value: { events: [], searchedLogStreams: [], nextToken: 'x' },
    expected: { ignored: 'an empty list' },
  },
  { title: 'a record with an empty list', value: { data: [], rule: 'x' }, expected: undefined },
]);

describe('lists', () => {
  const event = { id: '1', timestamp: MS, message: EVENT };
  test.for([
    {
      title: 'a subscription payload',
      envelope: cloudwatch,
      value: { messageType: 'DATA_MESSAGE', logGroup: GROUP, logStream: STREAM, logEvents: [event] },
      expected: { path: ['logEvents'], context: { cluster: 'demo', source: STREAM } },
    },
    {
      title: 'a payload of another group',
      envelope: cloudwatch,
      value: { messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/x', logEvents: [event] },
      expected: { path: ['logEvents'], context: {} },
    },
    {
      title: 'filter-log-events',
      envelope: cloudwatch,
      value: { events: [event], searchedLogStreams: [], nextToken: 'x' },
      expected: { path: ['events'] },
    },
    { title: 'events of something else', envelope: cloudwatch, value: { events: [{ a: 1 }] }, expected: undefined },
    {
      title: 'records of a Kinesis event',
      envelope: base64,
      value: { Records: [{ kinesis: { data: 'x' } }] },
      expected: { path: ['Records'] },
    },
    {
      title: 'pulled messages',
      envelope: base64,
      value: { receivedMessages: [{ message: { data: 'x', messageId: '1' } }] },
      expected: { path: ['receivedMessages'] },
    },
    { title: 'records without data', envelope: base64, value: { records: [{ category: 'kube-audit' }] }, expected: undefined },
    {
      title: 'a list under data',
      envelope: lists,
      value: { page: { total: 1 }, data: [{ a: 1 }] },
      expected: { path: ['data'] },
    },
    {
      title: 'OData',
      envelope: lists,
      value: { '@odata.context': 'x', value: [{ a: 1 }], '@odata.nextLink': 'x' },
      expected: { path: ['value'] },
    },
    { title: 'records', envelope: lists, value: { records: [{ a: 1 }] }, expected: { path: ['records'] } },
    {
      title: 'a record with a list of data',
      envelope: lists,
      value: { workload: {}, data: [{ name: 'x' }] },
      expected: undefined,
    },
    { title: 'a list of texts', envelope: lists, value: { data: ['a'] }, expected: undefined },
    {
      title: 'a list of Kubernetes objects',
      envelope: lists,
      value: { kind: 'List', apiVersion: 'v1', items: [{ kind: 'Event' }] },
      expected: undefined,
    },
    {
      title: 'OTLP: what the resource says',
      envelope: otlp,
      value: {
        resource: {
          attributes: [
            { key: 'openshift.cluster.uid', value: { stringValue: 'c' } },
            { key: 'openshift.log.type', value: { stringValue: 'audit' } },
            { key: 'openshift.log.source', value: { stringValue: 'openshiftAPI' } },
            { key: 'k8s.node.name', value: { stringValue: 'node-1' } },
            { key: 'k8s.pod.name', value: { stringValue: 'collector' } },
            7,
          ],
        },
        scopeLogs: [],
      },
      expected: { path: ['scopeLogs'], context: { cluster: 'c', server: 'openshiftAPI', node: 'node-1', host: 'node-1' } },
    },
  ])('$title', ({ envelope, value, expected }) => {
    expect(envelope.list?.(value)).toEqual(expected);
  });
});

const SYSMON = {
  channel: 'Linux-Sysmon/Operational',
  computer_name: 'node-1',
  event_id: '1',
  record_id: 24,
  time_created: '2026-03-17T09:41:02.345Z',
  event_data: { Image: '/usr/bin/id', CommandLine: 'sh -c "a < b" & c\nd', 'not a name': 'x', version: 5 },
};
table(winlog, [
  {
    title: 'an event of Sysmon for Linux',
    value: { winlog: SYSMON, host: { name: 'worker-1' } },
    expected: {
      text: `<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="${TIME}"/><EventRecordID>24</EventRecordID><Computer>node-1</Computer></System><EventData><Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">sh -c &quot;a &lt; b&quot; &amp; c&#10;d</Data></EventData></Event>`,
      context: { host: 'worker-1' },
    },
  },
  { title: 'one of Windows', value: { winlog: { ...SYSMON, channel: 'Security' } }, expected: undefined },
  { title: 'one without its data', value: { winlog: { channel: SYSMON.channel } }, expected: undefined },
]);

const ALERT = '09:41:02.345000000: Notice A shell was spawned (user=root)';
const LABELS = {
  rule: 'Terminal shell in container',
  priority: 'Notice',
  source: 'syscall',
  hostname: 'node-1',
  tags: 'T1059,shell',
};
const SIDEKICK = {
  time: TIME,
  rule: LABELS.rule,
  priority: 'Notice',
  source: 'syscall',
  hostname: 'node-1',
  tags: ['T1059', 'shell'],
  output: ALERT,
};
table(shipper, [
  {
    title: 'an alert that Falcosidekick wrote into Loki keeps its rule',
    value: { stream: LABELS, values: [['1773740462345000000', ALERT]] },
    expected: { text: JSON.stringify([{ ...SIDEKICK, time: '2026-03-17T09:41:02.345000000Z' }]) },
  },
  {
    title: 'as logcli prints it',
    value: { labels: LABELS, line: ALERT, timestamp: TIME },
    expected: { text: JSON.stringify(SIDEKICK) },
  },
]);

test('the time of a line of Grafana’s is kept to its last digit', () => {
  const time = (row: Record<string, unknown>) => grafana.value?.({ Line: '{}', ...row });
  expect(time({ tsNs: '1773740462345678901', Date: TIME })).toMatchObject({
    context: { time: '2026-03-17T09:41:02.345678901Z' },
  });
  expect(time({ Date: TIME, id: '1' })).toMatchObject({ context: { time: TIME } });
  expect(grafana.line?.(`${MS}\t${TIME}\tx`)).toEqual({ text: 'x', context: { time: TIME } });
});
