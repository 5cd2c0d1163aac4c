/** Puts the correlator's answers into `session`, `process` and `link`, all renewed in one transaction. */
import { setImmediate } from 'node:timers/promises';
import type { DuckDBAppender } from '@duckdb/node-api';
import type { Connection } from '../case/database';
import { raw, type Sql, sql } from '../contract/sql';
import { clearClocks, storeClocks } from './clocks';
import { labelComposites } from './composites';
import type { Extract } from './extract';
import type { Answer, Attempt, Found, Input, Output } from './input';
import { detailOf, type RootText } from './reasons';

/** Id of a process: the agent's own, else host, pid and start. */
const PROCESS_ID = raw(
  `coalesce(a.entityid, coalesce(s.host, s.node, s.containerid, '') || '/' || coalesce(a.pid::VARCHAR, '') || '@' || epoch_ns(coalesce(a.started, a.time)))`,
);

export async function write(connection: Connection, input: Extract, output: Output): Promise<void> {
  await stageFound(connection, output.found);
  await stageSessions(connection, input, output, await rootTexts(connection, output));
  await stageTwins(connection, input);
  await connection.together(async () => {
    await labelComposites(connection, input.attempts);
    await empty(connection);
    await storeClocks(connection, input, output.clocks);
    for (const statement of [PROCESSES, ORIGINATORS, TWINS, ROWS, FOLLOWERS, SESSIONS]) await connection.run(statement);
  });
  for (const table of ['found', 'session', 'twin', 'scope'])
    await connection.run(sql`DROP TABLE IF EXISTS ${raw(`correlate_${table}`)}`);
}

/** Where nothing opens a session any more. */
export const clear = (connection: Connection): Promise<void> =>
  connection.together(async () => {
    await labelComposites(connection, []);
    await empty(connection);
    await clearClocks(connection);
  });

async function empty(connection: Connection): Promise<void> {
  for (const table of ['session', 'link', 'process']) await connection.run(sql`DELETE FROM ${raw(table)}`);
}

/** Rows appended before other work of this thread has its turn. */
const TURN = 1000;

/** Fills a temporary table through an appender, row by row. */
async function stage(
  connection: Connection,
  table: string,
  columns: string,
  rows: number,
  append: (appender: DuckDBAppender, row: number) => void,
): Promise<void> {
  await connection.run(sql`CREATE OR REPLACE TEMP TABLE ${raw(table)} (${raw(columns)})`);
  const appender = await connection.raw.createAppender(table, undefined, 'temp');
  for (let row = 0; row < rows; row++) {
    append(appender, row);
    appender.endRow();
    if (row % TURN === TURN - 1) await setImmediate();
  }
  appender.closeSync();
}

const stageFound = (connection: Connection, found: Found): Promise<void> =>
  stage(
    connection,
    'correlate_found',
    'key BIGINT, session INTEGER, process BIGINT, parent BIGINT, depth INTEGER, confidence DOUBLE',
    found.key.length,
    (appender, i) => {
      appender.appendBigInt(BigInt(found.key[i] as number));
      appender.appendInteger((found.session[i] as number) + 1);
      appender.appendBigInt(BigInt(found.process[i] as number));
      appender.appendBigInt(BigInt(found.parent[i] as number));
      appender.appendInteger(found.depth[i] as number);
      appender.appendDouble(found.confidence[i] as number);
    },
  );

/** What the case says of the roots, by key. */
async function rootTexts(connection: Connection, { roots }: Output): Promise<Map<number, RootText>> {
  const known = roots.filter((key) => !Number.isNaN(key));
  await stage(connection, 'correlate_root', 'key BIGINT', known.length, (appender, i) => {
    appender.appendBigInt(BigInt(known[i] as number));
  });
  const rows = await connection.all<Omit<RootText, 'key'> & { readonly key: bigint; readonly [column: string]: unknown }>(
    sql`SELECT a.key, a.comm, a.cmdline, a.parent, a.tty, s.containerid FROM activity a LEFT JOIN scope s USING (scope) SEMI JOIN correlate_root r USING (key)`,
  );
  await connection.run('DROP TABLE correlate_root');
  return new Map(rows.map((row) => [Number(row.key), { ...row, key: Number(row.key) }]));
}

const stageSessions = (
  connection: Connection,
  { attempts, places, bare }: Extract,
  { answers, roots }: Output,
  texts: ReadonlyMap<number, RootText>,
): Promise<void> =>
  stage(
    connection,
    'correlate_session',
    'session INTEGER, key BIGINT, confidence DOUBLE, root BIGINT, detail VARCHAR',
    attempts.length,
    (appender, i) => {
      const attempt = attempts[i] as Attempt;
      const answer = answers[i] as Answer;
      const root = roots[i] as number;
      appender.appendInteger(i + 1);
      appender.appendBigInt(BigInt(attempt.key));
      if (Number.isNaN(root)) {
        if (answer.heads.length > 0) appender.appendDouble(answer.confidence);
        else appender.appendNull();
        appender.appendNull();
      } else {
        appender.appendDouble(answer.confidence);
        appender.appendBigInt(BigInt(root));
      }
      appender.appendVarchar(JSON.stringify(detailOf(attempt, i, answer, texts.get(root), places[answer.place], bare)));
    },
  );

function stageTwins(connection: Connection, { attempts }: Input): Promise<void> {
  const twins = attempts.flatMap((attempt, i) => attempt.twins.map((key) => ({ key, session: i + 1 })));
  return stage(connection, 'correlate_twin', 'key BIGINT, session INTEGER', twins.length, (appender, i) => {
    const { key, session } = twins[i] as (typeof twins)[number];
    appender.appendBigInt(BigInt(key));
    appender.appendInteger(session);
  });
}

/** A process is told by the first row that speaks of it. */
const PROCESSES: Sql = sql`
  INSERT INTO process
  WITH head AS (
    SELECT f.session, f.key, f.parent, f.depth, ${PROCESS_ID} AS process, a.pid, a.ppid, a.comm, a.cmdline, coalesce(a.started, a.time) AS start, a."end"
    FROM correlate_found f JOIN activity a USING (key) LEFT JOIN scope s USING (scope)
    WHERE f.key = f.process
  )
  SELECT h.session, h.process, p.process, h.pid, h.ppid, h.comm, h.cmdline, h.start, h."end", h.depth, h.key
  FROM head h LEFT JOIN head p ON p.key = h.parent
  ORDER BY h.session, h.start, h.process`;

/** One that is itself a process has that. */
const ORIGINATORS: Sql = sql`
  INSERT INTO link
  SELECT c.key, c.session, c.confidence, p.process, CASE WHEN p.process IS NOT NULL THEN true END
  FROM correlate_session c LEFT JOIN process p ON p.key = c.key AND p.session = c.session
  ORDER BY c.session`;

/** They are their session's whatever its process is. */
const TWINS: Sql = sql`
  INSERT INTO link
  SELECT t.key, t.session, CASE WHEN c.confidence >= 0.5 THEN c.confidence END, NULL, NULL
  FROM correlate_twin t JOIN correlate_session c USING (session)
  ORDER BY t.session, t.key`;

const ROWS: Sql = sql`
  INSERT INTO link
  SELECT f.key, f.session, f.confidence, p.process, true
  FROM correlate_found f JOIN process p ON p.key = f.process
  WHERE f.key NOT IN (SELECT key FROM correlate_session)
  ORDER BY f.session, f.key`;

/** Connections, files and rule hits that name one of these processes by the agent's own id. */
const FOLLOWERS: Sql = sql`
  INSERT INTO link
  WITH told AS (SELECT p.process, p.session, l.confidence FROM process p JOIN link l ON l.key = p.key)
  SELECT a.key, t.session, t.confidence, t.process, true
  FROM activity a JOIN told t ON a.entityid = t.process
  WHERE a.scope IN (SELECT scope FROM correlate_scope) AND a.key NOT IN (SELECT key FROM correlate_found)
  ORDER BY t.session, a.key`;

const SESSIONS: Sql = sql`
  INSERT INTO session
  WITH span AS (
    SELECT l.session, min(a.time) AS first, max(greatest(a.time, a."end")) AS last
    FROM link l JOIN activity a USING (key)
    GROUP BY ALL
  )
  SELECT c.session, c.key, 'S-' || c.session, c.confidence, ${PROCESS_ID}, span.first, span.last, c.detail
  FROM correlate_session c
  LEFT JOIN span USING (session)
  LEFT JOIN activity a ON a.key = c.root
  LEFT JOIN scope s ON s.scope = a.scope
  ORDER BY c.session`;
