/** Audit events that somebody took apart, renamed or parsed on the way arrive as the API server wrote them. */
import { beforeAll, expect, test } from 'vitest';
import { type Arrived, arrive, arriveAll, csv, EVENTS, IDS, lines, opensStage, shapes } from './arrive';

opensStage();

type Fields = Record<string, unknown>;
const events = EVENTS.map((event) => JSON.parse(event) as Fields);

/** What a reader looks for; bodies may be lost on the way, and are asked for apart. */
const ASKED = ['auditid', 'time', 'verb', 'resource', 'subresource', 'namespace', 'pod', 'user', 'groups', 'sourceaddresses'];
const MORE = ['useragent', 'command', 'container', 'code', 'decision', 'decisionreason', 'requesturi', 'level', 'stage', 'kind'];
const asked = (activity: Fields) => Object.fromEntries([...ASKED, ...MORE].map((name) => [name, activity[name]]));

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

/** Keys with dots as objects in objects, as Wazuh's decoder makes them. */
function nested(fields: Fields): Fields {
  const made: Record<string, Fields | unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    const path = key.split('.');
    let holder = made;
    for (const name of path.slice(0, -1)) {
      holder[name] ??= {};
      holder = holder[name] as Record<string, unknown>;
    }
    holder[path.at(-1) as string] = typeof value === 'object' && !Array.isArray(value) ? nested(value as Fields) : value;
  }
  return made;
}

/** Attributes of Datadog in place of some fields. */
const datadogs = ({ verb, userAgent, sourceIPs, responseStatus, ...rest }: Fields): Fields => ({
  ...rest,
  http: { method: verb, useragent: userAgent, status_code: (responseStatus as Fields).code },
  network: { client: { ip: sourceIPs } },
});

/** OCSF 1.1 as Security Lake has it: what has no field of its own under dotted names. */
function ocsf(event: Fields): Fields {
  const { user, objectRef, responseStatus, annotations, sourceIPs } = event as Readonly<Record<string, Fields>>;
  const [ip, ...intermediate_ips] = event.sourceIPs as string[];
  const dotted = (name: string, fields: unknown) =>
    Object.fromEntries(Object.entries((fields ?? {}) as Fields).map(([key, value]) => [`${name}.${key}`, value]));
  return {
    class_uid: 6003,
    category_uid: 6,
    activity_id: 1,
    type_uid: 600301,
    metadata: { log_level: event.level, product: { name: 'Amazon EKS', version: 'audit.k8s.io/v1' }, version: '1.1.0' },
    message: event.stage,
    actor: { user: { name: user?.username, uid: user?.uid, groups: [user?.groups].flat().map((name) => ({ name })) } },
    api: { operation: event.verb, request: { uid: event.auditID }, response: { code: responseStatus?.code }, version: 'v1' },
    http_request: { url: { path: event.requestURI }, user_agent: event.userAgent },
    resources: [{ type: objectRef?.resource, name: objectRef?.name, namespace: objectRef?.namespace }],
    src_endpoint: { ip, ...(sourceIPs && { intermediate_ips }) },
    start_time_dt: String(event.requestReceivedTimestamp).replace('T', ' ').replace('Z', ''),
    time_dt: String(event.stageTimestamp).replace('T', ' ').replace('Z', ''),
    unmapped: { ...dotted('annotations', annotations), ...dotted('user.extra', user?.extra) },
  };
}

const SPELLINGS: readonly { readonly title: string; readonly content: string; readonly around: readonly string[] }[] = [
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
  {
    title: 'Defender’s CloudAuditEvents, streamed',
    content: json(
      events.map((event) => ({
        time: TIME,
        category: 'AdvancedHunting-CloudAuditEvents',
        properties: { DataSource: 'Azure Kubernetes Service', RawEventData: struct(event) },
      })),
    ),
    around: ['cell', 'audit-fields'],
  },
  {
    title: 'Defender’s CloudAuditEvents in a table',
    content: csv([
      ['Timestamp', 'AdditionalFields', 'RawEventData'],
      ...events.map((event) => [TIME, '{"note":"something that is not the record"}', JSON.stringify(struct(event))]),
    ]),
    around: ['cell', 'audit-fields'],
  },
  {
    title: 'Sentinel’s AWSEKSLogs',
    content: json(
      events.map((RawEvent) => ({ TimeGenerated: TIME, ClusterName: 'demo', Verb: 'x', ObjectRef: 'a/b/c', RawEvent })),
    ),
    around: ['log-analytics'],
  },
  {
    title: 'alerts of Wazuh',
    content: json(events.map((event) => ({ timestamp: TIME, rule: { level: 5 }, agent: { id: '000' }, data: nested(event) }))),
    around: ['cell', 'audit-fields'],
  },
  {
    title: 'logs of Datadog',
    content: json(events.map((event) => ({ _id: 'x', date: TIME, service: 'audit', attributes: datadogs(event) }))),
    around: ['datadog', 'audit-fields'],
  },
  { title: 'OCSF’s API Activity', content: json(events.map(ocsf)), around: ['ocsf-api'] },
];

let plain: readonly Fields[];
let arrived: readonly Arrived[];
beforeAll(async () => {
  const [straight, ...all] = await arriveAll([lines(...EVENTS), ...SPELLINGS.map(({ content }) => content)]);
  plain = straight?.activities.map(asked) ?? [];
  arrived = all;
  expect(plain.map(({ auditid }) => auditid)).toEqual(IDS);
});

test.for(SPELLINGS.map(({ title, around }, i) => ({ title, around, i })))('$title', ({ around, i }) => {
  expect(arrived[i]).toMatchObject({ format: 'k8s-audit', around, ignored: [], rejects: [] });
  expect(arrived[i]?.activities.map(asked)).toEqual(plain);
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

test('what was not asked for of the object, the path of the request tells', async () => {
  const path = '/api/v1/namespaces/shop/pods/web-0/exec?command=id&container=app';
  const told = { verb: 'create', resource: 'pods', subresource: 'exec', namespace: 'shop', pod: 'web-0', command: ['id'] };
  const [insights, portal] = await arriveAll([
    csv([
      ['@timestamp', 'verb', 'requestURI', 'user.username'],
      ['2026-03-17 09:41:02.345', 'create', path, 'ops'],
    ]),
    csv([
      ['TimeGenerated [UTC]', 'AuditId', 'Verb', 'RequestUri'],
      ['3/17/2026, 9:41:02.345 AM', 'x', 'create', path],
    ]),
  ]);
  expect(insights).toMatchObject({ around: ['audit-fields'], activities: [{ ...told, user: 'ops', container: 'app' }] });
  expect(portal).toMatchObject({
    around: ['log-analytics'],
    activities: [{ ...told, auditid: 'x', time: '2026-03-17T09:41:02.345000000Z' }],
  });
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
