/**
 * How often each address stands on a side of connections or before a request, and each user, and from when to when; kept. To count one by itself takes ten million
 * texts to be read, which is longer than everything else that is asked of an activity.
 */
import { parseAddress } from '../contract/address';
import { name, raw, type Sql, sql } from '../contract/sql';
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
}

/** Of a value, an address in any spelling, as a filter's `=` finds it; undefined where it has to be looked for. */
export async function occurrencesOf(source: Source, of: Occurring, value: string): Promise<Occurrences | undefined> {
  return (await occurrences(source, of))?.get(keyOf(of, value));
}

const keyOf = (of: Occurring, value: string): string => (of === 'user' ? value : String(parseAddress(value) ?? value));

const SHAPE = { who: 'BIGINT', value: 'VARCHAR', count: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?' } as const;

const occurrences = ({ connection, kept }: Source, of: Occurring): Promise<ReadonlyMap<string, Occurrences> | undefined> =>
  kept.get(`occurrences ${of}`, async () => {
    const isOwn = of === 'client' || of === 'server';
    const { n } = await selectOne(
      connection,
      { n: 'BIGINT' },
      sql`SELECT count(*) AS n FROM ${raw(isOwn ? 'address' : 'actor')}`,
    );
    if (n > MOST_VALUES) return undefined;
    const found = new Map<string, Occurrences & { readonly who: bigint }>();
    for (const { who, value, count, first, last } of await select(connection, SHAPE, isOwn ? inActivities(of) : inActors(of))) {
      const key = keyOf(of, value);
      const known = found.get(key);
      // Two spellings of one address in one list are one occurrence.
      if (known && !isOwn && known.who === who) continue;
      found.set(key, {
        who,
        count: Number(count) + (known?.count ?? 0),
        first: least(first, known?.first ?? null),
        last: most(last, known?.last ?? null),
      });
    }
    return found;
  });

const inActivities = (side: 'client' | 'server'): Sql => sql`
        SELECT CAST(0 AS BIGINT) AS who, a.${name(side)} AS value, count(*) AS count, min(a.time) AS first, max(a.time) AS last
        FROM activity a
        WHERE a.${name(side)} IS NOT NULL
        GROUP BY ALL`;

/** Actors are counted by their numbers; those of one actor come one after another. */
const inActors = (of: 'sourceaddresses' | 'user'): Sql => sql`
        SELECT CAST(r.actor AS BIGINT) AS who, v.value, c.count, c.first, c.last
        FROM (SELECT actor, count(*) AS count, min(time) AS first, max(time) AS last FROM activity WHERE actor IS NOT NULL GROUP BY ALL) c
        JOIN actor r ON r.actor = c.actor
        CROSS JOIN LATERAL (SELECT unnest(${raw(of === 'user' ? '[r."user"]' : 'r.sourceaddresses')}) AS value) v
        WHERE v.value IS NOT NULL
        ORDER BY who`;

const least = (a: bigint | null, b: bigint | null): bigint | null => (a === null || (b !== null && b < a) ? b : a);
const most = (a: bigint | null, b: bigint | null): bigint | null => (a === null || (b !== null && b > a) ? b : a);
