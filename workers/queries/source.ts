/**
 * What a query runs on: a connection of its pane, and what is kept ready for this version of the case (shared by all panes).
 * Marks and the case's own address lists lie in a database in memory beside the case, attached as `kept`, since the case itself may be read-only.
 */
import type { Connection } from '../case/database';
import { parseRange } from '../contract/address';
import { sql } from '../contract/sql';
import { findingTables } from '../detect/tables';
import { given } from './given';
import type { Kept } from './kept';

export interface Source {
  readonly connection: Connection;
  readonly kept: Kept;
  /** Runs what others wait for too on a connection of its own, so that it goes on when this request is superseded; on this one where absent. */
  readonly apart?: <T>(work: (source: Source) => Promise<T>) => Promise<T>;
}

/** Once for each opened case, before any query; its connections all see it. */
export async function attachKept(connection: Connection): Promise<void> {
  await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS kept (READ_WRITE)`);
  await connection.run('CREATE TABLE IF NOT EXISTS kept.mark (key BIGINT, kind VARCHAR, text VARCHAR)');
  await connection.run('CREATE TABLE IF NOT EXISTS kept.known (low UHUGEINT, high UHUGEINT)');
  for (const statement of findingTables('kept')) await connection.run(statement);
}

/** Replaces the case's own list of known addresses: addresses and ranges; what is neither is left out and returned. */
export async function setKnown(connection: Connection, known: readonly string[]): Promise<readonly string[]> {
  const ranges = known.map(parseRange).flatMap((range) => (range ? [{ low: String(range.low), high: String(range.high) }] : []));
  await connection.together(async () => {
    await connection.run('DELETE FROM kept.known');
    if (ranges.length === 0) return;
    await connection.run(
      sql`INSERT INTO kept.known SELECT low, high FROM ${given({ low: 'UHUGEINT', high: 'UHUGEINT' }, ranges)}`,
    );
  });
  return known.filter((text) => !parseRange(text));
}
