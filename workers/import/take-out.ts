/**
 * Takes an evidence's activities out of the case, to be read again: with all that other evidences' records told together with them, which are decided anew
 * beside the new reading (`lift.ts`), so that the result is that of a case in which the evidence was read so at once.
 */
import type { Connection } from '../case/database';
import { META } from '../case/folder';
import { join, type Sql, sql } from '../contract/sql';
import { FORMATS } from '../formats/index';
import { joinDictionary } from './dictionaries';
import { Terms } from './digest';
import { spread, TOLD } from './lift';
import { namedColumns } from './named-columns';
import { orderMembers, type StagedTable } from './staged';
import { keysOf } from './write';

/** Analysis rests on keys that change; it is renewed when the change is committed. */
const ANALYSIS = ['session', 'link', 'process'] as const;

/**
 * To be called first in the transaction that writes the new reading.
 * @returns the records of other evidences that were taken out too, as `TOLD` has them
 */
export async function takeOut(connection: Connection, evidence: number): Promise<Sql> {
  const { first, end } = keysOf(evidence);
  const own = sql`member IN (SELECT member FROM member WHERE evidence = ${evidence})`;
  const outside = sql`key IN (SELECT key FROM lift_key WHERE key < ${first}::BIGINT OR key >= ${end}::BIGINT)`;
  await orderMembers(connection, []);
  await findBound(connection, evidence, own);
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE away AS
    SELECT * FROM ${TOLD} SEMI JOIN lift_key USING (key) WHERE NOT ${own}`);
  const terms = await Terms.begin(connection);
  await terms.takeOut(await projected(connection), { first, end });
  await terms.store();
  for (const table of [sql`activity`, sql`citation`]) {
    await connection.run(sql`DELETE FROM ${table} WHERE key >= ${first}::BIGINT AND key < ${end}::BIGINT`);
    await connection.run(sql`DELETE FROM ${table} WHERE ${outside}`);
  }
  await connection.run(sql`DELETE FROM skipped WHERE ${own}`);
  await connection.run(sql`DELETE FROM member WHERE evidence = ${evidence}`);
  for (const table of ANALYSIS) await connection.run(`DELETE FROM ${table}`);
  await connection.run(sql`DELETE FROM meta WHERE name = ${META.analysed}`);
  return sql`SELECT * FROM away`;
}

/** Fills `lift_key`: where the case has other evidences, the activities that a record of this one tells, and what is bound to them. */
async function findBound(connection: Connection, evidence: number, own: Sql): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE lift_key (key BIGINT)');
  const others = await connection.one(sql`SELECT 1 FROM evidence WHERE evidence <> ${evidence} LIMIT 1`);
  if (!others) return;
  await connection.run(sql`INSERT INTO lift_key SELECT DISTINCT key FROM ${TOLD} WHERE ${own}`);
  await spread(connection);
}

/** The formats of the case's members. */
async function projected(connection: Connection) {
  const rows = await connection.all<{ format: string }>('SELECT DISTINCT format FROM member WHERE format IS NOT NULL');
  const present = new Set(rows.map(({ format }) => format));
  const formats = FORMATS.filter(({ id }) => present.has(id));
  return Promise.all(formats.map(async (format) => ({ format: format.id, columns: await namedColumns(format) })));
}

/**
 * Removes the scopes that only the former reading told of, by the names that clusters were given then: they would take part in completing names
 * (`correlate/complete.ts`). To be called when the new reading is written.
 */
export async function forgetClusters(
  connection: Connection,
  tables: readonly StagedTable[],
  former: readonly string[],
): Promise<void> {
  if (former.length === 0) return;
  await connection.run('CREATE OR REPLACE TEMP TABLE named AS SELECT DISTINCT scope FROM activity WHERE scope IS NOT NULL');
  for (const table of tables) {
    const scope = await joinDictionary(connection, 'scope', table);
    await connection.run(sql`
      INSERT INTO named
      SELECT DISTINCT scope FROM (SELECT ${scope.id} AS scope FROM ${table.table} s ${scope.join}) WHERE scope IS NOT NULL`);
  }
  await connection.run(sql`DELETE FROM scope WHERE cluster IN (${join(former)}) AND scope NOT IN (SELECT scope FROM named)`);
}
