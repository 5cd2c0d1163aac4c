/** A case against what its originals give when they are imported again: every column of every table that can be changed is found, and its record named. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../workers/case/database';
import { CaseFolder } from '../../../workers/case/folder';
import { type HostedEngine, startEngine } from '../../../workers/host';
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
}, 120_000);
afterAll(async () => {
  for (const connection of [mine, other]) connection.close();
  for (const folder of folders) folder.close();
  await host.close();
  await remove(made);
});

test('a case and its copy say the same', async () => {
  const check = await compare(mine, other, true);

  expect(check).toMatchObject({ ok: true });
  expect(check.detail).toBe('activities 8, members 2, addresses 1, sessions 2, links to sessions 2.');
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
