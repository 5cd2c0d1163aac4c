import { type Arrival, base64, cri, csv, EVENTS, FIRST, lines, MS, SECOND, STREAM, THIRD } from './arrive';

export const MORE_CARRIERS: readonly Arrival[] = [
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
    title: 'what is pushed to Loki',
    content: JSON.stringify({
      streams: [{ stream: {}, values: EVENTS.map((event) => ['1773740462345678901', event]) }],
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
        (event) => `{"version":"0","id":"x","detail-type":"audit","source":"a","time":"2026-03-17T09:41:02Z","detail":${event}}`,
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
