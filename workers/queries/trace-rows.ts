/** The rows that a trace is made of, in time order; a burst of like connections or file acts as one where asked for. */
import { type Attribute, attribute } from '../contract/attributes';
import { ALIKE, BURST_NS, FOLDED_FROM } from '../contract/bursts';
import { join, name, raw, sql } from '../contract/sql';
import { joinsOf, valueSql } from '../filter/places';
import { select } from './select';
import type { SessionRow } from './session-rows';
import type { Source } from './source';
import { rowsWith } from './stretches';

/** A row that tells more than itself has `n` over 1. */
export interface TraceRow {
  readonly key: bigint;
  readonly time: bigint | null;
  /** How many it stands for, up to when, and by how many records they are told. */
  readonly n: number;
  readonly last: bigint | null;
  readonly records: number;
}

const SHARED = ALIKE.map((of) => attribute(of) as Attribute);

/** Each row below a session's originator by itself. */
export async function traceRows({ connection }: Source, { session, key }: SessionRow): Promise<readonly TraceRow[]> {
  const links = await select(
    connection,
    { key: 'BIGINT' },
    sql`SELECT key FROM link WHERE session = ${session} AND key <> ${raw(String(key))}`,
  );
  if (links.length === 0) return [];
  const below = links.map((link) => link.key);
  const rows = await select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?' },
    sql`SELECT a.key, a.time FROM ${rowsWith(below, ['key', 'time', 'member', 'record', 'k'])} a ORDER BY a.time, a.member, a.record, a.k`,
  );
  return rows.map((row) => ({ ...row, n: 1, last: row.time, records: 1 }));
}

/** The same with bursts of one process as one row each, but for `alone`. */
export async function foldedRows(
  { connection }: Source,
  { session, key }: SessionRow,
  alone: bigint,
): Promise<readonly TraceRow[]> {
  const shared = join(SHARED.map(({ name: of }) => name(of)));
  const rows = await select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?', n: 'BIGINT', last: 'TIMESTAMP_NS?', records: 'BIGINT' },
    sql`
      WITH below AS MATERIALIZED (
        SELECT
          a.key, a.time, a.member, a.record, a.k, a.kind, a.scope, a.policy, l.process,
          ${join(SHARED.map((of) => sql`${valueSql(of)} AS ${name(of.name)}`))},
          1 + (SELECT count(*) FROM citation c WHERE c.key = a.key) AS records
        FROM link l
        JOIN activity a ON a.key = l.key
        ${joinsOf(SHARED)}
        WHERE l.session = CAST(${session} AS INTEGER) AND l.key <> CAST(${key} AS BIGINT)
      ),
      begun AS (
        SELECT
          *,
          coalesce(
            kind NOT IN ('net', 'file') OR ${alone} IN (key, lag(key) OVER alike)
              OR epoch_ns(time) - epoch_ns(lag(time) OVER alike) >= ${BURST_NS},
            TRUE
          ) AS begins
        FROM below
        WINDOW alike AS (PARTITION BY kind, process, scope, policy, ${shared} ORDER BY time, member, record, k)
      ),
      numbered AS (
        SELECT
          *,
          sum(begins::INTEGER) OVER (
            PARTITION BY kind, process, scope, policy, ${shared} ORDER BY time, member, record, k ROWS UNBOUNDED PRECEDING
          ) AS burst
        FROM begun
      ),
      counted AS (
        SELECT
          *,
          count(*) OVER whole                                                              AS n,
          max(time) OVER whole                                                             AS last,
          CAST(sum(records) OVER whole AS BIGINT)                                          AS told,
          row_number() OVER (
            PARTITION BY kind, process, scope, policy, ${shared}, burst ORDER BY time, member, record, k
          )                                                                                AS nth
        FROM numbered
        WINDOW whole AS (PARTITION BY kind, process, scope, policy, ${shared}, burst)
      )
      SELECT
        key,
        time,
        CASE WHEN n < ${FOLDED_FROM} THEN 1 ELSE n END            AS n,
        CASE WHEN n < ${FOLDED_FROM} THEN time ELSE last END      AS last,
        CASE WHEN n < ${FOLDED_FROM} THEN records ELSE told END   AS records
      FROM counted
      WHERE n < ${FOLDED_FROM} OR nth = 1
      ORDER BY time, member, record, k`,
  );
  return rows.map((row) => ({ ...row, n: Number(row.n), records: Number(row.records) }));
}
