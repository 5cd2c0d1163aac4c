/** The rows that a trace is made of, in time order; a burst of like connections or file acts as one where asked for. */
import { type Attribute, attribute } from '../contract/attributes';
import { ALIKE, BURST_NS, FOLDED_FROM } from '../contract/bursts';
import { groupBy } from '../contract/group';
import { join, name, raw, sql } from '../contract/sql';
import { valueSql } from '../filter/places';
import { select } from './select';
import type { SessionRow } from './session-rows';
import type { Source } from './source';
import { inFewPlaces, rowsWith } from './stretches';

/** A row that tells more than itself has `n` over 1. */
export interface FoldedRow {
  readonly key: bigint;
  /** How many it stands for, up to when, and by how many records they are told. */
  readonly n: number;
  readonly last: bigint | null;
  readonly records: number;
}

const SHARED = ALIKE.map((of) => attribute(of) as Attribute);
const COLUMNS = ['key', 'time', 'member', 'record', 'k', 'kind', 'scope', 'policy', ...SHARED.map((of) => of.column ?? of.name)];
/** A key is its evidence's number, then the place in that evidence's time order (case/schema.ts). */
const KEY_BITS = 40n;

/** Places of the evidence that the first of a trace may lie in: each takes some milliseconds. */
const MOST_PLACES = 6;

/**
 * Keys of the rows below a session's originator.
 * @param wished the first so many in time at most; fewer where they lie in many places; all where absent. `more` come after them
 */
export async function traceKeys(
  { connection }: Source,
  { session, key: own }: SessionRow,
  wished?: number,
): Promise<{ readonly keys: readonly bigint[]; readonly more: number }> {
  const links = await select(
    connection,
    { key: 'BIGINT' },
    sql`SELECT DISTINCT key FROM link WHERE session = ${session} AND key <> ${raw(String(own))} ORDER BY key`,
  );
  const keys = links.map(({ key }) => key);
  const first = Math.max(1, Math.min(Math.floor(wished ?? keys.length), keys.length));
  if (keys.length <= first && (wished === undefined || inFewPlaces(keys, MOST_PLACES).length === keys.length))
    return { keys, more: 0 };
  // Keys of one evidence stand in time order, but where another evidence told a start later: the first of all are among the first of each.
  const near = [...groupBy(keys, (of) => of >> KEY_BITS).values()].flatMap((of) => inFewPlaces(of.slice(0, first), MOST_PLACES));
  const found = await select(
    connection,
    { key: 'BIGINT' },
    // With a LIMIT, DuckDB would read the keys of all rows between once more.
    sql`SELECT a.key FROM ${rowsWith(near, ['key', 'time', 'member', 'record', 'k'])} a ORDER BY a.time, a.member, a.record, a.k`,
  );
  const wanted = firstInFewPlaces(found.slice(0, first).map(({ key }) => key));
  return { keys: wanted, more: keys.length - wanted.length };
}

/** Of keys in time order, those up to where one more would lie in a place too many. */
function firstInFewPlaces(keys: readonly bigint[]): readonly bigint[] {
  let count = keys.length;
  while (count > 1 && inFewPlaces(keys.slice(0, count).toSorted(ascending), MOST_PLACES).length < count) count--;
  return keys.slice(0, count);
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Rows of a session with bursts of one process as one row each, but for `alone`; undefined where they are too few for any. */
export async function foldedRows(
  { connection }: Source,
  { session }: SessionRow,
  keys: readonly bigint[],
  alone: bigint,
): Promise<readonly FoldedRow[] | undefined> {
  if (keys.length < FOLDED_FROM) return undefined;
  const shared = join(SHARED.map(({ name: of }) => name(of)));
  const rows = await select(
    connection,
    { key: 'BIGINT', n: 'BIGINT', last: 'TIMESTAMP_NS?', records: 'BIGINT' },
    sql`
      WITH below AS MATERIALIZED (
        SELECT
          a.key, a.time, a.member, a.record, a.k, a.kind, a.scope, a.policy, l.process,
          ${join(SHARED.map((of) => sql`${valueSql(of)} AS ${name(of.name)}`))},
          1 + (SELECT count(*) FROM citation c WHERE c.key = a.key) AS records
        FROM ${rowsWith(keys, COLUMNS)} a
        JOIN link l ON l.key = a.key
        WHERE l.session = ${session}
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
        CASE WHEN n < ${FOLDED_FROM} THEN 1 ELSE n END            AS n,
        CASE WHEN n < ${FOLDED_FROM} THEN time ELSE last END      AS last,
        CASE WHEN n < ${FOLDED_FROM} THEN records ELSE told END   AS records
      FROM counted
      WHERE n < ${FOLDED_FROM} OR nth = 1`,
  );
  return rows.map((row) => ({ ...row, n: Number(row.n), records: Number(row.records) }));
}
