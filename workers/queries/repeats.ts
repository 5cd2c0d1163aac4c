/** What is in view with like things as one: what is noise stands at one end, what happened once at the other. */
import { DICTIONARY_NAMES, type DictionaryName } from '../case/schema';
import { type Attribute, attribute, KINDS } from '../contract/attributes';
import { LIKENESS } from '../contract/likeness';
import { MOST_REPEATS, type Repeats, type RepeatsRequest } from '../contract/repeats';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { tableOf } from '../filter/places';
import { type InView, inView } from './in-view';
import { overview, totalOf } from './overview';
import { readActivities } from './rows';
import { select } from './select';
import type { Source } from './source';

const MOST_ROWS = 1_000;

const COMPARED = [...new Set(KINDS.flatMap((kind) => LIKENESS[kind]))].map((of) => attribute(of) as Attribute);
const OWN = COMPARED.filter(({ home }) => home === 'activity');

/** Of kinds that are not told apart by it, an attribute says nothing. */
function ofItsKinds(of: string, value: Sql): Sql {
  const kinds = KINDS.filter((kind) => LIKENESS[kind].includes(of));
  if (kinds.length === KINDS.length) return value;
  return sql`CASE WHEN a.kind IN (${join(kinds.map((kind) => sql`CAST(${kind} AS kind)`))}) THEN ${value} END`;
}

const ORDERS: Readonly<Record<RepeatsRequest['by'], Sql>> = {
  count: raw('n DESC, first NULLS LAST, key'),
  first: raw('first NULLS LAST, key'),
  last: raw('last DESC NULLS LAST, key'),
};

type Compare = (a: Group, b: Group) => number;
const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
const undatedLast = (a: bigint | null, b: bigint | null, dated: (a: bigint, b: bigint) => number): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : dated(a, b);
const byFirst: Compare = (a, b) => undatedLast(a.first, b.first, ascending) || ascending(a.key, b.key);
/** As `ORDERS`. */
const COMPARES: Readonly<Record<RepeatsRequest['by'], Compare>> = {
  count: (a, b) => ascending(b.n, a.n) || byFirst(a, b),
  first: byFirst,
  last: (a, b) => undatedLast(a.last, b.last, (one, other) => ascending(other, one)) || ascending(a.key, b.key),
};

interface Group {
  readonly key: bigint;
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly n: bigint;
  readonly total: bigint;
}

export async function repeats(source: Source, request: RepeatsRequest): Promise<Repeats> {
  const view = await inView(source, request);
  const found = await inOrder(source, view, request.by);
  const at = Math.min(Math.max(0, Math.floor(request.at ?? 0)), found.length);
  const shown = found.slice(at, at + Math.min(MOST_ROWS, Math.max(0, Math.floor(request.limit))));
  const activities = await readActivities(
    source,
    shown.map(({ key, first }) => ({ key, time: first })),
  );
  return {
    rows: shown.map(({ first, last, n }, i) => ({
      count: Number(n),
      first: first === null ? null : formatTime(first),
      last: last === null ? null : formatTime(last),
      activity: activities[i] as (typeof activities)[number],
    })),
    at,
    total: Number(found[0]?.total ?? 0),
    activities: totalOf(view, await overview(source, view)),
  };
}

/** In another order than before nothing is counted again, unless there are more groups than are kept of any order. */
const inOrder = (source: Source, view: InView, by: RepeatsRequest['by']): Promise<readonly Group[]> =>
  source.kept.get(`repeats ${by} ${view.key}`, async () => {
    const known = await source.kept.get(`repeats ${view.key}`, async () => ({
      by,
      groups: await grouped(source, view.condition, by),
    }));
    if (known.by === by) return known.groups;
    const isAll = BigInt(known.groups.length) === (known.groups[0]?.total ?? 0n);
    return isAll ? known.groups.toSorted(COMPARES[by]) : grouped(source, view.condition, by);
  });

/** Rows of a dictionary that nothing compared tells apart are of one class; where nothing compared has a value there is none, as for rows without a number. */
function classesOf(home: DictionaryName, compared: readonly Attribute[]): Sql {
  const values = compared.map((of) => name(of.column ?? of.name));
  const named = join(
    values.map((value) => sql`${value} IS NOT NULL`),
    ' OR ',
  );
  return sql`SELECT ${raw(home)} AS number, CASE WHEN ${named} THEN dense_rank() OVER (ORDER BY ${join(values)}) END AS class FROM ${tableOf(home)}`;
}

/** Rows are counted by their own columns and by the classes of their dictionary numbers: two are told apart if what is compared of them is. */
function grouped({ connection }: Source, condition: Sql, by: RepeatsRequest['by']): Promise<readonly Group[]> {
  const homes = DICTIONARY_NAMES.map((home) => ({ home, compared: COMPARED.filter((of) => of.home === home) }));
  const classes = homes.map(({ home, compared }) => {
    const number = sql`${raw(`${home}_class`)}.class`;
    return compared.length === 1 ? ofItsKinds((compared[0] as Attribute).name, number) : number;
  });
  const own = OWN.map((of) => ofItsKinds(of.name, sql`a.${name(of.column ?? of.name)}`));
  return select(
    connection,
    { key: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?', n: 'BIGINT', total: 'BIGINT' },
    sql`
      WITH counted AS MATERIALIZED (
        SELECT
          coalesce(arg_min(a.key, a.time), min(a.key))  AS key,
          min(a.time)                                   AS first,
          max(a.time)                                   AS last,
          count(*)                                      AS n
        FROM activity a
        ${join(
          homes.map(({ home, compared }) => {
            const table = raw(`${home}_class`);
            return sql`LEFT JOIN (${classesOf(home, compared)}) ${table} ON ${table}.number = a.${raw(home)}`;
          }),
          '\n        ',
        )}
        WHERE ${condition}
        GROUP BY a.kind, ${join([...classes, ...own])}
      )
      SELECT key, first, last, n, (SELECT count(*) FROM counted) AS total
      FROM counted
      ORDER BY ${ORDERS[by]}
      LIMIT ${raw(String(MOST_REPEATS))}`,
  );
}
