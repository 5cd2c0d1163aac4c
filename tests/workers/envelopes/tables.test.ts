/** Records as rows of tables and as documents of an index: put together again from columns and fields. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { recognised } from '../../helpers/stage';
import { arrive, csv, EVENTS, IDS, lines, opensStage, shapes } from './arrive';

opensStage();

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

describe('rows of any system with the record in one field', () => {
  test.for([
    {
      title: 'Athena over an export of CloudWatch',
      content: csv([['line', 'date'], ...EVENTS.map((event) => [event, '2026/03/17'])]),
    },
    {
      title: 'Data Explorer',
      content: csv([['Timestamp', 'Category', 'Payload'], ...EVENTS.map((event) => ['2026-03-17T09:41:02.3Z', 'x', event])]),
    },
    {
      title: 'documents with the original in a field',
      content: lines(...EVENTS.map((original) => JSON.stringify({ id: 1, original, tags: ['a'] }))),
    },
  ])('$title', async ({ content }) => {
    const arrived = await arrive(content);
    expect(arrived).toMatchObject({ format: 'k8s-audit', around: ['cell'], rejects: [] });
    expect(arrived.activities.map(({ auditid }) => auditid)).toEqual(IDS);
  });

  test('where two fields hold an object nobody can say which is the record', () => {
    expect(
      recognised(Buffer.from(lines(...EVENTS.map((event) => JSON.stringify({ was: event, is: event }))))).format,
    ).toBeUndefined();
  });
});

test('what gcloud logging read prints where no format is asked for', async () => {
  const entries = shapes('gke').slice(0, 6);
  const yaml = entries.map((entry) => `---\n${stringify(JSON.parse(entry), { sortMapEntries: true, lineWidth: 0 })}`).join('');
  const [arrived, plain] = [await arrive(yaml), await arrive(lines(...entries))];
  expect(arrived).toMatchObject({ format: 'gke', around: ['yaml'], rejects: [] });
  const told = ({ activities }: typeof plain) => activities.map(({ at: _, ...activity }) => activity);
  expect(told(arrived)).toEqual(told(plain));
  expect(plain.activities.length).toBeGreaterThan(3);
});
