/** What one case exports another one reads: the same activities, from lines of JSON or from a CSV that a spreadsheet may open. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ATTRIBUTES } from '../../../workers/contract/attributes';
import { csvLine } from '../../../workers/contract/csv';
import { table } from '../../../workers/formats/table';
import { plain, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const text = readFileSync(resolve(import.meta.dirname, '../../fixtures/table/shapes.ndjson'), 'utf8');
const exported: Readonly<Record<string, unknown>>[] = text
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const asCsv = (rows: readonly Readonly<Record<string, unknown>>[]): Buffer => {
  const names = ['id', ...new Set(rows.flatMap((row) => Object.keys(row)).filter((name) => name !== 'id'))];
  return Buffer.from(csvLine(names) + rows.map((row) => csvLine(names.map((name) => row[name]))).join(''));
};
const read = async (bytes: Buffer) => {
  const { rows, rejects } = await stage.run(table, bytes);
  expect(rejects).toEqual([]);
  return rows.map(told);
};
/** What another case derives for itself. */
const LEFT = new Set([
  'id',
  'records',
  'evidence',
  'member',
  'record',
  'format',
  'session',
  'confidence',
  'duration',
  'process',
  'interactive',
  'tag',
  'note',
  'finding',
]);

test('every attribute comes back as it was exported, but for what a case derives itself', async () => {
  const rows = plain(await read(Buffer.from(text))) as Record<string, unknown>[];
  for (const [i, row] of exported.entries()) {
    const { flags: own = [], ...rest } = Object.fromEntries(Object.entries(row).filter(([name]) => !LEFT.has(name)));
    const { flags, rank: _, keyed: __, ...came } = rows[i] as Record<string, unknown>;
    expect(came).toEqual(rest);
    expect(flags).toEqual([...(own as string[]), 'from the export of another case', ...(row.time ? [] : ['undated'])]);
  }
});

test('a CSV gives what lines of JSON give, cells that begin like a formula too', async () => {
  const rows = [
    ...exported,
    {
      id: 'E1/a:1',
      kind: 'cmd',
      time: '2026-03-17T09:41:07.000000000Z',
      comm: '=x',
      cmdline: "'=x",
      exe: '-a',
      cwd: '@b',
      username: "it's",
    },
  ];
  const lines = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const [fromLines, fromCsv] = [plain(await read(lines)), plain(await read(asCsv(rows)))];
  // A cell that already was a quote and a formula cannot be told from one that the export made so.
  const last = (all: unknown) => (all as Record<string, unknown>[]).at(-1);
  expect(last(fromLines)).toMatchObject({ comm: '=x', cmdline: "'=x", exe: '-a', cwd: '@b', username: "it's" });
  expect(last(fromCsv)).toMatchObject({ comm: '=x', exe: '-a', cwd: '@b', username: "it's" });
  expect((fromCsv as unknown[]).slice(0, -1)).toEqual((fromLines as unknown[]).slice(0, -1));
});

test('each attribute that a source can tell is taken', () => {
  const names = ATTRIBUTES.filter(({ name }) => !LEFT.has(name)).map(({ name }) => name);
  expect(names.filter((name) => !(name in table.columns))).toEqual([]);
});
