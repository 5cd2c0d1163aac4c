/** Evidence cut in parts: whatever the order of import, the same activities and the same digests. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportThreads } from '../../../workers/import/import';
import { permutations, TestCase, temporary } from './cases';
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

async function imported(parts: readonly string[]) {
  const made = await TestCase.make(threads);
  try {
    for (const each of parts) await made.import(join(root, each));
    return { activities: await made.activities(), digests: await made.digests() };
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
    const before = ids(
      part(log, 0),
      pattern,
    );
    const after = ids(
      part(log, 1),
      pattern,
    );
    expect([...before].filter((id) => after.has(id)).length).toBeGreaterThan(0);
  }
});

test('the same activities and digests in every order, as one archive, and uncut', { timeout: 240_000 }, async () => {
  const whole = await imported(['whole']);
  expect(whole.activities.length).toBeGreaterThan(SIZE);
  const archive = await imported(['parts.tar.gz']);
  const [first, ...others] = permutations(names);
  const expected = await imported(first as string[]);
  expect(expected.activities).toEqual(archive.activities);
  expect(withoutCopies(expected.activities)).toEqual(withoutCopies(whole.activities));
  expect(expected.digests.recomputed).toBe(expected.digests.stored);
  for (const order of others) expect(await imported(order), order.join(' ')).toEqual(expected);
});

/** Copies are cited as duplicates; a whole log has none. */
const withoutCopies = (activities: readonly string[]): unknown[] =>
  activities.map((json) => {
    const activity = JSON.parse(json) as { records: string[] | null };
    const records = (activity.records ?? []).filter((record) => !record.startsWith('duplicate'));
    return { ...activity, records: records.length > 0 ? records : null };
  });
