/** Audit events that somebody took apart, renamed or parsed on the way arrive as the API server wrote them. */
import { beforeAll, expect, test } from 'vitest';
import { arrive, csv, EVENTS, IDS, lines, shapes } from './arrive';

type Fields = Record<string, unknown>;
const events = EVENTS.map((event) => JSON.parse(event) as Fields);

/** What a reader looks for; bodies may be lost on the way, and are asked for apart. */
const ASKED = ['auditid', 'time', 'verb', 'resource', 'subresource', 'namespace', 'pod', 'user', 'groups', 'sourceaddresses'];
const MORE = ['useragent', 'command', 'container', 'code', 'decision', 'decisionreason', 'requesturi', 'level', 'stage', 'kind'];
const asked = (activity: Fields) => Object.fromEntries([...ASKED, ...MORE].map((name) => [name, activity[name]]));

let plain: readonly Fields[];
beforeAll(async () => {
  plain = (await arrive(lines(...EVENTS))).activities.map(asked);
  expect(plain.map(({ auditid }) => auditid)).toEqual(IDS);
});

const BODIES = /^(?:requestObject|responseObject)\b/;
/** By dotted names, but for bodies. */
function flat(fields: Fields, before = ''): Fields {
  const entries = Object.entries(fields).filter(([name]) => !BODIES.test(name));
  return Object.assign(
    {},
    ...entries.map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? flat(value as Fields, `${before}${name}.`)
        : { [`${before}${name}`]: value },
    ),
  );
}

/** Rows of all keys, lists with commas. */
function table(rows: readonly Fields[]): string {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const cell = (value: unknown) => (Array.isArray(value) ? value.join(', ') : value === undefined ? '' : String(value));
  return csv([names, ...rows.map((row) => names.map((name) => cell(row[name])))]);
}

const GO: Readonly<Record<string, string>> = {
  uid: 'UID',
  apiGroup: 'APIGroup',
  apiVersion: 'APIVersion',
  sourceIPs: 'SourceIPs',
};
const go = (name: string) => GO[name] ?? name.slice(0, 1).toUpperCase() + name.slice(1);
/** As Go prints a struct without tags: bodies and annotations keep their names. */
function struct(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      go(name),
      typeof value === 'object' && value !== null && !Array.isArray(value) && !/Object$|annotations|extra/.test(name)
        ? struct(value as Fields)
        : value,
    ]),
  );
}

const withoutDots = (event: Fields): Fields => ({
  ...event,
  annotations: Object.fromEntries(
    Object.entries((event.annotations ?? {}) as Fields).map(([name, value]) => [name.replaceAll('.', '_'), value]),
  ),
});
const prefixed = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`kubernetes.audit.${name}`, value]));
const inLists = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value : [value]]));
const asText = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
const texts = (event: Fields): Fields => Object.fromEntries(Object.entries(event).map(([name, value]) => [name, asText(value)]));
const json = (rows: readonly object[]) => lines(...rows.map((row) => JSON.stringify(row)));
const TIME = '2026-03-17T09:41:02.345Z';

test.for([
  { title: 'a table of dotted fields', content: table(events.map((event) => flat(event))), around: ['audit-fields'] },
  { title: 'lines of dotted fields', content: json(events.map((event) => flat(event))), around: ['audit-fields'] },
  { title: 'objects as texts, as Alibaba’s log service has them', content: json(events.map(texts)), around: ['audit-fields'] },
  {
    title: 'objects as texts in a table',
    content: table(events.map((event) => ({ __time__: '1773740462', ...texts(event) }))),
    around: ['audit-fields'],
  },
  { title: 'names of Go', content: json(events.map(struct)), around: ['audit-fields'] },
  {
    title: 'an EventList with names of Go',
    content: JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', Items: events.map(struct) }, null, 2),
    around: ['audit-fields'],
  },
  {
    title: 'Elastic’s integration',
    content: json(
      events.map((event) => ({ '@timestamp': TIME, event: { kind: 'event' }, kubernetes: { audit: withoutDots(event) } })),
    ),
    around: ['audit-fields'],
  },
  {
    title: 'Elastic’s integration in hits of asked fields',
    content: json(events.map((event) => ({ _index: 'a', _id: 'x', fields: inLists(prefixed(flat(withoutDots(event)))) }))),
    around: ['elasticsearch', 'audit-fields'],
  },
  {
    title: 'Elastic’s integration in Kibana’s CSV',
    content: table(
      events.map((event) => ({ '@timestamp': 'Mar 17, 2026 @ 09:41:02.345', ...prefixed(flat(withoutDots(event))) })),
    ),
    around: ['audit-fields'],
  },
  {
    title: 'ECS with the original',
    content: json(EVENTS.map((original) => ({ '@timestamp': TIME, agent: { type: 'filebeat' }, event: { original } }))),
    around: ['cell'],
  },
  {
    title: 'Fluent Bit’s Merge_Log_Key',
    content: json(events.map((event) => ({ log_processed: event, stream: 'stdout', kubernetes: { pod_name: 'x', labels: {} } }))),
    around: ['cell'],
  },
  {
    title: 'Filebeat’s json',
    content: json(events.map((event) => ({ '@timestamp': TIME, log: { offset: 1 }, host: { name: 'n' }, json: event }))),
    around: ['cell'],
  },
  {
    title: 'ContainerLogV2',
    content: csv([
      ['TimeGenerated', 'PodName', 'LogMessage', 'KubernetesMetadata'],
      ...EVENTS.map((event) => [TIME, 'x', event, '{"podLabels":{"component":"kube-apiserver"}}']),
    ]),
    around: ['cell'],
  },
  {
    title: 'events of the Event Hubs client, which hold Azure’s records',
    content: JSON.stringify(
      EVENTS.map((log) => ({
        body: { records: [{ time: TIME, resourceId: '/a/DEMO', category: 'kube-audit', properties: { log } }] },
        partitionKey: null,
      })),
    ),
    around: ['cell', 'aks'],
  },
])('$title', async ({ content, around }) => {
  const arrived = await arrive(content);
  expect(arrived).toMatchObject({ format: 'k8s-audit', around, ignored: [], rejects: [] });
  expect(arrived.activities.map(asked)).toEqual(plain);
});

test('what was asked of Logs Insights is taken as it is, with the time of the row', async () => {
  const content = csv([
    ['@timestamp', 'user.username', 'verb', 'objectRef.resource', 'objectRef.name', 'responseStatus.code'],
    ['2026-03-17 09:41:02.345', 'ops', 'delete', 'secrets', 'token', '403'],
    ['2026-03-17 09:41:03.000', 'ops', 'list', '', '', ''],
  ]);
  const { around, activities } = await arrive(content);
  expect(around).toEqual(['audit-fields']);
  expect(activities).toMatchObject([
    {
      at: '2',
      time: '2026-03-17T09:41:02.345000000Z',
      user: 'ops',
      verb: 'delete',
      resource: 'secrets',
      name: 'token',
      code: 403,
    },
    { at: '3', time: '2026-03-17T09:41:03.000000000Z', user: 'ops', verb: 'list' },
  ]);
});

test('the cluster is the one that Elastic’s integration names, and nesting without end costs nothing', async () => {
  const deep = JSON.parse(`${'{"kubernetes":{"audit":'.repeat(50)}{"verb":"get"}${'}}'.repeat(50)}`) as Fields;
  const [event] = events;
  const orchestrator = { cluster: { name: 'demo' } };
  const { activities } = await arrive(
    json([{ orchestrator, kubernetes: { audit: event } }, { kubernetes: { audit: { ...event, ...deep } } }]),
  );
  expect(activities).toMatchObject([{ cluster: 'demo', auditid: IDS[0] }, { auditid: IDS[0] }]);
});

test('times of Kibana stand in the zone of whoever looked', async () => {
  const event = {
    'kubernetes.audit.verb': 'get',
    'kubernetes.audit.requestURI': '/api',
    'kubernetes.audit.user.username': 'ops',
  };
  const rows = [1, 2].map(() => ({ ...event, 'kubernetes.audit.requestReceivedTimestamp': 'Mar 7, 2026 @ 09:41:02.345' }));
  const { activities } = await arrive(table(rows));
  expect(activities[0]).toMatchObject({ time: '2026-03-07T09:41:02.345000000Z', user: 'ops' });
});

test('an entry of GKE that went through Elastic’s integration is one again', async () => {
  const entries = shapes('gke')
    .map((line) => JSON.parse(line) as Fields)
    .filter((entry) => (entry.protoPayload as Fields | undefined)?.serviceName === 'k8s.io')
    .slice(0, 2);
  const moved = ({ protoPayload, insertId, timestamp, labels, ...rest }: Fields) => {
    const { status, ...payload } = protoPayload as Fields;
    const audit = {
      protoPayload: payload,
      auditID: insertId,
      stageTimestamp: timestamp,
      responseStatus: status,
      annotations: labels,
    };
    return { kubernetes: { audit: { ...audit, ...rest } } };
  };
  const through = await arrive(json(entries.map(moved)));
  const straight = await arrive(json(entries));
  expect(through).toMatchObject({ format: 'gke', around: ['audit-fields'], rejects: [] });
  expect(through.activities).toEqual(straight.activities);
});
