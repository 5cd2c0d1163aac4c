import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubearmor } from '../../../workers/formats/kubearmor';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = readFileSync(resolve(import.meta.dirname, '../../fixtures/kubearmor/shapes.ndjson'));
const [EXEC] = fixture
  .toString()
  .split('\n')
  .slice(0, 1)
  .map((line) => JSON.parse(line));
const one = async (values: Record<string, unknown>) =>
  told((await stage.run(kubearmor, Buffer.from(JSON.stringify({ ...EXEC, ...values })))).rows[0]);

describe.skipIf(!haveSamples)('real telemetry, checked by hand', () => {
  const container = '8762eafc25a35ab90089f79703b86659989e8e547c2c029fb60f55d884355000';
  const nginx = {
    cluster: 'default',
    namespace: 'default',
    pod: 'nginx-8f458dc5b-fl42t',
    container: 'nginx',
    containerid: container,
    image: 'docker.io/library/nginx:latest@sha256:af296b188c7b7df99ba960ca614439c99cb7cf252ed7bbc23e90cfda59092305',
    host: 'ip-172-31-24-142',
    rank: 0,
    keyed: false,
  };
  test.for([
    {
      title: 'a package tool that was blocked',
      row: 1,
      expected: {
        ...nginx,
        time: '2023-06-11T09:19:43.451704000Z',
        precision: 'us',
        kind: 'cmd',
        result: 'refused',
        errno: 13,
        comm: 'apt',
        cmdline: '/usr/bin/apt update',
        exe: '/usr/bin/apt',
        pid: 3341928,
        ppid: 3341922,
        vpid: 792,
        parent: 'dash',
        rule: 'block-pkg-mgmt-tools-exec',
        severity: 'info',
        severityraw: '1',
        origin: 'kubearmor BPFLSM',
      },
    },
    {
      title: 'a file that was read by a process that entered the container',
      row: 2,
      expected: {
        ...nginx,
        time: '2023-06-11T10:12:51.967519000Z',
        precision: 'us',
        kind: 'file',
        result: 'ok',
        comm: 'cat',
        cmdline: '/bin/cat /etc/nginx/conf.d/default.conf',
        exe: '/bin/cat',
        pid: 3371357,
        ppid: 3224933,
        vpid: 825,
        parent: 'containerd-shim-runc-v2',
        file: 'default.conf',
        directory: '/etc/nginx/conf.d/',
        path: '/etc/nginx/conf.d/default.conf',
        mode: 'read',
        rule: 'audit-etc-nginx-access',
        severity: 'info',
        severityraw: '1',
        origin: 'kubearmor eBPF Monitor',
      },
    },
    {
      title: 'a name that was asked for, on a terminal',
      row: 3,
      expected: {
        time: '2025-12-08T18:28:47.125539000Z',
        precision: 'us',
        kind: 'net',
        result: 'ok',
        cluster: 'default',
        namespace: 'default',
        workload: 'nginx',
        workloadkind: 'Deployment',
        deployment: 'nginx',
        pod: 'nginx-779797d5bd-wlrsn',
        container: 'nginx',
        containerid: 'c830ee7121da37bde4021a90d51728d05bf2e71ac5a31b6461a39b7cf77cffb1',
        image: 'docker.io/library/nginx:latest@sha256:553f64aecdc31b5bf944521731cd70e35da4faed96b2b7548a3d8e2598c52a42',
        host: 'archlinux',
        comm: 'curl',
        cmdline: '/usr/bin/curl google.com',
        exe: '/usr/bin/curl',
        cwd: '/',
        pid: 251151,
        ppid: 247074,
        vpid: 51,
        parent: 'bash',
        uid: 0,
        tty: 34816,
        direction: 'out',
        l4proto: 'udp',
        serverport: 53,
        domain: ['google.com.default.svc.cluster.local'],
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a connection that a firewall rule saw come in',
      row: 26,
      expected: {
        kind: 'net',
        direction: 'in',
        l4proto: 'tcp',
        client: '192.168.29.42',
        clientport: 53262,
        server: '192.168.29.76',
        serverport: 22,
        username: 'root',
      },
    },
    {
      title: 'tags of a policy',
      row: 16,
      expected: {
        tags: ['NIST', 'NIST_800-53_CM-7(4)', 'SI-4', 'process', 'NIST_800-53_SI-4'],
        severity: 'medium',
        flags: ['undated'],
      },
    },
    { title: 'a server that was connected to', row: 15, expected: { direction: 'out', server: '10.0.0.10', serverport: 53 } },
  ])('$title', async ({ row, expected }) => {
    const activity = told((await stage.run(kubearmor, sampleBytes('agents/kubearmor/kubearmor-docs.ndjson'))).rows[row]);
    if ('keyed' in expected) expect(activity).toEqual(expected);
    else expect(activity).toMatchObject(expected);
  });
});

test('each sort of telemetry has a fate', async () => {
  const { rows, rejects } = await stage.run(kubearmor, fixture);
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.skip ?? row.kind)).toEqual([
    'cmd',
    'cmd',
    'file',
    'net',
    'net',
    'net',
    'ignored: a socket without a peer',
    'policy',
    'policy',
    'net',
    'file',
  ]);
  expect(rows[1]).toMatchObject({ pid: 1252488 });
  expect(rows[10]).toMatchObject({ container: 'cart', pod: 'cart-1', namespace: 'shop', precision: 'us' });
});

test.for([
  ['1', 'info'],
  ['2', 'info'],
  ['3', 'low'],
  ['5', 'medium'],
  ['7', 'high'],
  ['8', 'high'],
  ['9', 'critical'],
  ['10', 'critical'],
] as const)('severity %s is %s', async ([Severity, severity]) => {
  expect(await one({ Type: 'MatchedPolicy', PolicyName: 'p', Severity })).toMatchObject({
    severity,
    severityraw: Severity,
    rule: 'p',
  });
});

test.for([
  {
    title: 'an exec',
    values: {},
    expected: { cmdline: '/usr/bin/curl -s files.example.org', comm: 'curl', parent: 'bash', cwd: '/srv/', tty: 34817 },
  },
  {
    title: 'a relative command',
    values: { Resource: './run me', ProcessName: '/srv/run' },
    expected: { cmdline: './run me', exe: '/srv/run', comm: 'run' },
  },
  { title: 'a terminal beyond 255', values: { TTY: '/dev/pts/300' }, expected: { tty: 35116 } },
  { title: 'a console', values: { TTY: 'tty1' }, expected: { tty: 1025 } },
  {
    title: 'only whole seconds',
    values: { UpdatedTime: undefined },
    expected: { time: '2026-03-17T09:41:09.000000000Z', precision: 's' },
  },
  { title: 'a failure', values: { Result: 'No such file or directory' }, expected: { result: 'failed', errno: 2 } },
  {
    title: 'tags as one text',
    values: { Type: 'MatchedPolicy', PolicyName: 'p', Tags: 'A,B', ATags: null },
    expected: { tags: ['A', 'B'] },
  },
  {
    title: 'a connection that was accepted: the other side is the client',
    values: {
      Operation: 'Network',
      Resource: 'remoteip=203.0.113.9 port=40000 protocol=TCP',
      Data: 'kprobe=tcp_accept domain=AF_INET',
    },
    expected: { direction: 'in', client: '203.0.113.9', clientport: 40000, l4proto: 'tcp' },
    lacks: ['domain', 'server'],
  },
  {
    title: 'a capability',
    values: { Operation: 'Capabilities', Resource: 'CAP_NET_RAW', Data: 'lsm=CAPABLE', Type: 'MatchedPolicy', PolicyName: 'p' },
    expected: { kind: 'policy', label: 'CAPABLE', rule: 'p' },
  },
  { title: 'a process of a host', values: { ContainerID: '' }, expected: {}, lacks: ['vpid', 'containerid'] },
] as { title: string; values: Record<string, unknown>; expected: Record<string, unknown>; lacks?: string[] }[])(
  '$title',
  async ({ values, expected, lacks }) => {
    const activity = await one(values);
    expect(activity).toMatchObject(expected);
    for (const attribute of lacks ?? []) expect(activity).not.toHaveProperty(attribute);
  },
);
