/** The measured clocks where queries find them: one value of `meta`, renewed with the sessions. */
import type { Connection } from '../case/database';
import type { ClockOffset } from '../contract/clocks';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { Attempt } from './input';
import type { MeasuredOffset } from './measured';
import { logName } from './reasons';

const NAME = 'clocks';
/** Milliseconds: what is measured is not finer. */
const rounded = (seconds: number): number => Math.round(seconds * 1e3) / 1e3;

export async function storeClocks(
  connection: Connection,
  { base, attempts }: { readonly base: bigint; readonly attempts: readonly Attempt[] },
  measured: readonly MeasuredOffset[],
): Promise<void> {
  const names = new Map(attempts.map((attempt) => [attempt.log, logName(attempt)]));
  const time = (seconds: number): string => formatTime(base + BigInt(Math.round(seconds * 1e9)));
  const clocks = measured.map(
    ({ log, host, from, to, offset, spread, pairs, sharp }): ClockOffset => ({
      server: names.get(log) ?? log,
      host,
      from: time(from),
      to: time(to),
      offset: rounded(offset),
      spread: rounded(spread),
      pairs,
      exits: sharp,
    }),
  );
  await connection.run(sql`INSERT OR REPLACE INTO meta VALUES (${NAME}, ${JSON.stringify(clocks)})`);
}

export const clearClocks = (connection: Connection): Promise<number> =>
  connection.run(sql`DELETE FROM meta WHERE name = ${NAME}`);

/** None where nothing was correlated yet. */
export async function readClocks(connection: Connection): Promise<readonly ClockOffset[]> {
  const row = await connection.one<{ value: string }>(sql`SELECT value FROM meta WHERE name = ${NAME}`);
  return row === undefined ? [] : (JSON.parse(row.value) as readonly ClockOffset[]);
}
