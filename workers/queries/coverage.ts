/**
 * What each source could have shown: silence is not absence (design section 4). A source is a format on a host, or in a cluster where no host is named. A gap
 * is a stretch without any activity that is far longer than the source's rate would leave by chance; shorter ones say nothing.
 */
import type { Coverage } from '../contract/engine';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { FORMATS } from '../formats/index';
import { facts, isHit } from './facts';
import { type RowOf, select } from './select';
import type { Source } from './source';
import { fineWidth } from './widths';

/** Resolution of gaps: this many buckets over the case. */
const BUCKETS = 2_000;
/** A silence counts where the mean rate would have given this many activities. */
const EXPECTED = 50;
const MOST_GAPS = 20;

export const coverage = (source: Source): Promise<readonly Coverage[]> =>
  source.kept.get('coverage', async () => {
    const { first, last } = await facts(source);
    if (first === undefined || last === undefined) return [];
    const width = fineWidth(first, last, BUCKETS);
    const losses = await lossesOf(source);
    const sources = new Map<string, Bucket[]>();
    for (const row of await bucketsOf(source, width)) {
      const name = `${TITLES.get(row.format) ?? row.format}${row.place === null ? '' : `, ${row.place}`}`;
      const list = sources.get(name);
      if (list) list.push(row);
      else sources.set(name, [row]);
    }
    return [...sources].map(([name, buckets]) => coverageOf(name, buckets, width, losses));
  });

const BUCKET = {
  format: 'VARCHAR',
  place: 'VARCHAR?',
  bucket: 'BIGINT',
  first: 'TIMESTAMP_NS',
  last: 'TIMESTAMP_NS',
  count: 'BIGINT',
  hits: 'BIGINT',
} as const;
type Bucket = RowOf<typeof BUCKET>;

const TITLES = new Map(FORMATS.map(({ id, title }) => [id, title]));

/** Requests are logged by a cluster's API servers, whatever node they name; everything else by an agent on its node. */
const bucketsOf = async (source: Source, width: bigint): Promise<readonly Bucket[]> =>
  select(
    source.connection,
    BUCKET,
    sql`
      SELECT
        m.format                                                                        AS format,
        CASE WHEN g.asked THEN s.cluster ELSE coalesce(s.node, s.host, s.cluster) END   AS place,
        g.bucket                                                                        AS bucket,
        min(g.first)                                                                    AS first,
        max(g.last)                                                                     AS last,
        CAST(sum(g.count) AS BIGINT)                                                    AS count,
        CAST(sum(g.hits) AS BIGINT)                                                     AS hits
      FROM (
        SELECT
          a.member,
          a.scope,
          a.kind IN ('exec', 'api')                              AS asked,
          epoch_ns(a.time) // CAST(${width} AS BIGINT)           AS bucket,
          min(a.time)                                            AS first,
          max(a.time)                                            AS last,
          count(*)                                               AS count,
          count(*) FILTER (WHERE ${isHit(await facts(source))})  AS hits
        FROM activity a
        WHERE a.time IS NOT NULL
        GROUP BY ALL
      ) g
      JOIN member m ON m.member = g.member
      LEFT JOIN scope s ON s.scope = g.scope
      GROUP BY ALL
      ORDER BY format, place, bucket`,
  );

/** Records that could not be read, by format. */
async function lossesOf({ connection }: Source): Promise<ReadonlyMap<string, number>> {
  const rows = await select(
    connection,
    { format: 'VARCHAR', rejected: 'BIGINT' },
    sql`SELECT format, CAST(sum(rejected) AS BIGINT) AS rejected FROM member WHERE format IS NOT NULL AND rejected > 0 GROUP BY ALL`,
  );
  return new Map(rows.map(({ format, rejected }) => [format, Number(rejected)]));
}

function coverageOf(source: string, buckets: readonly Bucket[], width: bigint, rejects: ReadonlyMap<string, number>): Coverage {
  const { format, place, first } = buckets[0] as Bucket;
  const rejected = rejects.get(format) ?? 0;
  const last = (buckets[buckets.length - 1] as Bucket).last;
  const count = buckets.reduce((sum, bucket) => sum + Number(bucket.count), 0);
  const hitsOnly = buckets.every((bucket) => bucket.hits === bucket.count);
  const gaps = gapsOf(buckets, count, last - first, width);
  const losses = rejected > 0 ? ` ${rejected} records of this format could not be read.` : '';
  const silences =
    gaps.length > 0
      ? ` Silent ${gaps.length === 1 ? 'once' : `${gaps.length} times`} for far longer than its rate explains.`
      : '';
  const told = hitsOnly
    ? 'Only what a rule matched: the absence of anything else proves nothing.'
    : `${count} activities; what happened before its first and after its last is not known.`;
  const state = hitsOnly ? 'hits-only' : gaps.length > 0 || rejected > 0 ? 'partial' : 'complete';
  return {
    source,
    format,
    place,
    state,
    detail: `${told}${silences}${losses}`,
    first: formatTime(first),
    last: formatTime(last),
    gaps,
  };
}

/** The longest silences, in time order. */
function gapsOf(buckets: readonly Bucket[], count: number, span: bigint, width: bigint): Coverage['gaps'] {
  const least = BigInt(Math.ceil((Number(span) / count) * EXPECTED));
  return buckets
    .flatMap((bucket, i) => {
      const before = buckets[i - 1];
      const long = before && bucket.first - before.last;
      return before && long !== undefined && long > least && long > width ? [{ from: before.last, to: bucket.first, long }] : [];
    })
    .sort((a, b) => (a.long < b.long ? 1 : -1))
    .slice(0, MOST_GAPS)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ from, to }) => ({
      from: formatTime(from),
      to: formatTime(to),
      why: 'No activity for far longer than its rate explains.',
    }));
}
