/** Evidence cut in parts: whatever the order of import, the same activities and the same digests. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportThreads } from '../../../workers/import/import';
import { everyOrder, TestCase, temporary } from './cases';
import { type Logs, makeLogs } from './logs';

const SIZE = 420;
const OVERLAP = 100;
const PARTS = 4;

let root: string;
let threads: ImportThreads;
const logs: Logs = makeLogs(SIZE);

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
/** Part i of a log; the third reaches back over the 100 records before it. */
const part = (lines: readonly string[], i: number): readonly string[] => {
  const size = Math.ceil(lines.length / PARTS);
  return lines.slice(i * size - (i === 2 ? OVERLAP : 0), (i + 1) * size);
};

beforeAll(() => {
  root = temporary();
  threads = new ImportThreads();
  for (let i = 0; i < PARTS; i++) {
    mkdirSync(join(root, `part-${i}`));
    for (const [name, lines] of Object.entries(logs)) writeFileSync(join(root, `part-${i}`, `${name}.log`), text(part(lines, i)));
  }
  mkdirSync(join(root, 'whole'));
  for (const [name, lines] of Object.entries(logs)) writeFileSync(join(root, 'whole', `${name}.log`), text(lines));
  execFileSync('tar', ['-czf', join(root, 'parts.tar.gz'), '-C', root, ...Array.from({ length: PARTS }, (_, i) => `part-${i}`)]);
});

afterAll(async () => {
  await threads.close();
  rmSync(root, { recursive: true, force: true });
});

async function imported(path: string) {
  const made = await TestCase.make(threads);
  try {
    await made.import(join(root, path));
    return await made.activities();
  } finally {
    await made.close();
  }
}

const names = Array.from({ length: PARTS }, (_, i) => `part-${i}`);

test('the parts cut requests between their stages and processes before their exits', () => {
  const ids = (lines: readonly string[], pattern: RegExp) => new Set(lines.map((line) => pattern.exec(line)?.[1]));
  for (const [log, pattern] of [
    [logs.audit, /"auditID":"([^"]+)"/],
    [logs.tetragon, /"exec_id":"([^"]+)"/],
  ] as const) {
    const before = ids(part(log, 0), pattern);
    const after = ids(part(log, 1), pattern);
    expect([...before].filter((id) => after.has(id)).length).toBeGreaterThan(0);
  }
});

test('the same activities and digests in every order, as one archive, and uncut', { timeout: 600_000 }, async () => {
  const whole = await imported('whole');
  const archive = await imported('parts.tar.gz');
  expect(whole.length).toBeGreaterThan(SIZE);
  expect(withoutCopies(archive)).toEqual(withoutCopies(whole));
  const digests = new Set<string>();
  let orders = 0;
  await everyOrder(
    names.map((name) => join(root, name)),
    threads,
    async (made, order) => {
      orders++;
      expect(await made.activities(), order).toEqual(archive);
      const { digest, evidenceDigest, stored, recomputed } = await made.digests();
      expect(recomputed, order).toBe(stored);
      digests.add(`${digest} ${evidenceDigest} ${await made.analysisDigest()}`);
    },
  );
  expect(orders).toBe(24);
  expect(digests.size).toBe(1);
});

/** Copies are cited as duplicates; a whole log has none. */
const withoutCopies = (activities: readonly string[]): unknown[] =>
  activities.map((json) => {
    const activity = JSON.parse(json) as { records: string[] | null };
    const records = (activity.records ?? []).filter((record) => !record.startsWith('duplicate'));
    return { ...activity, records: records.length > 0 ? records : null };
  });
