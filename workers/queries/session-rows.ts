/** Rows of `session` with what the correlator stored beside them, its keys turned into ids. */
import type { Reason } from '../contract/session';
import { type Sql, sql } from '../contract/sql';
import type { SessionDetail } from '../correlate/reasons';
import { idsOf, originators } from './rows';
import { type RowOf, select } from './select';
import type { Source } from './source';

const SHAPE = {
  session: 'INTEGER',
  key: 'BIGINT',
  label: 'VARCHAR',
  confidence: 'DOUBLE?',
  root: 'VARCHAR?',
  first: 'TIMESTAMP_NS?',
  last: 'TIMESTAMP_NS?',
  detail: 'VARCHAR',
} as const;
export type SessionRow = RowOf<typeof SHAPE>;

/** Sessions that a condition on a row `s` of `session` holds for, by number. */
export const sessionRows = ({ connection }: Source, condition: Sql): Promise<readonly SessionRow[]> =>
  select(
    connection,
    SHAPE,
    sql`
      SELECT s.session, s.key, s.label, s.confidence, s.root, s.first, s.last, s.detail
      FROM session s
      WHERE ${condition}
      ORDER BY s.session`,
  );

/** What a session's answer rests on, in ids. */
export interface Told {
  readonly why: readonly Reason[];
  readonly rivals: readonly { readonly session: string; readonly confidence: number }[];
  readonly considered: readonly { readonly session: string; readonly confidence: number; readonly why: string }[];
  readonly limits: readonly string[];
}

export async function toldOf(source: Source, rows: readonly SessionRow[]): Promise<readonly Told[]> {
  const details = rows.map((row) => JSON.parse(row.detail) as SessionDetail);
  const cited = details.flatMap(({ why }) => why.flatMap(({ records }) => records.map(BigInt)));
  const ids = await idsOf(source, [...new Set(cited)]);
  const { ids: sessions } = await originators(source);
  const named = <T extends { readonly session: number }>(list: readonly T[]) =>
    list.flatMap((item) => {
      const session = sessions.get(item.session);
      return session === undefined ? [] : [{ ...item, session }];
    });
  return details.map(({ why, rivals, considered, limits }) => ({
    why: why.map((reason) => ({ ...reason, records: reason.records.flatMap((key) => ids.get(BigInt(key)) ?? []) })),
    rivals: named(rivals),
    considered: named(considered),
    limits,
  }));
}
