/** A case against its own journal and database: what is changed is found, and nothing beside it. */
import { appendFileSync, chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { type Made, makeCase, remove } from '../../cli/verify-case';

let host: HostedEngine;
let made: Made;
let changed: string;

beforeAll(async () => {
  host = startEngine();
  made = await makeCase(host);
  changed = join(made.folder, 'changed.exhibit');
}, 120_000);
afterAll(async () => {
  await host.close();
  await remove(made);
});

async function verifyAfter(change: () => void | Promise<void>) {
  rmSync(changed, { recursive: true, force: true });
  cpSync(made.case, changed, { recursive: true });
  await change();
  await host.engine.open({ dir: changed, readOnly: true });
  try {
    return await host.engine.verify({});
  } finally {
    await host.engine.close();
  }
}
/** The first file below a folder of the changed case. */
const fileBelow = (name: string): string => {
  const entry = readdirSync(join(changed, name), { recursive: true, withFileTypes: true }).find((each) => each.isFile());
  if (!entry) throw new Error(`no file below ${name}`);
  return join(entry.parentPath, entry.name);
};
function flipByte(path: string) {
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  chmodSync(path, 0o600);
  writeFileSync(path, bytes);
}
function rewriteJournal(change: (text: string) => string) {
  const path = join(changed, 'journal.ndjson');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}
/** Runs a statement that changes rows, as somebody with the database's own tools would. */
async function tamper(statement: string) {
  const database = await DuckDBInstance.create(join(changed, 'case.duckdb'));
  const connection = await database.connect();
  const counted = await connection.runAndReadAll(statement);
  expect(Number(counted.getRows()[0]?.[0])).toBeGreaterThan(0);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  database.closeSync();
}
const failed = ({ checks }: Awaited<ReturnType<typeof verifyAfter>>) => checks.filter(({ ok }) => !ok).map(({ what }) => what);

test('an untouched case is in order', async () => {
  expect(await verifyAfter(() => {})).toMatchObject({ ok: true, anchor: null });
});

test('one changed bit of an original', async () => {
  const result = await verifyAfter(() => flipByte(fileBelow('evidence/E1')));

  expect(result.ok).toBe(false);
  expect(failed(result)).toEqual(['E1 (audit.log) is unchanged since import']);
});

test('one changed bit of a kept member', async () => {
  const result = await verifyAfter(() => flipByte(fileBelow('members')));

  expect(failed(result)).toEqual([expect.stringMatching(/^Member .* of E2 is kept as it was read$/)]);
});

test('a journal entry that was rewritten', async () => {
  const result = await verifyAfter(() => rewriteJournal((text) => text.replace('audit.log', 'audit.txt')));

  expect(failed(result)).toContain('The journal’s chain holds');
});

test('a journal that lost its last entries with the imports', async () => {
  const result = await verifyAfter(() => rewriteJournal((text) => `${text.split('\n')[0]}\n`));

  // And whatever else the entries that are gone told of, such as marks.
  expect(failed(result)).toContain('The journal holds the database’s last change');
});

test('a row of the database that was changed', async () => {
  const result = await verifyAfter(() => tamper("UPDATE activity SET verb = 'get' WHERE verb = 'delete'"));

  expect(failed(result)).toEqual(['The activities are those that the import wrote']);
});

test('a row of the database that was deleted', async () => {
  const result = await verifyAfter(() => tamper("DELETE FROM activity WHERE subresource = 'exec'"));

  expect(failed(result)).toEqual([
    'The activities are those that the import wrote',
    'The case digest is the one that the journal has',
    'Sessions and links are those that were found',
  ]);
});

test('a cut-off last line of the journal is no damage, and is said', async () => {
  const result = await verifyAfter(() => appendFileSync(join(changed, 'journal.ndjson'), '{"n":99,"wh'));

  expect(result.checks.find(({ what }) => what === 'The journal’s chain holds')?.detail).toContain('cut-off');
});
