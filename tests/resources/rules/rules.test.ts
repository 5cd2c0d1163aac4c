/** Every rule of the pack, in a real database with a case of each beside all others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Connection, Database } from '../../../workers/case/database';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, CREATE, SCOPE_COLUMNS } from '../../../workers/case/schema';
import { join, name, raw, type Sql, sql } from '../../../workers/contract/sql';
import { UNCLAIMED_SHELL } from '../../../workers/correlate/reasons';
import { rulePack } from '../../../workers/detect/pack';
import { placed } from '../../../workers/detect/place';
import { Kept } from '../../../workers/queries/kept';
import { attachKept } from '../../../workers/queries/source';
import { CASES, type Row } from './cases';

const START = 1_773_738_000_000_000_000n;
const HOUR = 3_600_000_000_000n;
const STEP = 100_000_000n;
/** Tested where silences are (tests/workers/detect). */
const ELSEWHERE = ['source-silent'];

let database: Database;
let connection: Connection;
/** Records that each rule cites. */
const cited = new Map<string, Set<number>>();
const records = new Map<Row, number>();

beforeAll(async () => {
  database = await Database.open(':memory:');
  connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  await attachKept(connection);
  await connection.run(
    `INSERT INTO member (member, evidence, path, name, format, rejected) VALUES (1, 1, 'a.log', 'a.log', 'tetragon', 0)`,
  );
  await connection.run('BEGIN');
  let at = START;
  for (const { hits, misses } of Object.values(CASES)) {
    for (const [i, row] of [...misses, ...hits].entries()) await insert(row, at + BigInt(i) * STEP);
    at += HOUR;
  }
  await connection.run('INSERT INTO address SELECT DISTINCT server, NULL FROM activity WHERE server IS NOT NULL');
  await connection.run('INSERT INTO address SELECT DISTINCT unnest(sourceaddresses), NULL FROM actor ON CONFLICT DO NOTHING');
  await numberAddresses();
  await connection.run('COMMIT');
  await placed({ connection, kept: new Kept() });
  const rows = await connection.all<{ rule: string; record: bigint }>(
    'SELECT n.rule, a.record FROM kept.finding f JOIN kept.finding_name n USING (finding) JOIN activity a USING (key)',
  );
  for (const { rule, record } of rows) cited.set(rule, (cited.get(rule) ?? new Set()).add(Number(record)));
});
afterAll(() => database.close());

/** IPv4 as its mapped form, as an import does. */
const numberAddresses = (): Promise<number> =>
  connection.run(`
    UPDATE address SET number = 281470681743360::UHUGEINT + list_sum(list_transform(
      string_split(address, '.'), lambda part, i: part::UHUGEINT * (256 ** (4 - i))::UHUGEINT))`);

async function insert(row: Row, time: bigint): Promise<void> {
  const key = records.size + 1;
  records.set(row, key);
  const { session, unclaimed, unlinked, seconds } = row;
  const part = (columns: object) => Object.entries(row).filter(([column]) => column in columns);
  const columns = [
    ...part(ACTIVITY_COLUMNS),
    ...(typeof seconds === 'number' ? [['end', time + BigInt(seconds) * 1_000_000_000n] as const] : []),
  ];
  for (const [table, of] of [
    ['scope', part(SCOPE_COLUMNS)],
    ['actor', part(ACTOR_COLUMNS)],
  ] as const)
    await connection.run(sql`INSERT INTO ${raw(table)} BY NAME SELECT CAST(${key} AS INTEGER) AS ${raw(table)}${values(of)}`);
  await connection.run(sql`
    INSERT INTO activity BY NAME
    SELECT CAST(${key} AS BIGINT) AS key, 1 AS member, CAST(${key} AS BIGINT) AS record, 1 AS k, 0 AS "offset", 1 AS "length", 0 AS content,
      CAST(${key} AS INTEGER) AS scope, CAST(${key} AS INTEGER) AS actor, make_timestamp_ns(CAST(${time} AS BIGINT)) AS time${values(columns)}`);
  if (typeof session !== 'number') return;
  const confidence = unlinked === true ? null : 0.99;
  const detail = JSON.stringify({
    why: [{ what: unclaimed === true ? UNCLAIMED_SHELL : 'Entered', detail: '', holds: true, records: [] }],
  });
  await connection.run(sql`
    INSERT INTO session
    SELECT CAST(${session} AS INTEGER), CAST(${key} AS BIGINT), 'S-1', CAST(${confidence} AS DOUBLE), NULL, NULL, NULL, ${detail}
    WHERE NOT EXISTS (SELECT 1 FROM session WHERE session = CAST(${session} AS INTEGER))`);
  await connection.run(
    sql`INSERT INTO link SELECT CAST(${key} AS BIGINT), CAST(${session} AS INTEGER), CAST(${confidence} AS DOUBLE), NULL, NULL`,
  );
}

const values = (of: readonly (readonly [string, Row[string] | bigint])[]): Sql =>
  join([raw(''), ...of.map(([column, value]) => sql`${literal(value)} AS ${name(column)}`)]);

function literal(value: Row[string] | bigint): Sql {
  if (typeof value === 'bigint') return sql`make_timestamp_ns(CAST(${value} AS BIGINT))`;
  return typeof value === 'object' ? sql`[${join(value)}]` : sql`${value}`;
}

const PACK = rulePack().rules.map(({ rule }) => rule);

test('each rule has a case', () => {
  expect([...Object.keys(CASES), ...ELSEWHERE].sort()).toEqual(PACK);
});

test.for(PACK.filter((rule) => !ELSEWHERE.includes(rule)))('%s finds what it is for, and not what only looks like it', (rule) => {
  const { hits, misses } = CASES[rule] ?? { hits: [], misses: [] };
  const found = (rows: readonly Row[]) => rows.filter((row) => cited.get(rule)?.has(records.get(row) as number));

  expect(found(hits)).toEqual(hits);
  expect(found(misses)).toEqual([]);
});

/** A finding says what was done, why it matters and what else it may be; who meant what by it is for people to judge. */
const IMPUTES =
  /attack|malicious|malware|\bst(?:eal|ole)|thie[fv]|theft|intrud|hacker|adversar|criminal|suspicio|victim|culprit|abus|exfiltrat|compromis|\bevil|rogue|hostile|stranger|offensive|exploit|covert|\bhid(?:e|es|den)\b|carried off|defen[cs]e|\bplan\b|^none\b/i;

test.for(rulePack().rules.map(({ rule, title, about, innocent }) => [rule, { title, about, innocent }] as const))(
  '%s imputes nothing',
  ([, texts]) => {
    for (const text of Object.values(texts)) expect(text).not.toMatch(IMPUTES);
  },
);
