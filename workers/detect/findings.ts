/** What our own rules find in view: what they cite is placed already (`place.ts`), here it is counted. */
import { KINDS, SEVERITIES } from '../contract/attributes';
import { quote } from '../contract/filter';
import {
  type EvaluatedRule,
  type Finding,
  type Findings,
  type FindingsRequest,
  MOST_CITED,
  MOST_FINDINGS,
} from '../contract/findings';
import { POLICY_SCOPE } from '../contract/policy-hits';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { View } from '../contract/view';
import { ID } from '../filter/places';
import { type InView, inView } from '../queries/in-view';
import { type RowOf, select } from '../queries/select';
import type { Source } from '../queries/source';
import type { Period } from './faults';
import { evaluability } from './needs';
import { ownRules, type Pack, packIn, packWith } from './pack';
import { MOST_OF_RULE, type Placed, place, placed } from './place';
import type { Rule } from './rule';
import { findingTables } from './tables';

export async function findings(source: Source, request: FindingsRequest): Promise<Findings> {
  const view = await inView(source, request);
  if (request.rules !== undefined && request.rules.length > 0) return withOwn(source, view, request.rules);
  const done = await placed(source);
  return source.kept.get(`findings ${view.key}`, () =>
    told(source, { view, period: view, pack: packIn(source.kept), done, schema: 'kept', most: MOST_CITED }),
  );
}

/** As `findings` of the pack, with more of what each cites. @param period what the rules could see is told of */
export async function findingsCiting(source: Source, request: View, period: Period, most: number): Promise<Findings> {
  const view = await inView(source, request);
  return told(source, { view, period, pack: packIn(source.kept), done: await placed(source), schema: 'kept', most });
}

async function withOwn(source: Source, view: InView, files: NonNullable<FindingsRequest['rules']>): Promise<Findings> {
  const beside = ownRules(source.kept).filter(({ name: own }) => files.every((file) => file.name !== own));
  const pack = packWith([...beside, ...files]);
  for (const table of findingTables('temp')) await source.connection.run(table);
  const done = await place(source, pack, 'temp');
  const { findings: found, ...rest } = await told(source, { view, period: view, pack, done, schema: 'temp', most: MOST_CITED });
  const names = new Set(files.map(({ name: own }) => own));
  return { findings: found.map((one) => (names.has(one.rule) ? { ...one, filter: null } : one)), ...rest };
}

const SHAPE = {
  id: 'VARCHAR',
  rule: 'VARCHAR',
  ...(Object.fromEntries(POLICY_SCOPE.map((of) => [of, 'VARCHAR?'])) as { [K in (typeof POLICY_SCOPE)[number]]: 'VARCHAR?' }),
  user: 'VARCHAR?',
  session_id: 'VARCHAR?',
  count: 'BIGINT',
  ...(Object.fromEntries(KINDS.map((kind) => [`of ${kind}`, 'BIGINT'])) as { [K in `of ${(typeof KINDS)[number]}`]: 'BIGINT' }),
  first: 'TIMESTAMP_NS?',
  last: 'TIMESTAMP_NS?',
  cited: 'VARCHAR[]',
  findings: 'BIGINT',
  all: 'BIGINT',
} as const;
type Row = RowOf<typeof SHAPE>;

interface Asked {
  readonly view: InView;
  readonly period: Period;
  readonly pack: Pack;
  readonly done: Placed;
  readonly schema: 'kept' | 'temp';
  /** Ids that a finding names at most. */
  readonly most: number;
}

async function told(source: Source, { view, period, pack, done, schema, most }: Asked): Promise<Findings> {
  const rows = await select(source.connection, SHAPE, listed(view, raw(schema), most));
  const counts = await select(
    source.connection,
    { rule: 'VARCHAR', count: 'BIGINT' },
    sql`
      SELECT n.rule, count(*) AS count
      FROM ${raw(schema)}.finding f
      JOIN ${raw(schema)}.finding_name n ON n.finding = f.finding
      JOIN activity a ON a.key = f.key
      WHERE ${view.condition}
      GROUP BY n.rule`,
  );
  const ids = await idsOf(source, rows);
  const rules = new Map(pack.rules.map((rule) => [rule.rule, rule]));
  return {
    findings: rows.map((row) => findingOf(row, rules.get(row.rule) as Rule, ids)),
    unlisted: unlistedOf(rows),
    rules: await evaluated(source, period, pack, done, new Map(counts.map(({ rule, count }) => [rule, Number(count)]))),
    pack: { version: pack.version, rules: pack.rules.length },
  };
}

const listed = (view: InView, schema: Sql, most: number): Sql => sql`
  WITH cited AS (
    SELECT
      f.finding,
      count(*)                                                     AS count,
      ${join(KINDS.map((kind) => sql`count(*) FILTER (WHERE a.kind = CAST(${kind} AS kind)) AS ${name(`of ${kind}`)}`))},
      min(a.time)                                                  AS first,
      max(a.time)                                                  AS last,
      list(a.key ORDER BY a.time NULLS LAST, a.key)[:${raw(String(most))}]  AS cited
    FROM ${schema}.finding f
    JOIN activity a ON a.key = f.key
    WHERE ${view.condition}
    GROUP BY f.finding
  )
  SELECT
    n.id, n.rule, ${join([...POLICY_SCOPE, 'user', 'session_id'].map((of) => sql`n.${name(of)}`))},
    c.count, ${join(KINDS.map((kind) => sql`c.${name(`of ${kind}`)}`))}, c.first, c.last, CAST(c.cited AS VARCHAR[]) AS cited,
    count(*) OVER () AS findings, CAST(sum(c.count) OVER () AS BIGINT) AS "all"
  FROM cited c
  JOIN ${schema}.finding_name n ON n.finding = c.finding
  ORDER BY n.severity, c.first NULLS LAST, n.rule, n.id
  LIMIT ${MOST_FINDINGS}`;

function unlistedOf(rows: readonly Row[]): Findings['unlisted'] {
  const [first] = rows;
  const findings = Number(first?.findings ?? 0) - rows.length;
  return findings === 0 ? null : { findings, count: Number(rows.reduce((rest, { count }) => rest - count, first?.all ?? 0n)) };
}

/** Ids of all that is cited by name, by key. */
async function idsOf({ connection }: Source, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const keys = [...new Set(rows.flatMap(({ cited }) => cited))];
  if (keys.length === 0) return new Map();
  const found = await select(
    connection,
    { key: 'VARCHAR', id: 'VARCHAR' },
    sql`
      SELECT CAST(a.key AS VARCHAR) AS key, ${ID} AS id
      FROM (SELECT CAST(unnest(string_split(${keys.join(' ')}, ' ')) AS BIGINT) AS key) k
      JOIN activity a ON a.key = k.key
      JOIN member m ON m.member = a.member`,
  );
  return new Map(found.map(({ key, id }) => [key, id]));
}

function findingOf(row: Row, rule: Rule, ids: ReadonlyMap<string, string>): Finding {
  const { id, user, session_id: session, count, first, last, cited } = row;
  const kinds = KINDS.flatMap((kind) => (row[`of ${kind}`] > 0n ? [[kind, Number(row[`of ${kind}`])] as const] : []));
  return {
    id,
    ...textOf(rule),
    scope: Object.fromEntries(POLICY_SCOPE.map((of) => [of, row[of]])) as Finding['scope'],
    user,
    session,
    count: Number(count),
    kinds: Object.fromEntries(kinds),
    first: first === null ? null : formatTime(first),
    last: last === null ? null : formatTime(last),
    cited: cited.flatMap((key) => ids.get(key) ?? []),
    filter: `finding = ${quote(id)}`,
  };
}

const textOf = ({ rule, title, severity, confidence, tags, about, innocent, own }: Rule) => ({
  rule,
  title,
  severity,
  confidence,
  tags,
  about,
  innocent,
  ...(own ? { own } : {}),
});

async function evaluated(
  source: Source,
  period: Period,
  { rules }: Pack,
  done: Placed,
  counts: ReadonlyMap<string, number>,
): Promise<readonly EvaluatedRule[]> {
  const evaluable = await evaluability(source, period);
  const rank = ({ severity }: Rule) => SEVERITIES.indexOf(severity);
  return rules
    .toSorted((a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : 1))
    .map((rule) => {
      const matched = done.get(rule.rule) ?? 0;
      const state = evaluable(rule);
      const cut = `It matches ${matched.toLocaleString('en')} activities, of which the earliest ${MOST_OF_RULE.toLocaleString('en')} are cited.`;
      return {
        ...textOf(rule),
        ...(matched > MOST_OF_RULE && state.state === 'whole' ? { state: 'partly' as const, why: cut } : state),
        count: counts.get(rule.rule) ?? 0,
      };
    });
}
