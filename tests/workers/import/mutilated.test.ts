/**
 * Sources as people hand them over: cut, converted, glued together, renamed. Each file of each mutilation gives what is readable in it, or one clear
 * sentence; every byte and record is accounted; nothing crashes and nothing is silent.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MemberInfo } from '../../../workers/contract/evidence';
import { tar, zip } from '../../helpers/archives';
import { TestCase } from './cases';

const COUNT = 12;
const numbers = Array.from({ length: COUNT }, (_, i) => i + 1);
const clock = (n: number) => `2026-03-17T10:00:${String(n).padStart(2, '0')}.000000Z`;

const audit = (n: number) =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `0000-${n}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/shop/pods/pod-${n}?note=é`,
    verb: 'get',
    user: { username: 'johndoe', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.7'],
    objectRef: { resource: 'pods', namespace: 'shop', name: `pod-${n}`, apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: clock(n),
    stageTimestamp: clock(n),
  });
const tetragon = (n: number) =>
  JSON.stringify({
    process_exec: {
      process: {
        exec_id: `bm9kZTo${n}`,
        pid: 100 + n,
        uid: 0,
        cwd: '/',
        binary: '/bin/bash',
        arguments: `-c "echo ${n}"`,
        flags: 'execve clone',
        start_time: clock(n),
      },
    },
    node_name: 'node-1',
    time: clock(n),
  });
const falco = (n: number) =>
  JSON.stringify({
    output: `shell ${n}`,
    priority: 'Notice',
    rule: 'Terminal shell in container',
    source: 'syscall',
    time: clock(n),
    output_fields: { 'proc.cmdline': `bash -c ${n}`, 'proc.name': 'bash', 'evt.type': 'execve', 'container.id': 'abcdef012345' },
  });

/** What a source is made of: records, and how they stand in a file. */
interface Base {
  readonly id: string;
  readonly records: readonly string[];
  /** Lines around records. */
  readonly line: (record: string) => string;
}
const plain = (record: string) => record;
const BASES: readonly Base[] = [
  { id: 'audit', records: numbers.map(audit), line: plain },
  { id: 'tetragon', records: numbers.map(tetragon), line: plain },
  { id: 'falco', records: numbers.map(falco), line: plain },
  { id: 'cri', records: numbers.map(audit), line: (record) => `2026-03-17T10:00:00.000000001Z stdout F ${record}` },
  {
    id: 'docker',
    records: numbers.map(audit),
    line: (record) => JSON.stringify({ log: `${record}\n`, stream: 'stdout', time: clock(0) }),
  },
  { id: 's3', records: numbers.map(audit), line: (record) => `2026-03-17T10:00:00.000Z ${record}` },
  {
    id: 'aks',
    records: numbers.map(audit),
    line: (record) =>
      JSON.stringify({
        category: 'kube-audit',
        resourceId: '/SUBSCRIPTIONS/0/MANAGEDCLUSTERS/BLUE',
        time: clock(0),
        properties: { log: `${record}\n`, stream: 'stdout' },
      }),
  },
  { id: 'search-hits', records: numbers.map(falco), line: (record) => `{"_index":"falco","_id":"1","_source":${record}}` },
];

interface Mutilation {
  readonly title: string;
  readonly make: (base: Base) => Buffer | string;
  readonly name?: string;
  /** Activities that come out; `some`: at least one and fewer than all. */
  readonly gives: number | 'some' | 'a sentence';
}
const text = ({ records, line }: Base) => `${records.map(line).join('\n')}\n`;
const be = (written: string) => Buffer.from(written, 'utf16le').swap16();
/** A record in the middle is changed. */
const middle = (base: Base, change: (line: string) => string) =>
  base.records.map((record, i) => (i === 5 ? change(base.line(record)) : base.line(record))).join('\n');

const MUTILATIONS: readonly Mutilation[] = [
  { title: 'untouched', make: text, gives: COUNT },
  { title: 'without its last line end', make: (base) => text(base).trimEnd(), gives: COUNT },
  { title: 'a wrong extension', make: text, name: 'photo.jpg', gives: COUNT },
  { title: 'a byte order mark', make: (base) => `\ufeff${text(base)}`, gives: COUNT },
  { title: 'CRLF', make: (base) => text(base).replaceAll('\n', '\r\n'), gives: COUNT },
  { title: 'blank lines', make: (base) => text(base).replaceAll('\n', '\n\n  \n'), gives: COUNT },
  { title: 'UTF-16, little-endian, with a mark', make: (base) => Buffer.from(`\ufeff${text(base)}`, 'utf16le'), gives: COUNT },
  { title: 'UTF-16, big-endian, with a mark', make: (base) => be(`\ufeff${text(base)}`), gives: COUNT },
  {
    title: 'UTF-16 without a mark and with CRLF',
    make: (base) => Buffer.from(text(base).replaceAll('\n', '\r\n'), 'utf16le'),
    gives: COUNT,
  },
  { title: 'cut inside the last record', make: (base) => text(base).slice(0, -60), gives: COUNT - 1 },
  { title: 'cut at its beginning', make: (base) => text(base).slice(60), gives: COUNT - 1 },
  {
    title: 'a line cut short among whole ones',
    make: (base) => middle(base, (line) => line.slice(0, line.length / 2)),
    gives: COUNT - 1,
  },
  {
    title: 'a line of something else',
    make: (base) => middle(base, () => 'Listening on port 8080, all is well'),
    gives: COUNT - 1,
  },
  {
    title: 'bytes that are not UTF-8',
    make: (base) => Buffer.concat([Buffer.from(text(base)), Buffer.from([0xff, 0xfe, 0x80, 0x0a])]),
    gives: COUNT,
  },
  { title: 'NUL bytes at the end, as a crash leaves them', make: (base) => `${text(base)}${'\0'.repeat(512)}`, gives: COUNT },
  { title: 'gzip', make: (base) => gzipSync(text(base)), gives: COUNT },
  { title: 'gzip cut short', make: (base) => cutGzip(text(base)), gives: 'some' },
  { title: 'gzip twice', make: (base) => gzipSync(gzipSync(text(base))), gives: COUNT },
  {
    title: 'two gzip streams, one after the other',
    make: (base) => Buffer.concat([gzipSync(half(base, 0)), gzipSync(half(base, 1))]),
    gives: COUNT,
  },
  { title: 'tar', make: (base) => tar([{ name: 'a', content: text(base) }]), gives: COUNT },
  { title: 'half a tar', make: (base) => halved(tar([{ name: 'a', content: text(base) }]), 0.6), gives: 'some' },
  { title: 'zip', make: (base) => zip([{ name: 'a', content: text(base) }]), gives: COUNT },
  { title: 'half a zip', make: (base) => halved(zip([{ name: 'a', content: text(base) }]), 0.5), gives: 'a sentence' },
  {
    title: 'a million spaces between lines',
    make: (base) => text(base).replace('\n', `\n${' '.repeat(1_000_000)}\n`),
    gives: COUNT,
  },
  { title: 'the same lines twice', make: (base) => text(base) + text(base), gives: COUNT },
];
/** Only where the source is JSON by itself. */
const JSON_MUTILATIONS: readonly Mutilation[] = [
  { title: 'an array', make: ({ records, line }) => `[${records.map(line).join(',\n')}]`, gives: COUNT },
  {
    title: 'an array with one bad element',
    make: (base) => `[${middle(base, () => '{"a":}').replaceAll('\n', ',\n')}]`,
    gives: COUNT - 1,
  },
  { title: 'an array that does not end', make: ({ records, line }) => `[${records.map(line).join(',\n')}`, gives: COUNT },
  {
    title: 'pretty-printed',
    make: ({ records, line }) => records.map((record) => JSON.stringify(JSON.parse(line(record)), null, 2)).join('\n'),
    gives: COUNT,
  },
  { title: 'without line ends', make: ({ records, line }) => records.map(line).join(''), gives: COUNT },
  {
    title: 'two objects on a line',
    make: ({ records, line }) => records.map((record, i) => line(record) + (i % 2 ? '\n' : ' ')).join(''),
    gives: COUNT,
  },
  { title: 'a key twice', make: (base) => middle(base, (line) => line.replace('{', '{"zz":1,"zz":2,')), gives: COUNT },
  {
    title: 'hard-wrapped, as copied from a terminal',
    make: (base) => text(base).replaceAll(/(.{80})/g, '$1\n'),
    gives: COUNT,
  },
  {
    title: 'pretty UTF-16',
    make: ({ records, line }) =>
      Buffer.from(`\ufeff${records.map((record) => JSON.stringify(JSON.parse(line(record)), null, 2)).join('\r\n')}`, 'utf16le'),
    gives: COUNT,
  },
];
const ALONE: readonly (Mutilation & { readonly id: string })[] = [
  { id: 'alone', title: 'empty', make: () => '', gives: 'a sentence' },
  { id: 'alone', title: 'one blank line', make: () => '\n', gives: 'a sentence' },
  {
    id: 'alone',
    title: 'binary',
    make: () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251)),
    gives: 'a sentence',
  },
  { id: 'alone', title: 'NUL bytes alone', make: () => '\0'.repeat(4096), gives: 'a sentence' },
  { id: 'alone', title: 'gzip of nothing', make: () => gzipSync(''), gives: 'a sentence' },
  { id: 'alone', title: 'gzip magic and no more', make: () => Buffer.from([0x1f, 0x8b, 8, 0]), gives: 'a sentence' },
  {
    id: 'alone',
    title: 'two sources in one file',
    make: () => `${numbers.map(audit).join('\n')}\n${numbers.slice(0, 4).map(falco).join('\n')}\n`,
    gives: COUNT,
  },
  { id: 'alone', title: 'prose', make: () => 'Dear reader,\nthis is no log.\n', gives: 'a sentence' },
];

const half = ({ records, line }: Base, which: number) =>
  records
    .slice(which * 6, which * 6 + 6)
    .map((record) => `${line(record)}\n`)
    .join('');
const halved = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
/** Stored blocks, so that what comes before the cut can be read. */
const cutGzip = (written: string) => halved(gzipSync(written, { level: 0 }), 0.7);

const CASES = [
  ...BASES.flatMap((base) => {
    const own =
      base.line === plain || ['aks', 'search-hits'].includes(base.id) ? [...MUTILATIONS, ...JSON_MUTILATIONS] : MUTILATIONS;
    return own.map((each) => ({ ...each, id: base.id, bytes: each.make(base) }));
  }),
  ...ALONE.map((each) => ({ ...each, bytes: each.make(BASES[0] as Base) })),
].map((each, i) => ({ ...each, file: `${String(i).padStart(3, '0')}-${each.name ?? each.id}` }));

let folder: string;
let made: TestCase;
/** By file; an archive has its member's path behind it. */
let members: readonly MemberInfo[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-mutilated-'));
  mkdirSync(join(folder, 'bundle'));
  for (const { file, bytes } of CASES) writeFileSync(join(folder, 'bundle', file), bytes);
  made = await TestCase.make();
  members = (await made.import(join(folder, 'bundle'))).evidence.flatMap((evidence) => evidence.members);
}, 180_000);
afterAll(async () => {
  await made.close();
  rmSync(folder, { recursive: true, force: true });
});

test('there are at least 200', () => expect(CASES.length).toBeGreaterThanOrEqual(200));

describe.for(CASES)('$id: $title', ({ file, gives, title }) => {
  test(`gives ${gives}`, () => {
    const own = members.filter(({ path }) => path === file || path.startsWith(`${file}!`));
    expect(own.length).toBeGreaterThan(0);
    for (const m of own) expect(m.yielded + m.merged + m.duplicates + m.ignored + m.rejected).toBe(m.records);
    const sum = (count: (member: MemberInfo) => number) => own.reduce((all, member) => all + count(member), 0);
    // The same record in many files of one bundle is a duplicate in all but one of them: it was read.
    const read = sum((m) => m.yielded + m.merged + m.duplicates);
    const remarks = own.filter((m) => m.warning !== null || m.rejected + m.ignored > 0).length;
    if (title === 'the same lines twice') expect(read).toBe(2 * COUNT);
    else if (gives === 'some') expect([read > 0, read < COUNT, remarks > 0]).toEqual([true, true, true]);
    else if (gives === 'a sentence') expect(remarks).toBeGreaterThan(0);
    else expect(read).toBe(gives);
    if (typeof gives === 'number' && gives < COUNT) expect(remarks).toBeGreaterThan(0);
  });
});

test('what is not read says so in a sentence', () => {
  const silent = members.filter(({ format, warning }) => format === null && !/[.]$/.test(warning ?? ''));
  expect(silent).toEqual([]);
});
