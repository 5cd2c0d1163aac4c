import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { ocsf } from '../../../workers/formats/ocsf';
import { plain, Stage, shapesOf, told } from '../../helpers/stage';

let stage: Stage;
let rows: readonly Row[];
beforeAll(async () => {
  stage = await Stage.open();
  rows = await shapesOf(stage, ocsf);
});
afterAll(() => stage.close());

test.for([
  {
    row: 0,
    title: 'a launch, with its container',
    expected: {
      merge: 'ocsf process\u001fnode-1\u001fp-100',
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:07.123000000Z',
      precision: 'ms',
      kind: 'cmd',
      result: 'ok',
      container: 'web',
      containerid: '0123456789ab',
      image: 'registry.example/web:1.2',
      host: 'node-1',
      hostip: '192.0.2.11',
      mac: '02:00:00:00:00:01',
      comm: 'bash',
      cmdline: 'bash -c id',
      exe: '/usr/bin/bash',
      cwd: '/',
      pid: 4711,
      ppid: 4700,
      parent: 'runc',
      uid: 0,
      username: 'root',
      entityid: 'node-1/p-100',
      parententity: 'node-1/p-99',
      started: '2026-03-17T09:41:07.120000000Z',
    },
  },
  {
    row: 1,
    title: 'its termination',
    expected: {
      merge: 'ocsf process\u001fnode-1\u001fp-100',
      rank: 1,
      keyed: false,
      time: '2026-03-17T09:41:07.120000000Z',
      precision: 'ms',
      end: '2026-03-17T09:41:09.490000000Z',
      kind: 'cmd',
      result: 'unknown',
      flags: ['start not recorded'],
      host: 'node-1',
      comm: 'bash',
      pid: 4711,
      entityid: 'node-1/p-100',
      started: '2026-03-17T09:41:07.120000000Z',
      exitcode: 0,
    },
  },
  {
    row: 2,
    title: 'a connection',
    expected: {
      merge: 'ocsf connection\u001fnode-1\u001fp-101\u001f10.0.1.7\u001f40122\u001f198.51.100.23\u001f443',
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.100250000Z',
      precision: 'us',
      kind: 'net',
      result: 'ok',
      host: 'node-1',
      comm: 'curl',
      exe: '/usr/bin/curl',
      pid: 4712,
      uid: 0,
      username: 'root',
      entityid: 'node-1/p-101',
      direction: 'out',
      l4proto: 'tcp',
      client: '10.0.1.7',
      clientport: 40122,
      server: '198.51.100.23',
      serverport: 443,
      domain: ['files.example'],
    },
  },
  {
    row: 3,
    title: 'a file that was deleted, with the finding',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.300000000Z',
      precision: 'ms',
      kind: 'file',
      result: 'unknown',
      host: 'node-1',
      comm: 'shred',
      exe: '/usr/bin/shred',
      pid: 4712,
      entityid: 'node-1/p-101',
      file: '.bash_history',
      directory: '/root/',
      path: '/root/.bash_history',
      mode: 'delete',
      rule: 'History removed',
      severity: 'high',
      severityraw: '4',
      origin: 'Agent',
    },
  },
  {
    row: 4,
    title: 'a class that tells no activity',
    expected: {
      rank: 0,
      keyed: false,
      skip: 'ignored: no process, network or file activity',
      time: '2026-03-17T09:41:08.400000000Z',
      precision: 'ms',
      result: 'unknown',
    },
  },
])('$title', ({ row, expected }) => {
  expect(plain(told(rows[row]))).toEqual(expected);
});

test.for([
  {
    title: 'a refused connection',
    event: { class_uid: 4001, activity_id: 5, dst_endpoint: { ip: '10.0.0.1', port: 22 } },
    expected: { kind: 'net', result: 'refused', flags: ['direction unknown'] },
  },
  {
    title: 'one process that opens another is its own',
    event: { class_uid: 1007, activity_id: 3, actor: { process: { pid: 7, name: 'gdb' } }, process: { pid: 8, name: 'sshd' } },
    expected: { kind: 'cmd', comm: 'gdb', pid: 7 },
  },
  {
    title: 'without a time it is undated',
    event: { class_uid: 1001, activity_id: 2, time: null, file: { path: '/a' } },
    expected: { flags: ['undated'], mode: 'read' },
  },
  {
    title: 'seconds where milliseconds belong are taken as such, and flagged',
    event: { class_uid: 4001, time: 1773740467.305988, category_uid: 4, src_endpoint: { ip: '10.0.0.1' } },
    expected: { time: '2026-03-17T09:41:07.305988000Z', precision: 'us', flags: ['time taken as seconds', 'direction unknown'] },
  },
  {
    title: 'whole seconds',
    event: { class_uid: 1001, activity_id: 2, time: 1773740467, file: { path: '/a' } },
    expected: { time: '2026-03-17T09:41:07.000000000Z', precision: 's' },
  },
  {
    title: 'a question of DNS is a connection to who answers it',
    event: {
      class_uid: 4003,
      activity_id: 1,
      query: { hostname: 'api.example' },
      src_endpoint: { ip: '10.0.0.1', port: 40000 },
      dst_endpoint: { ip: '10.0.0.2', port: 53 },
    },
    expected: { kind: 'net', label: 'dns', domain: ['api.example'], client: '10.0.0.1', server: '10.0.0.2', serverport: 53 },
  },
  {
    title: 'a terminal, a login and the tag of an image',
    event: {
      class_uid: 1007,
      activity_id: 1,
      process: {
        pid: 1,
        auid: 1000,
        session: { terminal: '/dev/pts/3' },
        container: { image: { name: 'registry.example/web', tag: '1.2' } },
      },
    },
    expected: { tty: 34819, loginuid: 1000, image: 'registry.example/web:1.2' },
  },
  {
    title: 'a container of the device',
    event: { class_uid: 1007, activity_id: 1, device: { container: { uid: 'abc', name: 'web' } }, process: { pid: 1 } },
    expected: { containerid: 'abc', container: 'web' },
  },
])('$title', async ({ event, expected }) => {
  const { rows: made } = await stage.run(
    ocsf,
    Buffer.from(JSON.stringify({ time: 1773740467123, metadata: { version: '1.3.0' }, ...event })),
  );
  expect(told(made[0])).toMatchObject(expected);
});
