import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditd } from '../../../workers/formats/auditd';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const lines = (...texts: readonly string[]) => `${texts.join('\n')}\n`;
const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, '../../fixtures/auditd', name));
const run = (bytes: Buffer | string) => stage.run(auditd, Buffer.from(bytes));
/** What each event tells, without what only says where it lay. */
const tells = async (bytes: Buffer | string) => {
  const { rows, rejects } = await run(bytes);
  expect(rejects).toEqual([]);
  return rows.filter((row) => row.skip === null).map(told);
};
const byTime = (rows: readonly Record<string, unknown>[]) => rows.map(({ flags, ...row }) => JSON.stringify(row)).sort();

describe('an event', () => {
  test('is one record: its number that of its first line, its place all its lines', async () => {
    const text = fixture('shapes.log').toString();
    const { rows } = await run(text);
    const first = rows[0];
    expect({ r: first?.r, o: first?.o }).toEqual({ r: 1n, o: 0n });
    expect(text.slice(0, Number(first?.l)).split('\n')).toHaveLength(6);
    expect(rows[1]).toMatchObject({ r: 7n, o: first?.l === undefined ? null : BigInt(Number(first.l) + 1) });
  });

  test('whose lines lie apart is at its first line, and its other lines are accounted for', async () => {
    const { rows } = await run(fixture('interleaved.log'));
    expect(rows.map((row) => [row.r, row.skip === null ? (row.k ?? 1) : row.skip])).toEqual([
      [1n, 1],
      [2n, 1],
      [2n, 2],
      ...[3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n].map((r) => [
        r,
        'ignored: a further line of an event that is told at its first',
      ]),
    ]);
    expect(rows[0]?.flags).toContain('lines apart');
  });

  test.for(['interleaved.log', 'sorted-by-type.log'])('tells the same in %s', async (name) => {
    const plain = byTime(await tells(fixture('shapes.log')));
    const other = byTime(await tells(fixture(name)));
    expect(name === 'interleaved.log' ? plain.filter((row) => other.includes(row)) : plain).toEqual(other);
  });

  test('that is there twice is a copy: equal bytes, and a key given by the source', async () => {
    const text = fixture('shapes.log').toString();
    const staged = await run(text + text);
    const once = staged.rows.slice(0, staged.rows.length / 2);
    const again = staged.rows.slice(staged.rows.length / 2);
    expect(again.map(({ h, keyed }) => [h, keyed])).toEqual(once.map(({ h }) => [h, true]));
  });

  test('of a command carries host and names that auditd looked up', async () => {
    expect(await tells(fixture('enriched-with-node.log'))).toEqual([
      {
        merge: 'process\x1fworker-1\x1f1773740469.123:4101',
        rank: 0,
        keyed: true,
        time: '2026-03-17T09:41:09.123000000Z',
        precision: 'ms',
        kind: 'cmd',
        result: 'ok',
        host: 'worker-1',
        comm: 'curl',
        cmdline: "curl -o /tmp/u.tgz 'https://files.example.net/a b'",
        exe: '/usr/bin/curl',
        cwd: '/srv/app',
        pid: 2101,
        ppid: 2100,
        uid: 0,
        username: 'root',
        loginuid: 1000,
        loginname: 'casey',
        tty: 34817,
        tags: ['commands'],
      },
    ]);
  });

  test('of the kernel’s ring has its types by number and its host from the line', async () => {
    const [row] = await tells(fixture('kernel-ring.log'));
    expect(row).toMatchObject({
      kind: 'cmd',
      host: 'worker-1',
      comm: 'curl',
      cmdline: "curl -o /tmp/u.tgz 'https://files.example.net/a b'",
    });
  });

  test('keeps an argument that came in pieces', async () => {
    const [row] = await tells(fixture('arguments-in-pieces.log'));
    expect(row?.cmdline).toBe(`echo '${'x'.repeat(3000)} y' end`);
  });
});

describe('what each sort of event becomes', () => {
  const at = async (serial: number) =>
    (
      await run(
        fixture('shapes.log')
          .toString()
          .split('\n')
          .filter((line) => line.includes(`:${serial})`))
          .join('\n'),
      )
    ).rows.map(told);

  test.for([
    {
      title: 'a file that openat made',
      serial: 4103,
      expected: [{ kind: 'file', mode: 'create', path: '/tmp/u.tgz', file: 'u.tgz', directory: '/tmp/', result: 'ok' }],
    },
    {
      title: 'a rename, by both names',
      serial: 4105,
      expected: [
        { kind: 'file', mode: 'rename', path: '/etc/hosts.new' },
        { kind: 'file', mode: 'rename', path: '/etc/hosts' },
      ],
    },
    {
      title: 'a file that could not be deleted',
      serial: 4106,
      expected: [{ kind: 'file', mode: 'delete', path: '/etc/shadow-', result: 'failed', errno: 13 }],
    },
    {
      title: 'a mode changed below the working directory',
      serial: 4107,
      expected: [{ kind: 'file', mode: 'chmod', path: '/srv/app/run.sh' }],
    },
    {
      title: 'a command that a search did not find',
      serial: 4108,
      expected: [{ kind: 'cmd', result: 'failed', errno: 2, path: '/usr/local/bin/kubectl', exe: '/usr/bin/bash' }],
    },
    {
      title: 'a fork, told as the child',
      serial: 4109,
      expected: [{ kind: 'policy', label: 'clone', pid: 2103, ppid: 2100, parent: 'bash' }],
    },
    { title: 'a thread, which is no process', serial: 4110, expected: [{ skip: 'ignored: a thread was started' }] },
    {
      title: 'a call of another kind, with both keys of its rule',
      serial: 4111,
      expected: [{ kind: 'policy', label: 'ptrace', tags: ['trace', 'debug'] }],
    },
    {
      title: 'a command through sudo',
      serial: 4112,
      expected: [
        { kind: 'cmd', label: 'sudo', cmdline: 'cat /etc/shadow', cwd: '/srv/app', uid: 1000, tty: 34817, result: 'ok' },
      ],
    },
    {
      title: 'a login',
      serial: 4113,
      expected: [
        {
          kind: 'policy',
          label: 'user login',
          username: 'casey',
          sourceaddresses: ['198.51.100.9'],
          domain: ['bastion.example.net'],
          tty: 34817,
        },
      ],
    },
    {
      title: 'a login id that was set',
      serial: 4114,
      expected: [{ kind: 'policy', label: 'login', loginuid: 1000, uid: 0, tty: 0, result: 'ok' }],
    },
    {
      title: 'keystrokes',
      serial: 4115,
      expected: [{ kind: 'policy', label: 'keystrokes', cmdline: 'ls\r', comm: 'bash', uid: 0, tty: 34817 }],
    },
    {
      title: 'a refusal by AppArmor',
      serial: 4116,
      expected: [
        { kind: 'file', label: 'denied open', rule: 'AppArmor denied', origin: 'auditd', path: '/proc/sys/kernel/core_pattern' },
      ],
    },
  ])('$title', async ({ serial, expected }) => {
    const rows = await at(serial);
    expect(rows).toHaveLength(expected.length);
    for (const [i, each] of expected.entries()) expect(rows[i]).toMatchObject(each);
  });

  test('an exit ends the exec that its process ran, and no other', async () => {
    const rows = (await run(fixture('shapes.log'))).rows;
    const exec = rows[0];
    const exit = rows.find(({ r }) => r === 14n);
    expect(told(exit)).toMatchObject({
      merge: exec?.merge,
      rank: 1,
      end: '2026-03-17T09:41:09.200000000Z',
      exitcode: 0,
      flags: ['start not recorded'],
    });
    const [alone] = await at(4104);
    expect(alone).toMatchObject({ kind: 'cmd', comm: 'curl', flags: ['start not recorded'] });
    expect(alone).not.toHaveProperty('merge');
  });

  const call = (arch: string, number: number, rest = '') =>
    `type=SYSCALL msg=audit(1773740469.123:1): arch=${arch} syscall=${number} success=yes exit=0 a0=ffffff9c a1=0 a2=0 a3=0 items=1 ppid=1 pid=2 auid=4294967295 uid=0 tty=(none) comm="x" exe="/x" key=(null)\n${rest}`;
  const item = (name: string, type: string) => `type=PATH msg=audit(1773740469.123:1): item=0 name=${name} nametype=${type}\n`;
  const cwd = 'type=CWD msg=audit(1773740469.123:1): cwd="/w"\n';

  test.for([
    { arch: 'c000003e', number: 59, kind: 'cmd' },
    { arch: 'c000003e', number: 322, kind: 'cmd' },
    { arch: '40000003', number: 11, kind: 'cmd' },
    { arch: 'c00000b7', number: 221, kind: 'cmd' },
    { arch: 'c00000b7', number: 203, kind: 'net' },
    { arch: '40000003', number: 5, kind: 'file' },
    { arch: 'c00000b7', number: 56, kind: 'file' },
    { arch: 'c00000b7', number: 35, kind: 'file' },
    { arch: 'c000003e', number: 1, kind: 'policy' },
    { arch: 'deadbeef', number: 59, kind: 'policy' },
  ])('system call $number of $arch is of kind $kind', async ({ arch, number, kind }) => {
    const [row] = (await run(call(arch, number))).rows;
    expect(row?.kind).toBe(kind);
    expect(row?.loginuid).toBeNull();
  });

  test('a name beside a directory that was open stays relative', async () => {
    const open = call('c000003e', 257, cwd + item('"a/b"', 'NORMAL'));
    expect((await run(open)).rows[0]?.path).toBe('/w/a/b');
    expect((await run(open.replace('a0=ffffff9c', 'a0=7'))).rows[0]?.path).toBe('a/b');
  });

  test('hex is text only where a text belongs', async () => {
    const open = call('c000003e', 257, cwd + item('2F746D702F6120C3A9', 'NORMAL'));
    expect((await run(open.replace('comm="x"', 'comm=6120'))).rows[0]).toMatchObject({
      comm: 'a ',
      path: '/tmp/a é',
      mode: 'read',
    });
    const bad = await run(open.replace('6120C3A9', '61FF'));
    expect(bad.rows[0]).toMatchObject({ path: '/tmp/a\ufffd', flags: ['not UTF-8'] });
  });

  test.for([
    { saddr: '0A0000350000000020010DB8000000000000000000000001', server: '2001:db8::1', serverport: 53 },
    { saddr: '0A0001BB0000000000000000000000000000FFFFC0000201', server: '::ffff:192.0.2.1', serverport: 443 },
    { saddr: '000201BBC6336407', server: '198.51.100.7', serverport: 443 },
    { saddr: '0100002F72756E2F', server: null, serverport: null },
    { saddr: '0200', server: null, serverport: null },
    { saddr: 'zz', server: null, serverport: null },
  ])('connects to $server by $saddr', async ({ saddr, server, serverport }) => {
    const [row] = (await run(call('c000003e', 42, `type=SOCKADDR msg=audit(1773740469.123:1): saddr=${saddr}\n`))).rows;
    expect(row).toMatchObject({ kind: 'net', direction: 'out', server, serverport });
  });

  test.for([
    { tty: 'pts0', number: 34816 },
    { tty: 'pts256', number: 34816 + 2 ** 20 },
    { tty: 'tty1', number: 1025 },
    { tty: 'ttyS0', number: 1088 },
    { tty: '(none)', number: 0 },
    { tty: '?', number: null },
  ])('terminal $tty is $number', async ({ tty, number }) => {
    expect((await run(call('c000003e', 59).replace('(none)', tty))).rows[0]?.tty).toBe(number);
  });
});

describe('what a security module judged without a system call', () => {
  const avc = (body: string) => `type=AVC msg=audit(1773740469.123:7): ${body}\n`;
  const armor = (verdict: string, rest: string) =>
    avc(`apparmor="${verdict}" ${rest} profile="web" pid=4242 comm="cat" fsuid=1000 ouid=0`);
  test.for([
    {
      title: 'AppArmor refused to have a file read',
      line: armor('DENIED', 'operation="open" name="/etc/shadow" requested_mask="r" denied_mask="r"'),
      expected: { kind: 'file', result: 'failed', mode: 'read', path: '/etc/shadow', uid: 1000, rule: 'AppArmor denied' },
    },
    {
      title: 'a profile that only complains let a file be made, whose name is hex',
      line: armor('ALLOWED', 'operation="mknod" name=2F746D702F6120622F requested_mask="c" denied_mask="c"'),
      expected: {
        kind: 'file',
        result: 'ok',
        mode: 'create',
        path: '/tmp/a b/',
        directory: '/tmp/a b/',
        rule: 'AppArmor allowed',
      },
    },
    {
      title: 'a program that may not be run',
      line: armor('DENIED', 'operation="exec" name="/usr/bin/id" requested_mask="x" denied_mask="x"'),
      expected: { kind: 'file', mode: 'execute', file: 'id', label: 'denied exec' },
    },
    {
      title: 'by its mask',
      line: armor('DENIED', 'operation="file_perm" name="/var/log/x" requested_mask="ra" denied_mask="a"'),
      expected: { mode: 'write' },
    },
    {
      title: 'the name of a profile that was loaded is no file',
      line: avc('apparmor="STATUS" operation="profile_load" name="/sbin/klogd" pid=2185 comm="apparmor_parser"'),
      expected: { kind: 'policy', label: 'status profile_load', result: 'unknown' },
    },
    {
      title: 'a signal has a mask, and no file',
      line: armor('DENIED', 'operation="signal" requested_mask="receive" denied_mask="receive" signal=term peer="x"'),
      expected: { kind: 'policy', label: 'denied signal', result: 'failed' },
    },
    {
      title: 'SELinux that is enforced',
      line: avc('avc:  denied  { write } for  pid=9 comm="web" path="/srv/a" tclass=file permissive=0'),
      expected: { kind: 'file', result: 'failed', mode: 'write', path: '/srv/a', rule: 'SELinux denied' },
    },
    {
      title: 'SELinux that may only log',
      line: avc('avc:  denied  { read open } for  pid=9 comm="web" path="/srv/a" tclass=file'),
      expected: { kind: 'file', result: 'unknown', mode: 'read' },
    },
  ])('$title', async ({ line, expected }) => {
    const [row] = await tells(line);
    expect(row).toMatchObject(expected);
    if (expected.kind === 'policy') expect(row).not.toHaveProperty('path');
    if (row?.path === row?.directory) expect(row).not.toHaveProperty('file');
  });
});

describe('records that journald took from the kernel, in a journal printed as text', () => {
  const CALL =
    'SYSCALL arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 auid=1000 uid=0 tty=pts0 ses=3 exe="/usr/bin/id"';
  const journal = (time: string) => [
    `${time} node-1 sshd[99]: Accepted publickey for casey`,
    `${time} node-1 audit[4242]: ${CALL} pid=4242 comm="id" key="commands"`,
    `${time} node-1 audit: EXECVE argc=2 a0="id" a1="-u"`,
    `${time} node-1 audit: CWD cwd="/root"`,
    `${time} node-1 audit: PROCTITLE proctitle=6964002D75`,
    `${time} node-1 audit[4243]: AVC avc:  denied  { execute } for  pid=4243 comm="sh" path="/tmp/x" permissive=1`,
    `${time} node-1 audit[4243]: ${CALL} pid=4243 comm="sh"`,
    `${time} node-1 audit[4244]: ${CALL} pid=4244 comm="sh"`,
    `${time} node-1 audit: CWD cwd="/tmp"`,
    `${time} node-1 audit[1]: <audit-1130> pid=1 uid=0 auid=4294967295 ses=4294967295 msg='unit=cron comm="systemd" res=success'`,
    `${time} node-1 kernel: audit: type=1400 audit(1773740469.123:7): apparmor="DENIED" operation="open" name="/etc/shadow" pid=55`,
    `${time} node-1 kernel: eth0: link up`,
  ];

  test('are joined by their order, at the time of their lines', async () => {
    const { rows, rejects } = await run(lines(...journal('2026-03-17T09:41:02.345678+01:00')));
    expect(rejects).toEqual([]);
    expect(rows.flatMap(({ skip }) => skip ?? [])).toEqual(Array(2).fill('ignored: a line of another program'));
    const told = rows.filter(({ skip }) => skip === null);
    expect(told).toMatchObject([
      {
        r: 2n,
        kind: 'cmd',
        cmdline: 'id -u',
        cwd: '/root',
        pid: 4242,
        loginuid: 1000,
        tty: 34816,
        tags: ['commands'],
        merge: null,
        keyed: false,
      },
      { r: 6n, kind: 'cmd', label: 'denied execute', comm: 'sh', pid: 4243, result: 'ok' },
      { r: 8n, kind: 'cmd', pid: 4244, cwd: '/tmp' },
      { r: 10n, kind: 'policy', label: 'service start', result: 'ok' },
      { r: 11n, kind: 'file', keyed: true, result: 'failed' },
    ]);
    expect(told[0]).toMatchObject({ host: 'node-1', precision: 'us', flags: ['no serial number'] });
    expect(told[0]?.time).toBe(1773736862345678000n);
  });

  test('without a year they are undated', async () => {
    const { rows } = await run(lines(...journal('Mar 17 09:41:02')));
    expect(rows.find(({ pid }) => pid === 4242)).toMatchObject({ time: null, flags: ['no serial number', 'undated'] });
  });

  test.for([
    { title: 'before', first: 0 },
    { title: 'behind', first: 1 },
  ])('what the kernel wrote into its ring as well, $title them, is the same event, and dates them', async ({ first }) => {
    const records = [
      'AVC avc:  denied  { read } for  pid=9 comm="web" path="/srv/a"',
      `${CALL.replace('success=yes exit=0', 'success=no exit=-13')} pid=9 comm="web"`,
    ];
    const ring = records.map(
      (text) =>
        `may 17 09:41:02 node-1 kernel: audit: ${text.replace(/^(\w+) /, (_, type) => `type=${type === 'AVC' ? 1400 : 1300} audit(1773740469.123:7): `)}`,
    );
    const taken = records.map((text) => `may 17 09:41:02 node-1 audit[9]: ${text}`);
    const other = "may 17 09:41:02 node-1 audit[8]: SERVICE_STOP pid=1 uid=0 msg='unit=cron res=success'";
    const { rows } = await run(lines(...(first === 0 ? [...ring, ...taken] : [...taken, ...ring]), other));
    const told = rows.filter(({ skip }) => skip === null);
    expect(told.map(({ keyed }) => keyed)).toEqual([true, true, false]);
    // Equal content under one key: the import takes the second for a duplicate.
    expect(told[0]?.h).toBe(told[1]?.h);
    expect(told[0]).toMatchObject({ time: 1773740469123000000n, flags: null, label: 'denied read', result: 'failed' });
  });

  test('one among a hundred lines of other programs is enough to be read', () => {
    const others = Array.from({ length: 200 }, (_, i) => `Mar 17 09:41:02 node-1 kubelet[7]: line ${i}`);
    expect(recognised(Buffer.from(lines(...others, ...journal('Mar 17 09:41:02')))).format?.id).toBe('auditd');
    expect(recognised(Buffer.from(lines(...others))).format).toBeUndefined();
  });
});

describe('tools that keep records as JSON', () => {
  test('laurel: the same command, with its container and its parent’s name', async () => {
    const rows = await tells(fixture('laurel.ndjson'));
    expect(rows[0]).toMatchObject({
      host: 'worker-1',
      comm: 'curl',
      cmdline: "curl -o /tmp/u.tgz 'https://files.example.net/a b'",
      parent: 'bash',
      username: 'root',
      loginname: 'casey',
      tags: ['commands'],
      containerid: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    });
    expect(rows[1]).toMatchObject({ kind: 'net', server: '198.51.100.7', serverport: 443, cmdline: 'curl 100%' });
    expect(rows[1]).not.toHaveProperty('loginuid');
  });

  test('go-audit: the same command, with the pod that it ran in', async () => {
    const rows = await tells(fixture('go-audit.ndjson'));
    expect(rows[0]).toMatchObject({
      kind: 'cmd',
      cmdline: "curl -o /tmp/u.tgz 'https://files.example.net/a b'",
      loginname: 'casey',
      username: 'root',
      namespace: 'shop',
      pod: 'web-5d9c',
      container: 'web',
      image: 'registry.example.net/shop/web:1',
    });
    expect(rows[1]).toMatchObject({ kind: 'net', server: '198.51.100.7', errno: 115, username: 'root' });
    expect(rows[1]).not.toHaveProperty('loginname');
  });

  test('the Azure plugin: texts with quotes in them, an attempt that found nothing', async () => {
    const rows = await tells(fixture('auoms.log'));
    expect(rows).toMatchObject([
      {
        kind: 'cmd',
        result: 'ok',
        cmdline: 'sh -c "id; uid=0 cat /etc/passwd"',
        uid: 1001,
        username: 'webapp',
        cwd: '/srv',
        tty: 0,
        containerid: '9f86d081884c',
      },
      { kind: 'cmd', result: 'failed', errno: 2, path: '/usr/local/bin/id', cmdline: 'sh -c id', ppid: 2120 },
    ]);
    expect(rows[0]).not.toHaveProperty('loginname');
  });
});
