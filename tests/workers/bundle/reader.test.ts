import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { BundleReader, MAX_AHEAD, type MemberDone, type ReaderEvent } from '../../../workers/bundle/reader';
import { evidenceFolder, readRange } from '../../../workers/case/store';
import { tar, zip } from '../../helpers/archives';
import { haveSamples, samplePath } from '../../helpers/samples';

let reader: BundleReader;
let folder: string;
beforeAll(() => {
  reader = new BundleReader();
});
afterAll(() => reader.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-reader-'));
  for (const name of ['case/evidence/E1', 'case/spool']) mkdirSync(join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const caseDir = () => join(folder, 'case');
const audit = (i: number, more = '') =>
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a${i}","stage":"ResponseComplete","verb":"get","requestURI":"/api"${more}}`;
const lines = (count: number) => Array.from({ length: count }, (_, i) => `${audit(i)}\n`).join('');

async function read(content: Buffer | string, onEvent: (event: ReaderEvent) => unknown = () => undefined, signal?: AbortSignal) {
  const path = join(folder, 'bundle');
  writeFileSync(path, content);
  const sealed = await reader.seal(path, evidenceFolder(caseDir(), 1), () => undefined);
  const events: ReaderEvent[] = [];
  const request = { sealed, evidence: 1, firstMember: 5, caseDir: caseDir(), spool: join(caseDir(), 'spool') };
  for await (const event of reader.read(request, () => undefined, signal)) {
    events.push(event);
    await onEvent(event);
  }
  const members = events.filter((event): event is MemberDone => event.type === 'member');
  const spool = events
    .flatMap((event) => (event.type === 'part' ? readFileSync(event.file, 'utf8').trimEnd().split('\n') : []))
    .map((line) => JSON.parse(line));
  return { events, members, spool };
}

interface SpoolLine {
  readonly r: number;
  readonly i?: string;
  readonly o: number;
  readonly l: number;
  readonly h: string;
  readonly s?: number;
  readonly e: unknown;
}

test('writes a line a record, with its place, its digest and its bytes', async () => {
  const text = `\n${audit(1)}\r\nnot json\n{"kind":"EventList","items":[${audit(2)},\n ${audit(3, ',"verb":"x"')}]}`.replace(
    ',\n ',
    ', ',
  );
  const { spool, members } = await read(text);
  const record = (line: SpoolLine) => text.slice(line.o, line.o + line.l);
  expect(spool.map((line: SpoolLine) => [line.r, line.i, line.s, record(line)])).toEqual([
    [2, undefined, undefined, audit(1)],
    [3, undefined, 1, 'not json'],
    [4, '1', undefined, audit(2)],
    [4, '2', 1, audit(3, ',"verb":"x"')],
  ]);
  for (const line of spool as SpoolLine[]) {
    expect(line.h).toBe(createHash('sha256').update(record(line)).digest('hex').slice(0, 32));
    expect(line.e).toEqual(line.s ? null : JSON.parse(record(line)));
  }
  const [member] = members as [MemberDone];
  expect(member).toMatchObject({
    number: 5,
    path: '',
    name: 'bundle',
    format: 'k8s-audit',
    records: 4,
    lines: 4,
    blankLines: 1,
    byLines: true,
    warning: null,
  });
  expect(member.sha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect((await readRange(caseDir(), member.source as string, spool[0].o, spool[0].l)).toString()).toBe(audit(1));
});

test('nothing in the evidence can forge a line of the spool', async () => {
  const forged = '{"auditID":1},"s":0,"e":{"auditID":2}';
  const { spool } = await read(`${lines(30)}${forged}\n${forged}}\n`);
  expect(spool).toHaveLength(36);
  expect(spool.slice(30).map((line: SpoolLine) => [line.r, line.i, line.s])).toEqual([
    [31, '1', undefined],
    [31, '2', 1],
    [31, '3', 1],
    [32, '1', undefined],
    [32, '2', 1],
    [32, '3', 1],
  ]);
});

test('keeps decompressed members, so that a record is read by its place', async () => {
  const pretty = JSON.stringify(JSON.parse(audit(7)), null, 2);
  const bundle = zip([
    { name: 'a.log', content: lines(10) },
    {
      name: 'in.tgz',
      content: gzipSync(
        tar([
          { name: './x/b.json', content: `\ufeff${pretty}\n${pretty}` },
          { name: 'picture', content: 'none' },
        ]),
      ),
    },
  ]);
  const { members, spool } = await read(bundle);
  expect(members.map((m) => [m.number, m.path, m.format, m.records, m.source])).toEqual([
    [5, 'a.log', 'k8s-audit', 10, 'members/E1/5'],
    [6, 'in.tgz!/x/b.json', 'k8s-audit', 2, 'members/E1/6'],
    [7, 'in.tgz!/picture', null, 0, null],
  ]);
  const last = spool.at(-1) as SpoolLine;
  expect(last).toMatchObject({ r: 2, e: JSON.parse(audit(7)) });
  expect((await readRange(caseDir(), 'members/E1/6', last.o, last.l)).toString()).toBe(pretty);
  expect(members[2]?.warning).toMatch(/no format that is known/);
});

test('says that a member was cut off', async () => {
  const whole = gzipSync(lines(5000));
  const { members } = await read(whole.subarray(0, whole.length - 500));
  expect(members[0]?.warning).toMatch(/^The gzip data is cut off/);
  expect(members[0]?.records).toBeGreaterThan(100);
});

test.for([
  { title: 'Kubernetes events', content: '{"kind":"Event","involvedObject":{},"reason":"Killing"}\n', why: 'not audit events' },
  { title: 'UTF-16', content: Buffer.from('\ufeff{"a":1}\n', 'utf16le'), why: 'JSON of no format' },
  { title: 'unknown JSON', content: '{"level":"info"}\n', why: 'JSON of no format' },
  { title: 'bytes', content: Buffer.from([1, 2, 0, 3]), why: 'no format' },
  { title: 'nothing', content: '', why: 'empty' },
])('names what it does not read: $title', async ({ content, why }) => {
  const { members } = await read(content);
  expect(members).toMatchObject([{ format: null, records: 0, bytes: content.length, warning: expect.stringContaining(why) }]);
});

test('waits for its consumer, and stops when told', async () => {
  const text = lines(1_000_000);
  let most = 0;
  const stop = new AbortController();
  const reading = read(
    text,
    async (event) => {
      if (event.type !== 'part') return;
      await new Promise((resolve) => setTimeout(resolve, 100));
      most = Math.max(most, readdirSync(join(caseDir(), 'spool')).length);
      rmSync(event.file);
      if (event.file.endsWith('-4.ndjson')) stop.abort();
    },
    stop.signal,
  );
  await expect(reading).rejects.toMatchObject({ code: 'stopped' });
  expect(most).toBeLessThanOrEqual(MAX_AHEAD + 1);
});

test.skipIf(!haveSamples)('every byte of every public sample is accounted, and what is not read is named', async () => {
  for (const which of ['k8s', 'agents']) {
    const root = samplePath(which);
    const target = join(folder, which);
    for (const name of ['evidence/E1', 'spool']) mkdirSync(join(target, name), { recursive: true });
    const sealed = await reader.seal(root, join(target, 'evidence', 'E1'), () => undefined);
    for await (const event of reader.read(
      { sealed, evidence: 1, firstMember: 1, caseDir: target, spool: join(target, 'spool') },
      () => undefined,
    )) {
      expect(event.type).not.toBe('problem');
      if (event.type !== 'member') continue;
      if (event.format === null) expect(event.warning).not.toBeNull();
      if (event.account) expect(event.account.records + event.account.envelope + event.account.blank).toBe(event.bytes);
    }
  }
});
