/** What a condition cites, as a query of keys of `activity`: columns over columns, whatever the sort of rule. */
import { type Attribute, attribute } from '../contract/attributes';
import type { Parsed } from '../contract/filter';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { compile } from '../filter/compile';
import { checkPatterns } from '../filter/patterns';
import { joinsOf, valueSql } from '../filter/places';
import { facts } from '../queries/facts';
import { hintsFor } from '../queries/in-view';
import type { Source } from '../queries/source';
import { builtIn } from './built-in';
import type { Condition } from './rule';
import type { MayMatch } from './shapes';

/** What is new in a case can be told if it spans at least this. */
export const LONG_NS = 3n * 86_400_000_000_000n;

/** `SELECT key …`, each key once; undefined where no activity can be cited. Throws `filter` where a regular expression is none. */
export async function cites(source: Source, condition: Condition, may: MayMatch): Promise<Sql | undefined> {
  switch (condition.type) {
    case 'filter':
      return may(condition.when.filter)
        ? sql`SELECT a.key FROM activity a WHERE ${await matches(source, condition.when)}`
        : undefined;
    case 'burst':
      return may(condition.when.filter) ? burst(source, condition) : undefined;
    case 'sequence':
      return may(condition.first.filter) && may(condition.next.filter) ? sequence(source, condition) : undefined;
    case 'new':
      return may(condition.when.filter) ? unseen(source, condition) : undefined;
    case 'built in':
      return builtIn(source, condition.name);
  }
}

/** Filters whose regular expressions were found right: whether they are does not depend on the case. */
const sound = new WeakSet<Parsed>();

async function matches(source: Source, parsed: Parsed): Promise<Sql> {
  if (!sound.has(parsed)) await checkPatterns(source.connection, parsed);
  sound.add(parsed);
  return compile(parsed.filter, await hintsFor(source, parsed.filter));
}

const big = (value: bigint): Sql => raw(`CAST(${value} AS BIGINT)`);

/** Dated activities that match, with their values as columns `v0`, `v1`…; those that lack one are left out. */
async function dated(source: Source, filter: Parsed, names: readonly string[], more: readonly Sql[] = []): Promise<Sql> {
  const of = names.map((one) => attribute(one) as Attribute);
  const columns = of.map((one, i) => sql`${valueSql(one)} AS ${name(`v${i}`)}`);
  return sql`
    SELECT * FROM (
      SELECT ${join([raw('a.key'), raw('epoch_ns(a.time) AS ns'), ...columns, ...more])}
      FROM activity a ${joinsOf(of)}
      WHERE a.time IS NOT NULL AND ${await matches(source, filter)}
    )
    WHERE ${join([raw('TRUE'), ...of.map((_, i) => sql`${name(`v${i}`)} IS NOT NULL`)], ' AND ')}`;
}

const valuesOf = (names: readonly string[]): Sql => join(names.map((_, i) => name(`v${i}`)));

/**
 * An activity with enough of them behind it ends a burst; cited is what lies within the width before such an end. What is wide enough for a burst touches two of the slices that time
 * is cut into, so one of them holds half of it: where none does, nothing need be sorted.
 */
async function burst(
  source: Source,
  { when, by, withinNs, atLeast, different }: Extract<Condition, { type: 'burst' }>,
): Promise<Sql> {
  const names = different === undefined ? by : [...by, different];
  const counted = different === undefined ? raw('count(*)') : sql`count(DISTINCT ${name(`v${by.length}`)})`;
  const part = sql`PARTITION BY ${valuesOf(by)} ORDER BY ns RANGE BETWEEN`;
  return sql`
    WITH hit AS MATERIALIZED (${await dated(source, when, names)}),
    busy AS (
      SELECT ${valuesOf(by)} FROM hit GROUP BY ${valuesOf(by)}, ns // ${big(withinNs)} HAVING count(*) >= CAST(${Math.ceil(atLeast / 2)} AS BIGINT)
    )
    SELECT key FROM (
      SELECT key, max(ends) OVER (${part} CURRENT ROW AND ${big(withinNs)} FOLLOWING) AS cited
      FROM (
        SELECT *, ${counted} OVER (${part} ${big(withinNs)} PRECEDING AND CURRENT ROW) >= CAST(${atLeast} AS BIGINT) AS ends
        FROM hit SEMI JOIN busy USING (${valuesOf(by)})
      )
    )
    WHERE cited`;
}

async function sequence(source: Source, { first, next, by, withinNs }: Extract<Condition, { type: 'sequence' }>): Promise<Sql> {
  const part = sql`PARTITION BY ${valuesOf(by)} ORDER BY ns RANGE BETWEEN`;
  return sql`
    SELECT DISTINCT key FROM (
      SELECT
        key, is_first,
        max(ns) FILTER (WHERE is_first) OVER (${part} ${big(withinNs)} PRECEDING AND CURRENT ROW)      AS before,
        max(ns) FILTER (WHERE NOT is_first) OVER (${part} CURRENT ROW AND ${big(withinNs)} FOLLOWING)  AS after
      FROM (${await dated(source, first, by, [raw('TRUE AS is_first')])} UNION ALL ${await dated(source, next, by, [raw('FALSE AS is_first')])})
    )
    WHERE CASE WHEN is_first THEN after IS NOT NULL ELSE before IS NOT NULL END`;
}

/** Its hits are read twice: to keep what they say of millions takes more than to find them again in the later half. */
async function unseen(source: Source, { when, values }: Extract<Condition, { type: 'new' }>): Promise<Sql | undefined> {
  const { first = 0n, last = 0n } = await facts(source);
  if (last - first < LONG_NS) return undefined;
  const half = big(first + (last - first) / 2n);
  const hits = await dated(source, when, values);
  return sql`
    WITH fresh AS (SELECT ${valuesOf(values)} FROM (${hits}) GROUP BY ALL HAVING min(ns) >= ${half})
    SELECT key FROM (SELECT * FROM (${hits}) WHERE ns >= ${half}) SEMI JOIN fresh USING (${valuesOf(values)})`;
}
