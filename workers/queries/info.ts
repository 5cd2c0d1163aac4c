/** What a case holds in sum: kinds, formats, times; and what its `meta` table keeps. */
import type { Connection } from '../case/database';
import type { Kind } from '../contract/attributes';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { select, selectOne } from './select';

const time = (ns: bigint | null): string | null => (ns === null ? null : formatTime(ns));

export interface ActivityCounts {
  readonly activities: number;
  readonly undated: number;
  readonly kinds: { readonly [K in Kind]?: number };
  readonly formats: { readonly [format: string]: number };
  readonly first: string | null;
  readonly last: string | null;
}

export async function activityCounts(connection: Connection): Promise<ActivityCounts> {
  const all = await selectOne(
    connection,
    { activities: 'BIGINT', undated: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?' },
    sql`SELECT count(*) AS activities, count(*) FILTER (time IS NULL) AS undated, min(time) AS first, max(time) AS last FROM activity`,
  );
  const kinds = await select(
    connection,
    { kind: 'VARCHAR', count: 'BIGINT' },
    sql`SELECT kind::VARCHAR AS kind, count(*) AS count FROM activity GROUP BY activity.kind ORDER BY activity.kind`,
  );
  const formats = await select(
    connection,
    { format: 'VARCHAR', count: 'BIGINT' },
    sql`SELECT format, sum(activities)::BIGINT AS count FROM member WHERE format IS NOT NULL GROUP BY format ORDER BY format`,
  );
  return {
    activities: Number(all.activities),
    undated: Number(all.undated),
    kinds: Object.fromEntries(kinds.map(({ kind, count }) => [kind, Number(count)])),
    formats: Object.fromEntries(formats.map(({ format, count }) => [format, Number(count)])),
    first: time(all.first),
    last: time(all.last),
  };
}

/** A value of `meta`, where the import keeps digests and the last journal hash. */
export async function meta(connection: Connection, name: string): Promise<string | undefined> {
  const [row] = await select(connection, { value: 'VARCHAR' }, sql`SELECT value FROM meta WHERE name = ${name}`);
  return row?.value;
}
