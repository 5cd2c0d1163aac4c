import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { falco } from '../../../workers/formats/falco';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const ALERT = { rule: 'r', priority: 'Notice', output: 'x', time: '2026-03-17T09:41:09.123456789Z' };
const one = async (output_fields: Record<string, unknown>, values: Record<string, unknown> = {}) =>
  told((await stage.run(falco, Buffer.from(JSON.stringify({ ...ALERT, ...values, output_fields })))).rows[0]);

describe.skipIf(!haveSamples)('real alerts, checked by hand', () => {
  test.for([
    {
      title: 'a shell in a container',
      path: 'agents/falco/falco-website-docs.ndjson',
      row: 1,
      expected: {
        time: '2021-01-14T23:39:44.834631763Z',
        precision: 'ns',
        kind: 'cmd',
        result: 'unknown',
        namespace: 'default',
        pod: 'alpine',
        containerid: '5892b41bcf46',
        comm: 'sh',
        cmdline: 'sh',
        username: 'root',
        tty: 34817,
        rule: 'Terminal shell in container',
        severity: 'low',
        severityraw: 'Notice',
        origin: 'falco',
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a connection without a direction',
      path: 'agents/falco/falco-website-docs.ndjson',
      row: 3,
      expected: {
        time: '2021-04-10T19:27:21.038853452Z',
        precision: 'ns',
        kind: 'net',
        result: 'unknown',
        flags: ['direction unknown'],
        namespace: 'openfaas-fn',
        pod: 'falco-pod-delete-7dc9f5fbb8-gbfk7',
        containerid: '12fc4de5ccc3',
        image: 'devopps/falco-pod-delete:latest',
        comm: 'handler',
        cmdline: 'handler',
        client: '172.17.0.9',
        clientport: 43812,
        server: '10.96.0.1',
        serverport: 443,
        rule: 'Contact K8S API Server From Container',
        severity: 'low',
        severityraw: 'Notice',
        origin: 'falco',
        rank: 0,
        keyed: false,
      },
    },
    {
      title: 'a file below a binary directory',
      path: 'agents/falco/falcosidekick-payloads.ndjson',
      row: 0,
      expected: {
        time: '2019-05-17T15:31:56.746609046Z',
        precision: 'ns',
        kind: 'file',
        result: 'unknown',
        host: 'localhost',
        comm: 'touch',
        cmdline: 'touch /bin/hack',
        username: 'root',
        file: 'hack',
        directory: '/bin/',
        path: '/bin/hack',
        rule: 'Write below binary dir',
        severity: 'high',
        severityraw: 'Error',
        origin: 'falco',
        rank: 0,
        keyed: false,
      },
    },
  ])('$title', async ({ path, row, expected }) => {
    expect(told((await stage.run(falco, sampleBytes(path))).rows[row])).toEqual(expected);
  });
});

test.for([
  ['Emergency', 'critical'],
  ['Alert', 'critical'],
  ['Critical', 'critical'],
  ['Error', 'high'],
  ['Warning', 'medium'],
  ['Notice', 'low'],
  ['Informational', 'info'],
  ['Debug', 'info'],
  ['debug', 'info'],
] as const)('%s is %s', async ([priority, severity]) => {
  expect(await one({}, { priority })).toMatchObject({ severity, severityraw: priority });
});

test.for([
  {
    title: 'an execve',
    fields: { 'evt.type': 'execve', 'proc.cmdline': 'ls /', 'fd.name': '/bin/ls' },
    expected: { kind: 'cmd', comm: 'ls' },
  },
  {
    title: 'a connect',
    fields: { 'evt.type': 'connect', 'fd.name': '10.1.2.3:5->[2001:db8::1]:443', 'fd.l4proto': 'tcp' },
    expected: { kind: 'net', direction: 'out', client: '10.1.2.3', clientport: 5, server: '2001:db8::1', serverport: 443 },
  },
  {
    title: 'an accept',
    fields: { 'evt.type': 'accept4', 'fd.cip': '203.0.113.9', 'fd.cport': 5, 'fd.sip': '10.1.2.3', 'fd.sport': 22 },
    expected: { kind: 'net', direction: 'in', client: '203.0.113.9', server: '10.1.2.3', serverport: 22 },
  },
  {
    title: 'an open for reading',
    fields: { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'evt.arg.flags': 'O_RDONLY|O_CLOEXEC' },
    expected: { kind: 'file', mode: 'read', directory: '/etc/' },
  },
  {
    title: 'an open for writing',
    fields: { 'evt.type': 'open', 'fd.name': '/a', 'evt.is_open_write': true },
    expected: { kind: 'file', mode: 'write' },
  },
  {
    title: 'an unlink',
    fields: { 'evt.type': 'unlinkat', 'fs.path.name': '/var/log/x' },
    expected: { kind: 'file', mode: 'delete', path: '/var/log/x' },
  },
  {
    title: 'a kube exec of the audit plugin',
    fields: {
      'ka.verb': 'create',
      'ka.target.resource': 'pods',
      'ka.target.subresource': 'exec',
      'ka.target.name': 'p',
      'ka.response.code': '403',
    },
    expected: { kind: 'exec', label: 'kube exec', pod: 'p', result: 'refused', code: 403 },
  },
  {
    title: 'another API call',
    fields: { 'ka.verb': 'delete', 'ka.target.resource': 'configmaps' },
    expected: { kind: 'api', verb: 'delete' },
  },
  { title: 'nothing known', fields: { 'ct.name': 'ConsoleLogin' }, expected: { kind: 'policy', rule: 'r' } },
])('$title becomes one activity of its kind', async ({ fields, expected }) => {
  expect(await one(fields)).toMatchObject(expected);
});

test('reads names with _ for . as falcosidekick writes them, and its @timestamp', async () => {
  const fields = {
    proc_cmdline: 'bash -i',
    proc_name: 'bash',
    k8s_ns_name: 'shop',
    k8s_pod_name: 'cart',
    container_image_repository: 'cart',
  };
  expect(await one(fields, { time: undefined, '@timestamp': '2026-03-17T09:41:09.5Z', uuid: 'u' })).toMatchObject({
    time: '2026-03-17T09:41:09.500000000Z',
    comm: 'bash',
    cmdline: 'bash -i',
    namespace: 'shop',
    pod: 'cart',
    image: 'cart',
  });
});

test('<NA>, null and empty text mean unknown', async () => {
  const activity = await one({
    'proc.name': '<NA>',
    'k8s.pod.name': null,
    'user.name': '',
    'container.id': 'host',
    'container.name': 'host',
    'user.loginuid': -1,
  });
  for (const attribute of ['comm', 'pod', 'username', 'containerid', 'container', 'loginuid'])
    expect(activity).not.toHaveProperty(attribute);
});

test.for([
  {
    title: 'evt.time, where the alert has none',
    fields: { 'evt.time': 1507591916746609046n },
    time: '2017-10-09T23:31:56.746609046Z',
  },
  {
    title: 'evt.time.iso8601, a number despite its name',
    fields: { 'evt.time.iso8601': 1470327477881781397n },
    time: '2016-08-04T16:17:57.881781397Z',
  },
  { title: 'nothing, where only a clock time is there', fields: { 'evt.time': '16:31:56.7' }, time: undefined },
])('takes its time from $title', async ({ fields, time }) => {
  const written = JSON.stringify({ ...ALERT, time: undefined, output_fields: fields }, (_key, value) =>
    typeof value === 'bigint' ? `#${value}#` : value,
  );
  const { rows } = await stage.run(falco, Buffer.from(written.replaceAll(/"#|#"/g, '')));
  expect(told(rows[0]).time).toBe(time);
});

test('a connection under way is no failure, another error is', async () => {
  expect(await one({ 'evt.type': 'connect', 'evt.rawres': -115 })).toMatchObject({ result: 'ok' });
  expect(await one({ 'evt.type': 'connect', 'evt.rawres': -111 })).toMatchObject({ result: 'failed', errno: 111 });
});

test.for([
  { title: 'entered from outside', fields: { 'container.id': '0123456789ab', 'proc.pvpid': 0, 'proc.vpid': 57 }, entered: true },
  { title: 'is the entry point', fields: { 'container.id': '0123456789ab', 'proc.pvpid': 0, 'proc.vpid': 1 }, entered: false },
  { title: 'does not say', fields: { 'container.id': '0123456789ab' }, entered: undefined },
])('a process that $title', async ({ fields, entered }) => {
  expect((await one(fields)).entered).toBe(entered);
});

test('an alert without output_fields is read from its text, and says so; a value ends where the next known key begins', async () => {
  const output =
    '09:41:09.123456789: Notice A shell was spawned (user=root user_loginuid=-1 k8s.ns=shop k8s.pod=cart-1 container=0123456789ab shell=bash parent=runc cmdline=bash -c a=1 env terminal=34816 container_id=0123456789ab image=cart)';
  const { rows } = await stage.run(falco, Buffer.from(JSON.stringify({ ...ALERT, output })));
  expect(told(rows[0])).toMatchObject({
    kind: 'cmd',
    comm: 'bash',
    cmdline: 'bash -c a=1 env',
    parent: 'runc',
    username: 'root',
    namespace: 'shop',
    pod: 'cart-1',
    containerid: '0123456789ab',
    image: 'cart',
    tty: 34816,
    flags: ['read from the output text'],
  });
  expect(told(rows[0])).not.toHaveProperty('loginuid');
});

test('text that names no value is a policy activity, and nothing is guessed from it', async () => {
  const { rows } = await stage.run(falco, Buffer.from(JSON.stringify({ ...ALERT, output: 'A console login (from=somewhere)' })));
  expect(told(rows[0])).toMatchObject({ kind: 'policy', rule: 'r' });
  expect(told(rows[0])).not.toHaveProperty('flags');
});

test.for([
  {
    title: 'the server side',
    fields: { 'fd.lip': '10.1.2.3', 'fd.lport': 22, 'fd.rip': '203.0.113.9', 'fd.rport': 5, 'fd.is_server': true },
    expected: { direction: 'in', client: '203.0.113.9', clientport: 5, server: '10.1.2.3', serverport: 22 },
  },
  {
    title: 'the client side',
    fields: { 'fd.lip': '10.1.2.3', 'fd.lport': 5, 'fd.rip': '203.0.113.9', 'fd.rport': 443, 'fd.is_server': false },
    expected: { direction: 'out', client: '10.1.2.3', server: '203.0.113.9', serverport: 443 },
  },
  {
    title: 'the local address is the server',
    fields: {
      'fd.cip': '203.0.113.9',
      'fd.cport': 5,
      'fd.sip': '10.1.2.3',
      'fd.sport': 22,
      'fd.lip': '10.1.2.3',
      'fd.lport': 22,
    },
    expected: { direction: 'in', client: '203.0.113.9' },
  },
])('the direction is known without a call: $title', async ({ fields, expected }) => {
  expect(await one({ 'fd.type': 'ipv4', ...fields })).toMatchObject({ kind: 'net', ...expected });
});

test.for([
  {
    fields: { 'proc.name': 'ls', 'proc.exe': '/bin/ls', 'proc.args': '-l /' },
    expected: { cmdline: '/bin/ls -l /', exe: '/bin/ls' },
  },
  {
    fields: { 'k8smeta.pod.name': 'cart-1', 'k8smeta.ns.name': 'shop', 'proc.name': 'ls' },
    expected: { pod: 'cart-1', namespace: 'shop' },
  },
  { fields: { proc_aname_2: 'sshd', proc_pname: 'bash', proc_name: 'ls' }, expected: { ancestors: ['bash', 'sshd'] } },
])('other names of one thing: $expected', async ({ fields, expected }) => {
  expect(await one(fields)).toMatchObject(expected);
});
