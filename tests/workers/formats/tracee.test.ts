import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tracee } from '../../../workers/formats/tracee';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const LINES = readFileSync(resolve(import.meta.dirname, '../../fixtures/tracee/shapes.ndjson'), 'utf8')
  .split('\n')
  .filter(Boolean);
const [EXEC, EXIT, FAILED, OPENED, UNLINKED, CONNECT, SYN, QUERY, RESOLVED, SIGNATURE, , PTRACE, STRUCTURED, DETECTED] =
  LINES as [string, string, string, string, string, string, string, string, string, string, string, string, string, string];
const one = async (line: string) => told((await stage.run(tracee, Buffer.from(line))).rows[0]);
/** The line with values replaced as text, so that no long number is rounded. */
const but = (line: string, ...changes: readonly (readonly [from: string, to: string])[]) =>
  changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${from} is not in the fixture`);
    return text.replaceAll(from, to);
  }, line);

/** Not seen in any real record of the samples: `parententity` over a container's border, exits, sockets, policies' tags of the structured form. */
describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  test.for([
    {
      title: 'an executable that was dropped in a container',
      path: 'tracee-docs-events',
      row: 0,
      expected: {
        time: '2023-03-01T13:09:57.900822209Z',
        precision: 'ns',
        kind: 'file',
        result: 'unknown',
        namespace: 'default',
        pod: 'app-75ff449bcd-hfwnz',
        container: 'app',
        containerid: 'ae95a93ce0c2f1b824ac4b205e4d1a3c8f724d663626c1ad23576efec64318de',
        image: 'docker.io/library/ubuntu:latest',
        comm: 'dpkg',
        pid: 4741,
        ppid: 4729,
        vpid: 441,
        uid: 0,
        entered: false,
        file: 'strace.dpkg-new',
        directory: '/usr/bin/',
        path: '/usr/bin/strace.dpkg-new',
        rule: 'New executable dropped',
        severity: 'medium',
        severityraw: '2',
        tags: ['defense-evasion', 'Masquerading', 'T1036', 'TRC-1022'],
        origin: 'tracee',
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a command on a host',
      path: 'tracee-docs-history',
      row: 71,
      expected: {
        time: '2022-07-08T15:47:16.470126167Z',
        precision: 'ns',
        kind: 'cmd',
        result: 'ok',
        host: 'fujitsu',
        comm: 'exa',
        cmdline: 'exa --color=auto',
        exe: '/usr/bin/exa',
        pid: 2578324,
        ppid: 2578238,
        vpid: 2578324,
        uid: 1000,
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a DNS answer, with the client and the name that was asked for',
      path: 'tracee-docs-history',
      row: 3,
      expected: {
        time: '2023-10-02T15:03:44.854662413Z',
        precision: 'ns',
        end: '2023-10-02T15:03:44.854662413Z',
        kind: 'net',
        result: 'unknown',
        flags: ['start not recorded'],
        host: 'rugged',
        comm: 'systemd-resolve',
        pid: 472,
        ppid: 1,
        vpid: 472,
        uid: 976,
        entityid: 'rugged/131662446',
        parententity: 'rugged/1975426032',
        client: '192.168.200.50',
        clientport: 47508,
        server: '8.8.8.8',
        serverport: 53,
        domain: ['www.uol.com.br'],
        rank: 1,
        keyed: false,
      },
    },
    {
      title: 'a file that a call opened',
      path: 'tracee-docs-events',
      row: 3,
      expected: { kind: 'file', result: 'ok', mode: 'create', path: '/tmp/testing.txt', comm: 'bash', host: 'fujitsu' },
    },
    {
      title: 'a command of the structured event',
      path: 'tracee-v1-structure',
      row: 1,
      expected: {
        time: '2024-11-24T13:20:00.123456789Z',
        kind: 'cmd',
        cmdline: 'ls -la /tmp',
        exe: '/usr/bin/ls',
        pid: 12345,
        uid: 1000,
      },
    },
    {
      title: 'a detection of the structured event, with its ancestors',
      path: 'tracee-v1-structure',
      row: 0,
      expected: {
        time: '2025-12-16T10:30:45.123000000Z',
        precision: 'ms',
        kind: 'file',
        path: '/etc/shadow',
        rule: 'Sensitive File Access',
        severity: 'medium',
        severityraw: 'MEDIUM',
        parent: 'bash',
        ancestors: ['bash', 'sshd', 'systemd'],
      },
    },
  ])('$title', async ({ path, row, expected }) => {
    const { merge, ...activity } = told((await stage.run(tracee, sampleBytes(`agents/tracee/${path}.ndjson`))).rows[row]);
    if ('keyed' in expected) expect(activity).toEqual(expected);
    else expect(activity).toMatchObject(expected);
    expect(merge === undefined).toBe(expected.kind === 'file');
  });
});

test.for([
  {
    title: 'an exec of a process that entered its container',
    line: EXEC,
    expected: {
      kind: 'cmd',
      result: 'ok',
      cmdline: 'ls -l /srv data',
      exe: '/usr/bin/ls',
      vpid: 57,
      entered: true,
      entityid: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/2231131033',
      namespace: 'shop',
      pod: 'cart-1',
      image: 'registry.example.org/cart:1.0',
    },
    lacks: ['host', 'tty'],
  },
  {
    title: 'a container’s entry point',
    line: but(EXEC, ['"processId":57', '"processId":1']),
    expected: { vpid: 1, entered: false },
  },
  {
    title: 'a process in the host’s namespace of pids',
    line: but(EXEC, ['"processId":57', '"processId":4741'], ['"parentProcessId":0', '"parentProcessId":4729']),
    expected: { vpid: 4741 },
    lacks: ['entered'],
  },
  {
    title: 'an execve that failed',
    line: FAILED,
    expected: { kind: 'cmd', result: 'failed', errno: 2, comm: 'nosuch' },
    lacks: ['merge'],
  },
  {
    title: 'a call that succeeded',
    line: OPENED,
    expected: { kind: 'file', result: 'ok', mode: 'create', path: '/tmp/x', host: 'node-1' },
  },
  { title: 'flags as a number', line: but(OPENED, ['"O_WRONLY|O_CREAT|O_TRUNC"', '524288']), expected: { mode: 'read' } },
  { title: 'flags as a number for writing', line: but(OPENED, ['"O_WRONLY|O_CREAT|O_TRUNC"', '1']), expected: { mode: 'write' } },
  { title: 'an unlinked file', line: UNLINKED, expected: { kind: 'file', mode: 'delete', path: '/tmp/x' } },
  {
    title: 'a connection',
    line: CONNECT,
    expected: { kind: 'net', direction: 'out', server: '198.51.100.7', serverport: 443, l4proto: 'tcp' },
    lacks: ['client', 'flags'],
  },
  {
    title: 'a socket address as old versions write it',
    line: but(CONNECT, [
      '{"sa_family":"AF_INET","sin_addr":"198.51.100.7","sin_port":"443"}',
      `"{'sa_family': 'AF_INET6','sin6_addr': '2001:db8::1','sin6_port': '443'}"`,
    ]),
    expected: { server: '2001:db8::1', serverport: 443 },
  },
  {
    title: 'an accepted connection, whose peer is the client',
    line: but(CONNECT, ['security_socket_connect', 'accept4']),
    expected: { direction: 'in', client: '198.51.100.7', clientport: 443 },
  },
  {
    title: 'a local socket',
    line: but(CONNECT, [
      '{"sa_family":"AF_INET","sin_addr":"198.51.100.7","sin_port":"443"}',
      '{"sa_family":"AF_UNIX","sun_path":"/run/docker.sock"}',
    ]),
    expected: { kind: 'net', l4proto: 'unix', path: '/run/docker.sock' },
    lacks: ['server', 'file'],
  },
  {
    title: 'a packet that opens a connection of ours',
    line: SYN,
    expected: {
      kind: 'net',
      direction: 'out',
      l4proto: 'tcp',
      client: '10.1.2.3',
      clientport: 40000,
      server: '198.51.100.7',
      serverport: 443,
      rank: 0,
    },
    lacks: ['flags', 'end'],
  },
  {
    title: 'a name that is asked for',
    line: QUERY,
    expected: { domain: ['files.example.org'], client: '10.1.2.3', server: '10.0.0.10', rank: 0 },
  },
  {
    title: 'names that an address was resolved from',
    line: RESOLVED,
    expected: { direction: 'out', server: '198.51.100.7', domain: ['files.example.org'] },
  },
  {
    title: 'a signature that matched',
    line: SIGNATURE,
    expected: {
      kind: 'policy',
      rule: 'Anti-Debugging',
      severity: 'low',
      severityraw: '1',
      tags: ['defense-evasion', 'Debugger Evasion', 'T1622', 'TRC-102'],
      origin: 'tracee',
    },
    lacks: ['errno'],
  },
  {
    title: 'a system call of another kind',
    line: PTRACE,
    expected: { kind: 'policy', label: 'ptrace', result: 'ok' },
    lacks: ['rule'],
  },
  {
    title: 'a structured exec with wrapped numbers',
    line: STRUCTURED,
    expected: {
      time: '2026-03-17T09:41:09.123456789Z',
      pid: 4741,
      vpid: 57,
      ppid: 4729,
      uid: 1000,
      parent: 'bash',
      entityid: '0123456789abcdef/77',
      parententity: '0123456789abcdef/76',
      pod: 'cart-1',
      image: 'cart:1.0',
      cmdline: 'ls -la',
    },
  },
  {
    title: 'a structured detection',
    line: DETECTED,
    expected: {
      rule: 'Sensitive File Access',
      severity: 'critical',
      tags: ['credential-access', 'OS Credential Dumping', 'T1003'],
    },
  },
])('$title', async ({ line, expected, lacks }) => {
  const activity = await one(line);
  expect(activity).toMatchObject(expected);
  for (const attribute of lacks ?? []) expect(activity).not.toHaveProperty(attribute);
});

test('an execve that succeeded and an exit merge with the exec of their process, in this order', async () => {
  const exec = await one(EXEC);
  const call = await one(but(EXEC, ['sched_process_exec', 'execve'], ['"715"', '"59"']));
  const exit = await one(EXIT);
  expect([call.merge, exit.merge]).toEqual([exec.merge, exec.merge]);
  expect([exec.rank, call.rank, exit.rank]).toEqual([0, 1, 2]);
  expect(exit).toMatchObject({
    end: '2026-03-17T09:41:11.123456789Z',
    time: '2026-03-17T09:41:09.122456789Z',
    exitcode: 137,
    flags: ['start not recorded'],
  });
});

test('packets of one connection fold into the one that opens it, whichever way they go', async () => {
  const opening = await one(SYN);
  const answer = await one(
    but(
      SYN,
      ['"SYN":1,"ACK":0', '"SYN":1,"ACK":1'],
      ['"10.1.2.3"', '"tmp"'],
      ['"198.51.100.7"', '"10.1.2.3"'],
      ['"tmp"', '"198.51.100.7"'],
      [':40000', ':0'],
      [':443', ':40000'],
      [':0,"dst_port"', ':443,"dst_port"'],
      ['"name":"src_port","type":"u16","value":0', '"name":"src_port","type":"u16","value":443'],
      ['"direction":2', '"direction":1'],
    ),
  );
  expect(answer).toMatchObject({ merge: opening.merge, rank: 32, client: '10.1.2.3', server: '198.51.100.7', direction: 'out' });
});

test.for([
  { timestamp: '1773740469.123456', time: '2026-03-17T09:41:09.123456000Z', flags: undefined },
  { timestamp: '620317257297855', time: undefined, flags: ['time since the boot of the host', 'undated'] },
  { timestamp: '"2026-03-17T09:41:09.5Z"', time: '2026-03-17T09:41:09.500000000Z', flags: undefined },
])('a timestamp of $timestamp is $time', async ({ timestamp, time, flags }) => {
  const activity = await one(but(PTRACE, ['"timestamp":1773740469123456789', `"timestamp":${timestamp}`]));
  expect([activity.time, activity.flags]).toEqual([time, flags]);
});

test.for([
  { name: 'clone', skip: 'ignored: a process was forked' },
  { name: 'close', skip: 'ignored: a system call that names no file' },
  { name: 'existing_container', skip: 'ignored: Tracee about itself' },
])('$name is passed over, with a reason', async ({ name, skip }) => {
  expect((await one(but(PTRACE, ['"ptrace"', `"${name}"`]))).skip).toBe(skip);
});
