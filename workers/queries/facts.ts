/** What is known of the whole case, filter or not: kept ready per version of the case. */
import { ATTRIBUTES, type Attribute } from '../contract/attributes';
import { join, name, raw, sql } from '../contract/sql';
import { SEARCHED } from '../filter/compile';
import { present } from '../filter/places';
import { select, selectOne } from './select';
import type { Source } from './source';

export interface Facts {
  readonly total: number;
  readonly undated: number;
  /** Of the dated activities; undefined where there are none. `last` is inclusive. */
  readonly first?: bigint;
  readonly last?: bigint;
  /** Whether each policy row has a rule: then `policy IS NOT NULL` says the same as `rule exists`. */
  readonly rulesOnly: boolean;
}

export const facts = ({ connection, kept }: Source): Promise<Facts> =>
  kept.get('facts', async () => {
    const row = await selectOne(
      connection,
      { total: 'BIGINT', dated: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?', ruleless: 'BIGINT' },
      sql`
        SELECT
          count(*)                                           AS total,
          count(time)                                        AS dated,
          min(time)                                          AS first,
          max(time)                                          AS last,
          (SELECT count(*) FROM policy WHERE rule IS NULL)   AS ruleless
        FROM activity`,
    );
    return {
      total: Number(row.total),
      undated: Number(row.total - row.dated),
      first: row.first ?? undefined,
      last: row.last ?? undefined,
      rulesOnly: row.ruleless === 0n,
    };
  });

/** How DuckDB prints the statistics of a column that never had a value. Printed otherwise, the column counts as one that has. */
const NEVER = '[Has Null: true, Has No Null: false]';

/** Attributes that lie in columns of `activity` of which none has a value: nothing need be read of them. */
export const absentColumns = ({ connection, kept }: Source): Promise<ReadonlySet<string>> =>
  kept.get('absent', async () => {
    const own = ATTRIBUTES.filter(({ home }) => home === 'activity');
    const printed = own.map((of) => sql`stats(${name(of.column ?? of.name)}) AS ${name(of.name)}`);
    const row = await connection.one<Readonly<Record<string, string>>>(sql`SELECT ${join(printed)} FROM activity LIMIT 1`);
    return new Set(row ? own.flatMap((of) => (row[of.name]?.endsWith(NEVER) ? [of.name] : [])) : []);
  });

/** Searched attributes that some activity may have: a bare word need not look into the others. */
export const presentAttributes = (source: Source): Promise<ReadonlySet<string>> =>
  source.kept.get('present', async () => {
    const absent = await absentColumns(source);
    const found = new Set<string>();
    for (const of of SEARCHED) {
      const has = of.home === 'activity' ? !absent.has(of.name) : await occurs(source, of);
      if (has) found.add(of.name);
    }
    return found;
  });

async function occurs({ connection }: Source, of: Attribute): Promise<boolean> {
  return (await select(connection, { found: 'INTEGER' }, sql`SELECT 1 AS found FROM ${present(of)} LIMIT 1`)).length > 0;
}

/** Whether a row `a` carries a rule. */
export const isHit = ({ rulesOnly }: Facts) =>
  rulesOnly
    ? raw('a.policy IS NOT NULL')
    : raw('coalesce(a.policy IN (SELECT policy FROM policy WHERE rule IS NOT NULL), FALSE)');
