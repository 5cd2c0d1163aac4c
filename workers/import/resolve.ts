/**
 * Which of the staged records tell the same thing (contract section 3), decided on hashes alone and on the whole set at once, so that
 * the order of import cannot matter. Fills the temporary table `fate` (sid, head, fate, why): one row for each record that
 * yields no activity of its own, with the record that does; and `reused` (sid): kept records whose key somebody used twice.
 */
import type { Connection } from '../case/database';
import { sql } from '../contract/sql';
import { recordOrder } from './staged';

/** From this rank on, records repeat what their kept one tells (packets of a connection): any number of them fold into it. */
export const REPEATS = 32;
/** A record that opens something begins anew what was silent for this long; until then it was sent again. */
const SENT_AGAIN_NS = 10_000_000_000;
/** Without such a record, what was silent for this long has ended. */
const IDLE_NS = 3_600_000_000_000;

/**
 * Resolves duplicates, then merges of stages. Refused attempts follow in `attempts.ts`, copies that differ in bytes come before (`equal.ts`). Most sources have no
 * use for some of the steps, and planning one that finds nothing takes as long as one that does.
 */
export async function resolve(connection: Connection): Promise<void> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE fate (sid BIGINT, head BIGINT, fate fate, why VARCHAR);
    CREATE OR REPLACE TEMP TABLE reused (sid BIGINT)`);
  await duplicates(connection);
  const keys = await connection.one<{ merging: boolean; most: number | null }>(
    'SELECT count(merge) > 0 AS merging, max(rank) FILTER (merge IS NOT NULL) AS most FROM slot',
  );
  if (!keys?.merging) return;
  if ((keys.most ?? 0) >= REPEATS) await repeats(connection);
  await merges(connection);
}

/**
 * The j-th copies of an event in every member are one group, and the first of it in record order is kept: so n copies here and m there count
 * max(n, m). Where the source gives a key, all copies in a member are the first.
 */
async function duplicates(connection: Connection): Promise<void> {
  await connection.work(sql`
    INSERT INTO fate
    WITH copied AS (SELECT class FROM slot GROUP BY class HAVING count(*) > 1),
    copy AS (
      SELECT
        slot.*,
        CASE WHEN keyed THEN 1 ELSE row_number() OVER (PARTITION BY class, k, place ORDER BY ${recordOrder('slot')}) END AS j
      FROM slot
      SEMI JOIN copied USING (class)
    )
    SELECT sid, head, 'duplicate', NULL
    FROM (SELECT sid, first_value(sid) OVER (PARTITION BY class, k, j ORDER BY ${recordOrder('copy')}) AS head FROM copy)
    WHERE sid <> head`);
}

/** Folds the records of a key that has repeats: one activity for each stretch, told by its first record of the lowest rank. */
async function repeats(connection: Connection): Promise<void> {
  const order = sql`told NULLS LAST, rank, ${recordOrder('s')}`;
  await connection.work(sql`
    INSERT INTO fate
    WITH repeated AS (
      SELECT merge FROM slot ANTI JOIN fate USING (sid) WHERE merge IS NOT NULL GROUP BY merge HAVING count(*) > 1 AND max(rank) >= ${REPEATS}
    ),
    opened AS (
      SELECT
        s.*,
        epoch_ns(told) - lag(epoch_ns(told)) OVER (PARTITION BY merge ORDER BY ${order})
          > CASE WHEN rank = 0 THEN ${SENT_AGAIN_NS}::BIGINT ELSE ${IDLE_NS}::BIGINT END AS anew
      FROM slot s
      ANTI JOIN fate USING (sid)
      SEMI JOIN repeated USING (merge)
    ),
    stretch AS (
      SELECT *, count(*) FILTER (anew) OVER (PARTITION BY merge ORDER BY ${order} ROWS UNBOUNDED PRECEDING) AS stretch FROM opened s
    )
    SELECT sid, head, 'merged', NULL
    FROM (SELECT sid, first_value(sid) OVER (PARTITION BY merge, stretch ORDER BY rank, told NULLS LAST, ${recordOrder('s')}) AS head FROM stretch s)
    WHERE sid <> head`);
}

/**
 * Records with one merge key and different ranks are one activity, told first by the lowest rank. Nearly always there is one of each; what is not so
 * simple is *contested*: a rank that occurs twice, or something that begins after it ended.
 */
async function merges(connection: Connection): Promise<void> {
  await connection.work(`
    CREATE OR REPLACE TEMP TABLE shared AS
    SELECT
      merge,
      arg_min(sid, rank) AS head,
      bit_count(bit_or(1::UBIGINT << rank)) < count(*) OR (NOT bool_and(keyed) AND coalesce(max(told) > min(told) FILTER (ended), false)) AS contested
    FROM slot
    ANTI JOIN fate USING (sid)
    WHERE merge IS NOT NULL
    GROUP BY merge
    HAVING count(*) > 1 AND max(rank) < ${REPEATS}`);
  const found = await connection.one<{ simple: boolean; contested: boolean }>(
    'SELECT count(*) FILTER (NOT contested) > 0 AS simple, count(*) FILTER (contested) > 0 AS contested FROM shared',
  );
  if (found?.simple)
    await connection.run(`
      INSERT INTO fate
      SELECT sid, head, 'merged', NULL
      FROM slot
      JOIN (SELECT merge, head FROM shared WHERE NOT contested) USING (merge)
      WHERE sid <> head AND sid NOT IN (SELECT sid FROM fate)`);
  if (found?.contested) await incarnations(connection);
  await connection.run(`DROP TABLE shared`);
}

/**
 * A key that was used more than once: a client may choose an audit id, a kernel gives a socket's addresses out again. Where nothing but the stage
 * tells records apart (the source promises a key), the n-th of each stage are one incarnation, and each says that the id was reused. Else an end closes
 * an incarnation, and what comes later in time belongs to the next.
 */
async function incarnations(connection: Connection): Promise<void> {
  const order = recordOrder('s');
  await connection.work(sql`
    CREATE OR REPLACE TEMP TABLE stage AS
    WITH contested AS (
      SELECT
        s.*,
        CASE WHEN keyed THEN 0 ELSE count(*) FILTER (ended) OVER (PARTITION BY merge ORDER BY told NULLS LAST, rank, ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS segment
      FROM slot s
      ANTI JOIN fate USING (sid)
      SEMI JOIN (SELECT merge FROM shared WHERE contested) USING (merge)
    ),
    numbered AS (
      SELECT *, row_number() OVER (PARTITION BY merge, segment, rank ORDER BY told NULLS LAST, ${order}) AS n FROM contested s
    )
    SELECT
      sid,
      first_value(sid) OVER (PARTITION BY merge, segment, n ORDER BY rank) AS head,
      keyed AND max(n) OVER (PARTITION BY merge) > 1 AS reused
    FROM numbered`);
  await connection.run(`INSERT INTO fate SELECT sid, head, 'merged', NULL FROM stage WHERE sid <> head`);
  await connection.run(`INSERT INTO reused SELECT sid FROM stage WHERE reused AND sid = head`);
  await connection.run(`DROP TABLE stage`);
}

/** Follows each record to the one that yields: a copy of a stage of a refused attempt is three steps away. */
export async function settle(connection: Connection): Promise<void> {
  if (!(await connection.one('SELECT 1 FROM fate LIMIT 1'))) return;
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE fate AS
    SELECT a.sid, coalesce(c.head, b.head, a.head) AS head, a.fate, coalesce(a.why, b.why, c.why) AS why
    FROM fate a
    LEFT JOIN fate b ON b.sid = a.head
    LEFT JOIN fate c ON c.sid = b.head`);
}
