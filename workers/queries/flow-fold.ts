/** Folds what the columns of a flow show to few nodes each, as SQL. */
import { FLOW_COLUMNS, FLOW_STEP, foldId } from '../contract/flow';
import { join, raw, type Sql, sql } from '../contract/sql';
import { columns, FAMILIES, IS_MACHINE, shown, WHO } from './flow-columns';

/** Families of a column that are folds of their own; further ones share one. */
const MOST_FAMILIES = 8;

/** `stands`: every value of every column of `call` and `caller` with the node that stands for it. @param most values of a column with a node of their own; 0: none, and no families */
export function folds(most: number, open: readonly string[], searched: boolean): Sql {
  const stretches = new Map<string, number>();
  for (const id of open) stretches.set(id, (stretches.get(id) ?? 0) + FLOW_STEP);
  const opened = [...stretches].map(([id, count]) => sql`WHEN ${id} THEN ${count}`);
  const id = sql`CASE col ${columns((column, i) => sql`WHEN ${i} THEN ${foldId(column, '')}`, FLOW_COLUMNS, ' ')} END || family`;
  return sql`
      valued AS (
        ${columns(
          (column, i) => sql`
        SELECT ${i} AS col, ${shown(i)} AS value, sum(calls) AS calls, sum(lit) AS lit
        FROM ${raw(WHO.includes(column) ? 'caller' : 'call')}
        GROUP BY ${shown(i)}`,
          FLOW_COLUMNS,
          '\n        UNION ALL',
        )}
      ),
      named AS (
        SELECT v.*, ${most === 0 ? raw(`'others'`) : sql`CASE v.col ${columns((column, i) => sql`WHEN ${i} THEN ${FAMILIES[column]}`, FLOW_COLUMNS, ' ')} END`} AS named
        FROM valued v
        LEFT JOIN address x ON v.col = 0 AND x.address = v.value
      ),
      family AS (
        SELECT col, named, row_number() OVER (PARTITION BY col ORDER BY sum(lit) DESC, sum(calls) DESC, named) AS nth
        FROM named
        GROUP BY col, named
      ),
      told AS (
        SELECT
          n.* EXCLUDE (named),
          CASE WHEN f.nth <= ${MOST_FAMILIES} THEN n.named ELSE 'others' END    AS family,
          (${IS_MACHINE}) AND NOT (${searched} AND n.lit > 0)                   AS machine,
          count(*) OVER (PARTITION BY n.col)                                    AS told
        FROM named n
        JOIN family f ON f.col = n.col AND f.named = n.named
      ),
      ranked AS (
        SELECT *, row_number() OVER (PARTITION BY col, machine, value IS NULL ORDER BY lit DESC, calls DESC, value) AS place
        FROM told
      ),
      placed AS (
        SELECT *, value IS NULL OR (told <= ${most} AND ${most} > 0) OR (NOT machine AND place <= ${most}) AS shown
        FROM ranked
      ),
      member AS (
        SELECT
          *,
          row_number() OVER (PARTITION BY col, family, shown ORDER BY lit DESC, calls DESC, value)  AS nth,
          count(*) OVER (PARTITION BY col, family, shown)                                           AS members,
          bool_or(shown AND value IS NOT NULL) OVER (PARTITION BY col, family)                      AS split,
          ${opened.length === 0 ? raw('0') : sql`CASE ${id} ${join(opened, ' ')} ELSE 0 END`}       AS stretch
        FROM placed
      ),
      told_apart AS (
        SELECT *, shown OR (members = 1 AND stretch = 0 AND ${most} > 0) AS single, NOT shown AND nth <= stretch AS inside
        FROM member
      ),
      stands AS MATERIALIZED (
        SELECT
          col, value, family, inside, nth, split OR inside AS split,
          single OR inside                                                                               AS own,
          dense_rank() OVER (ORDER BY col, single OR inside, CASE WHEN single OR inside THEN value ELSE family END) - 1  AS node
        FROM told_apart
      )`;
}
