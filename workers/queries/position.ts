/** Where an activity stands in the ordered result of a view. */

import type { Ordering } from '../contract/page';
import { sql } from '../contract/sql';
import type { View } from '../contract/view';
import { ID } from '../filter/places';
import { timestamp } from '../filter/test';
import { inView } from './in-view';
import { overview, totalOf } from './overview';
import { resolve } from './resolve';
import { select, selectOne } from './select';
import { locateTime } from './slice';
import { sortedBy } from './sorted';
import type { Source } from './source';

/** Null where it is not in view. Throws `not-found` where the case has no such activity. */
export async function position(source: Source, request: View & Ordering & { readonly id: string }): Promise<number | null> {
  const { key, time } = await resolve(source, request.id);
  const view = await inView(source, request);
  const sorted = await sortedBy(source, view, request);
  if (sorted) return sorted.position(key, request.order === 'desc');
  const line = await overview(source, view);
  const at = time === null ? sql`a.time IS NULL` : sql`a.time = ${timestamp(time)}`;
  const [row] = await select(
    source.connection,
    { id: 'VARCHAR' },
    sql`
      SELECT ${ID} AS id
      FROM activity a
      JOIN member m ON m.member = a.member
      WHERE ${view.condition} AND ${at} AND a.key = CAST(${key} AS BIGINT)`,
  );
  if (!row) return null;
  const stretch = time === null ? undefined : await locateTime(source, view, line, time);
  const from = stretch ? sql`a.time >= ${timestamp(stretch.from)} AND a.time <= ${timestamp(time as bigint)}` : at;
  const earlier = stretch ? sql`(a.time < ${timestamp(time as bigint)} OR ${ID} < ${row.id})` : sql`${ID} < ${row.id}`;
  const { n } = await selectOne(
    source.connection,
    { n: 'BIGINT' },
    sql`
      SELECT count(*) AS n
      FROM activity a
      JOIN member m ON m.member = a.member
      WHERE ${view.condition} AND ${from} AND ${earlier}`,
  );
  const ascending = (stretch ? stretch.before : (line.before[line.size] as number)) + Number(n);
  return request.order === 'desc' ? totalOf(view, line) - 1 - ascending : ascending;
}
