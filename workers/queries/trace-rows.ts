/** The rows that a trace is made of, in time order; a burst of like connections or file acts as one where asked for. */
import { type Attribute, attribute } from '../contract/attributes';
import { ALIKE, BURST_NS, FOLDED_FROM } from '../contract/bursts';
import { groupBy } from '../contract/group';
import { join, name, raw, sql } from '../contract/sql';
import { valueSql } from '../filter/places';
import { LINK, type LinkRow } from './rows';
import { select } from './select';
import type { SessionRow } from './session-rows';
import type { Source } from './source';
import { inFewPlaces, rowsWith } from './stretches';

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
const COLUMNS = ['key', 'time', 'member', 'record', 'k', 'kind', 'scope', 'policy', ...SHARED.map((of) => of.column ?? of.name)];
/** A key is its evidence's number, then the place in that evidence's time order (case/schema.ts). */
const KEY_BITS = 40n;
const EVIDENCE_OF_KEY = raw(`key >> ${KEY_BITS}`);

/** Places of the evidence that the first of a trace may lie in: each takes some milliseconds. */
const MOST_PLACES = 6;
/** In place of a number, where all are wanted. */
const ALL = 2 ** 31 - 1;

/**
 * Each row below a session's originator by itself.
 * @param wished so many at most; fewer where they lie in many places. `more` come after them. `links` are those of all of these, and of the originator
 */
export async function traceRows(
  { connection }: Source,
  { session, key: own }: SessionRow,
  wished?: number,
): Promise<{ readonly rows: readonly TraceRow[]; readonly more: number; readonly links: readonly LinkRow[] }> {
  const first = wished === undefined ? ALL : Math.max(1, Math.min(ALL, Math.floor(wished)));
  const links = await select(
    connection,
    { ...LINK, all: 'BIGINT' },
    sql`
      SELECT key, session, confidence, process, interactive, count(*) OVER () AS "all"
      FROM (
        SELECT key, session, max(confidence) AS confidence, any_value(process) AS process, bool_or(interactive) AS interactive
        FROM link
        WHERE session = ${session}
        GROUP BY key, session
      )
      QUALIFY row_number() OVER (PARTITION BY ${EVIDENCE_OF_KEY}, key = ${raw(String(own))} ORDER BY key) <= ${first}
      ORDER BY key`,
  );
  const keys = links.map(({ key }) => key).filter((key) => key !== own);
  if (keys.length === 0) return { rows: [], more: 0, links };
  // Keys of one evidence stand in time order, but where another evidence told a start later: the first of all are among the first of each.
  const near =
    first === ALL ? keys : [...groupBy(keys, (of) => of >> KEY_BITS).values()].flatMap((of) => inFewPlaces(of, MOST_PLACES));
  const found = await select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?' },
    sql`SELECT a.key, a.time FROM ${rowsWith(near, ['key', 'time', 'member', 'record', 'k'])} a ORDER BY a.time, a.member, a.record, a.k`,
  );
  const wanted = first === ALL ? found : firstInFewPlaces(found.slice(0, first));
  const rows = wanted.map((row) => ({ ...row, n: 1, last: row.time, records: 1 }));
  const below = Number(links[0]?.all ?? 0) - (links.length - keys.length);
  return { rows, more: below - rows.length, links };
}

/** In time order, up to where one more would lie in a place too many. */
function firstInFewPlaces<R extends { readonly key: bigint }>(rows: readonly R[]): readonly R[] {
  let count = rows.length;
  while (
    count > 1 &&
    inFewPlaces(
      rows
        .slice(0, count)
        .map(({ key }) => key)
        .toSorted(ascending),
      MOST_PLACES,
    ).length < count
  )
    count--;
  return rows.slice(0, count);
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** The same rows with bursts of one process as one row each, but for `alone`. */
export async function foldedRows(
  { connection }: Source,
  { session }: SessionRow,
  found: readonly TraceRow[],
  alone: bigint,
): Promise<readonly TraceRow[]> {
  if (found.length < FOLDED_FROM) return found;
  const shared = join(SHARED.map(({ name: of }) => name(of)));
  const keys = found.map(({ key }) => key);
  const rows = await select(
    connection,
    { key: 'BIGINT', time: 'TIMESTAMP_NS?', n: 'BIGINT', last: 'TIMESTAMP_NS?', records: 'BIGINT' },
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
