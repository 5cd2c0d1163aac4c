/**
 * The rows that share a pid with an activity or with its parent, or have it as their parent, read once into a table of this connection: each group of related processes
 * is then asked of these alone, by the very filter that it is shown with.
 */
import type { ActivityJson } from '../contract/activity';
import { join, raw, type Sql, sql } from '../contract/sql';
import { select } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';

export interface Kin {
  readonly pid: number;
  /** The correlator's process, else the agent's own id of it. */
  readonly process: string | undefined;
  readonly ppid: number | undefined;
  readonly parent: string | undefined;
  /** A table with these rows, and all columns of them that filters on processes read. */
  readonly among: Sql;
  readonly drop: () => Promise<void>;
}

/** Some pids are those of most rows (that of a container's first process, where a source tells it so): then nothing is gained. */
const MOST_ROWS = 100_000;
const COLUMNS = raw('"key", "time", kind, scope, pid, ppid, entityid, parententity');
const TABLE = raw('kin');

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
  const drop = async () => {
    await connection.run(sql`DROP TABLE IF EXISTS ${TABLE}`);
  };
  return { ...ids, among: rows > MOST_ROWS ? raw('activity') : TABLE, drop };
}

/** The session's tree knows a parent's process; else the agent's own id of it. */
async function parentOf({ connection }: Source, key: bigint): Promise<string | undefined> {
  const own = raw(`key = ${key}`);
  const [known] = await select(
    connection,
    { parent: 'VARCHAR' },
    sql`
      SELECT coalesce(
        (SELECT any_value(p.parent) FROM link l JOIN process p ON p.process = l.process AND p.session = l.session WHERE l.${own}),
        (SELECT parententity FROM activity WHERE ${own})
      ) AS parent
      WHERE parent IS NOT NULL`,
  );
  return known?.parent;
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
