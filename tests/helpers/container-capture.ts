/** A capture in which somebody enters a container of a pod, looks around and calls home; beside it a login on the host. */
import {
  type Block,
  captured,
  descriptors,
  ended,
  event,
  interfaces,
  machine,
  prefixed,
  processes,
  section,
  tuple4,
  u8,
  u32,
  users,
  type Value,
} from './capture';

export const START = 1_700_000_000_000_000_001n;
const at = (milliseconds: number): bigint => START + BigInt(milliseconds) * 1_000_000n;

export const CONTAINER = '0a1b2c3d4e5f'.padEnd(64, '6');
const GROUPS = [`cpuset=/kubepods/pod1/${CONTAINER}`, `memory=/kubepods/pod1/${CONTAINER}`];
const JSON_TEXT = JSON.stringify({
  container: {
    id: CONTAINER.slice(0, 12),
    name: 'k8s_web_shop-0_market_5f0c2b6e-7a51-4d5e-9a38-2c9f3f0f9a11_0',
    image: `sha256:${'ab'.repeat(32)}`,
    imagerepo: 'registry.example/shop',
    imagetag: '1.4',
    labels: {
      'io.kubernetes.pod.name': 'shop-0',
      'io.kubernetes.pod.namespace': 'market',
      'io.kubernetes.container.name': 'web',
    },
  },
});

export const PIDS = { init: 1, shim: 400, web: 410, login: 600, runc: 700, shell: 710, look: 720, call: 730, fork: 740 } as const;

interface Cloned {
  readonly ptid: number;
  readonly exe: string;
  readonly comm: string;
  /** Its pid inside the container. */
  readonly vpid: number;
}

/** A process in the container that another one started, as its own end of the call tells it. */
const cloned = (ms: number, pid: number, { ptid, exe, comm, vpid }: Cloned, call = 225): Block =>
  ended(call, at(ms), pid, {
    res: 0,
    exe,
    args: [],
    tid: pid,
    pid,
    ptid,
    comm,
    cgroups: GROUPS,
    flags: u32(0),
    uid: u32(0),
    gid: u32(0),
    vtid: vpid,
    vpid,
  });

/** A program that a process of the container became, on the container's terminal. */
const executed = (
  ms: number,
  pid: number,
  ptid: number,
  comm: string,
  args: readonly string[],
  more: Readonly<Record<string, Value>> = {},
): Block =>
  ended(293, at(ms), pid, {
    res: 0,
    exe: comm,
    args,
    tid: pid,
    pid,
    ptid,
    comm,
    cgroups: GROUPS,
    tty: u32(34_816),
    ...more,
  });

/** Blocks in order, so that tests can damage one of them. */
export const BLOCKS: readonly Block[] = [
  section(),
  machine('node-1'),
  interfaces({ lo: [127, 0, 0, 1], docker0: [172, 17, 0, 1], eth0: [10, 0, 2, 15] }),
  users({ 0: 'root', 1000: 'ada' }),
  processes(9, [
    { pid: PIDS.init, comm: 'systemd', exe: '/usr/lib/systemd/systemd' },
    { pid: PIDS.shim, parent: PIDS.init, comm: 'containerd-shim', exe: '/usr/bin/containerd-shim' },
    { pid: PIDS.web, parent: PIDS.shim, comm: 'nginx', exe: '/usr/sbin/nginx', vpid: 1, cwd: '/srv', cgroups: GROUPS },
    {
      pid: PIDS.login,
      parent: PIDS.init,
      comm: 'bash',
      exe: '/bin/bash',
      args: ['-l'],
      uid: 1000,
      loginuid: 1000,
      tty: 34_817,
      sid: PIDS.login,
      cwd: '/home/ada',
    },
    { pid: PIDS.runc, parent: PIDS.shim, comm: 'runc', exe: '/usr/bin/runc', cwd: '/run' },
  ]),
  descriptors(2, PIDS.web, { 3: [1, prefixed('/srv/data')], 6: [3, Buffer.alloc(12), u8(3)] }),
  descriptors(2, PIDS.login, { 0: [16, u32(1), prefixed('/dev/pts/1'), u32(0)] }),
  event(272, at(0), PIDS.init, [JSON_TEXT]),

  // runc forks, the child joins the container and executes a shell there; runc ends.
  cloned(1, PIDS.shell, { ptid: PIDS.runc, exe: 'runc', comm: 'runc:[2:INIT]', vpid: 22 }, 223),
  event(292, at(2), PIDS.shell, ['/bin/sh']),
  executed(3, PIDS.shell, PIDS.runc, 'sh', ['-c', 'id; curl home.example'], { loginuid: u32(0xffff_ffff) }),
  event(186, at(4), PIDS.runc, [0]),

  // The shell forks twice: one child executes, one only works and ends.
  cloned(10, PIDS.look, { ptid: PIDS.shell, exe: 'sh', comm: 'sh', vpid: 23 }),
  executed(11, PIDS.look, PIDS.shell, 'id', [], { exepath: '/usr/bin/id' }),
  ended(307, at(12), PIDS.look, { res: 3, dirfd: -100, path: 'etc/../passwd', flags: u32(1) }),
  event(186, at(13), PIDS.look, [0x300]),
  cloned(14, PIDS.fork, { ptid: PIDS.shell, exe: 'sh', comm: 'sh', vpid: 24 }),
  ended(3, at(15), PIDS.fork, { res: 4, path: '/tmp/x', flags: u32(2 | 4), mode: u32(0) }),
  event(186, at(16), PIDS.fork, [0]),

  // curl resolves a name and connects.
  cloned(20, PIDS.call, { ptid: PIDS.shell, exe: 'sh', comm: 'sh', vpid: 25 }),
  executed(21, PIDS.call, PIDS.shell, 'curl', ['home.example'], { exepath: '/usr/bin/curl' }),
  event(18, at(22), PIDS.call, [u32(2), u32(2), u32(0)]),
  event(19, at(22), PIDS.call, [5]),
  event(30, at(23), PIDS.call, [5, u32(30), tuple4([10, 1, 0, 7, 40_000], [10, 96, 0, 10, 53])]),
  event(31, at(23), PIDS.call, [30, Buffer.from('question')]),
  event(34, at(24), PIDS.call, [5, u32(512)]),
  event(35, at(24), PIDS.call, [60, Buffer.from('answer'), tuple4([10, 96, 0, 10, 53], [10, 1, 0, 7, 40_000])]),
  event(18, at(25), PIDS.call, [u32(2), u32(1), u32(6)]),
  event(19, at(25), PIDS.call, [6]),
  event(22, at(26), PIDS.call, [6]),
  event(23, at(27), PIDS.call, [-115, tuple4([10, 1, 0, 7, 40_001], [203, 0, 113, 9, 443])]),
  event(186, at(40), PIDS.call, [0]),

  // On the host: a program that is not there, a file that is renamed, a port scan that fails, the end of the login.
  event(292, at(50), PIDS.login, ['nmap']),
  ended(293, at(51), PIDS.login, {
    res: -2,
    exe: 'nmap',
    args: ['10.0.0.0/8'],
    tid: PIDS.login,
    pid: PIDS.login,
    ptid: PIDS.init,
    comm: 'bash',
  }),
  ended(319, at(52), PIDS.login, { res: 0, dirfd: -100, path: 'a', newdirfd: -100, newpath: '../b', flags: u32(0) }),
  event(22, at(53), PIDS.login, [9]),
  event(23, at(54), PIDS.login, [-111, tuple4([10, 0, 2, 15, 50_000], [10, 0, 0, 9, 22])]),
  ended(389, at(55), PIDS.web, { res: 7, tuple: tuple4([10, 0, 2, 99, 51_000], [10, 1, 0, 7, 80]) }),
  event(234, at(56), PIDS.init, [1n, 2n]),
  event(186, at(60), PIDS.login, [9]),
];
export const CAPTURE: Buffer = captured(...BLOCKS);
