/** The process table of every version, and what activities get from it. */
import { expect, test } from 'vitest';
import {
  captured,
  decoded,
  descriptors,
  event,
  machine,
  type Process,
  prefixed,
  processes,
  section,
  u32,
} from '../../../helpers/capture';
import { CONTAINER, START } from '../../../helpers/container-capture';

const SHELL: Process = {
  pid: 42,
  parent: 7,
  sid: 40,
  comm: 'bash',
  exe: '/usr/bin/bash',
  args: ['-c', '', 'x y'],
  cwd: '/home/ada',
  uid: 1000,
  vpid: 5,
  cgroups: [`memory=/docker/${CONTAINER}`, `cpu=/docker/${CONTAINER}`],
  tty: 34_816,
  loginuid: 1001,
};
const SHIM: Process = { pid: 7, comm: 'containerd-shim' };
const opened = event(3, START, 42, [3, 'notes', u32(1)]);

const ALWAYS = {
  pid: 42,
  ppid: 7,
  parent: 'containerd-shim',
  comm: 'bash',
  cmdline: 'bash -c  x y',
  cwd: '/home/ada',
  path: '/home/ada/notes',
  uid: 1000,
  shellid: 42,
};
const SINCE_4 = { vpid: 5, containerid: '0a1b2c3d4e5f', entered: true };
const SINCE_7 = { ...SINCE_4, sid: 40, exe: '/usr/bin/bash' };

test.for([
  { version: 1, tail: 'none', knows: {} },
  { version: 2, tail: 'none', knows: {} },
  { version: 3, tail: 'none', knows: {} },
  { version: 4, tail: 'none', knows: SINCE_4 },
  { version: 5, tail: 'none', knows: SINCE_4 },
  { version: 6, tail: 'none', knows: { ...SINCE_4, sid: 40 } },
  { version: 7, tail: 'none', knows: SINCE_7 },
  { version: 8, tail: 'none', knows: SINCE_7 },
  { version: 9, tail: 'none', knows: SINCE_7 },
  { version: 9, tail: 'old', knows: { ...SINCE_7, loginuid: 1001 } },
  { version: 9, tail: 'new', knows: { ...SINCE_7, loginuid: 1001, tty: 34_816 } },
] as const)('version $version, tail $tail', ({ version, tail, knows }) => {
  const { told } = decoded(captured(section(), processes(version, [SHIM, SHELL], tail), opened));
  const { time, call, kind, result, mode, record, ancestors, ...process } = told[0] as Record<string, unknown>;
  expect({ time, call, kind, result, mode, record, ancestors }).toEqual({
    time: String(START),
    call: 'open',
    kind: 'file',
    result: 'ok',
    mode: 'read',
    record: 3,
    ancestors: ['containerd-shim'],
  });
  expect(process).toEqual({ ...ALWAYS, ...knows });
});

test.for([0x8000abcd, 0x8013abcd, 0x8014abcd])('the number that type %i had before the first release', (type) => {
  const version = [0x8000abcd, 0x8013abcd, 0x8014abcd].indexOf(type) + 1;
  const table = processes(version, [SHELL]);
  table.bytes.writeUInt32LE(type, 0);
  expect(decoded(captured(section(), table, opened)).told).toMatchObject([{ comm: 'bash', cwd: '/home/ada' }]);
});

test('a table that ends within an entry keeps what was whole', () => {
  const table = processes(9, [SHELL, SHIM]);
  table.bytes.writeUInt32LE(9999, 8 + table.bytes.readUInt32LE(8));
  const { told, fates } = decoded(captured(section(), table, opened));
  expect(fates['rejected: a field reaches beyond its block']).toBe(1);
  expect(told).toMatchObject([{ comm: 'bash', ppid: 7 }]);
});

test.for([
  { title: 'docker', group: `cpu=/docker/${CONTAINER}` },
  { title: 'docker below systemd', group: `cpu=/system.slice/docker-${CONTAINER}.scope` },
  { title: 'containerd of a pod', group: `memory=/kubepods.slice/kubepods-pod1.slice/cri-containerd-${CONTAINER}.scope` },
  { title: 'containerd of a pod, with colons', group: `memory=/kubepods-pod1.slice:cri-containerd:${CONTAINER}` },
  { title: 'CRI-O', group: `memory=/kubepods.slice/kubepods-pod1.slice/crio-${CONTAINER}.scope` },
  { title: 'podman', group: `memory=/machine.slice/libpod-${CONTAINER}.scope/container` },
  { title: 'a container in a container', group: `cpu=/docker/${'9'.repeat(64)}/docker/${CONTAINER}` },
])('$title', ({ group }) => {
  const { told } = decoded(captured(section(), processes(9, [{ ...SHELL, cgroups: ['pids=/', group] }]), opened));
  expect(told[0]).toMatchObject({ containerid: '0a1b2c3d4e5f' });
});

test.for([
  'cpu=/',
  'cpu=/user.slice/user-1000.slice',
  `cpu=/system.slice/crio-conmon-${CONTAINER}.scope`,
  `cpu=/${'a'.repeat(40)}`,
])('%s is of the host', (group) => {
  const { told } = decoded(captured(section(), processes(9, [{ ...SHELL, cgroups: [group] }]), opened));
  expect(told[0]).not.toHaveProperty('containerid');
  expect(told[0]).not.toHaveProperty('entered');
});

test('the first process of a container did not enter it, nor did those below it', () => {
  const first = { ...SHELL, pid: 41, vpid: 1, comm: 'init' };
  const { told } = decoded(captured(section(), processes(9, [SHIM, first, { ...SHELL, parent: 41 }]), opened));
  expect(told[0]).toMatchObject({ entered: false, ancestors: ['init', 'containerd-shim'], shellid: 42 });
});

test('a ring of parents ends', () => {
  const ring = processes(9, [
    { ...SHELL, parent: 50 },
    { ...SHELL, pid: 50, parent: 42 },
  ]);
  expect(decoded(captured(section(), ring, opened)).told).toHaveLength(1);
});

test('a long chain of parents ends', () => {
  const chain = Array.from({ length: 20_000 }, (_, i) => ({ ...SHIM, pid: i + 1, parent: i + 2 }));
  const { told } = decoded(captured(section(), processes(9, chain), event(3, START, 1, [3, '/x', u32(1)])));
  expect(told[0]?.ancestors).toHaveLength(16);
});

test.for([1, 2] as const)('descriptors of version %i name directories', (version) => {
  const table = descriptors(version, 42, {
    5: [2, prefixed('/var/lib')],
    6: [3, Buffer.alloc(12), Buffer.from([2])],
    7: [8, Buffer.alloc(16), prefixed('/run/x')],
    8: [4, Buffer.alloc(37)],
    9: [5, Buffer.alloc(7)],
    10: [6, Buffer.alloc(19)],
    11: [10, prefixed('other')],
    12: [2, prefixed('/etc')],
  });
  const at = (fd: number) => event(307, START, 42, [3, fd, 'data', u32(1)]);
  const { told, fates } = decoded(captured(section(), processes(9, [SHELL]), table, at(5), at(12), at(99)));
  expect(told).toMatchObject([{ path: '/var/lib/data' }, { path: '/etc/data' }, { path: 'data', notes: ['relative path'] }]);
  expect(fates).toEqual({ 'ignored: tables at the start of the capture': 3 });
});

test('each section begins anew', () => {
  const one = captured(section(), machine('one'), processes(9, [SHELL]), opened);
  const { told } = decoded(Buffer.concat([one, captured(section(), machine('two'), opened)]));
  expect(told).toMatchObject([{ host: 'one', comm: 'bash' }, { host: 'two' }]);
  expect(told[1]).not.toHaveProperty('comm');
});

test('a thread that no table knows is told by its id', () => {
  expect(decoded(captured(section(), opened)).told).toMatchObject([{ pid: 42, path: 'notes', notes: ['relative path'] }]);
});

test('tables that are too short cost themselves', () => {
  const bad = machine('x').bytes.subarray(0, 40);
  bad.writeUInt32LE(40, 4);
  bad.writeUInt32LE(40, 36);
  const { fates } = decoded(Buffer.concat([section().bytes, bad, captured(opened)]));
  expect(fates['rejected: a machine block that is too short']).toBe(1);
});
