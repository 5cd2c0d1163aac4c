/**
 * How often each address stands on a side of connections or before a request, and each user, and from when to when; kept. To count one by itself takes ten million
 * texts to be read, which is longer than everything else that is asked of an activity.
 */
import { parseAddress } from '../contract/address';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { select, selectOne } from './select';
import type { Source } from './source';

/** Where there are more values than these nothing is kept. */
const MOST_VALUES = 200_000;

export type Occurring = 'client' | 'server' | 'sourceaddresses' | 'user';
export interface Occurrences {
  readonly count: number;
  /** Of the dated ones; null where none is. Both inclusive. */
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** Of a row `a`: that it is one of them. */
  readonly holds: Sql;
}

/** Of a value, an address in any spelling, as a filter's `=` finds it; undefined where it has to be looked for. */
export async function occurrencesOf(source: Source, of: Occurring, value: string): Promise<Occurrences | undefined> {
  const found = (await occurrences(source, of))?.get(keyOf(of, value)) ?? [];
  if (found.length === 0) return undefined;
  const dated = found.filter(({ first }) => first !== null);
  return {
    count: found.reduce((sum, { count }) => sum + count, 0),
    first: dated.reduce<bigint | null>((least, { first }) => (least === null || (first as bigint) < least ? first : least), null),
    last: dated.reduce<bigint | null>((most, { last }) => (most === null || (last as bigint) > most ? last : most), null),
    holds: sql`a.${isOwn(of) ? name(of) : raw('actor')} IN (${join(found.map(({ told }) => told))})`,
  };
}

/** Rows that tell one text, or name one actor. */
interface Told extends Pick<Occurrences, 'count' | 'first' | 'last'> {
  readonly told: string | number;
}

const isOwn = (of: Occurring): of is 'client' | 'server' => of === 'client' || of === 'server';

const keyOf = (of: Occurring, value: string): string => (of === 'user' ? value : String(parseAddress(value) ?? value));

const occurrences = (source: Source, of: Occurring): Promise<ReadonlyMap<string, readonly Told[]> | undefined> =>
  source.kept.get(`occurrences ${of}`, async () => {
    const { n } = await selectOne(
      source.connection,
      { n: 'BIGINT' },
      sql`SELECT count(*) AS n FROM ${raw(isOwn(of) ? 'address' : 'actor')}`,
    );
    if (n > MOST_VALUES) return undefined;
    const found = new Map<string, Told[]>();
    const add = (value: string, told: Told) => {
      const key = keyOf(of, value);
      const list = found.get(key);
      if (!list) found.set(key, [told]);
      // Two spellings of one address in one list are one occurrence.
      else if (list.at(-1)?.told !== told.told) list.push(told);
    };
    if (isOwn(of)) for (const told of await counted(source, of)) add(String(told.told), told);
    else {
      const values = await valuesOf(source, of);
      for (const told of await actorCounts(source)) for (const value of values.get(told.told as number) ?? []) add(value, told);
    }
    return found;
  });

const actorCounts = (source: Source): Promise<readonly Told[]> =>
  source.kept.get('occurrences of actors', () => counted(source, 'actor'));

async function counted({ connection }: Source, column: 'client' | 'server' | 'actor'): Promise<readonly Told[]> {
  const rows = await select(
    connection,
    { told: column === 'actor' ? 'INTEGER' : 'VARCHAR', count: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?' },
    sql`
      SELECT ${name(column)} AS told, count(*) AS count, min(time) AS first, max(time) AS last
      FROM activity
      WHERE ${name(column)} IS NOT NULL
      GROUP BY ALL`,
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** What each actor tells, by its number. */
async function valuesOf({ connection }: Source, of: 'sourceaddresses' | 'user'): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await select(
    connection,
    { actor: 'INTEGER', told: 'VARCHAR[]' },
    of === 'user'
      ? sql`SELECT actor, ["user"] AS told FROM actor WHERE "user" IS NOT NULL`
      : sql`SELECT actor, sourceaddresses AS told FROM actor WHERE sourceaddresses IS NOT NULL`,
  );
  return new Map(rows.map(({ actor, told }) => [actor, told]));
}
