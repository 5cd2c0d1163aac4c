/** Counts what a question asks for, with a sample that a table of random numbers could have drawn: anyone draws the same one from the same case. */

import type { ActivityJson } from '../contract/activity';
import { type Figure, MOST_SAMPLES, MOST_VALUES } from '../contract/answers';
import { attribute } from '../contract/attributes';
import { besides, equation } from '../contract/filter-edit';
import { sql } from '../contract/sql';
import type { View } from '../contract/view';
import { inView } from '../queries/in-view';
import { readActivities } from '../queries/rows';
import { selectOne } from '../queries/select';
import type { RowKey } from '../queries/slice';
import type { Source } from '../queries/source';
import { values } from '../queries/values';
import type { AskedFigure } from './question';

/** A figure whose sample is yet to be read. */
export interface Counted {
  readonly figure: Omit<Figure, 'sample'>;
  readonly keys: readonly bigint[];
}

export async function counted(source: Source, view: View, { what, filter: asked, by }: AskedFigure): Promise<Counted> {
  const filter = both(view.filter, asked);
  const narrowed = { filter, from: view.from, to: view.to };
  const { condition } = await inView(source, narrowed);
  // The keys in an order that has nothing to do with what they stand for: multiples of a number modulo a prime.
  const { count, keys } = await selectOne(
    source.connection,
    { count: 'BIGINT', keys: 'VARCHAR[]?' },
    sql`
      SELECT
        count(*)                                                                                                     AS count,
        CAST(arg_min(a.key, (a.key % 1000003 * 7919 + a.key // 1000003) % 1000003, ${MOST_SAMPLES}) AS VARCHAR[])  AS keys
      FROM activity a
      WHERE ${condition}`,
  );
  const of = by === undefined || count === 0n ? undefined : attribute(by);
  const found = of ? await values(source, { ...narrowed, attribute: of.name, limit: MOST_VALUES }) : [];
  return {
    figure: {
      what,
      filter,
      count: Number(count),
      by: of
        ? {
            attribute: of.name,
            values: found.map(({ value, count: times }) => ({
              value,
              count: times,
              filter: both(filter, equation(of, '=', value)),
            })),
          }
        : null,
    },
    keys: (keys ?? []).map(BigInt),
  };
}

/** The rows of all samples, read at once, each sample in order of time. */
export async function withSamples(source: Source, all: readonly Counted[]): Promise<readonly Figure[]> {
  const wanted = [...new Set(all.flatMap(({ keys }) => keys))].map((key): RowKey => ({ key, time: null }));
  const rows = await readActivities(source, wanted);
  const byKey = new Map(wanted.map(({ key }, i) => [key, rows[i] as ActivityJson]));
  return all.map(({ figure, keys }) => ({
    ...figure,
    sample: keys
      .flatMap((key) => byKey.get(key) ?? [])
      .sort((a, b) => compare(`${a.time ?? '~'}`, `${b.time ?? '~'}`) || compare(a.id, b.id)),
  }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const both = (one: string | undefined, other: string): string =>
  one === undefined || one.trim() === '' ? other : `${besides(one)} ${besides(other)}`;
