import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tetragon } from '../../../workers/formats/tetragon';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const SHAPES = readFileSync(resolve(import.meta.dirname, '../../fixtures/tetragon/shapes.ndjson'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const [EXEC, EXIT, CONNECT] = SHAPES;
const shape = (key: string, index = 0) => SHAPES.filter((record) => key in record)[index];
const one = async (record: unknown) => told((await stage.run(tetragon, Buffer.from(JSON.stringify(record)))).rows[0]);
const kprobe = (values: Record<string, unknown>) => ({
  ...CONNECT,
  process_kprobe: {
    process: CONNECT.process_kprobe.process,
    parent: CONNECT.process_kprobe.parent,
    action: 'KPROBE_ACTION_POST',
    ...values,
  },
});
const process = (values: Record<string, unknown>) => ({
  ...EXEC,
  process_exec: { ...EXEC.process_exec, process: { ...EXEC.process_exec.process, ...values } },
});

describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  test.for([
    {
      title: 'a command in a pod',
      path: 'agents/tetragon/tetragon-docs.ndjson',
      row: 2,
      expected: {
        time: '2023-10-06T22:03:57.700326678Z',
        precision: 'ns',
        kind: 'cmd',
        result: 'ok',
        namespace: 'default',
        workload: 'xwing',
        pod: 'xwing',
        container: 'spaceship',
        containerid: '551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3',
        image: 'docker.io/tgraf/netperf:latest',
        host: 'gke-john-632-default-pool-7041cac0-9s95',
        node: 'gke-john-632-default-pool-7041cac0-9s95',
        comm: 'curl',
        cmdline: 'curl https://ebpf.io/applications/#tetragon',
        exe: '/usr/bin/curl',
        cwd: '/',
        pid: 52699,
        ppid: 52699,
        vpid: 49,
        parent: 'bash',
        uid: 0,
        started: '2023-10-06T22:03:57.700327580Z',
        rank: 0,
        keyed: true,
        entityid: 'Z2tlLWpvaG4tNjMyLWRlZmF1bHQtcG9vbC03MDQxY2FjMC05czk1OjEzNTQ4Njc0MzIxMzczOjUyNjk5',
        parententity: 'Z2tlLWpvaG4tNjMyLWRlZmF1bHQtcG9vbC03MDQxY2FjMC05czk1OjEzNTQ4NjcwODgzMjk5OjUyNjk5',
      },
    },
    {
      title: 'a file that was written, under a policy that only observes',
      path: 'agents/tetragon/tetragon-docs.ndjson',
      row: 3,
      expected: {
        time: '2024-04-14T02:18:14.376304204Z',
        precision: 'ns',
        kind: 'file',
        result: 'unknown',
        namespace: 'default',
        workload: 'file-access',
        workloadkind: 'Pod',
        pod: 'file-access',
        container: 'file-access',
        containerid: '6b742e38ee3a212239e6d48b2954435a407af44b9a354bdf540db22f460ab40e',
        image: 'docker.io/library/busybox:latest',
        host: 'tetragon-dev-control-plane',
        node: 'tetragon-dev-control-plane',
        comm: 'vi',
        cmdline: 'vi /etc/passwd',
        exe: '/bin/vi',
        cwd: '/',
        pid: 64746,
        ppid: 64615,
        vpid: 12,
        parent: 'sh',
        uid: 0,
        started: '2024-04-14T02:18:02.240856427Z',
        rank: 0,
        keyed: false,
        entityid: 'dGV0cmFnb24tZGV2LWNvbnRyb2wtcGxhbmU6MTY4MTc3MDUwMTI1NDI6NjQ3NDY=',
        parententity: 'dGV0cmFnb24tZGV2LWNvbnRyb2wtcGxhbmU6MTY4MDE3MDQ3OTQyOTg6NjQ2MTU=',
        file: 'passwd',
        directory: '/etc/',
        path: '/etc/passwd',
        mode: 'write',
      },
    },
    {
      title: 'a connection of the older socket events',
      path: 'agents/tetragon/tetragon-sec-obs-book.ndjson',
      row: 1,
      expected: {
        time: '2022-01-19T16:29:02.021000000Z',
        precision: 'ms',
        kind: 'net',
        comm: 'curl',
        cmdline: 'curl www.google.com',
        direction: 'out',
        l4proto: 'tcp',
        client: '10.88.0.7',
        clientport: 49168,
        server: '142.250.180.196',
        serverport: 80,
        vpid: 131,
        rank: 0,
      },
    },
  ])('$title', async ({ path, row, expected, title }) => {
    const { merge, ...activity } = told((await stage.run(tetragon, sampleBytes(path))).rows[row]);
    if (title.startsWith('a connection')) expect(activity).toMatchObject(expected);
    else expect(activity).toEqual(expected);
    expect(merge === undefined).toBe(expected.kind === 'file');
  });
});

test.for([
  { title: 'as the record says', node_name: 'node-2', exec_id: 'bm9kZS0xOjEyMzQ1Njc6NDI=', host: 'node-2' },
  {
    title: 'as the id of its process says, where the record does not',
    node_name: undefined,
    exec_id: 'bm9kZS0xOjEyMzQ1Njc6NDI=',
    host: 'node-1',
  },
  { title: 'as the id says, where the name is empty', node_name: '', exec_id: 'bm9kZS0xOjEyMzQ1Njc6NDI=', host: 'node-1' },
  { title: 'unknown, where the id is of another make', node_name: undefined, exec_id: 'not-base64!', host: undefined },
])('the node is $title', async ({ node_name, exec_id, host }) => {
  const { process_exec, time } = EXEC;
  const told = await one({ process_exec: { ...process_exec, process: { ...process_exec.process, exec_id } }, time, node_name });
  expect([told.host, told.node]).toEqual([host, host]);
});

test('an exit merges with the exec of its process: one key, a later rank, an end', async () => {
  const [exec, exit] = [await one(EXEC), await one(EXIT)];
  expect(exit.merge).toBe(exec.merge);
  expect([exec.rank, exit.rank]).toEqual([0, 1]);
  expect(exit).toMatchObject({ time: exec.time, end: '2026-03-17T09:41:12.500000000Z', exitcode: 137 });
});

test('a closed connection merges with the one that was opened, by cookie, else by addresses', async () => {
  const sock = CONNECT.process_kprobe.args[0].sock_arg;
  const call = (function_name: string, sock_arg: unknown) => one(kprobe({ function_name, args: [{ sock_arg }] }));
  const { cookie, ...addresses } = sock;
  expect((await call('tcp_close', sock)).merge).toBe((await call('tcp_connect', sock)).merge);
  expect((await call('tcp_close', addresses)).merge).toBe((await call('tcp_connect', addresses)).merge);
  expect((await call('tcp_connect', { ...addresses, sport: 5 })).merge).not.toBe((await call('tcp_connect', addresses)).merge);
  expect(await call('tcp_close', sock)).toMatchObject({
    rank: 1,
    end: '2026-03-17T09:41:09.200000000Z',
    flags: ['start not recorded'],
  });
});

const sock_arg = { saddr: '10.1.2.3', sport: 8080, daddr: '203.0.113.9', dport: 50000, protocol: 'IPPROTO_TCP' };
test.for([
  { title: 'among the arguments', values: { args: [{ sock_arg }] } },
  { title: 'in what the function returns', values: { args: [], return: { sock_arg } } },
])('an accepted connection comes in, its socket told $title: the other side is the client', async ({ values }) => {
  expect(await one(kprobe({ function_name: 'inet_csk_accept', ...values }))).toMatchObject({
    kind: 'net',
    direction: 'in',
    client: '203.0.113.9',
    clientport: 50000,
    server: '10.1.2.3',
    serverport: 8080,
    l4proto: 'tcp',
  });
});

test.for([
  { function_name: 'security_file_permission', args: [{ file_arg: { path: '/a/b' } }, { int_arg: 4 }], mode: 'read' },
  { function_name: 'security_file_permission', args: [{ file_arg: { path: '/a/b' } }, { int_arg: '2' }], mode: 'write' },
  { function_name: 'security_path_unlink', args: [{ path_arg: { path: '/a/b' } }], mode: 'delete' },
  { function_name: 'security_path_rename', args: [{ path_arg: { path: '/a/b' } }], mode: 'rename' },
  { function_name: 'security_path_truncate', args: [{ path_arg: { path: '/a/b' } }], mode: 'write' },
  { function_name: 'chmod_common', args: [{ path_arg: { path: '/a/b' } }], mode: 'chmod' },
  { function_name: 'fd_install', args: [{ int_arg: 3 }, { file_arg: { path: '/a/b' } }], mode: 'open' },
])('$function_name on a file is $mode', async ({ mode, ...values }) => {
  expect(await one(kprobe(values))).toMatchObject({ kind: 'file', path: '/a/b', directory: '/a/', file: 'b', mode });
});

test.for([
  { title: 'it only observes', values: {}, rule: undefined },
  { title: 'it killed the process', values: { action: 'KPROBE_ACTION_SIGKILL' }, rule: 'shadow' },
  { title: 'its author wrote a message', values: { message: 'shadow read' }, rule: 'shadow' },
  { title: 'its author tagged it', values: { tags: ['credential'] }, rule: 'shadow' },
])('a tracing policy is a rule or none where $title', async ({ values, rule }) => {
  const record = kprobe({
    function_name: 'security_file_permission',
    args: [{ file_arg: { path: '/etc/shadow' } }],
    policy_name: 'shadow',
    ...values,
  });
  expect((await one(record)).rule).toBe(rule);
});

test('what is neither a command, a connection nor a file is a policy activity that names the function', async () => {
  expect(await one(kprobe({ function_name: '__x64_sys_setuid', args: [{ int_arg: 0 }] }))).toMatchObject({
    kind: 'policy',
    label: '__x64_sys_setuid',
  });
});

test.for([
  { title: 'entered a container from outside its init tree', values: { in_init_tree: false }, expected: { entered: true } },
  { title: 'was started inside', values: { in_init_tree: true }, expected: { entered: false } },
  {
    title: 'is in no container',
    values: { pod: undefined, docker: undefined },
    expected: { comm: 'curl' },
    lacks: ['entered', 'vpid', 'pod'],
  },
  { title: 'has no login user', values: { auid: 4294967295 }, expected: {}, lacks: ['loginuid'] },
  { title: 'has a login user, as protojson may write it', values: { auid: '1000' }, expected: { loginuid: 1000 } },
  { title: 'has cut arguments', values: { flags: 'execve clone truncArgs' }, expected: { flags: ['arguments cut'] } },
  { title: 'has a pid beyond 32 bits', values: { pid: 4294967296 }, expected: {}, lacks: ['pid'] },
])('a process that $title', async ({ values, expected, lacks }) => {
  const activity = await one(process(values));
  expect(activity).toMatchObject(expected);
  for (const attribute of lacks ?? []) expect(activity).not.toHaveProperty(attribute);
});

test.for([
  {
    title: 'an LSM program sees a connection go out, by the address alone',
    record: () => shape('process_lsm'),
    expected: { kind: 'net', direction: 'out', server: '198.51.100.7', serverport: 443, l4proto: 'tcp' },
  },
  {
    title: 'a tracepoint of a system call has the path as text',
    record: () => shape('process_tracepoint'),
    expected: { kind: 'file', path: '/etc/shadow', mode: 'open' },
  },
  {
    title: 'a probe in a program is a policy activity that names the symbol',
    record: () => shape('process_uprobe'),
    expected: { kind: 'policy', label: 'readline', rule: 'typed', tags: ['keys'], origin: 'tetragon' },
  },
  {
    title: 'a program that was about to run, refused, with all that it descends from',
    record: () => shape('process_lsm', 1),
    expected: { kind: 'file', path: '/tmp/x', mode: 'execute', rule: 'execs', ancestors: ['bash', 'containerd-shim', 'init'] },
  },
  {
    title: 'a bound port',
    record: () => shape('process_bind'),
    expected: { kind: 'net', label: 'bind', direction: 'in', server: '0.0.0.0', serverport: 4444, l4proto: 'tcp' },
  },
  {
    title: 'a call that a policy made fail',
    record: () => {
      const lsm = shape('process_lsm', 1) as { process_lsm: object };
      return { ...lsm, process_lsm: { ...lsm.process_lsm, action: 'KPROBE_ACTION_OVERRIDE' } };
    },
    expected: { kind: 'file', result: 'refused', rule: 'execs' },
  },
  { title: 'a static probe', record: () => shape('process_usdt'), expected: { kind: 'policy', label: 'login' } },
  {
    title: 'a loaded library',
    record: () => shape('process_loader'),
    expected: { skip: 'ignored: a binary or library that was loaded' },
  },
  {
    title: 'throttling',
    record: () => shape('process_throttle'),
    expected: { skip: 'ignored: Tetragon throttled a cgroup, events are missing' },
  },
  {
    title: 'a rate limit',
    record: () => shape('rate_limit_info'),
    expected: { skip: 'ignored: Tetragon dropped events beyond its rate limit' },
  },
] as { title: string; record: () => unknown; expected: Record<string, unknown> }[])('$title', async ({ record, expected }) => {
  expect(await one(record())).toMatchObject(expected);
});
