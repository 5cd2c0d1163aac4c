/** Counts of a view by attributes: first by the small numbers that rows hold, then the dictionaries are joined to the few groups. */
import { DICTIONARY_NAMES } from '../case/schema';
import type { Attribute } from '../contract/attributes';
import { ExhibitError } from '../contract/errors';
import { quoteWords } from '../contract/shell-words';
import { join, name, raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { readied } from '../detect/place';
import { joinsOf, tableOf, valueSql } from '../filter/places';
import type { InView } from './in-view';
import { overview } from './overview';
import type { Source } from './source';

export interface Tally {
  /** One value an attribute, as DuckDB gives it; null where absent. */
  readonly values: readonly unknown[];
  /** Start of the bucket; undefined without one, and for undated rows. */
  readonly fromNs?: bigint;
  readonly count: number;
}

export interface TallyOptions {
  readonly bucketNs?: bigint;
  /** More groups than this are refused. */
  readonly most: number;
}

export async function tally(
  source: Source,
  view: InView,
  by: readonly Attribute[],
  options: TallyOptions,
): Promise<readonly Tally[]> {
  await readied(source, by);
  const scoped = options.bucketNs === undefined && by.every((of) => of.home === 'scope');
  return scoped ? tallyScopes(source, view, by) : tallyRows(source, view, by, options);
}

/** The scopes are counted already; their values come from the dictionary. */
async function tallyScopes(source: Source, view: InView, by: readonly Attribute[]): Promise<readonly Tally[]> {
  const scopes = await (await overview(source, view)).scopes();
  const dictionary = await scopeValues(source, by);
  const absent = by.map(() => null);
  const tallies = new Map<string, Tally>();
  for (const [scope, count] of scopes) {
    const values = (scope === null ? undefined : dictionary.get(scope)) ?? absent;
    const key = JSON.stringify(values);
    tallies.set(key, { values, count: count + (tallies.get(key)?.count ?? 0) });
  }
  return [...tallies.values()];
}

const scopeValues = ({ connection, kept }: Source, by: readonly Attribute[]): Promise<ReadonlyMap<number, readonly unknown[]>> =>
  kept.get(`scopes ${by.map((of) => of.name)}`, async () => {
    const values = by.map((of, i) => sql`${valueSql(of)} AS ${name(`c${i}`)}`);
    const rows = await connection.all(sql`SELECT ${join([raw('scope.scope AS scope'), ...values])} FROM shown_scope scope`);
    return new Map(rows.map((row) => [row.scope as number, by.map((_, i) => row[`c${i}`])]));
  });

async function tallyRows(
  source: Source,
  view: InView,
  by: readonly Attribute[],
  options: TallyOptions,
): Promise<readonly Tally[]> {
  const homes: readonly string[] = DICTIONARY_NAMES.filter((home) => by.some((a) => a.home === home));
  const direct = by.filter((a) => !homes.includes(a.home));
  const directName = (of: Attribute) => name(`v${direct.indexOf(of)}`);
  const width = options.bucketNs;
  // Rounded towards minus infinity, also before 1970.
  const bucket =
    width === undefined
      ? []
      : [sql`epoch_ns(a.time) - ((epoch_ns(a.time) % ${big(width)}) + ${big(width)}) % ${big(width)} AS bucket`];
  const inner = [
    ...homes.map((home) => raw(`a.${home} AS ${home}`)),
    ...direct.map((of) => sql`${valueSql(of)} AS ${directName(of)}`),
    ...bucket,
    raw('count(*) AS n'),
  ];
  const outer = [
    ...by.map((of, i) => sql`${homes.includes(of.home) ? valueSql(of) : sql`g.${directName(of)}`} AS ${name(`c${i}`)}`),
    ...(width === undefined ? [] : [raw('g.bucket AS bucket')]),
    raw('CAST(sum(g.n) AS BIGINT) AS n'),
  ];
  const rows = await source.connection.all(sql`
      SELECT ${join(outer)}
      FROM (SELECT ${join(inner)} FROM activity a ${joinsOf(direct)} WHERE ${view.condition} GROUP BY ALL) g
      ${join(
        homes.map((home) => sql`LEFT JOIN ${tableOf(home)} ${raw(home)} ON ${raw(`${home}.${home} = g.${home}`)}`),
        ' ',
      )}
      GROUP BY ALL
      LIMIT ${big(BigInt(options.most + 1))}`);
  if (rows.length > options.most) {
    throw new ExhibitError('bounds', `There are more than ${options.most} groups; narrow the filter or leave a level out.`);
  }
  return rows.flatMap((row) => {
    const count = Number(row.n);
    const fromNs = typeof row.bucket === 'bigint' ? row.bucket : undefined;
    return count === 0 ? [] : [{ values: by.map((_, i) => row[`c${i}`]), fromNs, count }];
  });
}

const big = (value: bigint) => sql`CAST(${value} AS BIGINT)`;

/** A value as one text: a list as shell words, a time as RFC 3339. */
export function textOf(attribute: Attribute, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (attribute.type === 'time') return formatTime(value as bigint);
  return Array.isArray(value) ? quoteWords(value as string[]) : String(value);
}
