/** What single calls tell of processes and files. */
import { describe, expect, test } from 'vitest';
import { LAYOUTS } from '../../../../workers/formats/scap/event-table';
import { captured, decoded, ended, event, processes, section, u32, type Value } from '../../../helpers/capture';
import { CAPTURE, PIDS, START } from '../../../helpers/container-capture';
import { HOST, ms, run, tell } from '../../../helpers/host-capture';

describe('a container that somebody enters', () => {
  const { told } = decoded(CAPTURE);
  const of = (pid: number) => told.filter((row) => row.pid === pid);

  test('the shell that runc starts is a root: entered, its own shell, with what the pod is', () => {
    expect(of(PIDS.shell)).toMatchObject([
      {
        kind: 'cmd',
        cmdline: 'sh -c id; curl home.example',
        exe: '/bin/sh',
        vpid: 22,
        parent: 'runc',
        entered: true,
        shellid: PIDS.shell,
        tty: 34_816,
        containerid: '0a1b2c3d4e5f',
        container: 'web',
        pod: 'shop-0',
        namespace: 'market',
        image: 'registry.example/shop:1.4',
        host: 'node-1',
        hostip: '10.0.2.15',
      },
    ]);
    expect(of(PIDS.shell)[0]).not.toHaveProperty('username'); // the host's root is not the container's
    expect(of(PIDS.shell)[0]).not.toHaveProperty('loginuid');
  });

  test('what it starts is below it, after runc has ended too', () => {
    const shell = of(PIDS.shell)[0]?.entityid;
    for (const pid of [PIDS.look, PIDS.call]) {
      expect(of(pid)[0]).toMatchObject({
        kind: 'cmd',
        ppid: PIDS.shell,
        parententity: shell,
        entered: true,
        shellid: PIDS.shell,
      });
      expect(of(pid)[0]?.ancestors).toEqual(['sh', 'runc', 'containerd-shim', 'systemd']);
    }
  });

  test('an end is merged into the execve', () => {
    const [began, , end] = of(PIDS.look);
    expect(began).toMatchObject({ kind: 'cmd', rank: 0 });
    expect(end).toMatchObject({
      kind: 'cmd',
      rank: 1,
      merge: began?.merge,
      exitcode: 3,
      end: String(ms(13)),
      started: began?.time,
    });
  });

  test('a fork runs its parent’s program, and its end tells nothing', () => {
    expect(of(PIDS.fork)).toMatchObject([
      { kind: 'file', path: '/tmp/x', entityid: of(PIDS.shell)[0]?.entityid, ppid: PIDS.shell },
    ]);
    expect(of(PIDS.fork)[0]).not.toHaveProperty('parententity');
  });

  test('a datagram to somebody new is told once, the answer not', () => {
    expect(of(PIDS.call).filter(({ kind }) => kind === 'net')).toMatchObject([
      {
        call: 'sendto',
        direction: 'out',
        l4proto: 'udp',
        client: '10.1.0.7',
        clientport: 40_000,
        server: '10.96.0.10',
        serverport: 53,
      },
      {
        call: 'connect',
        direction: 'out',
        l4proto: 'tcp',
        result: 'ok',
        server: '203.0.113.9',
        serverport: 443,
        notes: ['connection under way'],
      },
    ]);
  });

  test('what ran before the capture has no start, and an end says so', () => {
    const end = of(PIDS.runc).at(-1);
    expect(end).toMatchObject({ kind: 'cmd', notes: ['start not recorded'], end: end?.time });
    expect(end).not.toHaveProperty('merge');
    expect(end).not.toHaveProperty('entityid');
    expect(of(PIDS.login).at(-1)).toMatchObject({ notes: ['start not recorded', 'ended by a signal'] });
  });
});

describe('processes', () => {
  const exec = (type: number, time: bigint, values: Parameters<typeof ended>[3] = {}) =>
    ended(type, time, 42, { res: 0, exe: '/bin/ls', args: ['-l'], tid: 42, pid: 42, ptid: 1, ...values });

  test.for([13, 155, 173, 215, 231, 283, 289, 293, 331])('execve as event %i', (type) => {
    const [row] = tell(exec(type, START));
    expect(row).toMatchObject({
      kind: 'cmd',
      result: 'ok',
      comm: 'ls',
      cmdline: 'ls -l',
      pid: 42,
      ppid: 1,
      entityid: `node-1/42@${START}`,
    });
  });

  test.for([1, 2] as const)('execve of version %i with fewer parameters than today', (version) => {
    expect(
      tell(ended(293, START, 42, { res: 0, exe: 'ls', args: [], tid: 42, pid: 42, ptid: 1, cwd: '' }, { version })),
    ).toMatchObject([{ comm: 'ls', cmdline: 'ls' }]);
  });

  test.for([{ flagged: true }, { large: true }, { large: true, flagged: true }])('execve in a block with %o', (options) => {
    expect(
      tell(ended(293, START, 42, { res: 0, exe: 'ls', args: ['x'.repeat(70_000 * (options.large ? 1 : 0))] }, options)),
    ).toMatchObject([{ comm: 'ls', kind: 'cmd' }]);
  });

  test('a program is named by where the call began, from the working directory', () => {
    expect(tell(event(288, START, 42, ['bin/tool']), exec(289, ms(1)))).toMatchObject([{ exe: '/home/ada/bin/tool' }]);
    expect(tell(exec(293, ms(1), { exepath: '/usr/bin/tool', filename: './tool' }))).toMatchObject([{ exe: '/usr/bin/tool' }]);
  });

  test('what began another call is not what began this one', () => {
    expect(tell(event(288, START, 42, ['bin/tool']), exec(293, ms(1)))[0]).not.toHaveProperty('exe');
  });

  test('a program that could not be run failed, and the process stays what it was', () => {
    const [failed, next] = tell(
      event(292, START, 42, ['/opt/none']),
      exec(293, ms(1), { res: -2, exe: 'none', args: ['--help'] }),
      event(3, ms(2), 42, [3, 'x', u32(1)]),
    );
    expect(failed).toMatchObject({
      kind: 'cmd',
      result: 'failed',
      errno: 2,
      cmdline: 'none --help',
      exe: '/opt/none',
      comm: 'bash',
    });
    expect(next).toMatchObject({ comm: 'bash' });
    expect(next).not.toHaveProperty('entityid');
  });

  test('exec without fork is another image with the same parent', () => {
    const [one, two] = tell(exec(293, ms(1)), exec(293, ms(2), { exe: 'id' }));
    expect([one?.entityid, two?.entityid]).toEqual([`node-1/42@${ms(1)}`, `node-1/42@${ms(2)}`]);
    expect(two).toMatchObject({ ppid: 1, comm: 'id' });
  });

  test.for([15, 157, 183, 185, 217, 219, 221, 223, 225, 227, 335])('a child told by itself as event %i', (type) => {
    const rows = tell(
      ended(type, START, 50, {
        res: 0,
        exe: 'bash',
        args: [],
        tid: 50,
        pid: 50,
        ptid: 42,
        flags: u32(0),
        uid: u32(7),
        gid: u32(0),
      }),
      event(3, ms(1), 50, [3, 'x', u32(1)]),
    );
    expect(rows).toMatchObject([{ pid: 50, ppid: 42, parent: 'bash', path: '/home/ada/x', uid: 7 }]);
  });

  test('a child told by its parent alone, and a thread', () => {
    const cloned = (child: number, flags: number) =>
      ended(223, START, 42, {
        res: child,
        exe: 'bash',
        args: [],
        tid: 42,
        pid: 42,
        ptid: 1,
        flags: u32(flags),
        uid: u32(7),
        gid: u32(0),
        vtid: 42,
        vpid: 42,
      });
    const opened = (thread: number) => event(3, ms(1), thread, [3, 'x', u32(1)]);
    expect(tell(cloned(50, 0), opened(50))).toMatchObject([{ pid: 50, ppid: 42, path: '/home/ada/x' }]);
    expect(tell(cloned(51, 1 << 13), opened(51))).toMatchObject([{ pid: 42, ppid: 1, path: '/home/ada/x' }]);
    expect(tell(cloned(51, 1 << 13), event(186, ms(2), 51, [0]))).toEqual([]);
    // Its id would be one of another process namespace.
    expect(tell(cloned(52, 1 << 29), opened(52))[0]).not.toHaveProperty('ppid');
  });

  test('directory, user and session of the process follow its calls', () => {
    const [row] = tell(
      event(95, ms(1), 42, [0, '../bob']),
      event(193, ms(2), 42, [0, u32(5), u32(6), u32(7)]),
      event(275, ms(3), 42, [42]),
      event(95, ms(4), 42, [-2, '/none']),
      event(3, ms(5), 42, [3, 'x', u32(1)]),
    );
    expect(row).toMatchObject({ cwd: '/home/bob', path: '/home/bob/x', uid: 6, sid: 42, tty: 0 });
  });

  test('an end without parameters, of old captures', () => {
    const [, end] = tell(exec(231, ms(1)), event(16, ms(2), 42));
    expect(end).toMatchObject({ rank: 1, merge: `node-1/42@${ms(1)}`, end: String(ms(2)) });
    expect(end).not.toHaveProperty('exitcode');
  });

  test('users that a container adds name its users', () => {
    const inContainer = { pid: 60, parent: 1, comm: 'sh', uid: 7, cgroups: [`cpu=/docker/${'ab'.repeat(32)}`] };
    const rows = decoded(
      captured(
        section(),
        processes(9, [...HOST, inContainer]),
        event(354, START, 1, [u32(7), u32(7), 'app', '/', '/bin/sh', 'abababababab']),
        event(354, START, 1, [u32(7), u32(7), 'lp', '/', '/bin/sh', '']),
        event(3, ms(1), 60, [3, '/x', u32(1)]),
      ),
    ).told;
    expect(rows).toMatchObject([{ username: 'app' }]);
  });
});

interface ActingCase {
  readonly type: number;
  readonly values: Readonly<Record<string, Value>>;
  readonly told: Readonly<Record<string, unknown>>;
}

describe('files', () => {
  test.for([
    { flags: 1, mode: 'read' },
    { flags: 2, mode: 'write' },
    { flags: 3, mode: 'write' },
    { flags: 2 | 4 | 256, mode: 'create' },
    { flags: 1 | (1 << 14), mode: 'create' },
    { flags: 1 << 12, mode: 'open' },
  ])('open with flags $flags: $mode', ({ flags, mode }) => {
    expect(tell(event(3, START, 42, [3, '/etc/x', u32(flags)]))).toMatchObject([
      { kind: 'file', mode, path: '/etc/x', result: 'ok' },
    ]);
  });

  test.for<ActingCase>([
    { type: 3, values: { res: -2, path: '/a/../b//c/./d' }, told: { path: '/b/c/d', result: 'failed', errno: 2 } },
    { type: 59, values: { res: 3, path: 'new' }, told: { mode: 'create', path: '/home/ada/new' } },
    { type: 307, values: { res: 3, dirfd: -100, path: './x' }, told: { path: '/home/ada/x' } },
    { type: 327, values: { res: 3, dirfd: -100, path: 'x', flags: u32(1) }, told: { path: '/home/ada/x', mode: 'read' } },
    { type: 277, values: { res: 0, path: 'd' }, told: { mode: 'create', path: '/home/ada/d' } },
    { type: 305, values: { res: 0, dirfd: -100, path: 'd' }, told: { mode: 'create', path: '/home/ada/d' } },
    { type: 279, values: { res: -39, path: 'd' }, told: { mode: 'delete', result: 'failed', errno: 39 } },
    { type: 301, values: { res: 0, path: 'f' }, told: { mode: 'delete', path: '/home/ada/f' } },
    { type: 303, values: { res: 0, dirfd: -100, path: 'f' }, told: { mode: 'delete', path: '/home/ada/f' } },
    { type: 175, values: { res: 0, path: 'a', newpath: '/b' }, told: { mode: 'rename', path: '/home/ada/a', label: 'to /b' } },
    {
      type: 319,
      values: { res: 0, dirfd: -100, path: 'a', newdirfd: -100, newpath: 'b' },
      told: { mode: 'rename', label: 'to /home/ada/b' },
    },
    { type: 309, values: { res: 0, target: '/t', path: 'l' }, told: { mode: 'create', path: '/home/ada/l', label: 'to /t' } },
    {
      type: 181,
      values: { res: 0, target: '../t', dirfd: -100, path: 'l' },
      told: { mode: 'create', path: '/home/ada/l', label: 'to ../t' },
    },
    { type: 315, values: { res: 0, path: '/f', mode: u32(0o4755) }, told: { mode: 'chmod', path: '/f' } },
    { type: 313, values: { res: 0, dirfd: -100, path: 'f' }, told: { mode: 'chmod', path: '/home/ada/f' } },
    { type: 385, values: { res: 0, dirfd: -100, path: 'f' }, told: { mode: 'chown', path: '/home/ada/f' } },
    { type: 417, values: { res: 0, dirfd: -100, path: 'f' }, told: { mode: 'create', path: '/home/ada/f' } },
  ])('event $type', ({ type, values, told }) => {
    expect(tell(ended(type, START, 42, values))).toMatchObject([{ kind: 'file', ...told }]);
  });

  test('calls on a descriptor are told with the path that it was opened by', () => {
    const rows = tell(
      event(3, START, 42, [3, 'tool', u32(2)]),
      event(317, ms(1), 42, [0, 3, u32(0o755)]),
      event(383, ms(2), 42, [0, 9]),
    );
    expect(rows.slice(1)).toMatchObject([
      { mode: 'chmod', path: '/home/ada/tool' },
      { mode: 'chown', notes: ['path not recorded'] },
    ]);
  });

  test('old calls are told by their beginning and end together', () => {
    const rows = tell(
      ...[event(108, ms(1), 42, ['f']), event(109, ms(2), 42, [0])],
      ...[event(110, ms(3), 42, [-100, 'g']), event(111, ms(4), 42, [-2])],
      ...[event(102, ms(5), 42, [-100, 'h', u32(1), u32(0)]), event(103, ms(6), 42, [4])],
      ...[event(98, ms(7), 42, ['/d', u32(0)]), event(99, ms(8), 42, [0])],
      event(109, ms(9), 42, [0]),
    );
    expect(rows).toMatchObject([
      { mode: 'delete', path: '/home/ada/f', result: 'ok' },
      { mode: 'delete', path: '/home/ada/g', errno: 2 },
      { mode: 'read', path: '/home/ada/h' },
      { mode: 'create', path: '/d' },
      { mode: 'delete', notes: ['path not recorded'] },
    ]);
  });

  test('a name that is not UTF-8 is still told', () => {
    expect(tell(event(3, START, 42, [3, Buffer.from([0x2f, 0xff, 0x41, 0]), u32(1)]))).toMatchObject([{ path: '/\ufffdA' }]);
  });
});

test('every event in the table has a call that does something with it', () => {
  const known = LAYOUTS.flatMap((layout) => (layout ? [layout.call] : []));
  expect(known.length).toBeGreaterThan(100);
  const { fates } = run(
    event(148, START, 1, [u32(1)]),
    event(152, START, 1, [7]),
    event(6, START, 42, [3]),
    event(7, START, 42, [9]),
  );
  expect(fates).toEqual({
    'ignored: tables at the start of the capture': 3,
    'ignored: events were dropped while capturing': 1,
    'ignored: an event that tells no activity': 3,
  });
});
