/** Parquet as members: its rows are lines of JSON, and a file that is damaged, cut off or a bomb costs itself alone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOUNDS, type Bounds } from '../../../workers/bundle/bounds';
import { walkMembers } from '../../../workers/bundle/members';
import { tar } from '../../helpers/archives';

let folder: string;
let made: DuckDBInstance;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-parquet-'));
  made = await DuckDBInstance.create(':memory:', { threads: '1' });
});
afterAll(() => {
  made.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

async function parquet(select: string): Promise<Buffer> {
  const path = join(folder, 'made.parquet');
  const connection = await made.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return readFileSync(path);
}

async function read(content: Buffer, bounds: Partial<Bounds> = {}) {
  const root = join(folder, 'bundle');
  writeFileSync(root, content);
  const why: string[] = [];
  const members = new Map<string, string>();
  const options = {
    temporary: folder,
    bounds: { ...BOUNDS, ...bounds },
    onProblem: (problem: { why: string }) => why.push(problem.why),
  };
  for await (const member of walkMembers(root, false, options)) {
    const chunks: Buffer[] = [];
    for await (const chunk of member.bytes) chunks.push(Buffer.from(chunk));
    members.set(member.path, Buffer.concat(chunks).toString());
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('parquet-'))).toEqual([]);
  return { members, lines: [...members.values()].join('').split('\n').filter(Boolean), why };
}

test('a row is a line of JSON in the order of the file, with its times as RFC 3339 and its lists as lists', async () => {
  const { lines, why } = await read(
    await parquet(`
      SELECT
        'it''s "so"' AS "a ""name""", 7::UINTEGER AS n, [1, 2] AS list, {'x': 'y'} AS struct, NULL::VARCHAR AS absent, 'nan'::DOUBLE AS nan,
        make_timestamp_ns(1773738000123456789) AS ns, TIMESTAMP '2026-03-17 09:00:00.5' AS bare, TIMESTAMPTZ '2026-03-17 10:00:00.5+01' AS zoned,
        'text'::BLOB AS bytes, '\\xFF'::BLOB AS raw
      UNION ALL BY NAME SELECT 8 AS n`),
  );
  expect(why).toEqual([]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      'a "name"': 'it\'s "so"',
      n: 7,
      list: [1, 2],
      struct: { x: 'y' },
      absent: null,
      nan: null,
      ns: '2026-03-17T09:00:00.123456789',
      bare: '2026-03-17T09:00:00.500000',
      zoned: '2026-03-17T09:00:00.500000Z',
      bytes: 'text',
      raw: '/w==',
    },
    expect.objectContaining({ n: 8, ns: null, bytes: null, struct: null }),
  ]);
});

test('many rows come in order, in an archive too', async () => {
  const content = tar([{ name: 'a/rows.parquet', content: await parquet('SELECT range AS n FROM range(5000)') }]);
  const { members, lines } = await read(content);
  expect([...members.keys()]).toEqual(['a/rows.parquet']);
  expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
});

test('a file that is cut off says so', async () => {
  const whole = await parquet('SELECT range AS n FROM range(100)');
  const { lines, why } = await read(whole.subarray(0, whole.length - 9));
  expect(lines).toEqual([]);
  expect(why).toEqual(['It begins like Parquet, but its end is missing: it was cut off.']);
});

test('a text that begins like Parquet is none', async () => {
  expect((await read(Buffer.from('PAR1 is where we parked PAR1'))).why).toEqual([
    expect.stringMatching(/^It is Parquet that cannot be read: /),
  ]);
});

test('a few bytes that stand for very many rows end at the bound', async () => {
  const bomb = await parquet('SELECT 1 AS n FROM range(3000000)');
  const { lines, why } = await read(bomb, { ratioFrom: 100_000 });
  expect(bomb.length).toBeLessThan(200_000);
  expect(lines.length).toBeLessThan(3_000_000);
  expect(why).toEqual([expect.stringMatching(/decompresses to more than 250 times its size/)]);
});

test('whatever byte is changed, there are rows or a sentence', async () => {
  const whole = await parquet(`SELECT range AS n, 'row ' || range AS text FROM range(40)`);
  for (let at = 4, step = Math.ceil(whole.length / 25); at < whole.length - 4; at += step) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0xff;
    const { lines, why } = await read(changed);
    expect(lines.length === 40 || why.length > 0, `byte ${at}: ${lines.length} rows, ${why}`).toBe(true);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  }
});
