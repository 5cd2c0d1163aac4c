/** An id to the activity that it names: any of the records that tell an activity does, also after a better one took the first place. */
import { ExhibitError } from '../contract/errors';
import { parseId, tryParseId } from '../contract/id';
import { join, raw, sql } from '../contract/sql';
import { given } from './given';
import { select } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';

const SHAPE = { key: 'BIGINT', time: 'TIMESTAMP_NS?' } as const;

/** Throws `usage` where the text is no id, `not-found` where no activity has it. */
export async function resolve({ connection }: Source, text: string): Promise<RowKey> {
  const id = parseId(text);
  const members = await select(
    connection,
    { member: 'INTEGER' },
    sql`SELECT member FROM member WHERE evidence = ${id.evidence} AND path = ${id.member}`,
  );
  if (members.length > 0) {
    // By the member's number: against a list that it must work out first DuckDB passes over nothing.
    const item = id.item === undefined ? raw('IS NULL') : sql`= ${id.item}`;
    const at = sql`member IN (${join(members.map(({ member }) => member))}) AND record = ${raw(String(id.record))} AND item ${item}`;
    const [kept] = await select(connection, SHAPE, sql`SELECT key, time FROM activity WHERE ${at} AND k = ${id.k} LIMIT 1`);
    if (kept) return kept;
    const [cited] = await select(
      connection,
      SHAPE,
      sql`
        SELECT key, time
        FROM activity
        WHERE key IN (SELECT key FROM citation WHERE ${at})
        ORDER BY key
        LIMIT 1`,
    );
    if (cited) return cited;
  }
  throw new ExhibitError('not-found', `No activity in this case is told by ${text.slice(0, 200)}.`, { at: text.slice(0, 200) });
}

const PLACE = {
  target: 'INTEGER',
  evidence: 'INTEGER',
  path: 'VARCHAR',
  record: 'BIGINT',
  item: 'VARCHAR',
  k: 'UTINYINT',
} as const;

/** The activities that these ids name, by id, in one pass over the case; an id that is none, or nobody's, is left out. */
export async function resolveAll(source: Source, texts: readonly string[]): Promise<ReadonlyMap<string, RowKey>> {
  const places = texts.flatMap((text, target) => {
    const id = tryParseId(text);
    return id ? [{ target, evidence: id.evidence, path: id.member, record: String(id.record), item: id.item, k: id.k }] : [];
  });
  if (places.length === 0) return new Map();
  const rows = await select(
    source.connection,
    { target: 'INTEGER', ...SHAPE },
    sql`
      WITH wanted AS MATERIALIZED (
        SELECT w.target, m.member, w.record, w.item, w.k
        FROM ${given(PLACE, places)} w
        JOIN member m ON m.evidence = w.evidence AND m.path = w.path
      ),
      kept AS MATERIALIZED (
        SELECT w.target, a.key, a.time
        FROM activity a
        JOIN wanted w ON w.member = a.member AND w.record = a.record AND w.item IS NOT DISTINCT FROM a.item AND w.k = a.k
      ),
      cited AS (
        SELECT w.target, min(c.key) AS key
        FROM citation c
        JOIN wanted w ON w.member = c.member AND w.record = c.record AND w.item IS NOT DISTINCT FROM c.item
        WHERE w.target NOT IN (SELECT target FROM kept)
        GROUP BY w.target
      )
      SELECT target, key, time FROM kept
      UNION ALL
      SELECT c.target, a.key, a.time FROM cited c JOIN activity a ON a.key = c.key`,
  );
  return new Map(rows.map(({ target, ...row }) => [texts[target] as string, row]));
}
