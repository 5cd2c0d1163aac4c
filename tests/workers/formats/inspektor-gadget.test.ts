import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspektorGadget } from '../../../workers/formats/inspektor-gadget';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = readFileSync(resolve(import.meta.dirname, '../../fixtures/inspektor-gadget/shapes.ndjson'));
const LINES = fixture.toString().split('\n').filter(Boolean);
const one = async (index: number, ...changes: readonly (readonly [from: string, to: string])[]) => {
  const line = changes.reduce((text, [from, to]) => text.replaceAll(from, to), LINES[index] ?? '');
  return told((await stage.run(inspektorGadget, Buffer.from(line))).rows[0]);
};
const [EXEC, OPEN, CONNECT, CLOSE, QUERY, FLAT_EXEC, ACCEPT, BIND, SIGNAL, , , , PACKET] = Array.from(
  { length: 13 },
  (_, i) => i,
) as [number, number, number, number, number, number, number, number, number, number, number, number, number];

/** Not seen in any real record of the samples: what trace_exec alone tells (`cmdline`, `exe`, `cwd`, `tty`, `loginuid`), `workload`, `end`. */
describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  test.for([
    {
      title: 'a file that was not there, in a container whose first process is the parent',
      path: 'ig-docs',
      row: 10,
      expected: {
        time: '2025-01-23T14:13:11.294236963Z',
        precision: 'ns',
        kind: 'file',
        result: 'failed',
        errno: 2,
        container: 'determined_kapitsa',
        containerid: 'b092854647ae52c4582204be7978052c2bb5ea8bd572e99f630d04b04ed4c9e1',
        image: 'busybox',
        comm: 'cat',
        pid: 39733,
        ppid: 37591,
        parent: 'sh',
        uid: 0,
        username: 'root',
        entered: false,
        file: 'foo',
        directory: '/tmp/',
        path: '/tmp/foo',
        mode: 'read',
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a connection out of a pod',
      path: 'ig-docs',
      row: 12,
      expected: {
        time: '2024-07-31T18:38:31.977700392Z',
        precision: 'ns',
        kind: 'net',
        result: 'unknown',
        namespace: 'default',
        pod: 'mypod2',
        container: 'mypod2',
        containerid: '53225e24386f30ac68a58cd57c1689590875e4904f9449d0c19835f68da0c0b6',
        host: 'minikube',
        node: 'minikube',
        comm: 'wget',
        pid: 446916,
        uid: 0,
        direction: 'out',
        l4proto: 'tcp',
        client: '10.244.0.8',
        clientport: 41464,
        server: '1.1.1.1',
        serverport: 80,
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a DNS query without a time that means a day',
      path: 'ig-docs',
      row: 16,
      expected: {
        kind: 'net',
        result: 'unknown',
        flags: ['time since the boot of the host', 'undated'],
        container: 'c3',
        containerid: '1ccee3e25641f6825fe269628b2fb15de8e9e11b8dc8d5b01b6373839a140c62',
        image: 'busybox',
        comm: 'nslookup',
        pid: 125928,
        uid: 0,
        direction: 'out',
        domain: ['inspektor-gadget.io'],
        rank: 0,
        keyed: false,
      },
    },
  ])('$title', async ({ path, row, expected }) => {
    const { merge, ...activity } = told(
      (await stage.run(inspektorGadget, sampleBytes(`agents/inspektor-gadget/${path}.ndjson`))).rows[row],
    );
    expect(activity).toEqual(expected);
    expect(merge === undefined).toBe(expected.kind === 'file');
  });

  test.for([
    { row: 18, expected: { kind: 'net', label: 'bind', direction: 'in', server: '::', serverport: 4343 } },
    { row: 19, expected: { kind: 'policy', label: 'mount /mnt', result: 'failed', errno: 2 } },
    { row: 27, expected: { kind: 'policy', label: 'signal 9' } },
    { row: 12, expected: { skip: 'ignored: a counter of a top or profile' } },
    { row: 14, expected: { skip: 'ignored: a process of a snapshot' } },
    { row: 28, expected: { kind: 'net', client: '172.17.0.3', server: '188.114.97.3', serverport: 443 } },
  ])('old row $row: $expected', async ({ row, expected }) => {
    const activity = told(
      (await stage.run(inspektorGadget, sampleBytes('agents/inspektor-gadget/ig-docs-history.ndjson'))).rows[row],
    );
    expect(activity).toMatchObject(expected);
    if (row === 28) expect(activity).not.toHaveProperty('pod');
  });
});

test('each event has a fate', async () => {
  const { rows, rejects } = await stage.run(inspektorGadget, fixture);
  expect(rejects).toEqual([]);
  expect(rows.map((row) => row.skip ?? row.kind)).toEqual([
    'cmd',
    'file',
    'net',
    'net',
    'net',
    'cmd',
    'net',
    'net',
    'policy',
    'file',
    'ignored: a process of a snapshot',
    'ignored: a counter of a top or profile',
    'net',
  ]);
});

test.for([
  {
    title: 'an exec, with its terminal',
    index: EXEC,
    expected: {
      time: '2026-03-17T09:41:09.123456789Z',
      kind: 'cmd',
      result: 'ok',
      comm: 'cat',
      cmdline: '/bin/cat /proc/version',
      exe: '/bin/busybox',
      cwd: '/srv',
      tty: 34817,
      workload: 'cart',
      workloadkind: 'Deployment',
      deployment: 'cart',
      host: 'node-1',
      parent: 'sh',
    },
    lacks: ['loginuid', 'entered', 'sid'],
  },
  {
    title: 'a child of the container’s first process',
    index: EXEC,
    change: ['"containerPid":37000', '"containerPid":37591'],
    expected: { entered: false },
  },
  {
    title: 'an exec without a terminal',
    index: EXEC,
    change: ['"tty_major":136,"tty_minor":1', '"tty_major":0,"tty_minor":0'],
    expected: { tty: 0 },
  },
  {
    title: 'a time in nanoseconds alone',
    index: EXEC,
    change: ['"timestamp":"2026-03-17T04:41:09.123456789-05:00",', ''],
    expected: { time: '2026-03-17T09:41:09.123456789Z', precision: 'ns' },
  },
  {
    title: 'a file that could not be made',
    index: OPEN,
    expected: { mode: 'create', result: 'failed', errno: 2, precision: 'ms' },
  },
  {
    title: 'flags as a number',
    index: OPEN,
    change: ['"flags":"O_WRONLY|O_CREAT","flags_raw":65', '"flags":1'],
    expected: { mode: 'write' },
  },
  {
    title: 'a flat exec',
    index: FLAT_EXEC,
    expected: { kind: 'cmd', cmdline: '/bin/sh -c id', exe: '/bin/sh', parent: 'runc', ppid: 4999, result: 'ok' },
  },
  {
    title: 'an accepted connection: the other side is the client',
    index: ACCEPT,
    expected: { direction: 'in', client: '203.0.113.9', clientport: 46010, server: '10.1.2.3', serverport: 8080, l4proto: 'tcp' },
  },
  {
    title: 'a bound port',
    index: BIND,
    expected: { label: 'bind', server: '::', serverport: 4343, l4proto: 'tcp' },
    lacks: ['client', 'pod', 'namespace'],
  },
  { title: 'a signal', index: SIGNAL, expected: { kind: 'policy', label: 'signal 9' } },
  { title: 'a query', index: QUERY, expected: { domain: ['files.example.org'], server: '10.0.0.10', direction: 'out', rank: 0 } },
  {
    title: 'a packet that came in',
    index: PACKET,
    expected: { direction: 'in', client: '10.1.2.9', server: '10.1.2.3', serverport: 53, l4proto: 'udp' },
  },
] as { title: string; index: number; change?: [string, string]; expected: Record<string, unknown>; lacks?: string[] }[])(
  '$title',
  async ({ index, change, expected, lacks }) => {
    const activity = await one(index, ...(change ? [change] : []));
    expect(activity).toMatchObject(expected);
    for (const attribute of lacks ?? []) expect(activity).not.toHaveProperty(attribute);
  },
);

test('a close merges with what it closes, a response with its query', async () => {
  const [opened, closed] = [await one(CONNECT), await one(CLOSE)];
  expect(closed).toMatchObject({
    merge: opened.merge,
    rank: 1,
    end: '2026-03-17T09:41:12.000000001Z',
    client: '10.1.2.3',
    server: '198.51.100.7',
  });
  const [query, response] = [await one(QUERY), await one(QUERY, ['"qr":"Q"', '"qr":"R"'], ['OUTGOING', 'HOST'])];
  expect(response).toMatchObject({ merge: query.merge, rank: 1, direction: 'out' });
});

test.for([
  { title: 'a query of the old gadget', passing: 'OUTGOING', qr: 'Q', src: ['10.1.2.3', 45232], dst: ['10.0.0.10', 53], rank: 0 },
  { title: 'its answer', passing: 'HOST', qr: 'R', src: ['10.0.0.10', 53], dst: ['10.1.2.3', 45232], rank: 1 },
] as const)('$title names both ends and the protocol', async ({ passing, qr, src, dst, rank }) => {
  const event = {
    runtime: {},
    k8s: {},
    timestamp: '1773740469000000000',
    type: 'normal',
    netnsid: 1,
    uid: 0,
    id: '2e69',
    qr,
    pktType: passing,
    qtype: 'A',
    name: 'files.example.org.',
    nameserver: '10.0.0.10',
    protocol: 'UDP',
    srcIP: src[0],
    srcPort: src[1],
    dstIP: dst[0],
    dstPort: dst[1],
  };
  const { rows } = await stage.run(inspektorGadget, Buffer.from(JSON.stringify(event)));
  expect(told(rows[0])).toMatchObject({
    rank,
    direction: 'out',
    l4proto: 'udp',
    client: '10.1.2.3',
    clientport: 45232,
    server: '10.0.0.10',
    serverport: 53,
    domain: ['files.example.org'],
  });
});
