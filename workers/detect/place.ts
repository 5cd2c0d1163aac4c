/**
 * Evaluates rules over the whole case and puts what they cite where filters find it: beside the case, in memory, as marks are, since the case may be
 * read-only. Worked out when it is first asked for, and kept for this version of the case (docs/decisions/0015-findings.md).
 */
import type { Connection } from '../case/database';
import { type Attribute, SEVERITIES } from '../contract/attributes';
import { POLICY_SCOPE } from '../contract/policy-hits';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { ID, LINKED } from '../filter/places';
import { given } from '../queries/given';
import type { Kept } from '../queries/kept';
import { select } from '../queries/select';
import type { Source } from '../queries/source';
import { cites } from './cites';
import { type Pack, packIn } from './pack';
import type { Rule } from './rule';
import { mayMatch } from './shapes';

/** Activities that one rule cites at most: the earliest. How many match is counted all the same. */
export const MOST_OF_RULE = 500_000;

/** Rules whose keys one statement looks for. */
const TOGETHER = 8;

/** How many activities each rule matches, by rule. */
export type Placed = ReadonlyMap<string, number>;

const standing = new WeakMap<Kept, { readonly version: number; readonly done: Promise<Placed> }>();

/** The pack's findings. Whoever comes first starts it, and it goes on though their request be superseded. */
export async function placed(source: Source): Promise<Placed> {
  const { kept } = source;
  for (;;) {
    const { version } = kept;
    const done = await start(source, version);
    if (kept.version === version) return done;
  }
}

/** For who reads the attribute `finding`: what it reads is there when this resolves. */
export async function readied(source: Source, attributes: readonly Attribute[]): Promise<void> {
  if (attributes.some(({ home }) => home === 'finding')) await placed(source);
}

function start(source: Source, version: number): Promise<Placed> {
  const { kept, apart = (work) => work(source) } = source;
  const known = standing.get(kept);
  if (known?.version === version) return known.done;
  const pack = packIn(kept);
  const done = apart((own) => place(own, pack, 'kept', () => kept.version === version));
  standing.set(kept, { version, done });
  done.catch(() => standing.delete(kept));
  return done;
}

/**
 * Fills `finding` and `finding_name` of a schema: `kept` for everyone, `temp` for this connection alone.
 * @param holds asked before what was there is replaced: false where the case has changed since
 */
export async function place(source: Source, { rules }: Pack, schema: 'kept' | 'temp', holds = () => true): Promise<Placed> {
  const { connection } = source;
  const counts = await detect(source, rules);
  await connection.run(sql`CREATE OR REPLACE TEMP TABLE spot AS ${SPOTS}`);
  await connection.run(sql`CREATE OR REPLACE TEMP TABLE told AS ${toldOf(rules)}`);
  await connection.together(async () => {
    if (!holds()) return;
    for (const table of ['finding', 'finding_name']) await connection.run(`DELETE FROM ${schema}.${table}`);
    await connection.run(sql`INSERT INTO ${raw(schema)}.finding_name ${NAMES}`);
    await connection.run(sql`INSERT INTO ${raw(schema)}.finding ${FINDINGS}`);
  });
  for (const table of ['detected', 'spot', 'told']) await connection.run(`DROP TABLE ${table}`);
  return new Map(rules.map(({ rule }, i) => [rule, counts.get(i) ?? 0]));
}

/** Fills the temporary table `detected` with what each rule cites; answers how many activities each matches, by its place in the list. */
async function detect(source: Source, rules: readonly Rule[]): Promise<ReadonlyMap<number, number>> {
  const { connection } = source;
  await connection.run('CREATE OR REPLACE TEMP TABLE detected (rule INTEGER, key BIGINT)');
  const may = await mayMatch(source);
  const queries: Sql[] = [];
  for (const [i, { condition }] of rules.entries()) {
    const keys = await cites(source, condition, may);
    if (keys) queries.push(sql`SELECT ${raw(String(i))} AS rule, key FROM (${keys})`);
  }
  for (let at = 0; at < queries.length; at += TOGETHER)
    await connection.run(sql`INSERT INTO detected ${join(queries.slice(at, at + TOGETHER), ' UNION ALL ')}`);
  const rows = await select(
    connection,
    { rule: 'INTEGER', count: 'BIGINT' },
    sql`SELECT rule, count(*) AS count FROM detected GROUP BY rule`,
  );
  for (const { rule, count } of rows) if (count > BigInt(MOST_OF_RULE)) await cut(connection, rule);
  return new Map(rows.map(({ rule, count }) => [rule, Number(count)]));
}

const cut = (connection: Connection, rule: number): Promise<number> =>
  connection.run(sql`
    DELETE FROM detected WHERE rule = CAST(${rule} AS INTEGER) AND key NOT IN (
      SELECT d.key
      FROM detected d
      JOIN activity a ON a.key = d.key
      WHERE d.rule = CAST(${rule} AS INTEGER)
      ORDER BY a.time NULLS LAST, a.key
      LIMIT ${MOST_OF_RULE}
    )`);

/** What is cited, with the small numbers that tell findings apart; -1 where there is none. */
const SPOTS: Sql = sql`
  SELECT d.rule, d.key, coalesce(a.scope, -1) AS scope, coalesce(a.actor, -1) AS actor, coalesce(l.session, -1) AS session
  FROM detected d
  JOIN activity a ON a.key = d.key
  LEFT JOIN (SELECT l.key, min(l.session) AS session FROM link l WHERE ${LINKED} GROUP BY l.key) l ON l.key = d.key`;

const SCOPE = join(POLICY_SCOPE.map((of) => sql`s.${name(of)}`));
const PLACE = [...POLICY_SCOPE, 'user', 'session_id'].map((of) => name(of));

/** Each such combination with its names, and the number of its finding: combinations of equal names are one. */
const toldOf = (rules: readonly Rule[]): Sql => sql`
  WITH combination AS (SELECT DISTINCT rule, scope, actor, session FROM spot),
  opened AS (
    SELECT s.session, ${ID} AS id, c."user"
    FROM session s
    JOIN activity a ON a.key = s.key
    JOIN member m ON m.member = a.member
    LEFT JOIN actor c ON c.actor = a.actor
    WHERE s.session IN (SELECT session FROM combination)
  )
  SELECT
    n.*, r.name, r.severity,
    CAST(dense_rank() OVER (ORDER BY ${join([raw('n.rule'), ...PLACE])}) AS INTEGER) AS finding
  FROM (
    SELECT t.rule, t.scope, t.actor, t.session, ${SCOPE}, coalesce(c."user", o."user") AS "user", o.id AS session_id
    FROM combination t
    LEFT JOIN shown_scope s ON s.scope = t.scope
    LEFT JOIN actor c ON c.actor = t.actor
    LEFT JOIN opened o ON o.session = t.session
  ) n
  JOIN ${given(
    { rule: 'INTEGER', name: 'VARCHAR', severity: 'INTEGER' },
    rules.map(({ rule, severity }, i) => ({ rule: i, name: rule, severity: SEVERITIES.indexOf(severity) })),
  )} r ON r.rule = n.rule`;

/** A finding's id: its rule, and twelve digits that stand for place, user and session. */
const NAMES: Sql = sql`
  SELECT DISTINCT
    finding, name AS rule, severity,
    name || '#' || left(md5(to_json([${join(PLACE)}])::VARCHAR), 12) AS id,
    ${join(PLACE)}
  FROM told`;

const FINDINGS: Sql = sql`
  SELECT p.key, t.finding
  FROM spot p
  JOIN told t ON t.rule = p.rule AND t.scope = p.scope AND t.actor = p.actor AND t.session = p.session`;
