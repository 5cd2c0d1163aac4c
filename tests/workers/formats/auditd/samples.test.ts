/** Real events of Linux audit, checked by hand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditd } from '../../../../workers/formats/auditd';
import { auditdCoalesced } from '../../../../workers/formats/auditd-coalesced';
import { haveSamples, sampleBytes } from '../../../helpers/samples';
import { recognised, Stage, told } from '../../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const run = (bytes: Buffer | string) => stage.run(auditd, Buffer.from(bytes));
/** What each event tells, without what only says where it lay. */
const tells = async (bytes: Buffer | string) => {
  const { rows, rejects } = await run(bytes);
  expect(rejects).toEqual([]);
  return rows.filter((row) => row.skip === null).map(told);
};
const byTime = (rows: readonly Record<string, unknown>[]) => rows.map(({ flags, ...row }) => JSON.stringify(row)).sort();

describe.skipIf(!haveSamples)('real events, checked by hand', () => {
  const sample = (file: string) => sampleBytes(`agents/auditd/${file}`);

  test.for([
    {
      title: 'a command on a terminal',
      file: 'otrf-sh_arp_cache_2020-11-10074812.log',
      row: 1,
      expected: {
        merge: 'process\x1f\x1f1604994496.155:92734',
        rank: 0,
        keyed: true,
        time: '2020-11-10T07:48:16.155000000Z',
        precision: 'ms',
        kind: 'cmd',
        result: 'ok',
        comm: 'grep',
        cmdline: "grep -v '^?'",
        exe: '/bin/grep',
        cwd: '/home/wardog',
        pid: 1632,
        ppid: 29002,
        uid: 1000,
        loginuid: 1000,
        tty: 34816,
      },
    },
    {
      title: 'a connection that goes on in the background, of a program whose file is gone',
      file: 'golibaudit-reassembly-normal.log',
      row: 0,
      expected: {
        rank: 0,
        keyed: true,
        time: '2017-04-12T22:48:09.295000000Z',
        precision: 'ms',
        kind: 'net',
        result: 'unknown',
        errno: 115,
        flags: ['connection in progress'],
        comm: 'google_accounts',
        exe: '/usr/bin/python2.7;58d1ccfb (deleted)',
        pid: 1172,
        ppid: 1,
        uid: 0,
        tty: 0,
        direction: 'out',
        server: '169.254.169.254',
        serverport: 80,
      },
    },
    {
      title: 'a file that SELinux did not let be read, below the working directory',
      file: 'golibaudit-test2.log',
      row: 0,
      expected: {
        rank: 0,
        keyed: true,
        time: '2007-01-28T21:58:13.977000000Z',
        precision: 'ms',
        kind: 'file',
        label: 'denied read',
        result: 'failed',
        errno: 13,
        comm: 'pickup',
        exe: '/usr/libexec/postfix/pickup',
        cwd: '/var/spool/postfix',
        pid: 13010,
        ppid: 2013,
        uid: 890,
        tty: 0,
        file: 'maildrop',
        directory: '/var/spool/postfix/',
        path: '/var/spool/postfix/maildrop',
        mode: 'read',
        rule: 'SELinux denied',
        origin: 'auditd',
      },
    },
    {
      title: 'a failed login',
      file: 'golibaudit-audit-ubuntu16.log',
      row: 0,
      expected: {
        rank: 0,
        keyed: true,
        time: '2017-04-22T21:25:01.818000000Z',
        precision: 'ms',
        kind: 'policy',
        label: 'user login',
        result: 'failed',
        exe: '/usr/sbin/sshd',
        pid: 12635,
        username: '(invalid user)',
        sourceaddresses: ['179.38.151.221'],
      },
    },
    {
      title: 'a command through sudo',
      file: 'golibaudit-audit-rhel6.log',
      row: 1,
      expected: {
        rank: 0,
        keyed: true,
        time: '2017-03-07T04:59:29.030000000Z',
        precision: 'ms',
        kind: 'cmd',
        label: 'sudo',
        result: 'ok',
        cmdline: '/usr/lib64/nagios/plugins/check_asterisk_sip_peers -p 107',
        cwd: '/',
        pid: 3027,
        uid: 497,
        loginuid: 700,
      },
    },
    {
      title: 'keys of an SSH connection tell both of its ends',
      file: 'golibaudit-audit-rhel7.log',
      row: 8,
      expected: {
        rank: 0,
        keyed: true,
        time: '2016-12-07T02:17:21.515000000Z',
        precision: 'ms',
        kind: 'net',
        result: 'ok',
        exe: '/usr/sbin/sshd',
        pid: 1298,
        uid: 0,
        direction: 'in',
        l4proto: 'tcp',
        client: '96.241.146.97',
        clientport: 63927,
        server: '10.142.0.2',
        serverport: 22,
      },
    },
  ])('$title', async ({ file, row, expected }) => {
    expect(told((await run(sample(file))).rows[row])).toEqual(expected);
  });

  /** Lines of SOURCES.tsv ("records / events") less those that are no records. */
  test.for([
    { file: 'golibaudit-audit-rhel6.log', events: 2, apart: 0, rejected: 0 },
    { file: 'golibaudit-audit-rhel7.log', events: 46, apart: 3, rejected: 1 },
    { file: 'golibaudit-audit-ubuntu14.log', events: 1, apart: 0, rejected: 0 },
    { file: 'golibaudit-audit-ubuntu16.log', events: 3, apart: 0, rejected: 0 },
    { file: 'golibaudit-audit-ubuntu17.log', events: 1, apart: 0, rejected: 0 },
    { file: 'golibaudit-test2.log', events: 7, apart: 0, rejected: 0 },
    { file: 'golibaudit-test3.log', events: 10, apart: 5, rejected: 0 },
    { file: 'golibaudit-reassembly-lost_messages.log', events: 5, apart: 0, rejected: 0 },
    { file: 'golibaudit-reassembly-normal.log', events: 5, apart: 0, rejected: 0 },
    { file: 'golibaudit-reassembly-out_of_order.log', events: 5, apart: 4, rejected: 0 },
    { file: 'golibaudit-reassembly-rollover.log', events: 5, apart: 0, rejected: 0 },
    { file: 'plaso-selinux.log', events: 6, apart: 0, rejected: 4 },
    { file: 'otrf-sh_binary_padding_dd_2020-11-10081941.log', events: 1, apart: 0, rejected: 0 },
    { file: 'otrf-sh_arp_cache_2020-11-10074812.log', events: 2, apart: 0, rejected: 0 },
    { file: 'beats-userlogin.log', events: 4, apart: 0, rejected: 0 },
  ])('$file holds $events events', async ({ file, events, apart, rejected }) => {
    expect(recognised(sample(file)).format?.id).toBe('auditd');
    const { rows, rejects, careful } = await run(sample(file));
    const parts = rows.filter((row) => String(row.skip).includes('further line')).length;
    expect({ events: rows.length - parts, apart: parts, rejected: rejects.length, careful }).toEqual({
      events,
      apart,
      rejected,
      careful: 0,
    });
  });

  /** No public capture has an exit, a fork, `node=` or names of auditd's ENRICHED format; those are asserted on the fixtures. */
  const NOT_SEEN = [
    'container',
    'containerid',
    'end',
    'exitcode',
    'host',
    'image',
    'loginname',
    'namespace',
    'node',
    'parent',
    'pod',
    'cluster',
  ];

  test('every attribute that is told was seen in a real record, but for those that are listed', async () => {
    const files = [
      'otrf-sh_arp_cache_2020-11-10074812.log',
      'golibaudit-reassembly-normal.log',
      'golibaudit-test2.log',
      'golibaudit-audit-ubuntu14.log',
    ];
    const more = ['golibaudit-audit-ubuntu16.log', 'golibaudit-audit-rhel7.log', 'beats-userlogin.log'];
    const seen = new Set<string>();
    const claimed = new Set<string>();
    for (const file of [...files, ...more]) {
      for (const row of (await run(sample(file))).rows) {
        for (const name of Object.keys(row)) claimed.add(name);
        for (const name of Object.keys(told(row))) seen.add(name);
      }
    }
    const own = new Set(['r', 'i', 'o', 'l', 'h', 'k', 'n', 'x', 'suspect', 'bare', 'skip', 'rank', 'keyed', 'merge']);
    expect([...claimed].filter((name) => !seen.has(name) && !own.has(name)).sort()).toEqual([...NOT_SEEN].sort());
  });

  test('records out of order tell the same as in order', async () => {
    const normal = await tells(sample('golibaudit-reassembly-normal.log'));
    expect(byTime(await tells(sample('golibaudit-reassembly-out_of_order.log')))).toEqual(byTime(normal));
  });

  test('what is no record is rejected with what it lacks', async () => {
    const { rejects } = await run(sample('plaso-selinux.log'));
    expect(rejects.map(({ at, why }) => `${at} ${why}`)).toEqual([
      '2 rejected: no time and serial number as audit(seconds.milliseconds:serial) in column 20',
      '4 rejected: no time and serial number as audit(seconds.milliseconds:serial) in column 20',
      '6 rejected: no record type in column 6',
      '7 rejected: no type before column 5',
    ]);
  });

  /** Both hold the very same events: the records, and what go-libaudit makes of them. It drops an account's id, and the records beside the AVC are not in the log. */
  test.for([
    {
      title: 'CONFIG_CHANGE add rule',
      log: 'golibaudit-audit-rhel7.log',
      row: 48,
      golden: 'rhel-7-linux-3.10.0',
      place: 0,
      apart: [],
    },
    { title: 'CRYPTO_SESSION', log: 'golibaudit-audit-rhel7.log', row: 8, golden: 'rhel-7-linux-3.10.0', place: 3, apart: [] },
    { title: 'LOGIN', log: 'golibaudit-audit-rhel7.log', row: 16, golden: 'rhel-7-linux-3.10.0', place: 4, apart: [] },
    {
      title: 'failed USER_LOGIN',
      log: 'golibaudit-audit-ubuntu16.log',
      row: 0,
      golden: 'ubuntu-16.10-linux-4.8.0',
      place: 7,
      apart: [],
    },
    {
      title: 'USER_LOGIN',
      log: 'golibaudit-audit-ubuntu16.log',
      row: 1,
      golden: 'ubuntu-16.10-linux-4.8.0',
      place: 8,
      apart: ['uid'],
    },
    {
      title: 'AVC of AppArmor',
      log: 'golibaudit-audit-ubuntu16.log',
      row: 2,
      golden: 'ubuntu-16.04-linux-4.13.0',
      place: 0,
      apart: ['cmdline', 'exe', 'ppid', 'uid', 'tty', 'result'],
    },
  ])('$title is joined and told as by go-libaudit', async ({ log, row, golden, place, apart }) => {
    const raw = (await run(sample(log))).rows.filter(({ r }) => r !== null)[row];
    const joined = (await stage.run(auditdCoalesced, sample(`golibaudit-coalesce-${golden}.json`))).rows[place];
    const without = (told: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(told).filter(([name]) => !apart.includes(name)));
    const ours = told(raw);
    expect(without(ours)).toEqual(without(told(joined)));
  });
});
