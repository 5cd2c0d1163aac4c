/**
 * Completes what a record leaves out of its scope from what the evidence says elsewhere: an API server names a pod, and only an agent on its node knows the host; an
 * agent names a container id, and only a pod's status knows whose it is. Sources are the scopes themselves (agents' metadata) and what bodies of API calls
 * tell (`told`). What a record told stays as it is in `scope`; `shown_scope` has both, and `completed` says on what each value rests (design section 4).
 *
 * A value is completed only where there is exactly one answer: one in the whole case, or one that was told before and after all that happened in the scope while no
 * other was told between. A scope has no time of its own, so a pod's name that came back on another node completes nothing where records of both lie in one scope.
 * Derived: in no case digest, and renewed as a whole.
 */
import type { Connection } from '../case/database';
import { COMPLETED_COLUMNS } from '../case/schema';
import { CONTAINER_ID, DOCKER_NAME } from '../contract/container';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { nameAddresses } from './addresses';
import { gatherTold } from './told';

type Column = (typeof COMPLETED_COLUMNS)[number];
/** `id12`: the container id's first 12 digits. */
type Key = readonly (Column | 'id12')[];

/** More answers than these are too many, whatever their times; it bounds what evidence can make of a join. */
const MOST_ANSWERS = 64;

interface Step {
  readonly key: Key;
  readonly gives: readonly Column[];
  /** What a value of this step rests on; where only bodies of API calls told it, `bodies`. */
  readonly basis: string;
  readonly bodies?: string;
  /** Which rows of `telling` may gain. */
  readonly where?: Sql;
  /** Only an answer without any rival will do. */
  readonly unrivalled?: boolean;
}

const MACHINE: readonly Column[] = ['host', 'hostip', 'mac', 'node'];
const WORKLOAD: readonly Column[] = ['workload', 'workloadkind', 'deployment'];
const OF_POD = 'what API calls said of this pod';
const OF_CONTAINER = 'what API calls said of this container';

/** One after another: each sees what the ones before it completed. */
const STEPS: readonly Step[] = [
  {
    key: ['id12'],
    gives: ['cluster', 'namespace', 'pod', 'container', 'image', ...WORKLOAD, ...MACHINE],
    basis: 'other records of this container',
    bodies: OF_CONTAINER,
  },
  { key: ['namespace', 'pod'], gives: ['cluster'], basis: 'the only cluster that names this pod', unrivalled: true },
  {
    key: ['cluster', 'namespace', 'pod'],
    gives: [...WORKLOAD, ...MACHINE],
    basis: 'other records of this pod',
    bodies: OF_POD,
  },
  // A call on the pod is in none of its containers.
  {
    key: ['cluster', 'namespace', 'pod'],
    gives: ['container'],
    basis: 'the only container of this pod that is named',
    where: sql`telling.inside`,
    unrivalled: true,
  },
  {
    key: ['cluster', 'namespace', 'pod', 'container'],
    gives: ['containerid', 'image'],
    basis: 'other records of this container',
    bodies: OF_CONTAINER,
  },
  { key: ['node'], gives: ['cluster'], basis: 'the only cluster that names this node', unrivalled: true },
  { key: ['host'], gives: ['cluster'], basis: 'the only cluster that names this host', unrivalled: true },
  {
    key: ['cluster', 'node'],
    gives: ['host', 'hostip', 'mac'],
    basis: 'other records of this node',
    bodies: 'what API calls said of this node',
  },
  { key: ['cluster', 'host'], gives: ['node', 'hostip', 'mac'], basis: 'other records of this host' },
];

export async function completeScopes(connection: Connection): Promise<void> {
  await gatherScopes(connection);
  await gatherTold(connection);
  let worth = await worthwhile(connection);
  for (const [i, step] of STEPS.entries())
    if (worth[i] && (await complete(connection, step)) > 0) worth = await worthwhile(connection);
  await store(connection);
  await nameAddresses(connection);
  for (const table of ['telling', 'answer', 'told_object']) await connection.run(`DROP TABLE IF EXISTS ${table}`);
}

const texts = (prefix = ''): string => COMPLETED_COLUMNS.map((column) => `"${prefix}${column}" VARCHAR`).join(', ');

/**
 * `telling`: one row a scope, and one for each thing that bodies told (`scope` NULL); first and last: when something happened in it, or when it was told; inside: nothing in
 * it is a call on the pod itself; `by_…`: on what a value rests that was completed.
 */
async function gatherScopes(connection: Connection): Promise<void> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE telling (
      "row" INTEGER, scope INTEGER, first TIMESTAMP_NS, last TIMESTAMP_NS, inside BOOLEAN, id12 VARCHAR, ${texts()}, ${texts('by_')})`);
  const docker = (part: number) => `nullif(regexp_extract(s.container, '${DOCKER_NAME}', ${part}), '')`;
  await connection.run(`
    INSERT INTO telling BY NAME
    SELECT
      row_number() OVER ()::INTEGER AS "row",
      s.scope,
      r.first,
      r.last,
      coalesce(r.inside, false) AS inside,
      nullif(regexp_extract(s.containerid, '${CONTAINER_ID}', 1), '') AS id12,
      CASE WHEN s.pod IS NULL AND ${docker(2)} IS NOT NULL THEN 'the name of the container' END AS by_pod,
      CASE WHEN s.namespace IS NULL AND ${docker(3)} IS NOT NULL THEN 'the name of the container' END AS by_namespace,
      s.* EXCLUDE (scope) REPLACE (
        coalesce(${docker(1)}, s.container) AS container,
        coalesce(s.pod, ${docker(2)}) AS pod,
        coalesce(s.namespace, ${docker(3)}) AS namespace)
    FROM scope s
    LEFT JOIN (SELECT scope, min(time) AS first, max(time) AS last, bool_and(kind <> 'api') AS inside FROM activity GROUP BY scope) r USING (scope)`);
}

/** An absent cluster equals an absent one; what else is absent names nothing. */
const isNamed = (key: Key): Sql =>
  join(
    key.filter((column) => column !== 'cluster').map((column) => sql`${name(column)} IS NOT NULL`),
    ' AND ',
  );

/** Which steps have both something to give and something that lacks it; asked at once, since most evidence is of one source, which leaves nothing to most of them. */
async function worthwhile(connection: Connection): Promise<readonly boolean[]> {
  const asked = STEPS.map(({ key, gives }) => {
    const some = (is: string): Sql =>
      sql`bool_or(${isNamed(key)} AND (${join(
        gives.map((column) => sql`${name(column)} ${raw(is)}`),
        ' OR ',
      )}))`;
    return sql`coalesce(${some('IS NOT NULL')} AND ${some('IS NULL')}, false)`;
  });
  const row = await connection.one<{ worth: readonly boolean[] }>(sql`SELECT [${join(asked)}] AS worth FROM telling`);
  return row?.worth ?? [];
}

/** Answers how many rows gained something. */
async function complete(connection: Connection, step: Step): Promise<number> {
  const { key, gives, unrivalled } = step;
  const keys = join(key.map(name));
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE answer AS
    SELECT *, count(*) OVER (PARTITION BY ${keys}, attribute) AS answers
    FROM (
      SELECT ${keys}, attribute, value, min(first) AS first, max(last) AS last, bool_and(scope IS NULL) AS "ofBodies"
      FROM (
        UNPIVOT (
          SELECT scope, first, last, ${keys}, ${join(gives.map((column) => sql`${name(column)} AS ${given(column)}`))}
          FROM telling
          WHERE ${isNamed(key)}
        )
        ON ${join(gives.map(given))} INTO NAME attribute VALUE value
      )
      GROUP BY ALL
    )
    QUALIFY answers <= ${unrivalled ? 1 : MOST_ANSWERS}::INTEGER`);
  const gained = await take(
    connection,
    step,
    sql`SELECT ${keys}, ${found(step)} FROM answer a WHERE answers = 1 GROUP BY ALL`,
    same(key, 'g', 'telling'),
  );
  if (unrivalled || !(await connection.one('SELECT 1 FROM answer WHERE answers > 1 LIMIT 1'))) return gained;
  return gained + (await takeAtTheTime(connection, step));
}

/** Of several answers the one that was told around all that happened in the scope. */
async function takeAtTheTime(connection: Connection, step: Step): Promise<number> {
  const right = sql`
    SELECT p."row", ${found(step)}
    FROM telling p
    JOIN answer a ON ${same(step.key, 'a', 'p')}
    WHERE a.answers > 1 AND a.first <= p.first AND p.last <= a.last AND NOT EXISTS (
      FROM answer b
      WHERE ${same(step.key, 'b', 'a')} AND b.attribute = a.attribute AND b.value <> a.value AND b.first <= p.last AND b.last >= p.first)
    GROUP BY p."row"`;
  return take(connection, step, right, sql`g."row" = telling."row"`);
}

/** A text of our own. DuckDB counts the parameters of an UPDATE in another order than they are written in. */
const text = (own: string): Sql => raw(`'${own.replaceAll("'", "''")}'`);
/** Under names of their own: what is unpivoted may be a key too. */
const given = (column: Column): Sql => name(`v_${column}`);
const same = (key: Key, one: string, other: string): Sql =>
  join(
    key.map((column) => sql`${raw(one)}.${name(column)} IS NOT DISTINCT FROM ${raw(other)}.${name(column)}`),
    ' AND ',
  );

/** Of rows of `answer` (alias a): one column for each attribute, and whether only bodies told it. */
const found = ({ gives }: Step): Sql =>
  join(
    gives.map((column) => {
      const its = sql`FILTER (a.attribute = ${text(`v_${column}`)})`;
      return sql`max(a.value) ${its} AS ${given(column)}, bool_and(a."ofBodies") ${its} AS ${name(`bodies_${column}`)}`;
    }),
  );

async function take(connection: Connection, { gives, basis, bodies, where }: Step, gained: Sql, on: Sql): Promise<number> {
  const set = gives.map((column) => {
    const [own, by] = [sql`telling.${name(column)}`, sql`telling.${name(`by_${column}`)}`];
    const rest = sql`CASE WHEN g.${name(`bodies_${column}`)} THEN ${text(bodies ?? basis)} ELSE ${text(basis)} END`;
    return sql`
      ${name(column)} = coalesce(${own}, g.${given(column)}),
      ${name(`by_${column}`)} = CASE WHEN ${own} IS NULL AND g.${given(column)} IS NOT NULL THEN ${rest} ELSE ${by} END`;
  });
  const lacks = join(
    gives.map((column) => sql`(telling.${name(column)} IS NULL AND g.${given(column)} IS NOT NULL)`),
    ' OR ',
  );
  return connection.run(
    sql`UPDATE telling SET ${join(set)} FROM (${gained}) g WHERE ${on} AND (${where ?? raw('TRUE')}) AND (${lacks})`,
  );
}

/** Only what the scope itself does not say: a container's name that Docker composed stays as it is. */
async function store(connection: Connection): Promise<void> {
  await connection.run('DELETE FROM completed');
  const gained = (column: Column) => sql`t.${name(`by_${column}`)} IS NOT NULL`;
  const basis = join(COMPLETED_COLUMNS.map((column) => sql`${column}, t.${name(`by_${column}`)}`));
  await connection.run(sql`
    INSERT INTO completed BY NAME
    SELECT
      t.scope,
      ${join(COMPLETED_COLUMNS.map((column) => sql`CASE WHEN ${gained(column)} THEN t.${name(column)} END AS ${name(column)}`))},
      json_merge_patch('{}', json_object(${basis}))::VARCHAR AS basis
    FROM telling t
    WHERE t.scope IS NOT NULL AND (${join(COMPLETED_COLUMNS.map(gained), ' OR ')})`);
}
