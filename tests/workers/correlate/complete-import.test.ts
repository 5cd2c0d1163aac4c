/** A bundle of GKE's audit entries and an agent's records, imported whole: the exec gets the host that it ran on, marked as such. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../workers/case/database';
import type { ImportResult } from '../../../workers/contract/evidence';
import { completeScopes } from '../../../workers/correlate/complete';
import { activityDetail } from '../../../workers/queries/detail';
import { Kept } from '../../../workers/queries/kept';
import { attachKept } from '../../../workers/queries/source';
import { TestCase } from '../import/cases';

const ID = 'a0d5e6840fd995139f7d1b81c59c190bd6668997d0ea917ed49bac8e74ed2312';
const POD = 'web-6877958c5-q2x7k';
const agent = {
  process_exec: {
    process: {
      exec_id: 'bm9kZTE6MTIzNDU2Nzg5OjQyMDE=',
      pid: 4201,
      uid: 0,
      cwd: '/',
      binary: '/bin/sh',
      arguments: '-c id',
      start_time: '2026-03-17T10:02:11.533000000Z',
      docker: ID.slice(0, 31),
      in_init_tree: false,
      pod: { namespace: 'shop', name: POD, container: { id: `containerd://${ID}`, name: 'web', pid: 21 } },
    },
    parent: { exec_id: 'bm9kZTE6MTIzNDU2OjQyMDA=', pid: 4200, binary: '/usr/bin/containerd-shim-runc-v2' },
  },
  node_name: 'gke-orchard-default-1f0c',
  time: '2026-03-17T10:02:11.533000000Z',
};

let made: TestCase;
let connection: Connection;
let folder: string;
let result: ImportResult;
let digest: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-complete-'));
  const bundle = join(folder, 'bundle');
  mkdirSync(bundle);
  cpSync(resolve(import.meta.dirname, '../../fixtures/gke/shapes.ndjson'), join(bundle, 'gke.ndjson'));
  writeFileSync(join(bundle, 'tetragon.log'), `${JSON.stringify(agent)}\n`);
  made = await TestCase.make();
  result = await made.import(bundle);
  ({ digest } = await made.digests());
  connection = await made.folder.database.connect();
  await attachKept(connection);
  await completeScopes(connection);
});
afterAll(async () => {
  connection.close();
  await made.close();
  rmSync(folder, { recursive: true, force: true });
});

const detailOf = (id: string) => activityDetail({ connection, kept: new Kept() }, id);

test('both entries of the exec are one activity', async () => {
  const member = result.evidence[0]?.members.find(({ path }) => path === 'gke.ndjson');
  expect(member).toMatchObject({ format: 'gke', records: 9, yielded: 8, merged: 1, ignored: 0, rejected: 0 });
  const { activity } = await detailOf('E1/gke.ndjson:4');
  expect(activity).toMatchObject({
    id: 'E1/gke.ndjson:3',
    time: '2026-03-17T10:02:11.410800000Z',
    end: '2026-03-17T10:02:12.022191000Z',
    code: 101,
    records: [{ record: '3' }, { record: '4' }],
  });
});

test('the exec gets node, host, address and workload, each with its basis', async () => {
  const { activity, completed } = await detailOf('E1/gke.ndjson:3');
  expect(activity).toMatchObject({
    cluster: 'orchard',
    pod: POD,
    node: 'gke-orchard-default-1f0c',
    host: 'gke-orchard-default-1f0c',
    hostip: '10.156.0.14',
    workload: 'web',
    workloadkind: 'Deployment',
    deployment: 'web',
  });
  expect(activity.completed).toEqual(['workload', 'workloadkind', 'deployment', 'host', 'hostip', 'node']);
  const [records, calls] = ['other records of this pod', 'what API calls said of this pod'];
  expect(completed).toEqual({
    node: records,
    host: records,
    hostip: calls,
    workload: calls,
    workloadkind: calls,
    deployment: calls,
  });
});

test('the agent’s process gets the cluster, and the image from the pod’s status', async () => {
  const { activity, completed } = await detailOf('E1/tetragon.log:1');
  expect(activity).toMatchObject({
    cluster: 'orchard',
    hostip: '10.156.0.14',
    deployment: 'web',
    image: 'registry.example/web:4.1',
  });
  expect(completed.cluster).toBe('what API calls said of this container');
});

test('what was completed is in no digest', async () => {
  expect((await made.digests()).digest).toBe(digest);
});
