/**
 * Real captures against what sysdig 0.29.3 printed of them (`expected/README.txt`): every execve, connect, accept and open, every value. Where we
 * know more than it did (a directory or terminal that it shows as empty or 0), and where it kept a peer that the event itself contradicts, it says so below.
 */
import { readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Decoded, decoded } from '../../../helpers/capture';
import { haveSamples, sampleBytes, samplePath, sampleSources } from '../../../helpers/samples';

const FOLDER = 'agents/scap';
const bytesOf = (path: string): Buffer => {
  const bytes = sampleBytes(path);
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
};
const known = new Map<string, Decoded>();
const capture = (name: string): Decoded => {
  const all = known.get(name) ?? decoded(bytesOf(`${FOLDER}/${name}.scap`), [65_536]);
  known.set(name, all);
  return all;
};

type Row = Readonly<Record<string, unknown>>;
const text = (value: string | undefined): string | undefined => (value === '<NA>' || value === '' ? undefined : value);
const number = (value: string | undefined): number | undefined => (text(value) === undefined ? undefined : Number(value));
const inContainer = (value: string | undefined): string | undefined => (value === 'host' ? undefined : text(value));
const id = (value: string | undefined): number | undefined =>
  value === '-1' || value === '4294967295' ? undefined : number(value);
const errno = (res: string | undefined): number | undefined => (Number(res) < 0 && res !== '-115' ? -Number(res) : undefined);

/** What a line says, by our names. */
const EXPECTED: Readonly<Record<string, (columns: readonly string[]) => Row>> = {
  exec: ([
    ,
    time,
    call,
    pid,
    ppid,
    vpid,
    comm,
    parent,
    exe,
    cwd,
    tty,
    loginuid,
    uid,
    shellid,
    sid,
    containerid,
    container,
    res,
    cmdline,
  ]) => ({
    ...{
      kind: 'cmd',
      time,
      call,
      pid: number(pid),
      ppid: number(ppid),
      vpid: number(vpid),
      comm: text(comm),
      parent: text(parent),
    },
    ...{
      exe: text(exe),
      cwd: cwd === '/' ? '/' : text(cwd?.replace(/\/$/, '')),
      tty: number(tty),
      loginuid: id(loginuid),
      uid: id(uid),
    },
    ...{ shellid: number(shellid), sid: id(sid), containerid: inContainer(containerid), container: inContainer(container) },
    ...{ errno: errno(res), cmdline: text(cmdline) },
  }),
  net: ([, time, call, pid, comm, containerid, l4proto, client, clientport, server, serverport, res, name]) => ({
    ...{
      kind: 'net',
      time,
      call: expect.stringMatching(`^${call}4?$`),
      pid: number(pid),
      comm: text(comm),
      containerid: inContainer(containerid),
    },
    ...{
      direction: call === 'connect' ? 'out' : 'in',
      l4proto: text(l4proto),
      client: text(client),
      clientport: text(client) && number(clientport),
    },
    ...{ server: text(server), serverport: number(serverport), errno: errno(res) },
    ...{ path: text(client) === undefined ? name?.split(' ').at(-1) : undefined },
  }),
  file: ([, time, call, pid, comm, containerid, res, flags, path]) => ({
    ...{ kind: 'file', time, call, pid: number(pid), comm: text(comm), containerid: inContainer(containerid), errno: errno(res) },
    mode: /O_CREAT|F_CREATED/.test(flags ?? '') ? 'create' : /O_WRONLY|O_RDWR/.test(flags ?? '') ? 'write' : 'read',
    path: path?.replace(/^\/\//, '/'),
  }),
};

/** Its own state was older than the event: the tuple of the event itself says this. */
const CONTRADICTED: Readonly<Record<string, Row>> = {
  // A second connect of one datagram socket: it kept the first peer.
  '1534551451397771971': { server: '2001:4860:4860::8888', serverport: 53 },
  '1554493624363694813': { server: '127.0.1.1' },
  // A connect to nobody, which takes the peer away.
  '1554493624363691057': { client: undefined, clientport: undefined, server: undefined, serverport: undefined },
};

const only = (row: Row, names: readonly string[]): Row => Object.fromEntries(names.map((name) => [name, row[name]]));

describe.skipIf(!haveSamples)('every line that sysdig printed', () => {
  const files = haveSamples ? readdirSync(samplePath(`${FOLDER}/expected`)).filter((file) => file.endsWith('.tsv')) : [];

  test.for(files)('%s', (file) => {
    const [, name, sort] = /^(.+)\.(exec|net|file)\.tsv$/.exec(file) ?? [];
    const lines = sampleBytes(`${FOLDER}/expected/${file}`).toString('utf8').split('\n').filter(Boolean);
    const expected = lines.map((line) => {
      const row = EXPECTED[sort as string]?.(line.split('\t')) as Row;
      return { ...row, ...CONTRADICTED[String(row.time)] };
    });
    const calls = new Set(expected.map(({ kind }) => kind));
    const isTold = /^(execve|execveat|connect|accept4?|open|openat|openat2|creat)$/;
    const told = capture(name as string).told.filter((row) => calls.has(row.kind as string) && isTold.test(String(row.call)));
    expect(told).toHaveLength(expected.length);
    const shown = told.map((row, i) => {
      const like = expected[i] as Row;
      const more = { ...(like.cwd === undefined && { cwd: undefined }), ...(like.tty === 0 && { tty: row.tty ?? 0 }) };
      return { ...only(row, Object.keys(like)), ...more };
    });
    expect(shown).toEqual(expected);
  });
});

describe.skipIf(!haveSamples)('every real capture', () => {
  const sources = sampleSources('agents').filter(({ path, flavour }) => path.endsWith('.scap') && flavour === 'scap');

  test.for(sources)('$path: every byte lies in a record, none is rejected, events as counted', ({ path, records }) => {
    const bytes = bytesOf(path);
    const { told, fates, places } = decoded(bytes, [10_007]);
    expect(places.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length);
    expect(Object.keys(fates).filter((fate) => fate.startsWith('rejected'))).toEqual([]);
    const counted = /execve=(\d+) net=(\d+) open=(\d+)/.exec(records);
    // Those of this one were counted by a reader that could not open it.
    if (!counted || path.endsWith('comments.scap')) return;
    const of = (pattern: RegExp) => told.filter(({ call }) => pattern.test(String(call))).length;
    expect([of(/^execve/), of(/^(connect|accept)/), of(/^(open|creat)/)]).toEqual(counted.slice(1).map(Number));
  });

  test('comments in the section change nothing', () => {
    const told = ({ told: rows }: Decoded) => rows.map(({ record, ...row }) => row);
    expect(told(capture('libs-curl_google_comments'))).toEqual(told(capture('libs-curl_google')));
  });

  test('ends of processes in a container, of threads, of forks', () => {
    const ended = (name: string) => capture(name).told.filter(({ call }) => call === 'procexit');
    expect(ended('sf-alpine-alpine')).toMatchObject([
      { cmdline: 'touch test2', rank: 1, exitcode: 0, containerid: 'c010f5a08549' },
      { cmdline: 'vi test2', rank: 1, exitcode: 0 },
    ]);
    expect(ended('falco-open-multiple-files')).toMatchObject([{ pid: 16_569, notes: ['start not recorded'] }]);
    expect(ended('libs-curl_google')).toHaveLength(1); // the other end is a thread's
    expect(capture('sf-namespaces-setns').fates['ignored: the end of a process that executed nothing']).toBe(7);
  });

  test('a file that is linked, renamed and removed', () => {
    const told = capture('sf-files-files').told.filter(({ kind, call }) => kind === 'file' && call !== 'open');
    expect(told.map(({ mode, label, path }) => [mode, path, label].filter(Boolean).join(' '))).toMatchInlineSnapshot(`
      [
        "create /tmp/testing_dir",
        "create testing_dir",
        "delete /tmp/testing_dir",
        "delete testing_dir",
        "create tested_file.txt to /tmp/tested_file.txt",
        "create tested_file2.txt to /tmp/tested_file2.txt",
        "rename /tmp/tested_file3.txt to /tmp/tested_file4.txt",
        "delete /tmp/tested_file.txt",
        "delete tested_file.txt",
        "delete tested_file2.txt",
        "delete /tmp/tested_file2.txt",
        "delete tested_file_test.txt",
        "delete /tmp/tested_file4.txt",
      ]
    `);
  });

  test('echo requests: the first names the peer', () => {
    expect(capture('falco-ping_sendto').told).toMatchObject([
      { kind: 'net', call: 'sendmsg', direction: 'out', server: '128.32.41.1' },
    ]);
  });
});
