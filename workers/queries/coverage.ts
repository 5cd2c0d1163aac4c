/**
 * What each source could have shown: silence is not absence (design section 4). A source is a format on a host, or in a cluster where no host is named. A gap
 * is a stretch without any activity that is far longer than the source's rate would leave by chance; shorter ones say nothing.
 */
import type { Coverage } from '../contract/coverage';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { FORMATS } from '../formats/index';
import { facts, isHit } from './facts';
import { type RowOf, select } from './select';
import type { Source } from './source';
import { fineWidth } from './widths';

/** Resolution of gaps: this many buckets over the case. */
const BUCKETS = 1_000;
/** A silence counts where the mean rate would have given this many activities. */
const EXPECTED = 50;
const MOST_GAPS = 20;

export const coverage = (source: Source): Promise<readonly Coverage[]> =>
  source.kept.get('coverage', async () => {
    const { first, last } = await facts(source);
    if (first === undefined || last === undefined) return [];
    const sources = new Map<string, Told[]>();
    for (const row of await toldBy(source, fineWidth(first, last, BUCKETS))) {
      // The place first: it tells sources apart also where the name is cut.
      const name = [row.place, TITLES.get(row.format) ?? row.format].filter((part) => part !== null).join(', ');
      const list = sources.get(name);
      if (list) list.push(row);
      else sources.set(name, [row]);
    }
    return [...sources].map(([name, rows]) => coverageOf(name, rows));
  });

/** A source, once for each of its gaps; without any, once with no gap. */
const TOLD = {
  format: 'VARCHAR',
  place: 'VARCHAR?',
  first: 'TIMESTAMP_NS',
  last: 'TIMESTAMP_NS',
  count: 'BIGINT',
  hits: 'BIGINT',
  rejected: 'BIGINT',
  from: 'TIMESTAMP_NS?',
  to: 'TIMESTAMP_NS?',
} as const;
type Told = RowOf<typeof TOLD>;

const TITLES = new Map(FORMATS.map(({ id, title }) => [id, title]));
const SELECTS = new Map(FORMATS.map(({ id, selects }) => [id, selects]));

/**
 * Requests are logged by a cluster's API servers, whatever node they name; everything else by an agent on its node. Rows are counted by number of
 * their place: there are far fewer places than scopes, and names would be slower. A gap lies between two buckets with activities; the longest are told, in order.
 */
const toldBy = async (source: Source, width: bigint): Promise<readonly Told[]> =>
  select(
    source.connection,
    TOLD,
    sql`
      WITH place AS MATERIALIZED (
        SELECT scope, cluster, coalesce(node, host, cluster) AS seat, dense_rank() OVER (ORDER BY cluster, seat)::INTEGER AS place
        FROM scope
      ),
      counted AS (
        SELECT
          a.member,
          place.place,
          a.kind IN ('exec', 'api')                              AS asked,
          epoch_ns(a.time) // CAST(${width} AS BIGINT)           AS bucket,
          min(a.time)                                            AS first,
          max(a.time)                                            AS last,
          count(*)                                               AS count,
          count(*) FILTER (WHERE ${isHit(await facts(source))})  AS hits
        FROM activity a
        LEFT JOIN place ON place.scope = a.scope
        WHERE a.time IS NOT NULL
        GROUP BY ALL
      ),
      seated AS MATERIALIZED (
        SELECT m.format, m.member, CASE WHEN c.asked THEN p.cluster ELSE p.seat END AS place, c.bucket, c.first, c.last, c.count, c.hits
        FROM counted c
        JOIN member m ON m.member = c.member
        LEFT JOIN (SELECT DISTINCT place, cluster, seat FROM place) p ON p.place = c.place
      ),
      bucket AS MATERIALIZED (
        SELECT
          format,
          place,
          min(first)                  AS first,
          max(last)                   AS last,
          CAST(sum(count) AS BIGINT)  AS count,
          CAST(sum(hits) AS BIGINT)   AS hits
        FROM seated
        GROUP BY format, place, bucket
      ),
      -- What a member that told nothing else holds may be of any source of its format.
      loss AS (
        SELECT m.format, m.rejected, s.place, s.member IS NULL AS anywhere
        FROM member m
        LEFT JOIN (SELECT DISTINCT member, place FROM seated) s ON s.member = m.member
        WHERE m.rejected > 0
      ),
      told AS (
        SELECT format, place, min(first) AS first, max(last) AS last, CAST(sum(count) AS BIGINT) AS count, CAST(sum(hits) AS BIGINT) AS hits
        FROM bucket
        GROUP BY format, place
      ),
      silence AS (
        SELECT format, place, first AS until, lag(last) OVER (PARTITION BY format, place ORDER BY first) AS since
        FROM bucket
      ),
      gap AS (
        SELECT s.format, s.place, s.since, s.until
        FROM silence s
        JOIN told t ON t.format = s.format AND t.place IS NOT DISTINCT FROM s.place
        WHERE epoch_ns(s.until) - epoch_ns(s.since) > greatest(
          CAST(${width} AS BIGINT),
          ceil((epoch_ns(t.last) - epoch_ns(t.first)) / t.count * CAST(${EXPECTED} AS BIGINT))
        )
        QUALIFY row_number() OVER (PARTITION BY s.format, s.place ORDER BY epoch_ns(s.until) - epoch_ns(s.since) DESC, s.since) <= ${MOST_GAPS}
      )
      SELECT
        t.format, t.place, t.first, t.last, t.count, t.hits,
        CAST(coalesce((
          SELECT sum(l.rejected) FROM loss l WHERE l.format = t.format AND (l.anywhere OR l.place IS NOT DISTINCT FROM t.place)
        ), 0) AS BIGINT) AS rejected,
        g.since AS "from", g.until AS "to"
      FROM told t
      LEFT JOIN gap g ON g.format = t.format AND g.place IS NOT DISTINCT FROM t.place
      ORDER BY t.format, t.place, g.since`,
  );

function coverageOf(source: string, rows: readonly Told[]): Coverage {
  const { format, place, first, last, count, hits, ...lost } = rows[0] as Told;
  const rejected = Number(lost.rejected);
  const hitsOnly = hits === count;
  const gaps = rows.flatMap(({ from, to }) =>
    from === null || to === null
      ? []
      : [{ from: formatTime(from), to: formatTime(to), why: 'No activity for far longer than its rate explains.' }],
  );
  const losses =
    rejected > 0
      ? ` ${rejected === 1 ? '1 record' : `${rejected.toLocaleString('en-US')} records`} that may be of it could not be read.`
      : '';
  const silences =
    gaps.length > 0
      ? ` Silent ${gaps.length === 1 ? 'once' : `${gaps.length} times`} for far longer than its rate explains.`
      : '';
  const selects = SELECTS.get(format);
  const told = hitsOnly
    ? 'Only what a rule matched: the absence of anything else proves nothing.'
    : `${count === 1n ? '1 activity' : `${count.toLocaleString('en-US')} activities`}; what happened before its first and after its last is not known.${selects ? ` ${selects}` : ''}`;
  const state = hitsOnly ? 'hits-only' : gaps.length > 0 || rejected > 0 || selects ? 'partial' : 'complete';
  return {
    source,
    format,
    place,
    state,
    detail: `${told}${silences}${losses}`,
    first: formatTime(first),
    last: formatTime(last),
    rejected,
    selects: selects ?? null,
    gaps,
  };
}
