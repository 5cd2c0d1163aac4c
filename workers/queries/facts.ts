/** What is known of the whole case, filter or not: kept ready per version of the case. */

import { raw, sql } from '../contract/sql';
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

/** Searched attributes that some activity has: a bare word need not look into the others. */
export const presentAttributes = ({ connection, kept }: Source): Promise<ReadonlySet<string>> =>
  kept.get('present', async () => {
    const found = new Set<string>();
    for (const of of SEARCHED) {
      const rows = await select(connection, { found: 'INTEGER' }, sql`SELECT 1 AS found FROM ${present(of)} LIMIT 1`);
      if (rows.length > 0) found.add(of.name);
    }
    return found;
  });

/** Whether a row `a` carries a rule. */
export const isHit = ({ rulesOnly }: Facts) =>
  rulesOnly
    ? raw('a.policy IS NOT NULL')
    : raw('coalesce(a.policy IN (SELECT policy FROM policy WHERE rule IS NOT NULL), FALSE)');
