import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { currentWho, Journal, pendingIntents, readJournal, START } from '../../../workers/case/journal';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-journal-'));
  path = join(folder, 'journal.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const who = currentWho('An Examiner');
const lines = () => readFileSync(path, 'utf8').trimEnd().split('\n');

function written(count: number): Journal {
  const journal = Journal.open(path, who);
  for (let i = 0; i < count; i++) journal.append('note', { i, text: 'ä “quoted” \u0007' });
  return journal;
}

test('each entry carries the hash of the one before', () => {
  const journal = written(3);
  const state = readJournal(path);
  expect(state).toMatchObject({ head: journal.head, broken: undefined, torn: 0 });
  expect(state.entries.map((entry) => entry.previous)).toEqual([START, ...state.entries.slice(0, 2).map((entry) => entry.hash)]);
  expect(state.entries[0]).toMatchObject({ seq: 1, what: 'note', who: { examiner: 'An Examiner' } });
});

test.for([
  {
    title: 'changed',
    change: (all: string[]) => all.with(1, (all[1] as string).replace('"i":1', '"i":7')),
    names: /^Entry 2 .*its content/,
  },
  {
    title: 'changed with its own hash renewed',
    change: (all: string[]) => all.with(1, (all[1] as string).replace(/"hash":"[0-9a-f]+"/, `"hash":"${'0'.repeat(64)}"`)),
    names: /^Entry 2 /,
  },
  { title: 'removed', change: (all: string[]) => all.toSpliced(1, 1), names: /^Entry 2 .*number 3/ },
  { title: 'put twice', change: (all: string[]) => all.toSpliced(1, 0, all[1] as string), names: /^Entry 3 / },
  { title: 'swapped', change: (all: string[]) => [all[1], all[0], all[2], all[3]] as string[], names: /^Entry 1 / },
  { title: 'made unreadable', change: (all: string[]) => all.with(2, '{"seq":3'), names: /^Entry 3 .*no journal entry/ },
])('names the first entry that was $title', ({ change, names }) => {
  written(4);
  writeFileSync(path, `${change(lines()).join('\n')}\n`);
  expect(readJournal(path).broken).toMatch(names);
  expect(() => Journal.open(path, who)).toThrow(/read-only/);
});

test('cuts off what a crash left of a last line, says so, and goes on', () => {
  const { head } = written(2);
  appendFileSync(path, '{"seq":3,"at":"2026');
  expect(readJournal(path)).toMatchObject({ head, torn: 19, broken: undefined });
  const again = Journal.open(path, who);
  expect(again.recovered).toMatch(/entry 3/);
  again.append('note');
  expect(readJournal(path).entries.map((entry) => entry.what)).toEqual(['note', 'note', 'recover', 'note']);
  expect(readJournal(path).broken).toBeUndefined();
});

test('tells intents without an outcome', () => {
  const journal = Journal.open(path, who);
  const done = journal.intend('import', { evidence: 'E1' });
  journal.conclude(done, 'done', { records: 3 });
  const open = journal.intend('import', { evidence: 'E2' });
  expect(pendingIntents(readJournal(path).entries)).toEqual([open]);
  journal.conclude(open, 'failed');
  expect(pendingIntents(journal.entries)).toEqual([]);
});

test('an empty or missing journal holds', () => {
  expect(readJournal(path)).toEqual({ entries: [], head: START, broken: undefined, torn: 0 });
});
