import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditdCoalesced } from '../../../workers/formats/auditd-coalesced';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const run = async (bytes: Buffer) => stage.run(auditdCoalesced, bytes);
const golden = (name: string) => sampleBytes(`agents/auditd/golibaudit-coalesce-${name}.json`);

describe.skipIf(!haveSamples)('go-libaudit’s own golden files', () => {
  test.for([
    { name: 'random-internet', events: 2 },
    { name: 'rhel-7-linux-3.10.0', events: 10 },
    { name: 'ubuntu-16.04-linux-4.13.0', events: 2 },
    { name: 'ubuntu-16.10-linux-4.8.0', events: 14 },
    { name: 'ubuntu-17.04-linux-4.10.0', events: 15 },
    { name: 'ubuntu-20.04.6-linux-5.15.0-1034-gcp', events: 1 },
    { name: 'ubuntu-21.10-linux-5.13', events: 3 },
    { name: 'ubuntu-24.04-linux-6.8.0', events: 1 },
  ])('$name holds $events events', async ({ name, events }) => {
    expect(recognised(golden(name)).format?.id).toBe('auditd-coalesced');
    const { rows, rejects, careful } = await run(golden(name));
    expect({ events: new Set(rows.map(({ r }) => r)).size, rejects, careful }).toEqual({ events, rejects: [], careful: 0 });
  });

  test.for([
    {
      title: 'a command',
      name: 'ubuntu-16.10-linux-4.8.0',
      record: 4n,
      expected: [
        {
          merge: 'process\x1f\x1f1492752522985000000:8972',
          rank: 0,
          keyed: true,
          time: '2017-04-21T05:28:42.985000000Z',
          precision: 'ms',
          kind: 'cmd',
          result: 'ok',
          comm: 'uname',
          cmdline: 'uname -a',
          exe: '/bin/uname',
          cwd: '/home/andrew_kroh',
          pid: 10043,
          ppid: 10027,
          uid: 1001,
          loginuid: 1001,
          tty: 34816,
          tags: ['user_commands'],
        },
      ],
    },
    {
      title: 'a connection that was accepted',
      name: 'ubuntu-16.10-linux-4.8.0',
      record: 11n,
      expected: [
        {
          rank: 0,
          keyed: true,
          time: '2017-04-21T05:28:40.441000000Z',
          precision: 'ms',
          kind: 'net',
          result: 'ok',
          comm: 'sshd',
          cmdline: '(sshd)',
          exe: '/usr/sbin/sshd',
          pid: 1663,
          ppid: 1,
          uid: 0,
          tty: 0,
          direction: 'in',
          client: '72.83.230.100',
          clientport: 58140,
          tags: ['net'],
        },
      ],
    },
    {
      title: 'a rename, by both names',
      name: 'ubuntu-17.04-linux-4.10.0',
      record: 14n,
      expected: ['audit.rules', 'audit.rules~'].map((file) => ({
        rank: 0,
        keyed: true,
        time: '2017-04-25T13:05:24.089000000Z',
        precision: 'ms',
        kind: 'file',
        result: 'ok',
        comm: 'vim',
        cmdline: 'vim /etc/audit/rules.d/audit.rules',
        exe: '/usr/bin/vim.basic',
        cwd: '/home/andrew_kroh',
        pid: 3231,
        ppid: 3207,
        uid: 0,
        loginuid: 1001,
        tty: 34817,
        file,
        directory: '/etc/audit/rules.d/',
        path: `/etc/audit/rules.d/${file}`,
        mode: 'rename',
        tags: ['auditconfig'],
      })),
    },
  ])('$title', async ({ name, record, expected }) => {
    const { rows } = await run(golden(name));
    expect(rows.filter(({ r }) => r === record).map(told)).toEqual(expected);
  });
});

const shapes = readFileSync(resolve(import.meta.dirname, '../../fixtures/auditd-coalesced/shapes.ndjson'), 'utf8')
  .trim()
  .split('\n');
const one = async (change: (event: Record<string, unknown>) => Record<string, unknown>, shape = 0) =>
  told((await run(Buffer.from(JSON.stringify(change(JSON.parse(shapes[shape] as string)))))).rows[0]);

test('an errno is its number, by whatever name', async () => {
  expect(await one((event) => event, 1)).toMatchObject({
    errno: 115,
    result: 'unknown',
    server: '198.51.100.7',
    flags: ['connection in progress'],
  });
  expect(await one((event) => ({ ...event, data: { ...(event.data as object), exit: 'EACCES' } }), 1)).toMatchObject({
    errno: 13,
    result: 'failed',
  });
});

test('names that were looked up, and ids that are not set', async () => {
  expect(await one((event) => event)).toMatchObject({ username: 'root', loginname: 'casey', loginuid: 1000 });
  expect(await one((event) => event, 2)).not.toHaveProperty('loginuid');
});

test('an argument with a quote is quoted so that it can be read back', async () => {
  const row = await one((event) => ({ ...event, process: { args: ['sh', '-c', "echo 'a b'"] } }));
  expect(row.cmdline).toBe(`sh -c 'echo '\\''a b'\\'''`);
});

test('without a type of record it is rejected', async () => {
  const { rejects } = await run(Buffer.from('{"sequence":1,"category":"unknown"}'));
  expect(rejects).toEqual([{ at: '1', why: 'rejected: not an event of go-libaudit' }]);
});
