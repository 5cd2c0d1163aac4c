/**
 * No real payload of Sysdig's is public under a licence: the sample is synthetic, on the names and types that the vendor documents, and so is the fixture.
 * Every attribute is therefore asserted on those, and none on a real record.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sysdig } from '../../../workers/formats/sysdig';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = readFileSync(resolve(import.meta.dirname, '../../fixtures/sysdig/shapes.ndjson'));
const LINES = fixture.toString().split('\n').filter(Boolean);
const [COMMAND, CONNECTION, , , KUBE_EXEC, POLICY] = LINES.map((line) => JSON.parse(line));
const LEGACY = LINES[6];
/** A line as it is written, or an object (whose nanoseconds JavaScript has rounded). */
const one = async (record: unknown) =>
  told((await stage.run(sysdig, Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)))).rows[0]);

describe.skipIf(!haveSamples)('one chain of the synthetic sample, checked by hand', () => {
  const common = { cluster: 'demo', namespace: 'shop', pod: 'web-5d4f8c7b9-x2x4z', containerid: 'a1b2c3d4e5f6', host: 'node-1' };
  test.for([
    {
      row: 0,
      title: 'a kube exec, with the audit id of its request',
      expected: {
        ...common,
        time: '2023-11-14T22:13:20.100000000Z',
        kind: 'exec',
        label: 'kube exec',
        user: 'alice@example.org',
        groups: ['system:authenticated'],
        command: ['bash'],
        container: 'web',
        subresource: 'exec',
        resource: 'pods',
        name: 'web-5d4f8c7b9-x2x4z',
        sourceaddresses: ['192.0.2.10'],
        auditid: '5f0b7d3e-1111-4a6a-9c55-0a0b0c0d0e0f',
        deployment: 'web',
        image: 'docker.io/library/nginx:1.25',
        useragent: 'kubectl/v1.28.2 (linux/amd64) kubernetes/89a4ea3',
      },
    },
    {
      row: 1,
      title: 'the shell that it started',
      expected: {
        ...common,
        time: '2023-11-14T22:13:20.410000000Z',
        precision: 'ns',
        kind: 'cmd',
        count: 1,
        comm: 'bash',
        cmdline: 'bash',
        parent: 'containerd-shim',
        exe: '/usr/bin/bash',
        cwd: '/',
        pid: 51000,
        ppid: 50800,
        tty: 34816,
        shellid: 51000,
        uid: 0,
        username: 'root',
        mac: '02:00:00:00:00:01',
      },
    },
    {
      row: 3,
      title: 'a connection out',
      expected: {
        ...common,
        kind: 'net',
        result: 'ok',
        direction: 'out',
        l4proto: 'tcp',
        client: '192.168.1.10',
        clientport: 40000,
        server: '198.51.100.7',
        serverport: 80,
        pid: 51020,
        comm: 'curl',
      },
    },
    {
      row: 4,
      title: 'a file written',
      expected: { ...common, kind: 'file', mode: 'write', path: '/tmp/x', directory: '/tmp/', file: 'x' },
    },
  ])('$title', async ({ row, expected }) => {
    const { rows } = await stage.run(sysdig, sampleBytes('agents/sysdig/SYNTHETIC-activity-audit.ndjson'));
    expect(told(rows[row])).toMatchObject(expected);
  });
});

test('each type has a fate', async () => {
  const { rows, rejects } = await stage.run(sysdig, fixture);
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.skip ?? row.kind)).toEqual([
    'cmd',
    'net',
    'net',
    'file',
    'exec',
    'file',
    'cmd',
    'ignored: what users did in Sysdig itself (audittrail)',
    'ignored: a benchmark result',
    'ignored: a report of vulnerabilities',
  ]);
});

test.for([
  {
    title: 'a folded command with its login user',
    record: () => COMMAND,
    expected: {
      count: 3,
      loginuid: 1001,
      loginname: 'deploy',
      image: 'sha256:00ff',
      node: 'node-1.example.internal',
      namespace: 'shop',
    },
  },
  {
    title: 'domains that the server was resolved from',
    record: () => CONNECTION,
    expected: { domain: ['files.example.org'], workload: 'web', workloadkind: 'StatefulSet' },
  },
  {
    title: 'addresses as numbers alone',
    record: () => ({ ...CONNECTION, clientIpv4Dot: undefined, serverIpv4Dot: undefined }),
    expected: { client: '192.168.1.10', server: '198.51.100.7' },
  },
  {
    title: 'the API’s addresses and protocol as text',
    record: () => ({ ...CONNECTION, clientIpv4Dot: undefined, clientIpv4: '10.1.2.3', l4protocol: 'TCP' }),
    expected: { client: '10.1.2.3', l4proto: 'tcp' },
  },
  {
    title: 'a refused connection',
    record: () => ({ ...CONNECTION, errorCode: -111 }),
    expected: { result: 'failed', errno: 111 },
  },
  { title: 'a connection under way', record: () => ({ ...CONNECTION, errorCode: -115 }), expected: { result: 'ok' } },
  {
    title: 'a command of several words',
    record: () => ({ ...KUBE_EXEC, args: { command: ['sh', '-c', 'id'] } }),
    expected: { command: ['sh', '-c', 'id'] },
  },
  {
    title: 'an attach',
    record: () => ({ ...KUBE_EXEC, subResource: 'attach' }),
    expected: { kind: 'exec', label: 'kube attach' },
  },
  {
    title: 'a policy event, by Falco’s fields',
    record: () => POLICY,
    expected: {
      kind: 'file',
      path: '/etc/x',
      mode: 'write',
      comm: 'touch',
      pid: 4711,
      ancestors: ['bash', 'su'],
      rule: 'Write below etc',
      severity: 'medium',
      severityraw: '4',
      tags: ['MITRE_T1552_unsecured_credentials'],
      origin: 'sysdig syscall',
      mac: '02:00:00:00:00:01',
    },
  },
  {
    title: 'a legacy policy event, whose fields and labels are lists of pairs and whose time is in microseconds beside',
    record: () => LEGACY,
    expected: {
      kind: 'cmd',
      time: '2026-03-17T09:41:14.000001002Z',
      precision: 'ns',
      comm: 'bash',
      cmdline: 'bash -i',
      tty: 34817,
      rule: 'Terminal shell in container',
      severity: 'low',
      container: 'web',
      image: 'registry.example.org/web',
      host: 'node-2',
      mac: '02:00:00:00:00:02',
    },
  },
])('$title', async ({ record, expected }) => {
  expect(await one(record())).toMatchObject(expected);
});

test.for([
  { timestamp: 1773740469123456789n, time: '2026-03-17T09:41:09.123456789Z', precision: 'ns' },
  { timestamp: 1773740469123456n, time: '2026-03-17T09:41:09.123456000Z', precision: 'us' },
  { timestamp: 1773740469123n, time: '2026-03-17T09:41:09.123000000Z', precision: 'ms' },
])('$timestamp is $time', async ({ timestamp, ...expected }) => {
  const written = JSON.stringify({ ...COMMAND, timestamp: '#', timestampRFC3339Nano: undefined }).replace(
    '"#"',
    String(timestamp),
  );
  const { rows } = await stage.run(sysdig, Buffer.from(written));
  expect(told(rows[0])).toMatchObject(expected);
});

test.for([
  [0, 'high'],
  [3, 'high'],
  [4, 'medium'],
  [5, 'medium'],
  [6, 'low'],
  [7, 'info'],
] as const)('severity %s is %s', async ([level, severity]) => {
  expect(await one({ ...POLICY, severity: level })).toMatchObject({ severity, severityraw: String(level) });
});

test('the forwarder’s and the API’s copies of one event merge by its id, the forwarder’s first', async () => {
  const [forwarded, asked] = [await one(COMMAND), await one({ ...COMMAND, agentId: undefined, rxTimestamp: undefined })];
  expect(asked.merge).toBe(forwarded.merge);
  expect([forwarded.rank, asked.rank]).toEqual([0, 1]);
  expect(forwarded.keyed).toBe(true);
});

test('no login shell and no login user are nothing, not zero', async () => {
  const activity = await one({ ...COMMAND, loginShellId: 0, userLoginUid: 4294967295, userLoginName: '<NA>' });
  for (const attribute of ['shellid', 'loginuid', 'loginname']) expect(activity).not.toHaveProperty(attribute);
});

test('an answer of the API is a page of events', async () => {
  const page = `{"page": {"total": 3, "prev": "x"}, "data": [${LINES.slice(0, 3).join(',\n')}]}`;
  expect(recognised(Buffer.from(page)).format?.id).toBe('sysdig');
  const { rows, rejects } = await stage.run(sysdig, Buffer.from(page));
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.kind)).toEqual(['cmd', 'net', 'net']);
});
