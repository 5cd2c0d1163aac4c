/** No flow is public under a licence that lets it be a sample: every attribute is asserted on invented flows of the documented shape, none on a real one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hubble } from '../../../workers/formats/hubble';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = readFileSync(resolve(import.meta.dirname, '../../fixtures/hubble/shapes.ndjson'));
const FLOWS = fixture
  .toString()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const one = async (record: unknown) => told((await stage.run(hubble, Buffer.from(JSON.stringify(record)))).rows[0]);
const bare = (index: number, values: Record<string, unknown> = {}) => ({ ...(FLOWS[index].flow ?? FLOWS[index]), ...values });

test('a connection that opens, in full', async () => {
  const { merge, ...activity } = await one(FLOWS[0]);
  expect(activity).toEqual({
    time: '2026-03-17T09:41:09.100000001Z',
    precision: 'ns',
    kind: 'net',
    result: 'ok',
    cluster: 'demo',
    namespace: 'shop',
    pod: 'cart-1',
    workload: 'cart',
    workloadkind: 'Deployment',
    deployment: 'cart',
    host: 'node-1',
    node: 'node-1',
    direction: 'out',
    l4proto: 'tcp',
    client: '10.1.2.3',
    clientport: 40000,
    server: '198.51.100.7',
    serverport: 443,
    domain: ['files.example.org'],
    rank: 0,
    keyed: false,
  });
  expect(merge).toBeDefined();
});

test('the exporter’s line and the flow as such read alike', async () => {
  expect(await one(bare(0))).toEqual(await one(FLOWS[0]));
});

test('packets of one connection fold into the one that opens it, replies too', async () => {
  const [opening, reply, last] = [await one(FLOWS[0]), await one(FLOWS[1]), await one(FLOWS[2])];
  expect([reply.merge, last.merge]).toEqual([opening.merge, opening.merge]);
  expect([opening.rank, reply.rank, last.rank]).toEqual([0, 32, 32]);
  expect(reply).toMatchObject({
    client: '10.1.2.3',
    server: '198.51.100.7',
    domain: ['files.example.org'],
    flags: ['start not recorded'],
  });
  expect(last.end).toBe('2026-03-17T09:41:10.300000001Z');
});

test('the other end’s side of a connection, and what was dropped of it, are activities of their own', async () => {
  const { merge } = await one(FLOWS[0]);
  expect((await one(bare(0, { traffic_direction: 'INGRESS' }))).merge).not.toBe(merge);
  expect((await one(bare(0, { verdict: 'DROPPED' }))).merge).not.toBe(merge);
});

test.for([
  {
    title: 'a name that was asked for',
    flow: () => bare(3),
    expected: { domain: ['files.example.org'], l4proto: 'udp', rank: 0 },
  },
  {
    title: 'a request of HTTP',
    flow: () => bare(8),
    expected: { domain: ['files.example.org'], server: '198.51.100.7', serverport: 80 },
  },
  {
    title: 'a dropped packet, with the policy that denied it',
    flow: () => bare(5),
    expected: { result: 'refused', reason: 'POLICY_DENIED', rule: 'no-ssh', origin: 'hubble', serverport: 22 },
  },
  { title: 'an error', flow: () => bare(0, { verdict: 'ERROR' }), expected: { result: 'failed' } },
  { title: 'a verdict that decides nothing', flow: () => bare(0, { verdict: 'TRACED' }), expected: { result: 'unknown' } },
  {
    title: 'an unknown direction: the side with a pod decides',
    flow: () => bare(6),
    expected: { direction: 'out', pod: 'cart-1', l4proto: 'icmp', flags: ['direction taken from the pods'] },
  },
  {
    title: 'an unknown direction without any pod',
    flow: () => bare(6, { source: { identity: 2 } }),
    expected: { flags: ['direction unknown'] },
    lacks: ['direction', 'pod'],
  },
  {
    title: 'an unknown reply: the lower port is the server',
    flow: () => bare(7),
    expected: { direction: 'in', client: '198.51.100.7', clientport: 50000, server: '10.1.2.3', serverport: 8080, pod: 'cart-1' },
  },
  {
    title: 'the older name of a reply',
    flow: () => bare(1, { is_reply: undefined, reply: true }),
    expected: { client: '10.1.2.3' },
  },
  { title: 'no time', flow: () => bare(0, { time: undefined }), expected: { flags: ['undated'] }, lacks: ['time'] },
  {
    title: 'a node without a cluster',
    flow: () => bare(0, { node_name: 'node-2', source: { pod_name: 'a' } }),
    expected: { node: 'node-2' },
    lacks: ['cluster'],
  },
] as { title: string; flow: () => unknown; expected: Record<string, unknown>; lacks?: string[] }[])(
  '$title',
  async ({ flow, expected, lacks }) => {
    const activity = await one(flow());
    expect(activity).toMatchObject(expected);
    for (const attribute of lacks ?? []) expect(activity).not.toHaveProperty(attribute);
  },
);

test('a response is merged into its request', async () => {
  const [request, response] = [await one(FLOWS[3]), await one(FLOWS[4])];
  expect(response).toMatchObject({ merge: request.merge, rank: 1, end: '2026-03-17T09:41:11.500000001Z' });
});

test('flows that Hubble lost are counted, not dropped', async () => {
  expect(await one(FLOWS[9])).toMatchObject({ skip: 'ignored: flows that Hubble lost' });
});

test('a flow to somewhere outside the cluster takes the fast path', async () => {
  expect((await stage.run(hubble, fixture)).careful).toBe(0);
});
