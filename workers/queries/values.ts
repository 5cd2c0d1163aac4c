/** Values of an attribute in view with their counts, most frequent first; for completion. Each element of a list counts. */
import type { Attribute } from '../contract/attributes';
import type { ValuesRequest } from '../contract/count';
import { raw, type Sql, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { readied } from '../detect/place';
import { joinsOf, tableOf, valueSql } from '../filter/places';
import { pathOf } from './groups';
import { inView } from './in-view';
import { select } from './select';
import type { Source } from './source';

const MOST_VALUES = 1_000;

export async function values(source: Source, request: ValuesRequest): Promise<readonly { value: string; count: number }[]> {
  const [attribute] = pathOf([request.attribute]) as [Attribute];
  await readied(source, [attribute]);
  const view = await inView(source, request);
  const most = Math.max(0, Math.min(MOST_VALUES, Math.floor(request.limit)));
  const starts = request.startsWith ? sql`starts_with(value, ${request.startsWith})` : raw('TRUE');
  const rows = await select(
    source.connection,
    { value: 'VARCHAR', count: 'BIGINT' },
    sql`
      SELECT value, CAST(sum(n) AS BIGINT) AS count
      FROM (${counted(attribute, view.condition)})
      WHERE value IS NOT NULL AND ${starts}
      GROUP BY ALL
      ORDER BY count DESC, value
      LIMIT CAST(${most} AS BIGINT)`,
  );
  return rows.map(({ value, count }) => ({
    value: attribute.type === 'time' ? formatTime(BigInt(value)) : value,
    count: Number(count),
  }));
}

/** Texts with counts, not yet distinct: rows are counted by value or dictionary number before any list is taken apart. */
function counted(attribute: Attribute, condition: Sql): Sql {
  const { home } = attribute;
  // Few activities carry marks: they are looked up from there, not from every row.
  if (home === 'mark') {
    return sql`
        SELECT k.text AS value, count(DISTINCT a.key) AS n
        FROM kept.mark k
        JOIN activity a ON a.key = k.key
        WHERE k.kind = ${attribute.name} AND ${condition}
        GROUP BY ALL`;
  }
  if (home === 'finding') {
    return sql`
        SELECT n.rule AS value, count(DISTINCT a.key) AS n
        FROM kept.finding f
        JOIN kept.finding_name n ON n.finding = f.finding
        JOIN activity a ON a.key = f.key
        WHERE ${condition}
        GROUP BY ALL`;
  }
  if (home !== 'scope' && home !== 'actor' && home !== 'policy') {
    return sql`
        SELECT ${textSql(attribute, raw('g.v'))} AS value, g.n
        FROM (SELECT ${valueSql(attribute)} AS v, count(*) AS n FROM activity a ${joinsOf([attribute])} WHERE ${condition} GROUP BY ALL) g`;
  }
  const table = raw(home);
  return sql`
        SELECT ${textSql(attribute, valueSql(attribute))} AS value, g.n
        FROM (SELECT a.${table} AS id, count(*) AS n FROM activity a WHERE ${condition} GROUP BY ALL) g
        JOIN ${tableOf(home)} ${table} ON ${table}.${table} = g.id`;
}

function textSql({ type }: Attribute, value: Sql): Sql {
  if (type === 'list' || type === 'addresses') return sql`unnest(${value})`;
  return type === 'time' ? sql`CAST(epoch_ns(${value}) AS VARCHAR)` : sql`CAST(${value} AS VARCHAR)`;
}
