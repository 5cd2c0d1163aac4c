/**
 * Calls as paths through eight columns: counted by the numbers that rows hold, then by what the columns show, then folded to few nodes a column. Each call goes through exactly
 * one node of each column, so what goes into a node comes out of it, and every column sums to the count of the list.
 */
import { ExhibitError } from '../contract/errors';
import {
  API_KINDS,
  FLOW_COLUMNS,
  FLOW_ROWS,
  type Flow,
  type FlowColumn,
  type FlowNode,
  type FlowRequest,
} from '../contract/flow';
import { join, raw, type Sql, sql } from '../contract/sql';
import { columns, shown, VALUES, WHAT, WHO } from './flow-columns';
import { folds } from './flow-fold';
import { type InView, inView, window } from './in-view';
import { type RowOf, select } from './select';
import type { Source } from './source';

/** More than can be told apart; beyond it less is told apart. */
const MOST_PATHS = 5_000;
const MOST_ROWS = 40;
const MOST_OPEN = 200;
const MEMBERS = 12;

/** A node, or a path with the nodes that it goes through. */
const SHAPE = {
  through: 'VARCHAR?',
  calls: 'DOUBLE?',
  lit: 'DOUBLE?',
  execs: 'DOUBLE?',
  node: 'BIGINT?',
  col: 'INTEGER?',
  own: 'BOOLEAN?',
  value: 'VARCHAR?',
  family: 'VARCHAR?',
  inside: 'BOOLEAN?',
  folded: 'BIGINT?',
  members: 'VARCHAR[]?',
  whole: 'BOOLEAN?',
} as const;
type Row = RowOf<typeof SHAPE>;

export async function flow(source: Source, request: FlowRequest): Promise<Flow> {
  const { open = [] } = request;
  if (open.length > MOST_OPEN) throw new ExhibitError('usage', `At most ${MOST_OPEN} folds can be open at once; close some.`);
  const most = Math.min(MOST_ROWS, Math.max(1, Math.floor(request.most ?? FLOW_ROWS)));
  const view = await inView(source, { ...request, kinds: API_KINDS });
  const lit = request.lit === undefined ? undefined : await inView(source, { filter: request.lit });
  const kept = await source.kept.get(JSON.stringify(['flow', view.key, lit?.key ?? null, most, open]), async () => {
    // At the last step each column is one node, and what lacks it another.
    for (const step of [most, Math.ceil(most / 2), 1, 0]) {
      const rows = await select(source.connection, SHAPE, statement(counted(view, lit), folds(step, open, lit !== undefined)));
      const paths = rows.filter(({ through }) => through !== null);
      if (paths.length <= MOST_PATHS)
        return flowOf(
          paths,
          rows.filter(({ through }) => through === null),
        );
    }
    throw new Error('a flow of two nodes a column has more than 256 paths');
  });
  return copied(kept);
}

/** Arrays that cross to another thread are gone here. */
const copied = ({ nodes, paths, calls, lit, execs }: Flow): Flow => ({
  nodes,
  paths: paths.slice(),
  calls: calls.slice(),
  lit: lit.slice(),
  execs: execs.slice(),
});

/** `call`: sums by the numbers and texts that rows hold; `caller`: what the columns of who called show, once for each actor. */
function counted(view: InView, lit: InView | undefined): Sql {
  const { joins, matches } = view.joined;
  const values = (column: FlowColumn, i: number) => sql`${VALUES[column]} AS ${shown(i)}`;
  return sql`
      asked AS (
        SELECT a.actor, a.kind, a.resource, a.action, a.code, ${lit ? lit.matches : raw('TRUE')} AS lit
        FROM activity a ${joins}
        WHERE ${join([matches, ...window(view.from, view.to)], ' AND ')}
      ),
      summed AS (
        SELECT
          actor, resource, action, code,
          count(*)                                              AS calls,
          ${lit ? raw('count(*) FILTER (WHERE lit)') : raw('count(*)')}  AS lit,
          count(*) FILTER (WHERE kind = CAST('exec' AS kind))   AS execs
        FROM asked
        GROUP BY actor, resource, action, code
      ),
      call AS MATERIALIZED (SELECT actor, calls, lit, execs, ${columns(values, WHAT)} FROM summed),
      caller AS MATERIALIZED (
        SELECT s.actor, s.calls, s.lit, ${columns(values, WHO)}
        FROM (SELECT actor, sum(calls) AS calls, sum(lit) AS lit FROM call GROUP BY actor) s
        LEFT JOIN actor ON actor.actor = s.actor
      )`;
}

/** @param folded `stands`: every value of every column with the node that stands for it */
function statement(sums: Sql, folded: Sql): Sql {
  const node = (_: FlowColumn, i: number): Sql => raw(`v${i}.node AS n${i}`);
  const found = (_: FlowColumn, i: number): Sql => {
    const v = raw(`v${i}`);
    return sql`JOIN stands ${v} ON ${v}.col = ${i} AND ${v}.value IS NOT DISTINCT FROM f.${shown(i)}`;
  };
  return sql`
      WITH ${sums},
      ${folded},
      who AS (SELECT f.actor, ${columns(node, WHO)} FROM caller f ${columns(found, WHO, ' ')}),
      path AS (
        SELECT ${columns((_, i) => raw(`n${i}`))}, sum(calls) AS calls, sum(lit) AS lit, sum(execs) AS execs
        FROM (
          SELECT who.* EXCLUDE (actor), ${columns(node, WHAT)}, f.calls, f.lit, f.execs
          FROM call f
          JOIN who ON who.actor IS NOT DISTINCT FROM f.actor
          ${columns(found, WHAT, ' ')}
        )
        GROUP BY ALL
        LIMIT ${MOST_PATHS + 1}
      )
      SELECT
        concat_ws(' ', ${columns((_, i) => raw(`n${i}`))})  AS through,
        CAST(calls AS DOUBLE)                               AS calls,
        CAST(lit AS DOUBLE)                                 AS lit,
        CAST(execs AS DOUBLE)                               AS execs,
        NULL::BIGINT                                        AS node,
        NULL::INTEGER                                       AS col,
        NULL::BOOLEAN                                       AS own,
        NULL::VARCHAR                                       AS value,
        NULL::VARCHAR                                       AS family,
        NULL::BOOLEAN                                       AS inside,
        NULL::BIGINT                                        AS folded,
        NULL::VARCHAR[]                                     AS members,
        NULL::BOOLEAN                                       AS whole
      FROM path
      UNION ALL
      SELECT
        NULL, NULL, NULL, NULL,
        node, col, own,
        any_value(CASE WHEN own THEN value END),
        any_value(family),
        bool_or(inside),
        count(*),
        (list(value ORDER BY nth) FILTER (WHERE value IS NOT NULL))[:${MEMBERS}],
        NOT bool_or(split)
      FROM stands
      GROUP BY node, col, own`;
}

function flowOf(paths: readonly Row[], nodes: readonly Row[]): Flow {
  const of = (column: 'calls' | 'lit' | 'execs') => Float64Array.from(paths, (path) => path[column] ?? 0);
  return {
    nodes: nodes.toSorted((a, b) => Number(a.node) - Number(b.node)).map(nodeOf),
    paths: Float64Array.from(paths.flatMap(({ through }) => (through ?? '').split(' ').map(Number))),
    calls: of('calls'),
    lit: of('lit'),
    execs: of('execs'),
  };
}

const nodeOf = ({ col, own, value, family, inside, folded, members, whole }: Row): FlowNode => ({
  column: FLOW_COLUMNS[col ?? 0] as FlowColumn,
  ...(own ? { value } : {}),
  family: family ?? '',
  inside: inside === true,
  folded: Number(folded),
  members: members ?? [],
  whole: whole === true,
});
