/** From the bytes of a capture to activities, as the import does it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scap } from '../../../workers/formats/scap';
import { CAPTURE } from '../../helpers/container-capture';
import { Stage, told } from '../../helpers/stage';

const FIXTURE = resolve(import.meta.dirname, '../../fixtures/scap/entered-container.scap');

let stage: Stage;
let rows: readonly Record<string, unknown>[];
beforeAll(async () => {
  stage = await Stage.open();
  rows = (await stage.run(scap, CAPTURE)).rows.filter(({ skip }) => skip === null).map(told);
});
afterAll(() => stage.close());

test('the fixture is what the helper writes', () => {
  expect(readFileSync(FIXTURE).equals(CAPTURE)).toBe(true);
});

const POD = {
  containerid: '0a1b2c3d4e5f',
  container: 'web',
  image: 'registry.example/shop:1.4',
  namespace: 'market',
  pod: 'shop-0',
  host: 'node-1',
  hostip: '10.0.2.15',
};

describe('activities, with every attribute', () => {
  test('a command in a pod, entered from outside', () => {
    expect(rows.find(({ comm, rank }) => comm === 'sh' && rank === 0)).toEqual({
      ...POD,
      kind: 'cmd',
      time: '2023-11-14T22:13:20.003000001Z',
      precision: 'ns',
      started: '2023-11-14T22:13:20.003000001Z',
      result: 'ok',
      merge: 'node-1/710@1700000000003000001',
      rank: 0,
      keyed: false,
      comm: 'sh',
      cmdline: 'sh -c id; curl home.example',
      exe: '/bin/sh',
      cwd: '/run',
      pid: 710,
      ppid: 700,
      vpid: 22,
      parent: 'runc',
      ancestors: ['runc', 'containerd-shim', 'systemd'],
      uid: 0,
      shellid: 710,
      tty: 34_816,
      entityid: 'node-1/710@1700000000003000001',
      entered: true,
    });
  });

  test('a command on the host that failed', () => {
    expect(rows.find(({ kind, result }) => kind === 'cmd' && result === 'failed')).toEqual({
      kind: 'cmd',
      time: '2023-11-14T22:13:20.051000001Z',
      precision: 'ns',
      result: 'failed',
      errno: 2,
      rank: 0,
      keyed: false,
      host: 'node-1',
      hostip: '10.0.2.15',
      comm: 'bash',
      cmdline: 'nmap 10.0.0.0/8',
      exe: '/home/ada/nmap',
      cwd: '/home/ada',
      pid: 600,
      ppid: 1,
      vpid: 600,
      parent: 'systemd',
      ancestors: ['systemd'],
      uid: 1000,
      username: 'ada',
      loginuid: 1000,
      loginname: 'ada',
      shellid: 600,
      sid: 600,
      tty: 34_817,
    });
  });

  test('a connection', () => {
    expect(rows.find(({ serverport }) => serverport === 443)).toMatchObject({
      ...POD,
      kind: 'net',
      direction: 'out',
      l4proto: 'tcp',
      client: '10.1.0.7',
      clientport: 40_001,
      server: '203.0.113.9',
      result: 'ok',
      flags: ['connection under way'],
      comm: 'curl',
      parententity: 'node-1/710@1700000000003000001',
    });
  });

  test('a file', () => {
    expect(rows.find(({ kind, mode }) => kind === 'file' && mode === 'rename')).toMatchObject({
      kind: 'file',
      path: '/home/ada/a',
      directory: '/home/ada/',
      file: 'a',
      label: 'to /home/b',
    });
  });

  test('an end', () => {
    expect(rows.find(({ exitcode }) => exitcode === 3)).toMatchObject({
      rank: 1,
      merge: 'node-1/720@1700000000011000001',
      end: '2023-11-14T22:13:20.013000001Z',
      exitcode: 3,
      flags: ['start not recorded'],
    });
  });
});
