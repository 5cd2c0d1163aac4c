/** A case against what its originals give when they are imported again: every column of every table that can be changed is found, and its record named. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../workers/case/database';
import { CaseFolder } from '../../../workers/case/folder';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { stretches } from '../../../workers/import/stretches';
import { compare } from '../../../workers/verify/again';
import { type Made, makeCase, remove } from '../../cli/verify-case';

let host: HostedEngine;
let made: Made;
let folders: readonly CaseFolder[];
let mine: Connection;
let other: Connection;

const copied = (name: string): string => {
  const dir = join(made.folder, name);
  cpSync(made.case, dir, { recursive: true });
  return dir;
};

beforeAll(async () => {
  host = startEngine();
  made = await makeCase(host);
  folders = [await CaseFolder.open(copied('mine.exhibit')), await CaseFolder.open(copied('other.exhibit'))];
  [mine, other] = (await Promise.all(folders.map((folder) => folder.database.connect()))) as [Connection, Connection];
});
afterAll(async () => {
  for (const connection of [mine, other]) connection.close();
  for (const folder of folders) folder.close();
  await host.close();
  await remove(made);
});

test('a case and its copy say the same', async () => {
  const check = await compare(mine, other, true);

  expect(check).toMatchObject({ ok: true });
  expect(check.detail).toBe(
    'activities 8, members 2, evidences 2, addresses 1, sessions 2, links to sessions 2, clock offsets 1.',
  );
});

const AT = `member = (SELECT max(member) FROM member) AND record = 4`;
test.for([
  ...[
    'record = 40',
    `item = '1'`,
    'k = 2',
    '"offset" = "offset" + 1',
    '"length" = 1',
    'merge = 1',
    'rank = 7',
    'content = 1',
    'scope = NULL',
  ].map(
    (change) =>
      [`activity: ${change}`, `UPDATE activity SET ${change} WHERE ${AT}`, /activities at E2\/cp-2\/audit\.log:4\b/] as const,
  ),
  ['a verb', `UPDATE activity SET verb = 'get' WHERE ${AT}`, /activities at E2\/cp-2\/audit\.log:4\b/],
  ['a user', `UPDATE actor SET "user" = 'zoe'`, /activities at E1:\d/],
  ['a session taken out', 'DELETE FROM session', /sessions at E1:\d/],
  ['a time', `UPDATE activity SET time = time + INTERVAL 1 HOUR WHERE ${AT}`, /activities at E2\/cp-2\/audit\.log:4\b/],
  ['a row taken out', `DELETE FROM activity WHERE ${AT}`, /activities at E2\/cp-2\/audit\.log:4\b/],
  [
    'a row put in',
    `INSERT INTO activity SELECT * REPLACE (99 AS record) FROM activity WHERE ${AT}`,
    /activities at E2\/cp-2\/audit\.log:99\b/,
  ],
  ['a name of a scope', `UPDATE scope SET namespace = 'elsewhere' WHERE namespace IS NOT NULL`, /activities at E1:\d/],
  ['a warning of a member', `UPDATE member SET warning = 'none'`, /members in E1/],
  ['an address', `INSERT INTO address VALUES ('203.0.113.250', 1)`, /: addresses\./],
  [
    'a place left out',
    `INSERT INTO skipped VALUES ((SELECT max(member) FROM member), 'rejected', 7, NULL, 0, 1, 'no JSON', 1)`,
    /records left out at E2\/cp-2\/audit\.log:7\b/,
  ],
  ['a completed name', `INSERT INTO completed (scope, pod) VALUES (1, 'another')`, /: completed names\./],
  ['a named address', 'INSERT INTO named_address VALUES (1)', /: named addresses\./],
] as const)('what is changed is named: %s', async ([, statement, names]) => {
  await mine.run('BEGIN');
  try {
    expect(await mine.run(statement)).toBeGreaterThan(0);
    const check = await compare(mine, other, true);

    expect(check.ok).toBe(false);
    expect(check.detail).toMatch(names);
  } finally {
    await mine.run('ROLLBACK');
  }
});

/** Tables, by what their rows are called; a change of members also shows in what lies in them, so their columns take turns of their own. */
const TABLES: Readonly<Record<string, string>> = {
  evidence: 'evidences',
  citation: 'further records of activities',
  skipped: 'records left out',
  session: 'sessions',
  link: 'links to sessions',
  process: 'processes',
  completed: 'completed names',
  member: 'members',
};
/** Numbers of the case's own; and what is held against the journal. */
const NOT_COMPARED = ['evidence.evidence', 'member.member', 'completed.scope', 'evidence.imported_at', 'evidence.intake'];

test('every column is compared', async () => {
  await mine.run('BEGIN');
  try {
    for (const row of [
      `citation BY NAME SELECT key, 'merged' AS fate, member, 40 AS record, "offset", "length", content, rank FROM activity`,
      `skipped BY NAME SELECT member, 'rejected' AS fate, 41 AS record, 1 AS records FROM member`,
      `process (session, process, key) SELECT session, 'p', key FROM session`,
      `completed (scope) SELECT scope FROM scope`,
    ])
      await mine.run(`INSERT INTO ${row} LIMIT 1`);
    const told = async () => {
      const all = await stretches(mine, true);
      return new Map(Object.values(TABLES).map((rows) => [rows, JSON.stringify(all.filter((each) => each.rows === rows))]));
    };
    const before = await told();
    const columns = await mine.all<{ readonly table: string; readonly column: string; readonly type: string }>(
      `SELECT table_name AS "table", column_name AS "column", data_type AS type FROM duckdb_columns() WHERE NOT internal`,
    );
    const compared = columns.filter(({ table, column }) => table in TABLES && !NOT_COMPARED.includes(`${table}.${column}`));
    const missed: string[] = [];
    const change = async (some: typeof compared) => {
      const which = (table: string) => `rowid = (SELECT max(rowid) FROM ${table})`;
      for (const { table, column, type } of some) {
        await mine.run(
          `CREATE OR REPLACE TEMP TABLE before_${table} AS SELECT "${column}" AS value FROM ${table} WHERE ${which(table)}`,
        );
        await mine.run(`UPDATE ${table} SET "${column}" = ${otherwise(column, type)} WHERE ${which(table)}`);
      }
      const after = await told();
      for (const { table, column } of some) {
        const rows = TABLES[table] as string;
        if (after.get(rows) === before.get(rows)) missed.push(`${table}.${column}`);
        await mine.run(`UPDATE ${table} SET "${column}" = (SELECT value FROM before_${table}) WHERE ${which(table)}`);
      }
    };
    const of = (table: string) => compared.filter((each) => each.table === table);
    const others = Object.keys(TABLES).filter((table) => table !== 'member');
    // One column of each table at a time.
    for (let i = 0; i < Math.max(...others.map((table) => of(table).length)); i++)
      await change(others.flatMap((table) => of(table)[i] ?? []));
    for (const one of of('member')) await change([one]);

    expect(compared.length).toBeGreaterThan(80);
    expect(missed).toEqual([]);
  } finally {
    await mine.run('ROLLBACK');
  }
});

/** Another value of a column. */
function otherwise(column: string, type: string): string {
  if (type === 'VARCHAR') return `coalesce("${column}", '') || 'x'`;
  if (type === 'BOOLEAN') return `NOT coalesce("${column}", false)`;
  if (type.startsWith('TIMESTAMP')) return `coalesce("${column}" + INTERVAL 1 SECOND, TIMESTAMP '2026-01-01')`;
  if (type.startsWith('ENUM'))
    return `CASE WHEN "${column}" = enum_last(NULL::${type}) THEN enum_first(NULL::${type}) ELSE enum_last(NULL::${type}) END`;
  return `coalesce(CASE WHEN "${column}" > 0 THEN "${column}" - 1 ELSE "${column}" + 1 END, 1)`;
}

test('verify imports the originals again, and names the record whose place was changed', async () => {
  const dir = copied('changed.exhibit');
  const verify = async () => {
    await host.engine.open({ dir, readOnly: true });
    try {
      return await host.engine.verify({ again: true });
    } finally {
      await host.engine.close();
    }
  };
  expect(await verify()).toMatchObject({ ok: true });

  const database = await DuckDBInstance.create(join(dir, 'case.duckdb'));
  const connection = await database.connect();
  await connection.run(`UPDATE activity SET "offset" = "offset" + 1 WHERE ${AT}`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  database.closeSync();
  const { ok, checks } = await verify();

  expect(ok).toBe(false);
  expect(checks.filter((check) => !check.ok).map(({ detail }) => detail)).toEqual([
    expect.stringContaining('activities at E2/cp-2/audit.log:4'),
  ]);
  rmSync(dir, { recursive: true, force: true });
});
