/**
 * Writes what was resolved: activities in time order, citations, skipped records. Runs inside the transaction of the import.
 */
import type { Connection } from '../case/database';
import { ACTIVITY_COLUMNS } from '../case/schema';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { joinDictionary } from './dictionaries';
import { columnOr, merge64, recordOrder, type StagedTable, sidOf } from './staged';

/** Bits of a key below the evidence number. */
const KEY_BITS = 40;
/** The keys that activities of an evidence can have: from `first` on, below `end`. */
export const keysOf = (evidence: number): Keys => ({
  first: BigInt(evidence) << BigInt(KEY_BITS),
  end: BigInt(evidence + 1) << BigInt(KEY_BITS),
});
export interface Keys {
  readonly first: bigint;
  readonly end: bigint;
}
/** What a kept record lacks and a merged one may supply: the first in rank order that has it; of ends, the latest. */
const FOLDED = ['end', 'ready', 'exitcode', 'code', 'reason', 'errno'] as const;
type Folded = (typeof FOLDED)[number];

/**
 * Fills `kept` (sid, key): keys follow the time order within the evidence. A lifted record that is kept again keeps its key; one that
 * is kept for the first time gets the next free one of its evidence.
 */
export async function giveKeys(connection: Connection): Promise<void> {
  await connection.work(sql`
    CREATE OR REPLACE TEMP TABLE kept AS
    WITH yielding AS (
      SELECT slot.*, place.evidence, lifted.key AS old
      FROM slot
      ANTI JOIN fate USING (sid)
      JOIN place USING (member)
      LEFT JOIN lifted
        ON lifted.kept AND lifted.member = slot.member AND lifted.record = slot.record AND lifted.item IS NOT DISTINCT FROM slot.item AND lifted.k = slot.k
    ),
    used AS (
      SELECT (key >> ${raw(String(KEY_BITS))})::INTEGER AS evidence, max(key) AS last
      FROM (SELECT key FROM activity UNION ALL SELECT key FROM lifted WHERE kept)
      GROUP BY ALL
    )
    SELECT
      sid,
      coalesce(
        old,
        coalesce(used.last, evidence::BIGINT << ${raw(String(KEY_BITS))})
          + row_number() OVER (PARTITION BY evidence, old IS NULL ORDER BY y.time NULLS LAST, ${recordOrder('y')})
      ) AS key
    FROM yielding y
    LEFT JOIN used USING (evidence)`);
}

/** Inserts the kept records of every table, in key order or near to it. */
export async function writeActivities(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  for (const table of tables) await writeTable(connection, table, await isNearOrder(connection, table));
}

/**
 * Whether the staged rows lie in time order already, but for neighbours: then sorting them, which copies every row twice, would gain nothing. It is so if a
 * stretch of 131,072 rows, about a row group, spans about as many keys.
 */
async function isNearOrder(connection: Connection, table: StagedTable): Promise<boolean> {
  const found = await connection.one<{ near: boolean | null }>(sql`
    SELECT sum(span) <= 1.5 * sum(n) AS near
    FROM (
      SELECT max(key) - min(key) + 1 AS span, count(*) AS n
      FROM kept
      WHERE sid >> ${raw(String(KEY_BITS))} = ${table.index}
      GROUP BY sid >> 17
    )`);
  return found?.near ?? true;
}

/** Fills `folded` (sid, and a column for each of `FOLDED` that the format names) with what merged records say beside their kept one. */
async function fold(connection: Connection, table: StagedTable, folded: readonly Folded[]): Promise<void> {
  await connection.work(sql`
    CREATE OR REPLACE TEMP TABLE folded AS
    SELECT
      fate.head AS sid,
      ${join(folded.map((column) => sql`${column === 'end' ? sql`max(s."end")` : sql`first(s.${name(column)} ORDER BY s.rank, ${recordOrder('slot')}) FILTER (s.${name(column)} IS NOT NULL)`} AS ${name(column)}`))}
    FROM fate
    JOIN slot USING (sid)
    JOIN ${table.table} s ON ${sidOf(table)} = fate.sid
    WHERE fate.fate = 'merged' AND fate.why IS NULL
    GROUP BY fate.head`);
}

/** Whether a temporary table has a row. */
const holds = async (connection: Connection, table: 'fate' | 'echo' | 'reused'): Promise<boolean> =>
  (await connection.one(sql`SELECT 1 FROM ${raw(table)} LIMIT 1`)) !== undefined;

async function writeTable(connection: Connection, table: StagedTable, isOrdered: boolean): Promise<void> {
  const scope = await joinDictionary(connection, 'scope', table);
  const actor = await joinDictionary(connection, 'actor', table);
  const policy = await joinDictionary(connection, 'policy', table);
  const merging = await connection.one(`SELECT 1 FROM fate WHERE fate = 'merged' AND why IS NULL LIMIT 1`);
  const folded = merging ? FOLDED.filter((column) => table.columns.has(column)) : [];
  if (folded.length > 0) await fold(connection, table, folded);
  const isReused = await holds(connection, 'reused');
  const columns = Object.keys(ACTIVITY_COLUMNS).filter((column) => table.columns.has(column) && column !== 'flags');
  const value = (column: string): Sql =>
    !(folded as readonly string[]).includes(column)
      ? sql`s.${name(column)}`
      : column === 'end'
        ? sql`greatest(s."end", folded."end")`
        : sql`coalesce(s.${name(column)}, folded.${name(column)})`;
  const own = columnOr(table, 'flags', 'VARCHAR[]');
  const flags = isReused
    ? sql`CASE WHEN reused.sid IS NULL THEN ${own} ELSE list_append(coalesce(${own}, []), ${table.columns.has('auditid') ? 'reused audit id' : 'reused id'}) END`
    : own;
  const insert = sql`
    INSERT INTO activity BY NAME
    SELECT
      kept.key,
      s.member,
      s.r       AS record,
      s.i       AS item,
      s.k,
      s.o       AS "offset",
      s.l       AS "length",
      s.content,
      ${merge64(sql`s.merge`)} AS merge,
      s.rank,
      ${scope.id} AS scope,
      ${actor.id} AS actor,
      ${policy.id} AS policy,
      ${flags} AS flags,
      ${join(columns.map((column) => sql`${value(column)} AS ${name(column)}`))}
    FROM ${table.table} s
    JOIN kept ON kept.sid = ${sidOf(table)}
    ${raw(folded.length > 0 ? 'LEFT JOIN folded ON folded.sid = kept.sid' : '')}
    ${raw(isReused ? 'LEFT JOIN reused ON reused.sid = kept.sid' : '')}
    ${scope.join}
    ${actor.join}
    ${policy.join}
    ${raw(isOrdered ? '' : 'ORDER BY kept.key')}`;
  await (isOrdered ? connection.workUnordered(insert) : connection.work(insert));
}

/** Cites every record that yields nothing of its own under the activity that it tells. */
export async function writeCitations(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  if (!(await holds(connection, 'fate')) && !(await holds(connection, 'echo'))) return;
  for (const table of tables) {
    await connection.work(sql`
      INSERT INTO citation BY NAME
      WITH cited AS (
        SELECT fate.sid, kept.key, fate.fate, fate.why FROM fate JOIN kept ON kept.sid = fate.head
        UNION ALL
        SELECT sid, key, 'duplicate', NULL FROM echo
      )
      SELECT
        cited.key,
        cited.fate,
        s.member,
        s.r AS record,
        s.i AS item,
        s.o AS "offset",
        s.l AS "length",
        s.content,
        ${merge64(sql`s.merge`)} AS merge,
        s.rank,
        ${columnOr(table, 'time', 'TIMESTAMP_NS')}  AS time,
        ${columnOr(table, 'end', 'TIMESTAMP_NS')}   AS "end",
        ${columnOr(table, 'ready', 'TIMESTAMP_NS')} AS ready,
        cited.why
      FROM ${table.table} s
      JOIN cited ON cited.sid = ${sidOf(table)}`);
  }
}

/** Records that a projection left out: `ignored: why` or `rejected: why`. */
export async function writeSkipped(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  for (const table of tables) {
    await connection.run(sql`
      INSERT INTO skipped
      SELECT s.member, split_part(s.skip, ': ', 1)::skip, s.r, s.i, s.o, s.l, substr(s.skip, strpos(s.skip, ': ') + 2), coalesce(s.n, 1)
      FROM ${table.table} s
      WHERE NOT s.suspect AND s.skip IS NOT NULL`);
  }
}

/** Takes the activities of lifted records out; their records come back with the new ones. */
export async function removeLifted(connection: Connection): Promise<void> {
  await connection.run('DELETE FROM activity WHERE key IN (SELECT key FROM lift_key)');
  await connection.run('DELETE FROM citation WHERE key IN (SELECT key FROM lift_key)');
}
