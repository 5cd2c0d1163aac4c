import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { osquery } from '../../../workers/formats/osquery';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { plain, Stage, shapesOf, told } from '../../helpers/stage';

let stage: Stage;
let rows: readonly Row[];
beforeAll(async () => {
  stage = await Stage.open();
  rows = await shapesOf(stage, osquery);
});
afterAll(() => stage.close());

test.for([
  {
    row: 0,
    title: 'a command',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:07.000000000Z',
      precision: 's',
      kind: 'cmd',
      result: 'unknown',
      host: 'node-1',
      comm: 'curl',
      cmdline: 'curl files.example',
      exe: '/usr/bin/curl',
      cwd: '/tmp',
      pid: 4711,
      ppid: 4700,
      uid: 0,
      loginuid: 1000,
    },
  },
  {
    row: 1,
    title: 'a connection, from a query of a pack',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:08.000000000Z',
      precision: 's',
      kind: 'net',
      result: 'ok',
      host: 'node-1',
      comm: 'curl',
      exe: '/usr/bin/curl',
      pid: 4711,
      loginuid: 1000,
      direction: 'out',
      l4proto: 'tcp',
      client: '10.0.1.7',
      clientport: 40122,
      server: '198.51.100.23',
      serverport: 443,
    },
  },
  {
    row: 2,
    title: 'a failed exec of the BPF table',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:07.123456789Z',
      precision: 'ns',
      kind: 'cmd',
      result: 'failed',
      errno: 2,
      host: 'node-1',
      comm: 'nope',
      cmdline: 'nope',
      exe: '/bin/nope',
      cwd: '/',
      pid: 4712,
      ppid: 4711,
      uid: 0,
    },
  },
  {
    row: 3,
    title: 'a file',
    expected: {
      rank: 0,
      keyed: false,
      time: '2026-03-17T09:41:09.000000000Z',
      precision: 's',
      kind: 'file',
      result: 'unknown',
      host: 'node-1',
      uid: 0,
      file: 'passwd',
      directory: '/etc/',
      path: '/etc/passwd',
      mode: 'write',
    },
  },
  {
    row: 4,
    title: 'a listing of processes is a state',
    expected: {
      rank: 0,
      keyed: false,
      skip: 'ignored: a state, not an event',
      time: '2026-03-17T09:41:10.000000000Z',
      precision: 's',
      result: 'unknown',
      flags: ['time is that of the query'],
      host: 'node-1',
      comm: 'bash',
      exe: '/bin/bash',
      pid: 97830,
    },
  },
  {
    row: 5,
    title: 'a row that went away',
    expected: {
      rank: 0,
      keyed: false,
      skip: 'ignored: a row that went away',
      time: '2026-03-17T09:41:08.000000000Z',
      precision: 's',
      kind: 'net',
      result: 'unknown',
      host: 'node-1',
      direction: 'in',
      client: '192.0.2.7',
      clientport: 51000,
      server: '10.0.1.7',
      serverport: 22,
    },
  },
])('$title', ({ row, expected }) => {
  expect(plain(told(rows[row]))).toEqual(expected);
});

test('rows of a batch that were added are records, under the query’s name', async () => {
  const batch = readFileSync(resolve(import.meta.dirname, '../../fixtures/osquery/batch.ndjson'));
  const { rows: added } = await stage.run(osquery, batch);
  expect(added.map((row) => [String(row.r), row.i])).toEqual([['1', '1']]);
  expect(told(added[0])).toMatchObject({
    kind: 'cmd',
    time: '2026-03-17T09:41:07.000000000Z',
    host: 'node-1',
    cmdline: 'curl files.example',
  });
});

test.for([
  {
    title: 'a BPF time since the boot dates nothing',
    row: { name: 'bpf_process_events', columns: { ntime: '620317257297855', pid: '7', path: '/bin/id' } },
    expected: { time: '2026-03-17T09:41:10.000000000Z', flags: ['time is that of the query'] },
  },
  {
    title: 'a snapshot is a state',
    row: { name: 'process_events_now', snapshot: [] },
    expected: { skip: 'ignored: a state, not an event' },
  },
  {
    title: 'an accepted connection',
    row: {
      name: 'socket_events',
      columns: {
        time: '1773740468',
        action: 'accept',
        remote_address: '192.0.2.7',
        remote_port: '51000',
        local_address: '10.0.1.7',
        local_port: '22',
        success: '1',
      },
    },
    expected: {
      kind: 'net',
      direction: 'in',
      client: '192.0.2.7',
      clientport: 51000,
      server: '10.0.1.7',
      serverport: 22,
      result: 'ok',
    },
  },
  {
    title: 'a query of another name over an event table',
    row: { name: 'mine', columns: { time: '1773740468', pid: '7', path: '/bin/id', cmdline: 'id', auid: '1000' } },
    expected: { kind: 'cmd', comm: 'id', cmdline: 'id', loginuid: 1000 },
  },
  {
    title: 'one over the BPF table, whose directory is quoted',
    row: {
      name: 'mine',
      columns: {
        ntime: '1773740468000000001',
        pid: '7',
        path: '/bin/id',
        cmdline: 'id',
        cwd: '"/root"',
        syscall: 'exec',
        exit_code: '0',
      },
    },
    expected: { kind: 'cmd', time: '2026-03-17T09:41:08.000000001Z', cwd: '/root', result: 'ok' },
  },
  {
    title: 'a login that audit’s user space told',
    row: {
      name: 'pack_x_user_events',
      columns: {
        time: '1773740468',
        pid: '99',
        uid: '0',
        auid: '1000',
        type: '1112',
        path: '/usr/sbin/sshd',
        address: '192.0.2.7',
        message: 'op=login acct="casey" res=failed',
      },
    },
    expected: {
      kind: 'policy',
      label: 'user login',
      result: 'failed',
      username: 'casey',
      exe: '/usr/sbin/sshd',
      sourceaddresses: ['192.0.2.7'],
    },
  },
])('$title', async ({ row, expected }) => {
  const event = { hostIdentifier: 'node-1', unixTime: 1773740470, action: 'added', ...row };
  const { rows: made } = await stage.run(osquery, Buffer.from(JSON.stringify(event)));
  expect(told(made[0])).toMatchObject(expected);
});

test('rows of osqueryi have no query', async () => {
  const row = { time: '1773740468', pid: '7', path: '/bin/id', cmdline: 'id', auid: '1000' };
  const { rows: made, rejects } = await stage.run(osquery, Buffer.from(JSON.stringify([row])));
  expect(rejects).toEqual([]);
  expect(told(made[0])).toMatchObject({ kind: 'cmd', cmdline: 'id', time: '2026-03-17T09:41:08.000000000Z' });
});

describe.skipIf(!haveSamples)('real results, checked by hand', () => {
  test.for([
    {
      row: 4,
      expected: {
        kind: 'cmd',
        time: '2018-06-01T23:25:41.000000000Z',
        host: 'vagrant',
        comm: 'curl',
        exe: '/usr/bin/curl',
        pid: 30219,
        uid: 0,
        loginuid: 1000,
      },
    },
    { row: 5, expected: { kind: 'net', direction: 'out', server: '172.217.164.110', serverport: 80, result: 'ok', pid: 30220 } },
    { row: 3, expected: { skip: 'ignored: a row that went away' } },
  ])('row $row', async ({ row, expected }) => {
    const { rows: real } = await stage.run(osquery, sampleBytes('agents/osquery/osquery-docs.ndjson'));
    expect(told(real[row])).toMatchObject(expected);
  });
});
