/**
 * The rows that share a pid with an activity or with its parent, or have it as their parent, read once into a table of this connection: each group of related processes
 * is then asked of these alone, by the very filter that it is shown with.
 */
import type { ActivityJson } from '../contract/activity';
import { join, raw, type Sql, sql } from '../contract/sql';
import { select } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';

/** Where a filter on processes finds all rows that it holds for. */
export interface Among {
  /** With all columns that such filters read. */
  readonly table: Sql;
  /** What stands before a statement that has such a filter: only the links of these rows are looked at then. */
  readonly given: Sql;
}

export interface Kin {
  readonly pid: number;
  /** The correlator's process, else the agent's own id of it. */
  readonly process: string | undefined;
  readonly ppid: number | undefined;
  readonly parent: string | undefined;
  readonly among: Among;
  readonly drop: () => Promise<void>;
}

/** Some pids are those of most rows (that of a container's first process, where a source tells it so): then nothing is gained. */
const MOST_ROWS = 100_000;
const COLUMNS = raw('"key", "time", kind, scope, pid, ppid, entityid, parententity');
const TABLE = raw('kin');
const LINKS = raw('kin_link');
export const ALL: Among = { table: raw('activity'), given: raw('') };
const FEW: Among = { table: TABLE, given: sql`WITH link AS (FROM ${LINKS}) ` };

/** Undefined where no pid is known. */
export async function kinOf(source: Source, { key }: RowKey, activity: ActivityJson): Promise<Kin | undefined> {
  const pid = numberOf(activity.pid);
  if (pid === undefined) return undefined;
  const process = typeof activity.process === 'string' ? activity.process : undefined;
  const ppid = numberOf(activity.ppid) || undefined;
  const parent = ppid === undefined ? undefined : await parentOf(source, key);
  const ids = { pid, process, ppid, parent };
  const { connection } = source;
  const rows = await connection.run(sql`CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${await rowsOf(source, ids)}`);
  await connection.run(
    sql`CREATE OR REPLACE TEMP TABLE ${LINKS} AS SELECT * FROM link WHERE "key" IN (SELECT "key" FROM ${TABLE})`,
  );
  const drop = async () => {
    await connection.run(sql`DROP TABLE ${TABLE}`);
    await connection.run(sql`DROP TABLE ${LINKS}`);
  };
  return { ...ids, among: rows > MOST_ROWS ? ALL : FEW, drop };
}

/** The session's tree knows a parent's process; else the agent's own id of it. */
async function parentOf({ connection }: Source, key: bigint): Promise<string | undefined> {
  const of = (statement: Sql) => select(connection, { parent: 'VARCHAR?' }, statement);
  const own = raw(`key = ${key}`);
  const linked = await of(sql`SELECT process AS parent FROM link WHERE ${own} AND process IS NOT NULL LIMIT 1`);
  const known =
    linked.length === 0
      ? []
      : await of(
          sql`SELECT any_value(p.parent) AS parent FROM link l JOIN process p ON p.process = l.process AND p.session = l.session WHERE l.${own}`,
        );
  const [told] = known[0]?.parent ? known : await of(sql`SELECT parententity AS parent FROM activity WHERE ${own}`);
  return told?.parent ?? undefined;
}

/** Where the correlator put nothing on these processes, only the agent's ids of them can name them. */
async function rowsOf({ connection }: Source, { pid, process, ppid, parent }: Omit<Kin, 'among' | 'drop'>): Promise<Sql> {
  const named = [process, parent].filter((id) => id !== undefined);
  const [linked] =
    named.length === 0
      ? []
      : await select(
          connection,
          { found: 'INTEGER' },
          sql`SELECT 1 AS found FROM link WHERE process IN (${join(named)}) LIMIT 1`,
        );
  const told = (id: string | undefined) => (id === undefined || linked ? raw('') : sql` AND entityid = ${id}`);
  const is = (number: number) => raw(`= CAST(${number} AS UINTEGER)`);
  const parts = [
    sql`pid ${is(pid)}${told(process)}`,
    ...(ppid === undefined || ppid === pid ? [] : [sql`pid ${is(ppid)}${told(parent)}`]),
    sql`ppid ${is(pid)}`,
  ];
  const read = parts.map((part) => sql`SELECT ${COLUMNS} FROM activity WHERE ${part}`);
  return sql`SELECT DISTINCT * FROM (${join(read, ' UNION ALL ')}) LIMIT ${MOST_ROWS + 1}`;
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
