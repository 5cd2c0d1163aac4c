/** Whatever a log holds, every record has one fate and every byte is in a record, an envelope or a blank line (contract section 2). */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MemberDone } from '../../../workers/bundle/reader';
import { ImportThreads } from '../../../workers/import/import';
import { TestCase, temporary } from './cases';
import { makeLogs } from './logs';

let root: string;
let threads: ImportThreads;
let files = 0;

beforeAll(() => {
  root = temporary();
  threads = new ImportThreads();
});
afterAll(async () => {
  await threads.close();
  rmSync(root, { recursive: true, force: true });
});

const { audit } = makeLogs(60);
type Sort = 'good' | 'broken' | 'blank' | 'again' | 'foreign' | 'list' | 'odd' | 'two';
const SORTS: readonly Sort[] = ['good', 'broken', 'blank', 'again', 'foreign', 'list', 'odd', 'two'];

/** A line of each sort, and how many records it holds. */
function line(sort: Sort, good: string, before: string): { readonly text: string; readonly records: number } {
  switch (sort) {
    case 'good':
      return { text: good, records: 1 };
    case 'again':
      return { text: before, records: 1 };
    case 'broken':
      return { text: good.slice(0, Math.floor(good.length / 2)), records: 1 };
    case 'blank':
      return { text: ' '.repeat(good.length % 3), records: 0 };
    case 'foreign':
      return { text: '{"level":"info","message":"not an event"}', records: 1 };
    case 'list':
      return { text: `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${good},${before}]}`, records: 2 };
    case 'odd':
      return { text: `${good.slice(0, -1)},"verb":"get","verb":"list"}`, records: 1 };
    case 'two':
      return { text: `${good} ${before}`, records: 2 };
  }
}

const mixture = fc.record({
  sorts: fc.array(fc.constantFrom(...SORTS), { minLength: 1, maxLength: 40 }),
  newline: fc.constantFrom('\n', '\r\n'),
  ends: fc.boolean(),
});

test('every record has exactly one fate, every byte its place, and as many records come out as were written', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(mixture, async ({ sorts, newline, ends }) => {
      // The first lines make the format known.
      const all: readonly Sort[] = ['good', 'good', 'good', ...sorts];
      const lines = all.map((sort, i) => line(sort, audit[i] as string, audit[Math.max(0, i - 1)] as string));
      const text = lines.map((each) => each.text).join(newline) + (ends ? newline : '');
      const path = join(root, `m${++files}`);
      writeFileSync(path, text);
      const accounts: MemberDone[] = [];
      const made = await TestCase.make(threads);
      const read = threads.reader.read.bind(threads.reader);
      threads.reader.read = async function* (...request: Parameters<typeof read>) {
        for await (const event of read(...request)) {
          if (event.type === 'member') accounts.push(event);
          yield event;
        }
      };
      try {
        const { totals, evidence, rejects } = await made.import(path);
        const { records, yielded, activities, merged, duplicates, ignored, rejected } = totals;
        const expected = lines.reduce((sum, each) => sum + each.records, 0);
        expect(records).toBe(expected);
        expect(yielded + merged + duplicates + ignored + rejected).toBe(records);
        expect(activities).toBeGreaterThanOrEqual(yielded);
        expect(rejected).toBe(all.filter((sort) => sort === 'broken' || sort === 'foreign').length);
        expect(rejects.length).toBe(rejected);
        expect(evidence[0]?.members[0]?.bytes).toBe(Buffer.byteLength(text));
        const account = accounts[0]?.account;
        expect((account?.records ?? 0) + (account?.envelope ?? 0) + (account?.blank ?? 0)).toBe(Buffer.byteLength(text));
      } finally {
        threads.reader.read = read;
        await made.close();
      }
    }),
    { numRuns: 25 },
  );
});

test('a record that tells several activities is one duplicate where another member holds it too', async () => {
  const stamp = 'msg=audit(1773740470.010:4105):';
  const item = (i: number, name: string, type: string) => `type=PATH ${stamp} item=${i} name="${name}" nametype=${type}`;
  const call = `type=SYSCALL ${stamp} arch=c000003e syscall=82 success=yes exit=0 items=2 ppid=1 pid=2 uid=0 comm="mv" exe="/usr/bin/mv"`;
  const folder = join(root, `m${++files}`);
  mkdirSync(folder);
  const text = `${[call, item(0, '/a', 'DELETE'), item(1, '/b', 'CREATE')].join('\n')}\n`;
  for (const name of ['audit.log', 'audit.log.copy'])
    writeFileSync(join(folder, name), name === 'audit.log' ? text : `\n${text}`);
  const made = await TestCase.make(threads);
  try {
    const { totals } = await made.import(folder);
    expect(totals).toMatchObject({ records: 2, yielded: 1, activities: 2, duplicates: 1 });
  } finally {
    await made.close();
  }
});
