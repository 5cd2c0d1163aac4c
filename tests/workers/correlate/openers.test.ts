import { expect, test } from 'vitest';
import { correlate } from '../../../workers/correlate/correlate';
import { engineExecOf } from '../../../workers/correlate/engine-exec';
import { emptyCase } from './load';

interface Told {
  readonly at: number;
  readonly scope: number;
  readonly kind?: 'cmd' | 'exec' | 'net';
  readonly cmdline?: string;
  readonly parent?: string;
  readonly pid?: number;
  readonly ppid?: number;
  readonly tty?: number;
  readonly entered?: boolean;
  readonly entity?: string;
  readonly above?: string;
  readonly command?: string;
  readonly auditid?: string;
  /** `exec` where absent. */
  readonly subresource?: string;
  /** Told by another source, of another format. */
  readonly again?: boolean;
}

const POD = 1;
const HOST = 2;
const CALLS = 3;
/** The same where neither side names a namespace. */
const BARE_POD = 4;
const BARE_CALLS = 5;
/** A container that was added to the pod. */
const DEBUGGER = 6;
const DEBUGGER_CALLS = 7;

/** Sessions by the command line of their originator, with the command lines below them; keys are places in the list. */
async function sessionsOf(rows: readonly Told[]) {
  const { database, connection } = await emptyCase();
  try {
    await connection.run(`INSERT INTO evidence (evidence, name, kind) VALUES (1, 'e', 'folder')`);
    await connection.run(
      `INSERT INTO member (member, evidence, path, name, format) VALUES (1, 1, 'a', 'a', 'plain'), (2, 1, 'b', 'b', 'other')`,
    );
    await connection.run(`
      INSERT INTO scope (scope, namespace, pod, container, containerid, node) VALUES
        (1, 'shop', 'web-1', 'web', 'aaaaaaaaaaaa', 'node-1'), (2, NULL, NULL, NULL, NULL, 'node-1'), (3, 'shop', 'web-1', 'web', NULL, NULL),
        (4, NULL, 'web-2', 'web', 'bbbbbbbbbbbb', 'node-1'), (5, NULL, 'web-2', 'web', NULL, NULL),
        (6, 'shop', 'web-1', 'debugger-x', 'cccccccccccc', 'node-1'), (7, 'shop', 'web-1', 'debugger-x', NULL, NULL)`);
    await connection.run(`INSERT INTO actor (actor, "user") VALUES (1, 'ann')`);
    const text = (value: string | undefined): string => (value === undefined ? 'NULL' : `'${value}'`);
    for (const [i, row] of rows.entries()) {
      const comm = row.cmdline?.split(' ')[0]?.split('/').at(-1)?.replace(/^-/, '');
      await connection.run(`
        INSERT INTO activity (key, member, record, k, "offset", "length", content, scope, kind, time, "end", ready, cmdline, comm, parent, pid, ppid, tty, entered, entityid, parententity, command, subresource, verb, code, stage, result, auditid, actor)
        VALUES (${i}, ${row.again ? 2 : 1}, ${i + 1}, 1, 0, 1, ${i}, ${row.scope}, '${row.kind ?? 'cmd'}', make_timestamp_ns(1800000000000000000 + ${row.at * 1e9}::BIGINT),
          ${row.kind === 'exec' ? `make_timestamp_ns(1800000000000000000 + ${(row.at + 60) * 1e9}::BIGINT)` : 'NULL'}, ${row.kind === 'exec' ? `make_timestamp_ns(1800000000000000000 + ${row.at * 1e9}::BIGINT)` : 'NULL'},
          ${text(row.cmdline)}, ${text(comm)}, ${text(row.parent)}, ${row.pid ?? 'NULL'}, ${row.ppid ?? 'NULL'}, ${row.tty ?? 'NULL'}, ${row.entered ?? 'NULL'}, ${text(row.entity)}, ${text(row.above)},
          ${row.command === undefined ? 'NULL' : `['${row.command}']`}, ${row.kind === 'exec' ? `'${row.subresource ?? 'exec'}', 'create', 101, 'ResponseComplete', 'ok'` : `NULL, NULL, NULL, NULL, 'ok'`}, ${text(row.auditid)}, ${row.kind === 'exec' ? 1 : 'NULL'})`);
    }
    await correlate(connection);
    const found = await connection.all<{ session: number; key: bigint; confidence: number | null; detail: string }>(
      'SELECT session, key, confidence, detail FROM session ORDER BY session',
    );
    const links = await connection.all<{ session: number; key: bigint }>('SELECT session, key FROM link ORDER BY key');
    return found.map(({ session, key, confidence, detail }) => ({
      opener: rows[Number(key)]?.cmdline ?? 'call',
      confidence,
      why: (JSON.parse(detail) as { why: { what: string }[] }).why[0]?.what,
      below: links.filter((link) => link.session === session && link.key !== key).map((link) => rows[Number(link.key)]?.cmdline),
      own: links.filter((link) => link.key === key).length,
    }));
  } finally {
    connection.close();
    database.close();
  }
}

test('a login over ssh is a session with all below it; what the daemon runs by itself is none', async () => {
  const sessions = await sessionsOf([
    { at: 1, scope: HOST, cmdline: '/usr/sbin/sshd -R', parent: 'sshd', pid: 10, ppid: 2 },
    { at: 2, scope: HOST, cmdline: 'sh -c /usr/bin/run-parts /etc/update-motd.d', parent: 'sshd', pid: 11, ppid: 10 },
    { at: 3, scope: HOST, cmdline: '-bash', parent: 'sshd', pid: 12, ppid: 10, tty: 34816 },
    { at: 4, scope: HOST, cmdline: 'cat /etc/shadow', parent: 'bash', pid: 13, ppid: 12, tty: 34816 },
    { at: 5, scope: HOST, cmdline: 'crond', parent: 'systemd', pid: 14, ppid: 1 },
  ]);

  expect(sessions).toEqual([
    { opener: '-bash', confidence: 0.9999, why: 'A login over ssh', below: ['cat /etc/shadow'], own: 1 },
  ]);
});

test('a shell that entered a container without a call is a session of its own, and says why that may be', async () => {
  const sessions = await sessionsOf([
    { at: 0, scope: POD, cmdline: 'nginx', parent: 'containerd-shim', entity: 'n', above: 'x', entered: false },
    { at: 5, scope: POD, cmdline: '/bin/bash', parent: 'runc', entity: 'b', above: 'y', entered: true },
    { at: 6, scope: POD, cmdline: '/usr/bin/id', parent: 'bash', entity: 'c', above: 'b', entered: true },
    { at: 7, scope: POD, cmdline: '/bin/sh -c /healthy', parent: 'runc', entity: 'p', above: 'z', entered: true },
  ]);

  expect(sessions).toEqual([
    {
      opener: '/bin/bash',
      confidence: 0.9,
      why: 'A shell entered the container from outside, and no call in the audit log fits',
      below: ['/usr/bin/id'],
      own: 1,
    },
  ]);
});

test('a shell that a call opened is that call’s alone', async () => {
  const sessions = await sessionsOf([
    { at: 4.8, scope: CALLS, kind: 'exec', command: 'bash' },
    { at: 5, scope: POD, cmdline: '/bin/bash', parent: 'runc', entity: 'b', above: 'y', entered: true },
    { at: 6, scope: POD, cmdline: '/usr/bin/id', parent: 'bash', entity: 'c', above: 'b', entered: true },
  ]);

  expect(sessions.map(({ opener, below }) => ({ opener, below }))).toEqual([
    { opener: 'call', below: ['/bin/bash', '/usr/bin/id'] },
  ]);
});

/** Records of the node, which name neither container nor parent. */
const ID = 'd0d1d2d3d4d5'.padEnd(64, '0');
const FROM_NODE: readonly Told[] = [
  { at: 4.95, scope: HOST, cmdline: `runc --root /run/runc exec --process /tmp/p --detach ${ID}`, pid: 80, ppid: 70 },
  { at: 5, scope: HOST, cmdline: 'bash', pid: 81, ppid: 80 },
  { at: 6, scope: HOST, cmdline: 'id', pid: 82, ppid: 81 },
  { at: 6, scope: HOST, cmdline: 'bash', pid: 90, ppid: 60 },
];
const LOGIN: readonly Told[] = [
  { at: 3, scope: HOST, cmdline: '-bash', pid: 12, ppid: 10, tty: 34816 },
  { at: 4.9, scope: HOST, cmdline: `crictl exec -it ${ID.slice(0, 13)} bash`, pid: 13, ppid: 12, tty: 34816 },
];
const INSIDE = ['bash', 'id'];

test.for<{ title: string; before: readonly Told[]; opener: string; below: readonly (string | undefined)[] }>([
  { title: 'a call', before: [{ at: 4.8, scope: CALLS, kind: 'exec', command: 'bash' }], opener: 'call', below: INSIDE },
  { title: 'nobody known', before: [], opener: 'bash', below: ['id'] },
  { title: 'an engine’s exec in a login', before: LOGIN, opener: '-bash', below: [LOGIN[1]?.cmdline, ...INSIDE] },
])('what the node’s runtime let into a container by its own record: opened by $title', async ({ before, opener, below }) => {
  const sessions = await sessionsOf([...before, ...FROM_NODE]);

  expect(sessions.map((session) => ({ opener: session.opener, below: session.below }))).toEqual([{ opener, below }]);
});

test('the outermost opener counts: a container engine’s exec below a login is part of it', async () => {
  const sessions = await sessionsOf([
    { at: 3, scope: HOST, cmdline: '-bash', parent: 'sshd', pid: 12, ppid: 10, tty: 34816 },
    { at: 4, scope: HOST, cmdline: 'docker exec -it web bash', parent: 'bash', pid: 13, ppid: 12, tty: 34816 },
    { at: 9, scope: HOST, cmdline: 'nsenter -t 1 -m sh', parent: 'systemd', pid: 99, ppid: 1 },
  ]);

  expect(sessions.map(({ opener, why }) => [opener, why])).toEqual([
    ['-bash', 'A login over ssh'],
    ['nsenter -t 1 -m sh', 'The namespaces of a process were entered on the node'],
  ]);
});

test('a child of what entered is below it, also where the agent tells it as one that did not enter itself', async () => {
  const sessions = await sessionsOf([
    { at: 4.8, scope: CALLS, kind: 'exec', command: 'bash' },
    { at: 5, scope: POD, cmdline: 'bash', parent: 'runc', entity: 'b', above: 'y', entered: true },
    { at: 6, scope: POD, cmdline: 'id', parent: 'bash', entity: 'c', above: 'b', entered: false },
  ]);

  expect(sessions).toMatchObject([{ opener: 'call', below: ['bash', 'id'] }]);
});

test.for([
  ['', POD, CALLS],
  [', without a namespace too', BARE_POD, BARE_CALLS],
] as const)(
  'a root whose record is lost is known by its children, unless two calls might have started it%s',
  async ([, pod, calls]) => {
    const children = [
      { at: 6, scope: pod, cmdline: 'id', parent: 'bash', pid: 21, ppid: 20, tty: 0 },
      { at: 8, scope: pod, cmdline: 'ls /srv', parent: 'bash', pid: 22, ppid: 20, tty: 0 },
    ] as const;
    const call = { scope: calls, kind: 'exec', command: 'bash' } as const;

    expect(await sessionsOf([{ at: 4.8, ...call }, ...children])).toMatchObject([
      { confidence: 0.85, why: 'The record of its own process is lost', below: ['id', 'ls /srv'] },
    ]);
    expect(await sessionsOf([{ at: 4.8, ...call }, { at: 4.9, ...call }, ...children])).toMatchObject([
      { below: [] },
      { below: [] },
    ]);
  },
);

test.for([
  { title: 'a lost root’s forks are known by its terminal', tty: 34816, below: ['id', 'ls /srv'] },
  { title: 'without a terminal two unrecorded parents may be two shells', tty: 0, below: [] },
])('$title', async ({ tty, below }) => {
  const [session] = await sessionsOf([
    { at: 4.8, scope: CALLS, kind: 'exec', command: 'bash' },
    { at: 6, scope: POD, cmdline: 'id', parent: 'bash', pid: 21, ppid: 20, tty },
    { at: 8, scope: POD, cmdline: 'ls /srv', parent: 'bash', pid: 25, ppid: 24, tty },
  ]);

  expect(session?.below).toEqual(below);
});

test('a call told by two sources is one session, and what it started is told once', async () => {
  const call = { scope: CALLS, kind: 'exec', command: 'bash', auditid: 'aa0c1e52-9a53-4a39-8a53-0b3f8f1d2c11' } as const;
  const sessions = await sessionsOf([
    { at: 4.8, ...call },
    { at: 4.801, ...call, again: true },
    { at: 5, scope: POD, cmdline: 'bash', parent: 'runc', entity: 'b', above: 'y', entered: true },
  ]);

  expect(sessions).toMatchObject([{ opener: 'call', below: [undefined, 'bash'] }]);
});

test('who adds a container and attaches to it is the one who works in it; who attaches to the container’s own work is not', async () => {
  const attach = { kind: 'exec', subresource: 'attach' } as const;
  const work = (scope: number, id: string) =>
    [
      { at: 7, scope, cmdline: 'sh', parent: 'containerd-shim', entity: `${id}1`, above: 'y', entered: false },
      { at: 9, scope, cmdline: 'id', parent: 'sh', entity: `${id}2`, above: `${id}1`, entered: false },
    ] as const;

  expect(
    await sessionsOf([
      { at: 4, scope: CALLS, kind: 'exec', subresource: 'ephemeralcontainers' },
      { at: 6, scope: DEBUGGER_CALLS, ...attach },
      ...work(DEBUGGER, 'a'),
      { at: 300, scope: CALLS, ...attach },
      ...work(POD, 'b'),
    ]),
  ).toMatchObject([
    { below: [] },
    { why: 'Part of kubectl debug', confidence: 0.97, below: ['sh', 'id'] },
    { why: 'attach starts no process', below: [] },
  ]);
});

test('what a container engine’s exec starts is its client’s, unless two clients or two processes fit', async () => {
  const client = {
    at: 1,
    scope: HOST,
    cmdline: 'docker exec -it -u root web sh -c "id; env"',
    parent: 'bash',
    pid: 10,
    ppid: 9,
    tty: 34816,
  } as const;
  const started = { at: 1.3, scope: POD, cmdline: 'sh -c id; env', parent: 'runc', pid: 11, ppid: 3, entered: true } as const;
  const below = { at: 1.4, scope: POD, cmdline: 'id', parent: 'sh', pid: 12, ppid: 11 } as const;

  expect(await sessionsOf([client, started, below])).toMatchObject([{ opener: client.cmdline, below: [started.cmdline, 'id'] }]);
  expect(await sessionsOf([client, { ...client, at: 1.1, pid: 20 }, started, below])).toMatchObject([
    { opener: client.cmdline, below: [] },
    { opener: client.cmdline, below: [] },
  ]);
  const login = { at: 0.5, scope: HOST, cmdline: '-bash', parent: 'sshd', pid: 9, ppid: 8, tty: 34816 } as const;
  expect(await sessionsOf([login, client, started, below])).toMatchObject([
    { opener: '-bash', below: [client.cmdline, started.cmdline, 'id'] },
  ]);
  expect(await sessionsOf([{ ...client, cmdline: 'docker exec other sh -c "id; env"' }, started, below])).toMatchObject([
    { below: [] },
  ]);
});

test.for([
  ['docker exec -it web bash', 'web', ['bash']],
  ['docker --context x exec -e A=B --user 0 3f0a2b cat /etc/passwd', '3f0a2b', ['cat', '/etc/passwd']],
  ['crictl exec --timeout 5 -i -t 3f0a2b4c sh', '3f0a2b4c', ['sh']],
  ['ctr -n k8s.io tasks exec --exec-id x1 -t 3f0a2b4c sh', '3f0a2b4c', ['sh']],
  ['docker exec web', null, null],
  ['docker ps', null, null],
] as const)('%s', ([cmdline, container, argv]) => {
  expect(engineExecOf(cmdline)).toEqual(container === null ? null : { container, argv });
});

test('the command that takes the place of the runtime’s own image inside the container is the call’s', async () => {
  const [session] = await sessionsOf([
    { at: 0, scope: CALLS, kind: 'exec', command: 'bash', auditid: 'x' },
    { at: 0.1, scope: POD, cmdline: '/proc/self/exe init', pid: 7, entered: true, entity: 'a' },
    { at: 0.12, scope: POD, cmdline: 'bash', pid: 7, entered: true, entity: 'b', above: 'a' },
  ]);

  expect(session?.below).toEqual(['bash']);
});
