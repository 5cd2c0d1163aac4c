/**
 * What a new evidence changes in the case. Most of it needs no second look: a record that the case already has, in a copy that comes first in record
 * order, is cited beside it (`echo`). Where a new record touches what was decided before (a better copy, a further stage, a second use of a
 * key, a repeated attempt), all records of the activities concerned are *lifted*: taken out, read again from the sealed
 * originals and decided anew together with the new ones, so that the result is that of any other order of import.
 */
import type { Connection } from '../case/database';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { WITHIN_NS } from './attempts';
import { merge64, recordOrder, type StagedTable, TELLING } from './staged';

/** Every record that the case tells an activity by. */
export const TOLD = raw(`(
  SELECT key, member, record, item, k, "offset", "length", content, merge, true AS kept FROM activity
  UNION ALL
  SELECT key, member, record, item, 1, "offset", "length", content, merge, false FROM citation)`);

/**
 * Fills the temporary tables `echo` (sid, key), `lift_key` (key) and `lifted` (the records of those keys, with their place).
 * Answers how many records were lifted; `slot` holds the new records alone when this begins, and no echoes when it ends.
 * @param away records that were taken out already, as `TOLD` had them: they are lifted too
 */
export async function lift(connection: Connection, tables: readonly StagedTable[], away?: Sql): Promise<number> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE echo (sid BIGINT, key BIGINT, content UHUGEINT, member INTEGER);
    CREATE OR REPLACE TEMP TABLE lift_key (key BIGINT);
    CREATE OR REPLACE TEMP TABLE lifted (
      key BIGINT, member INTEGER, record BIGINT, item VARCHAR, k UTINYINT, "offset" BIGINT, "length" INTEGER, content UHUGEINT, merge UBIGINT,
      kept BOOLEAN, place INTEGER
    )`);
  const isNew = !(await connection.one('SELECT 1 FROM activity LIMIT 1'));
  if (isNew && !away) return 0;
  if (!isNew) {
    await findEchoes(connection);
    await findTouched(connection, tables);
    await spread(connection);
  }
  await connection.run(sql`
    INSERT INTO lifted
    SELECT t.*, place.place
    FROM (SELECT * FROM ${TOLD} SEMI JOIN lift_key USING (key)${raw(away ? ' UNION ALL ' : '')}${away ?? raw('')}) t
    JOIN place USING (member)`);
  await connection.run('DELETE FROM echo WHERE content IN (SELECT content FROM lifted)');
  await connection.run('DELETE FROM slot WHERE sid IN (SELECT sid FROM echo)');
  const counted = await connection.one<{ n: bigint }>('SELECT count(*) AS n FROM lifted');
  return Number(counted?.n ?? 0n);
}

/** New j-th copies of records whose j-th copy in the case comes first in record order. */
async function findEchoes(connection: Connection): Promise<void> {
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE met AS
    SELECT t.*, place.place, known.keyed
    FROM ${TOLD} t
    JOIN (SELECT content, bool_or(keyed) AS keyed FROM slot GROUP BY content) known USING (content)
    JOIN place USING (member)`);
  const nth = (alias: string): Sql =>
    sql`CASE WHEN keyed THEN 1 ELSE row_number() OVER (PARTITION BY content, k, place ORDER BY ${recordOrder(alias)}) END`;
  await connection.run(sql`
    INSERT INTO echo
    WITH here AS (
      SELECT *, ROW(${recordOrder('met')}) AS spot, ${nth('met')} AS j FROM met
    ),
    first_here AS (
      SELECT content, k, j, min(spot) AS spot, arg_min(key, spot) AS key FROM here GROUP BY ALL
    ),
    fresh AS (
      SELECT sid, member, content, k, ROW(${recordOrder('slot')}) AS spot, ${nth('slot')} AS j FROM slot SEMI JOIN met USING (content)
    )
    SELECT fresh.sid, first_here.key, fresh.content, fresh.member
    FROM fresh
    JOIN first_here USING (content, k, j)
    WHERE first_here.spot < fresh.spot`);
}

/** Activities that a new record bears on: an equal record, a stage of the same request, an attempt of the same call, a look-alike. */
async function findTouched(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  await connection.run(sql`
    INSERT INTO lift_key
    WITH fresh AS (SELECT content, ${merge64(sql`merge`)} AS merge FROM slot ANTI JOIN echo USING (sid))
    SELECT key FROM met WHERE content IN (SELECT content FROM fresh)
    UNION
    SELECT key FROM ${TOLD} WHERE merge IN (SELECT merge FROM fresh)`);
  for (const table of tables) {
    if (table.columns.has('requesturi') && table.columns.has('kind')) await findAttempts(connection, table);
    if (table.columns.has('time')) await findLookAlikes(connection, table);
  }
}

async function findAttempts(connection: Connection, table: StagedTable): Promise<void> {
  await connection.run(sql`
    INSERT INTO lift_key
    SELECT a.key
    FROM activity a
    SEMI JOIN (SELECT requesturi, time FROM ${table.table} s WHERE ${TELLING} AND s.kind = 'exec') s
      ON a.requesturi = s.requesturi AND abs(epoch_ns(a.time) - epoch_ns(s.time)) <= ${WITHIN_NS}::BIGINT
    WHERE a.kind = 'exec'`);
}

/** What must agree before two records without a key are compared byte by byte: columns that every spelling of an event projects alike. */
export const LOOK = ['time', 'kind', 'pid', 'comm', 'path', 'serverport'] as const;

async function findLookAlikes(connection: Connection, table: StagedTable): Promise<void> {
  const look = LOOK.filter((column) => table.columns.has(column));
  const same = look.map((column) => sql`a.${name(column)} IS NOT DISTINCT FROM s.${name(column)}`);
  await connection.run(sql`
    INSERT INTO lift_key
    SELECT a.key
    FROM activity a
    SEMI JOIN (SELECT * FROM ${table.table} s WHERE ${TELLING} AND s.merge IS NULL) s
      ON ${join([...same, sql`a.content <> s.content`], ' AND ')}
    WHERE a.merge IS NULL`);
}

/** Whatever shares a content, a merge key or an attempt with what is lifted is lifted too, until nothing is left to add. */
export async function spread(connection: Connection): Promise<void> {
  for (let before = -1n; ; ) {
    const counted = await connection.one<{ n: bigint }>('SELECT count(DISTINCT key) AS n FROM lift_key');
    const now = counted?.n ?? 0n;
    if (now === 0n || now === before) return;
    before = now;
    await connection.run(sql`
      CREATE OR REPLACE TEMP TABLE lift_key AS
      WITH held AS (SELECT content, merge FROM ${TOLD} SEMI JOIN lift_key USING (key))
      SELECT key FROM lift_key
      UNION
      SELECT key FROM ${TOLD} WHERE content IN (SELECT content FROM held) OR merge IN (SELECT merge FROM held WHERE merge IS NOT NULL)
      UNION
      SELECT a.key
      FROM activity a
      SEMI JOIN (SELECT * FROM activity WHERE kind = 'exec' AND key IN (SELECT key FROM lift_key)) b
        ON a.requesturi = b.requesturi AND abs(epoch_ns(a.time) - epoch_ns(b.time)) <= ${WITHIN_NS}::BIGINT
      WHERE a.kind = 'exec'`);
  }
}
