import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { ecs } from '../../../workers/formats/ecs';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { plain, Stage, shapesOf, told } from '../../helpers/stage';

let stage: Stage;
let rows: readonly Row[];
beforeAll(async () => {
  stage = await Stage.open();
  rows = await shapesOf(stage, ecs);
});
afterAll(() => stage.close());

test.for([
  {
    row: 0,
    title: 'an exec by kubectl, with its pod, terminal and way in',
    expected: {
      merge: 'ecs process\u001fnode-1\u001fYTE6MTAw\u001f/usr/bin/bash',
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:07.123456789Z',
      precision: 'ns',
      kind: 'cmd',
      result: 'ok',
      cluster: 'blue',
      namespace: 'shop',
      workloadkind: 'ReplicaSet',
      pod: 'web-1',
      container: 'web',
      containerid: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
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
      vpid: 31,
      parent: 'runc',
      uid: 0,
      username: 'root',
      sid: 4711,
      tty: 34816,
      entityid: 'node-1/YTE6MTAw',
      parententity: 'node-1/YTE6OTk=',
      entered: true,
      started: '2026-03-17T09:41:07.120000000Z',
    },
  },
  {
    row: 1,
    title: 'its end',
    expected: {
      merge: 'ecs process\u001fnode-1\u001fYTE6MTAw\u001f/usr/bin/bash',
      rank: 1,
      keyed: false,
      time: '2026-03-17T09:41:07.120000000Z',
      precision: 'ms',
      end: '2026-03-17T09:41:09.490000000Z',
      kind: 'cmd',
      result: 'ok',
      flags: ['start not recorded'],
      host: 'node-1',
      comm: 'bash',
      exe: '/usr/bin/bash',
      pid: 4711,
      entityid: 'node-1/YTE6MTAw',
      started: '2026-03-17T09:41:07.120000000Z',
      exitcode: 0,
    },
  },
  {
    row: 2,
    title: 'a connection',
    expected: {
      merge: 'ecs connection\u001fnode-1\u001fYTE6MTAx\u001f10.0.1.7\u001f40122\u001f198.51.100.23\u001f443',
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.100000000Z',
      precision: 'ms',
      kind: 'net',
      result: 'ok',
      host: 'node-1',
      comm: 'curl',
      exe: '/usr/bin/curl',
      pid: 4712,
      entityid: 'node-1/YTE6MTAx',
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
    title: 'a file, with dotted names',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.200000000Z',
      precision: 'ms',
      kind: 'file',
      result: 'unknown',
      host: 'node-1',
      comm: 'curl',
      exe: '/usr/bin/curl',
      pid: 4712,
      uid: 0,
      username: 'root',
      entityid: 'node-1/YTE6MTAx',
      file: 'data.tar',
      directory: '/tmp/',
      path: '/tmp/data.tar',
      mode: 'create',
    },
  },
  {
    row: 4,
    title: 'an alert keeps the kind of what it fired on',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.300000000Z',
      precision: 'ms',
      kind: 'cmd',
      result: 'unknown',
      host: 'node-1',
      comm: 'bash',
      exe: '/usr/bin/bash',
      pid: 4711,
      entityid: 'node-1/YTE6MTAw',
      rule: 'Shell in a container',
      severity: 'high',
      severityraw: '73',
      tags: ['container'],
      origin: 'endpoint',
    },
  },
  {
    row: 5,
    title: 'a command of auditbeat',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.400000000Z',
      precision: 'ms',
      kind: 'cmd',
      result: 'ok',
      host: 'node-1',
      comm: 'uname',
      cmdline: 'uname -a',
      exe: '/bin/uname',
      cwd: '/home/ann',
      pid: 10043,
      ppid: 10027,
      uid: 1001,
      loginuid: 1001,
      tty: 34816,
      tags: ['user_commands'],
    },
  },
  {
    row: 6,
    title: 'a refused connection of auditbeat',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.600000000Z',
      precision: 'ms',
      kind: 'net',
      result: 'failed',
      comm: 'nc',
      exe: '/usr/bin/nc',
      pid: 10050,
      uid: 0,
      direction: 'out',
      server: '198.51.100.9',
      serverport: 4444,
    },
  },
])('$title', ({ row, expected }) => {
  expect(plain(told(rows[row]))).toEqual(expected);
});

describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  test('auditbeat’s published execve', async () => {
    const { rows: real } = await stage.run(ecs, sampleBytes('agents/ecs/auditbeat-execve.ndjson'));
    expect(plain(told(real[0]))).toEqual({
      rank: 0,
      keyed: false,
      kind: 'cmd',
      result: 'ok',
      flags: ['undated'],
      comm: 'uname',
      cmdline: 'uname -a',
      exe: '/bin/uname',
      cwd: expect.stringMatching(/^\/home\//),
      pid: 10043,
      ppid: 10027,
      uid: 1001,
      loginuid: 1001,
      tty: 34816,
      tags: ['user_commands'],
    });
  });
});

const one = async (event: object) => {
  const { rows: made } = await stage.run(ecs, Buffer.from(JSON.stringify(event)));
  return told(made[0]);
};
const EVENT = { '@timestamp': '2026-03-17T09:41:07Z', host: { name: 'node-1' } };

test.for([
  {
    title: 'a fork is counted only',
    event: { event: { category: ['process'], type: ['start'], action: 'fork' }, process: { pid: 1 } },
    expected: { skip: 'ignored: a process was forked' },
  },
  {
    title: 'a state',
    event: { event: { kind: 'state', category: ['process'] }, process: { pid: 1 } },
    expected: { skip: 'ignored: a state, not an event' },
  },
  {
    title: 'a session is no activity of its own',
    event: { event: { category: ['session'], type: ['start'] }, process: { pid: 1 } },
    expected: { skip: 'ignored: no process, network, file or login event' },
  },
  {
    title: 'a failed login of auditbeat’s system module, from its address',
    event: {
      event: {
        category: ['authentication'],
        type: ['start', 'authentication_failure'],
        action: 'user_login',
        outcome: 'failure',
        module: 'system',
      },
      user: { id: 1003, name: 'casey' },
      process: { pid: 4242 },
      source: { ip: '192.0.2.7' },
    },
    expected: {
      kind: 'policy',
      label: 'user_login',
      result: 'failed',
      uid: 1003,
      username: 'casey',
      pid: 4242,
      sourceaddresses: ['192.0.2.7'],
    },
  },
  {
    title: 'a session that Linux audit tells',
    event: {
      event: { category: ['session'], type: ['start'], action: 'started-session', module: 'auditd' },
      auditd: { result: 'success' },
      process: { pid: 1 },
    },
    expected: { kind: 'policy', label: 'started-session', result: 'ok' },
  },
  {
    title: 'an image whose name has its tag is not tagged twice',
    event: {
      event: { category: ['process'], type: ['start'], action: 'exec' },
      process: { pid: 2 },
      container: { image: { name: 'registry.example/web:1.2', tag: ['1.2'] } },
    },
    expected: { image: 'registry.example/web:1.2' },
  },
  {
    title: 'an accepted connection comes in',
    event: {
      event: { category: ['network'], type: ['start'], action: 'connection_accepted' },
      source: { ip: '192.0.2.9' },
      destination: { ip: '10.0.0.1', port: 22 },
      process: { pid: 1 },
    },
    expected: { kind: 'net', direction: 'in', client: '192.0.2.9', server: '10.0.0.1', serverport: 22 },
  },
  {
    title: 'categories as texts or lists',
    event: { event: { category: 'file', type: 'deletion' }, file: { path: '/a/b' } },
    expected: { kind: 'file', mode: 'delete', file: 'b', directory: '/a/' },
  },
  {
    title: 'a process that is not its own entry leader did not enter',
    event: {
      event: { category: ['process'], type: ['start'], action: 'exec' },
      process: { pid: 2, entity_id: 'b', entry_leader: { entity_id: 'a', entry_meta: { type: 'kubelet' } } },
    },
    expected: { entered: false },
  },
])('$title', async ({ event, expected }) => {
  expect(await one({ ...EVENT, ...event })).toMatchObject(expected);
});

test('what is nothing of the schema is rejected', async () => {
  const { rejects } = await stage.run(ecs, Buffer.from(JSON.stringify({ ...EVENT, process: { pid: 1 } })));
  expect(rejects).toEqual([{ at: '1', why: 'rejected: not an event of this schema' }]);
});
