/** What the exports of Amazon’s, Google’s and Microsoft’s clouds wrap around records. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { aks } from '../../../workers/envelopes/aks';
import { base64 } from '../../../workers/envelopes/base64';
import { cloudwatch } from '../../../workers/envelopes/cloudwatch';
import { cloudwatchInsights } from '../../../workers/envelopes/cloudwatch-insights';
import { logAnalytics, portalTime } from '../../../workers/envelopes/log-analytics';
import { EVENT, GROUP, MS, STREAM, TIME, table } from './value-table';

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
