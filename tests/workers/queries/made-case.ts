/** A small case made for one test: rows of `activity` told by the few columns that matter to it. */
import { type Connection, Database } from '../../../workers/case/database';
import { CREATE } from '../../../workers/case/schema';
import { sql } from '../../../workers/contract/sql';
import { Kept } from '../../../workers/queries/kept';
import { attachKept, type Source } from '../../../workers/queries/source';

export interface MadeCase {
  readonly database: Database;
  readonly connection: Connection;
  readonly source: Source;
}

export const START = 1_773_738_000_000_000_000n;
export const SECOND = 1_000_000_000n;

/** Two members of E1, `a.log` (tetragon) and `b.log` (k8s-audit), and two scopes: 1 on node-1, 2 on node-2, both in cluster east. */
export async function madeCase(): Promise<MadeCase> {
  const database = await Database.open(':memory:', { threads: 1 });
  const connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  await attachKept(connection);
  await connection.run(`
    INSERT INTO member (member, evidence, path, name, format, source, rejected)
    VALUES (1, 1, 'a.log', 'a.log', 'tetragon', 'evidence/E1/a.log', 0), (2, 1, 'b.log', 'b.log', 'k8s-audit', 'evidence/E1/b.log', 0)`);
  await connection.run(`INSERT INTO scope (scope, cluster, node) VALUES (1, 'east', 'node-1'), (2, 'east', 'node-2')`);
  await connection.run(`INSERT INTO policy (policy, rule) VALUES (1, 'A shell was opened')`);
  return { database, connection, source: { connection, kept: new Kept() } };
}

export interface MadeRows {
  readonly member: number;
  readonly kind: 'cmd' | 'api';
  readonly scope: number;
  readonly rule?: boolean;
  /** From `START` on, one each; undated where absent. */
  readonly everyNs?: bigint;
  readonly count: number;
}

/** Appends rows; keys and record numbers run on from those before. `comm` is `even` or `odd` in turns. */
export async function fill({ connection }: MadeCase, { member, kind, scope, rule, everyNs, count }: MadeRows, fromNs = 0n) {
  const time = everyNs === undefined ? null : START + fromNs;
  await connection.run(sql`
    INSERT INTO activity BY NAME
    SELECT
      (SELECT coalesce(max(key), 0) FROM activity) + i + 1                         AS key,
      CAST(${member} AS INTEGER)                                                   AS member,
      (SELECT coalesce(max(record), 0) FROM activity) + i + 1                      AS record,
      1                                                                            AS k,
      i * 10                                                                       AS "offset",
      10                                                                           AS "length",
      0                                                                            AS content,
      CAST(${scope} AS INTEGER)                                                    AS scope,
      CAST(${rule ? 1 : null} AS INTEGER)                                          AS policy,
      make_timestamp_ns(CAST(${time} AS BIGINT) + i * CAST(${everyNs ?? 0n} AS BIGINT)) AS time,
      CAST(${kind} AS kind)                                                        AS kind,
      CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END                               AS comm
    FROM range(CAST(${count} AS BIGINT)) t(i)`);
}
