/** Records of text sources in whatever carries lines. */
import { describe, expect, test } from 'vitest';
import { arrive, cri, EVENTS, IDS, KLOG, lines, opensStage } from './arrive';

opensStage();

describe('records of Linux audit', () => {
  const RECORDS = [
    'SYSCALL arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=2 auid=1000 uid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id"',
    'EXECVE argc=2 a0="id" a1="-a"',
  ];
  const stamped = RECORDS.map((record) => record.replace(/^(\w+) /, 'type=$1 msg=audit(1773740462.345:9): '));
  test.for([
    {
      title: 'the audit transport of journald, with its stamp put back',
      content: lines(
        ...RECORDS.map((MESSAGE) =>
          JSON.stringify({
            __CURSOR: 'x',
            _TRANSPORT: 'audit',
            _AUDIT_ID: '9',
            _SOURCE_REALTIME_TIMESTAMP: '1773740462345000',
            _HOSTNAME: 'node-1',
            MESSAGE,
          }),
        ),
      ),
      around: ['journald'],
    },
    { title: 'syslog', content: lines(...stamped.map((text) => `Mar 17 09:41:02 node-1 audispd: ${text}`)), around: [] },
    { title: 'oc adm node-logs', content: lines(...stamped.map((text) => `node-1 ${text}`)), around: [] },
    {
      title: 'OpenShift’s own model',
      content: lines(
        ...stamped.map((message) =>
          JSON.stringify({
            log_type: 'audit',
            log_source: 'auditd',
            hostname: 'node-1',
            message,
            openshift: { cluster_id: 'c' },
          }),
        ),
      ),
      around: ['viaq'],
    },
  ])('$title', async ({ content, around }) => {
    const arrived = await arrive(content);
    expect(arrived).toMatchObject({ format: 'auditd', around, rejects: [] });
    expect(arrived.activities).toMatchObject([
      { at: '1', kind: 'cmd', comm: 'id', cmdline: 'id -a', host: 'node-1', pid: 2, time: '2026-03-17T09:41:02.345000000Z' },
    ]);
  });
});

describe('Falco in plain text', () => {
  const OLD =
    '09:41:02.345678901: Warning Shell in a container (user=johndoe shell=bash parent=runc cmdline=bash -c "id; ls" terminal=34816 container_id=0a1b2c3d4e5f)';
  const NEW =
    '09:41:03.000000001: Notice Sensitive file read | file=/etc/shadow process=cat command=cat /etc/shadow user=johndoe container_name=shop';
  const TOLD = [
    {
      rule: 'Shell in a container',
      severity: 'medium',
      comm: 'bash',
      cmdline: 'bash -c "id; ls"',
      parent: 'runc',
      username: 'johndoe',
      tty: 34816,
      containerid: '0a1b2c3d4e5f',
    },
    { rule: 'Sensitive file read', severity: 'low', comm: 'cat', path: '/etc/shadow', container: 'shop' },
  ];
  const TIMES = ['2026-03-17T09:41:02.345678901Z', '2026-03-17T09:41:03.000000001Z'];
  const iso = (line: string) => `2026-03-17T${line.replace(': ', '+0000: ')}`;
  test.for([
    { title: 'a container’s log gives the day', wrap: (line: string) => cri(line), around: ['cri', 'falco-text'], times: TIMES },
    { title: 'with whole times', wrap: iso, around: ['falco-text'], times: TIMES },
    {
      title: 'kubectl logs --timestamps --prefix',
      wrap: (line: string) => `[pod/falco-abcde/falco] 2026-03-17T09:41:04.5Z ${line}`,
      around: ['prefixed', 'falco-text'],
      times: TIMES,
    },
    {
      title: 'stern',
      wrap: (line: string) => `falco-abcde falco ${iso(line)}`,
      around: ['prefixed', 'falco-text'],
      times: TIMES,
    },
    {
      title: 'a Falco in another zone than its carrier takes the carrier’s time',
      wrap: (line: string) => `2026-03-17T11:41:02.5Z ${line}`,
      around: ['prefixed', 'falco-text'],
      times: ['2026-03-17T11:41:02.500000000Z', '2026-03-17T11:41:02.500000000Z'],
    },
    {
      title: 'alone it has no day, and is undated',
      wrap: (line: string) => line,
      around: ['falco-text'],
      times: [undefined, undefined],
    },
    {
      title: 'in syslog without a year, too',
      wrap: (line: string) => `Mar 17 09:41:02 node-1 falco: ${line}`,
      around: ['syslog', 'falco-text'],
      times: [undefined, undefined],
    },
  ])('$title', async ({ wrap, around, times }) => {
    const arrived = await arrive(lines(...[OLD, NEW].map(wrap)));
    expect(arrived).toMatchObject({ format: 'falco', around, rejects: [] });
    expect(arrived.activities).toMatchObject(TOLD);
    expect(arrived.activities.map(({ time }) => time)).toEqual(times);
    for (const { time, flags } of arrived.activities) expect((flags as string[]).includes('undated')).toBe(time === undefined);
  });

  test('what Falco says when it stops is no alert', async () => {
    const { activities, ignored } = await arrive(
      lines(cri(OLD), cri(NEW), cri('Events detected: 2'), cri('Rule counts by severity:')),
    );
    expect(activities).toHaveLength(2);
    expect(ignored).toEqual(['3 ignored: log line of a program', '4 ignored: log line of a program']);
  });

  test('few alerts behind all that Falco says at its start are read', async () => {
    const start = Array.from({ length: 150 }, (_, i) => `Tue Mar 17 09:41:01 2026: Loading rules from ${i}`);
    const arrived = await arrive(lines(...start, 'Defaulted container "falco" out of: falco, init', iso(OLD), iso(NEW)));
    expect(arrived).toMatchObject({ format: 'falco', rejects: [] });
    expect(arrived.activities).toMatchObject(TOLD);
  });

  test('names have no blanks: what older versions write behind them is not theirs', async () => {
    const line =
      '2026-03-17T09:41:02.345678901+0000: Notice A shell was spawned (user=johndoe shop (id=0a1b2c3d4e5f) shell=sh cmdline=sh -c "a b" image=<NA>) k8s.ns=web k8s.pod=shop-1 container=0a1b2c3d4e5f';
    const { activities } = await arrive(lines(line));
    expect(activities).toMatchObject([
      { username: 'johndoe', cmdline: 'sh -c "a b"', namespace: 'web', pod: 'shop-1', containerid: '0a1b2c3d4e5f' },
    ]);
    expect(activities[0]).not.toHaveProperty('image');
  });
});

test('Falco in the findings that falcosidekick writes for Security Lake is read as Falco’s own', async () => {
  const alert = {
    uuid: 'a1',
    rule: 'Terminal shell in container',
    priority: 'Notice',
    output: 'x',
    time: '2026-03-17T09:41:02.345678901Z',
    hostname: 'worker-1',
    output_fields: { 'proc.cmdline': 'sh -c id', 'proc.name': 'sh', 'evt.type': 'execve' },
  };
  const finding = {
    activity_id: 1,
    class_uid: 2001,
    category_uid: 2,
    metadata: { version: '0.1.0', product: { name: 'Falco' } },
    time: 1773740462345,
  };
  const arrived = await arrive(JSON.stringify({ ...finding, raw_data: JSON.stringify(alert) }));
  expect(arrived).toMatchObject({ format: 'falco', around: ['ocsf-falco'], rejects: [] });
  expect(arrived.activities).toMatchObject([
    {
      rule: 'Terminal shell in container',
      cmdline: 'sh -c id',
      host: 'worker-1',
      time: '2026-03-17T09:41:02.345678901Z',
    },
  ]);
  expect(await arrive(JSON.stringify({ ...finding, raw_data: 'x' }))).toMatchObject({ format: 'ocsf', activities: [] });
});

describe('journald’s export format', () => {
  const entry = (message: string, more: readonly string[] = []) =>
    lines('__CURSOR=s=0a1b;i=1', '__REALTIME_TIMESTAMP=1773740462345678', '_HOSTNAME=node-1', ...more, message, '');
  const binary = (text: string) => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    return `MESSAGE\n${size}${text}`;
  };

  test('the messages of a service', async () => {
    const arrived = await arrive(
      [...EVENTS.map((event) => `MESSAGE=${event}`), `MESSAGE=${KLOG}`].map((each) => entry(each)).join(''),
    );
    expect(arrived).toMatchObject({ format: 'k8s-audit', around: ['journal-export'], rejects: [] });
    expect(arrived.activities.map(({ at, auditid }) => [at, auditid])).toEqual(IDS.map((id, i) => [String(1 + 5 * i), id]));
    expect(arrived.ignored).toEqual(['16 ignored: klog line']);
  });

  test('records of the audit transport, one with a field of several lines', async () => {
    const audit = ['_TRANSPORT=audit', '_AUDIT_ID=9', '_SOURCE_REALTIME_TIMESTAMP=1773740462345000'];
    const syscall =
      'SYSCALL arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=1 pid=2 auid=1000 uid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id"';
    const arrived = await arrive(entry(`MESSAGE=${syscall}`, audit) + entry(binary('EXECVE argc=2\na0="id" a1="-a"'), audit));
    expect(arrived).toMatchObject({ format: 'auditd', around: ['journal-export'], rejects: [] });
    expect(arrived.activities).toMatchObject([
      { at: '1', cmdline: 'id -a', host: 'node-1', time: '2026-03-17T09:41:02.345000000Z' },
    ]);
  });
});

test.for([
  { title: 'begins with zeros', spoilt: (text: string) => `${'\0'.repeat(5000)}${text}`, lost: 1 },
  { title: 'ends with zeros', spoilt: (text: string) => `${text}${'\0'.repeat(5000)}`, lost: 1 },
  { title: 'has one in it', spoilt: (text: string) => text.replace('1 stdout', '\0 stdout'), lost: 1 },
])('a text that $title is read all the same', async ({ spoilt }) => {
  const arrived = await arrive(spoilt(lines(...[...EVENTS, ...EVENTS].map((event) => cri(event)))));
  expect(arrived).toMatchObject({ format: 'k8s-audit', around: ['cri'] });
  expect(arrived.activities.length).toBeGreaterThanOrEqual(5);
});

test.for([
  { title: 'lines', content: lines(...EVENTS.map((event) => JSON.stringify(event))), places: ['1', '2', '3'] },
  {
    title: 'lines with commas',
    content: lines('[', ...EVENTS.map((event) => `${JSON.stringify(event)},`)),
    places: ['2', '3', '4'],
  },
])('records as texts of JSON, $title', async ({ content, places }) => {
  const arrived = await arrive(content);
  expect(arrived).toMatchObject({ format: 'k8s-audit', around: ['quoted'], rejects: [] });
  expect(arrived.activities.map((each) => each.at)).toEqual(places);
});

describe('ausearch -i', () => {
  const RECORDS = [
    '----',
    'type=PROCTITLE msg=audit(03/17/2026 09:41:02.345:9) : proctitle=cat /etc/shadow a b',
    'type=PATH msg=audit(03/17/2026 09:41:02.345:9) : item=0 name=/usr/bin/cat inode=12 dev=fd:00 mode=file,755 ouid=root ogid=root rdev=00:00 nametype=NORMAL',
    'type=CWD msg=audit(03/17/2026 09:41:02.345:9) : cwd=/home/john doe',
    'type=EXECVE msg=audit(03/17/2026 09:41:02.345:9) : argc=3 a0=cat a1=/etc/shadow a2=a b',
    'type=SYSCALL msg=audit(03/17/2026 09:41:02.345:9) : arch=x86_64 syscall=execve success=yes exit=0 a0=0x55d0 a1=0x55d1 a2=0x55d2 a3=0x8 items=1 ppid=40 pid=41 auid=johndoe uid=root gid=root euid=root tty=pts0 ses=3 comm=cat exe=/usr/bin/cat subj=unconfined key=shadow',
    '----',
    'node=node-2 type=PATH msg=audit(03/17/2026 09:41:03.001:10) : item=0 name=/etc/shadow inode=13 nametype=NORMAL',
    'node=node-2 type=SYSCALL msg=audit(03/17/2026 09:41:03.001:10) : arch=x86_64 syscall=openat success=no exit=EACCES(Permission denied) a0=AT_FDCWD a1=0x7ffe a2=O_WRONLY|O_CREAT a3=0x1b6 items=1 ppid=40 pid=42 auid=unset uid=unknown(1001) tty=(none) ses=unset comm=sh exe=/usr/bin/dash key=(null)',
    '----',
    'type=SOCKADDR msg=audit(03/17/2026 09:41:04.500:11) : saddr={ saddr_fam=inet laddr=192.0.2.7 lport=443 }',
    'type=SYSCALL msg=audit(03/17/2026 09:41:04.500:11) : arch=x86_64 syscall=connect success=yes exit=0 a0=0x3 a1=0x7ffe a2=0x10 a3=0x0 items=0 ppid=40 pid=43 auid=johndoe uid=johndoe tty=pts0 ses=3 comm=curl exe=/usr/bin/curl key=(null)',
    '----',
    "type=USER_LOGIN msg=audit(03/17/2026 09:41:05.000:12) : pid=50 uid=root auid=johndoe ses=4 msg='op=login acct=dead exe=/usr/sbin/sshd hostname=192.0.2.9 addr=192.0.2.9 terminal=/dev/pts/1 res=success'",
  ];

  test('is put back into records of auditd', async () => {
    const arrived = await arrive(lines(...RECORDS));
    expect(arrived).toMatchObject({ format: 'auditd', around: ['ausearch'], rejects: [] });
    expect(arrived.activities).toMatchObject([
      {
        kind: 'cmd',
        time: '2026-03-17T09:41:02.345000000Z',
        cmdline: "cat /etc/shadow 'a b'",
        cwd: '/home/john doe',
        username: 'root',
        loginname: 'johndoe',
        pid: 41,
        result: 'ok',
        tags: ['shadow'],
      },
      { kind: 'file', host: 'node-2', path: '/etc/shadow', uid: 1001, result: 'failed', errno: 13 },
      { kind: 'net', server: '192.0.2.7', serverport: 443, username: 'johndoe' },
      { label: 'user login', username: 'dead' },
    ]);
  });

  test.for([
    { title: 'English', date: '03/04/2026', day: '2026-03-04' },
    { title: 'the day first, where it can be nothing else', date: '17.03.2026', day: '2026-03-17' },
    { title: 'two digits of the year', date: '03/17/26', day: '2026-03-17' },
    { title: 'ISO 8601', date: '2026-03-17', day: '2026-03-17' },
  ])('a date: $title', async ({ date, day }) => {
    const { activities } = await arrive(lines(...RECORDS.slice(1, 6).map((line) => line.replace('03/17/2026', date))));
    expect(activities).toMatchObject([{ time: `${day}T09:41:02.345000000Z` }]);
  });
});
