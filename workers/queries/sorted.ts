/**
 * Rows of a view by position in the order of a value, then time, then id; those without the value last, whichever way round. Nothing is sorted as a whole: the values in
 * view are counted once and cut into stops of few rows, or of one value that many rows share, which is a view of its own, in order of time. So memory is bounded, and a page
 * from anywhere reads a stop or two.
 */
import type { Ordering } from '../contract/page';
import { raw, type Sql, sql } from '../contract/sql';
import { readied } from '../detect/place';
import { ID } from '../filter/places';
import { timestamp } from '../filter/test';
import type { InView } from './in-view';
import { counted, holds, type Order, type OrderType, orderOf, withMember } from './order';
import { overview, totalOf } from './overview';
import { select, selectOne } from './select';
import { type RowKey, slice } from './slice';
import type { Source } from './source';

/** Rows that share a stop with rows of other values, at most twice as many: few enough that they can be sorted within some milliseconds. */
export const STEP = 10_000;

/** Texts that agree in so many characters count as equal: evidence chooses how long they are. */
const COMPARED = 200;

type Value = string | bigint | number;

/** Rows whose values lie from `low` to `high`; `before` rows with a value lie ahead of them. */
interface Stop {
  readonly low: Value;
  readonly high: Value;
  readonly before: number;
  readonly count: number;
}

export class Sorted {
  private constructor(
    private readonly source: Source,
    private readonly view: InView,
    private readonly order: Order,
    private readonly stops: readonly Stop[],
    /** Rows that have a value, and all. */
    private readonly valued: number,
    private readonly total: number,
    private readonly step: number,
  ) {}

  static async of(source: Source, view: InView, order: Order, step = STEP): Promise<Sorted> {
    const stops = await source.kept.get(`stops ${view.key} ${order.by}`, () => stopsOf(source, view, order, step));
    const last = stops.at(-1);
    const total = totalOf(view, await overview(source, view));
    return new Sorted(source, view, order, stops, last ? last.before + last.count : 0, total, step);
  }

  /** Rows `at` to `at + limit`; fewer at the end. Turned round, the highest value comes first and, of equal ones, the latest. */
  async rows(at: number, limit: number, descending: boolean): Promise<readonly RowKey[]> {
    const end = Math.min(at + limit, this.total);
    const parts = [
      [0, this.valued],
      [this.valued, this.total],
    ] as const;
    const rows: RowKey[] = [];
    for (const [first, last] of parts) {
      const [from, to] = [Math.max(at, first), Math.min(end, last)];
      if (from >= to) continue;
      if (descending) rows.push(...(await this.ascending(first + last - to, to - from)).toReversed());
      else rows.push(...(await this.ascending(from, to - from)));
    }
    return rows;
  }

  /** The position of a row in view, of which the ascending one was `found`. */
  private turned(found: number, descending: boolean): number {
    if (!descending) return found;
    return found < this.valued ? this.valued - 1 - found : this.valued + this.total - 1 - found;
  }

  /** Where the row with this key stands; null where it is not in view. */
  async position(key: bigint, descending: boolean): Promise<number | null> {
    const { view, order } = this;
    const [row] = await select(
      this.source.connection,
      { id: 'VARCHAR', time: 'TIMESTAMP_NS?', value: `${order.type}?` },
      sql`
        SELECT ${ID} AS id, a.time, ${compared(order)} AS value
        FROM activity a
        ${withMember(order)}
        WHERE ${view.condition} AND a.key = CAST(${key} AS BIGINT)`,
    );
    if (!row) return null;
    const earlier =
      row.time === null
        ? sql`(a.time IS NOT NULL OR ${ID} < ${row.id})`
        : sql`(a.time < ${timestamp(row.time)} OR (a.time = ${timestamp(row.time)} AND ${ID} < ${row.id}))`;
    const value = row.value === null ? undefined : bound(order.type, row.value);
    const before = value
      ? sql`(${holds(order, (v) => sql`${v} < ${value}`)} OR (${holds(order, (v) => within(v, order.type, row.value as Value, row.value as Value))} AND ${earlier}))`
      : sql`${lacking(order)} AND ${earlier}`;
    const { n } = await selectOne(
      this.source.connection,
      { n: 'BIGINT' },
      sql`SELECT count(*) AS n FROM activity a JOIN member m ON m.member = a.member WHERE ${view.condition} AND ${before}`,
    );
    return this.turned(Number(n) + (value ? 0 : this.valued), descending);
  }

  private async ascending(at: number, limit: number): Promise<readonly RowKey[]> {
    const end = at + limit;
    const rows: RowKey[] = [];
    for (const stop of this.stops) {
      const [from, to] = [Math.max(at, stop.before), Math.min(end, stop.before + stop.count)];
      if (from < to) rows.push(...(await this.stopped(stop, from - stop.before, to - from)));
    }
    if (end > this.valued) {
      const from = Math.max(at, this.valued);
      rows.push(...(await this.inTime(lacking(this.order), 'none', from - this.valued, end - from)));
    }
    return rows;
  }

  private stopped({ low, high, count }: Stop, offset: number, limit: number): Promise<readonly RowKey[]> {
    const { source, view, order } = this;
    const test = (value: Sql) => within(value, order.type, low, high);
    if (low === high && count > 2 * this.step) return this.inTime(holds(order, test), `of ${low}`, offset, limit);
    // What the value hangs on is joined here.
    const which = order.of ? holds(order, test) : test(order.value);
    return select(
      source.connection,
      { key: 'BIGINT', time: 'TIMESTAMP_NS?' },
      sql`
        SELECT a.key, a.time
        FROM activity a
        ${withMember(order)}
        WHERE ${view.condition} AND ${which}
        ORDER BY ${compared(order)}, a.time, ${ID}
        LIMIT CAST(${limit} AS BIGINT) OFFSET CAST(${offset} AS BIGINT)`,
    );
  }

  /** Rows that share a value, or lack one: what is in view of them, in order of time. */
  private async inTime(which: Sql, named: string, offset: number, limit: number): Promise<readonly RowKey[]> {
    const { view } = this;
    const part: InView = {
      matches: sql`${view.matches} AND ${which}`,
      condition: sql`${view.condition} AND ${which}`,
      joined: { ...view.joined, matches: sql`${view.joined.matches} AND ${which}` },
      key: JSON.stringify([view.key, this.order.by, named]),
      from: view.from,
      to: view.to,
      windowed: view.windowed,
      unfiltered: false,
    };
    return slice(this.source, part, await overview(this.source, part), offset, limit);
  }
}

/** The order that is asked for; undefined where that is time. Throws `usage` for one that there is not. */
export async function sortedBy(source: Source, view: InView, { sort }: Ordering): Promise<Sorted | undefined> {
  if (sort === undefined || sort === 'time') return undefined;
  const order = orderOf(sort);
  if (order.attribute) await readied(source, [order.attribute]);
  return Sorted.of(source, view, order);
}

/** Reads rows of a view by position in the order that is asked for. Throws as `sortedBy`. */
export async function inOrder(
  source: Source,
  view: InView,
  ordering: Ordering,
): Promise<(at: number, limit: number) => Promise<readonly RowKey[]>> {
  const descending = ordering.order === 'desc';
  const sorted = await sortedBy(source, view, ordering);
  if (sorted) return (at, limit) => sorted.rows(at, limit, descending);
  const line = await overview(source, view);
  if (!descending) return (at, limit) => slice(source, view, line, at, limit);
  const total = totalOf(view, line);
  return async (at, limit) => (await slice(source, view, line, total - at - limit, limit)).toReversed();
}

async function stopsOf({ connection }: Source, view: InView, order: Order, step: number): Promise<readonly Stop[]> {
  const as = (value: Sql) => compared({ ...order, value });
  const rows = await select(
    connection,
    { low: order.type, high: order.type, count: 'BIGINT' },
    sql`
      WITH counted AS (${counted(order, view.condition)}),
      told AS (
        SELECT ${as(raw('counted.low'))} AS low, max(${as(raw('counted.high'))}) AS high, sum(n) AS n
        FROM counted
        WHERE counted.low IS NOT NULL
        GROUP BY ALL
      ),
      placed AS (SELECT low, high, n, sum(n) OVER (ORDER BY low ROWS UNBOUNDED PRECEDING) - n AS before FROM told)
      SELECT min(low) AS low, max(high) AS high, CAST(sum(n) AS BIGINT) AS count
      FROM placed
      GROUP BY n > CAST(${step} AS BIGINT), before // CAST(${step} AS BIGINT)
      ORDER BY low`,
  );
  let before = 0;
  return rows.map(({ low, high, count }) => {
    const stop = { low, high, before, count: Number(count) };
    before += stop.count;
    return stop;
  });
}

const bound = (type: OrderType, value: Value): Sql => sql`CAST(${value} AS ${raw(type)})`;

const compared = ({ type, value }: Order): Sql => (type === 'VARCHAR' ? sql`left(${value}, ${raw(String(COMPARED))})` : value);

/** That a value, compared by its first characters, lies from `low` to `high`. Whole values are looked at, so that the database can pass over what lies elsewhere. */
function within(value: Sql, type: OrderType, low: Value, high: Value): Sql {
  const between = sql`${value} BETWEEN ${bound(type, low)} AND ${bound(type, high)}`;
  return typeof high === 'string' && [...high].length >= COMPARED ? sql`(${between} OR starts_with(${value}, ${high}))` : between;
}

const lacking = (order: Order): Sql => sql`NOT coalesce(${holds(order, (v) => sql`${v} IS NOT NULL`)}, FALSE)`;
