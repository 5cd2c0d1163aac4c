/** Carriers of three events: container logs, journals, prefixes, payloads of CloudWatch and brokers. */
import { gzipSync } from 'node:zlib';
import { type Arrival, base64, cri, csv, EVENTS, FIRST, KLOG, lines, MS, payload, SECOND, STREAM, THIRD } from './arrive';

const journal = (MESSAGE: string) => JSON.stringify({ __CURSOR: 'x', __REALTIME_TIMESTAMP: '1773740462345678', MESSAGE });

export const CARRIERS: readonly Arrival[] = [
  {
    title: 'journalctl -o json-seq',
    content: lines(...EVENTS.map((event) => `\u001e${journal(event)}`)),
    around: ['prefixed', 'journald'],
    places: ['1', '2', '3'],
  },
  {
    title: 'journalctl -o json-sse',
    content: lines(...EVENTS.flatMap((event) => [`data: ${journal(event)}`, ''])),
    around: ['prefixed', 'journald'],
    places: ['1', '3', '5'],
  },
  {
    title: 'EventLists, one of them of nothing',
    content: lines(
      '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":null}',
      `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${EVENTS.join(',')}]}`,
    ),
    around: ['lists'],
    places: ['2.1', '2.2', '2.3'],
    ignored: ['1 ignored: an empty list'],
  },
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
    content: lines(...EVENTS.map((log) => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-03-17T09:41:02.3Z' }))),
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
];
