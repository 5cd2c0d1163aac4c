/**
 * kubectl (since 1.30) tries a websocket GET for exec, attach and port-forward and, on any failed upgrade, repeats the call as a
 * SPDY POST. Both are one attempt (contract section 3): the repetition is kept, the failed one cited as its fallback.
 */
import type { Connection } from '../case/database';
import { join, raw, sql } from '../contract/sql';
import { recordOrder, type StagedTable, sidOf, TELLING } from './staged';

const FALLBACK = 'refused websocket attempt';
export const WITHIN_NS = 5_000_000_000n;
/** What must agree: who, from where, with what, asking for what. */
const NEEDED = ['kind', 'verb', 'code', 'time', 'requesturi', 'user'] as const;
const SAME = ['cluster', 'user', 'impersonated', 'sourceaddresses', 'useragent', 'requesturi'] as const;
const BATCH = 10_000;

interface Call extends Record<string, unknown> {
  readonly sid: bigint;
  readonly caller: string;
  readonly time: bigint;
  readonly post: boolean;
}

/** Adds the failed GETs that were repeated to `fate`. */
export async function foldAttempts(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  for (const table of tables) {
    if (!NEEDED.every((column) => table.columns.has(column))) continue;
    const same = join(SAME.filter((column) => table.columns.has(column)).map((column) => raw(`s."${column}"`)));
    const attempts = sql`
      FROM ${table.table} s
      WHERE ${TELLING} AND s.kind = 'exec' AND s.time IS NOT NULL AND (s.verb = 'create' OR (s.verb = 'get' AND s.code <> 101))`;
    // Who called is told by a hash that takes its time: only where somebody asked for the same in both ways.
    await connection.work(sql`
      CREATE OR REPLACE TEMP TABLE attempt AS
      WITH asked AS (
        SELECT hash(s.requesturi) AS uri ${attempts} GROUP BY uri HAVING bool_or(s.verb = 'create') AND bool_or(s.verb = 'get')
      ),
      call AS (
        SELECT ${sidOf(table)} AS sid, sha256(json_array(${same})::VARCHAR) AS caller, s.time, s.verb = 'create' AS post, s.member
        ${attempts} AND hash(s.requesturi) IN (SELECT uri FROM asked)
      ),
      kept AS (SELECT * FROM call ANTI JOIN fate USING (sid)),
      both_ways AS (SELECT caller FROM kept GROUP BY caller HAVING bool_or(post) AND NOT bool_and(post))
      SELECT kept.sid, kept.caller, kept.time, kept.post, row_number() OVER (ORDER BY caller, kept.time, post, ${recordOrder('slot')}) AS n
      FROM kept
      SEMI JOIN both_ways USING (caller)
      JOIN slot USING (sid)`);
    await pairUp(connection);
    await connection.run('DROP TABLE attempt');
  }
}

/** First failed, first repeated: walks the calls of each caller in time order, some thousand at a time. */
async function pairUp(connection: Connection): Promise<void> {
  let waiting: Call[] = [];
  for (let from = 0n; ; from += BigInt(BATCH)) {
    const calls = await connection.all<Call>(
      sql`SELECT sid, caller, time, post FROM attempt WHERE n > ${from}::BIGINT AND n <= ${from + BigInt(BATCH)}::BIGINT ORDER BY n`,
    );
    const pairs: [bigint, bigint][] = [];
    for (const call of calls) {
      waiting = waiting.filter((first) => first.caller === call.caller && call.time - first.time <= WITHIN_NS);
      if (!call.post) waiting.push(call);
      else {
        const first = waiting.shift();
        if (first) pairs.push([first.sid, call.sid]);
      }
    }
    for (let i = 0; i < pairs.length; i += 500) {
      const rows = pairs.slice(i, i + 500).map(([sid, head]) => sql`(${sid}::BIGINT, ${head}::BIGINT)`);
      await connection.run(sql`INSERT INTO fate SELECT a, b, 'merged', ${FALLBACK} FROM (VALUES ${join(rows)}) pair(a, b)`);
    }
    if (calls.length < BATCH) return;
  }
}
