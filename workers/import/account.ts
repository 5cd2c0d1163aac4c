/**
 * Exact accounting (contract section 2): each record has one fate, counted from the tables themselves, never from what the
 * import believes it did. A violated identity is our mistake and undoes the import.
 */
import type { Connection } from '../case/database';
import type { Totals } from '../contract/evidence';
import { join, raw, sql } from '../contract/sql';

/** Counts of one member as the tables have them. */
export interface MemberCounts extends Omit<Totals, 'records'> {
  readonly member: number;
  readonly ignoredWhy: { readonly [why: string]: number };
  /** Earliest and latest time of its records, ns; null where none has one. */
  readonly first: bigint | null;
  readonly last: bigint | null;
}

export class AccountingError extends Error {
  override readonly name = 'AccountingError';
}

const CITATIONS = 'SELECT member, fate, time AS first, time AS last FROM citation SEMI JOIN counted USING (member)';
/** A record that tells several activities is cited by each of them, and counts once. */
const CITED_RECORDS =
  'SELECT member, fate, min(time) AS first, max(time) AS last FROM citation SEMI JOIN counted USING (member) GROUP BY member, record, item, fate';

/** Counts the records of these members again. Members that nothing tells of count zero. */
export async function countMembers(connection: Connection, members: readonly number[]): Promise<MemberCounts[]> {
  if (members.length === 0) return [];
  await connection.run('CREATE OR REPLACE TEMP TABLE counted (member INTEGER)');
  for (let i = 0; i < members.length; i += 1000) {
    await connection.run(sql`INSERT INTO counted VALUES ${join(members.slice(i, i + 1000).map((member) => sql`(${member})`))}`);
  }
  const several = await connection.one('SELECT 1 FROM activity WHERE k > 1 LIMIT 1');
  const rows = await connection.all<{
    member: number;
    yielded: bigint | null;
    activities: bigint | null;
    merged: bigint | null;
    duplicates: bigint | null;
    first: bigint | null;
    last: bigint | null;
  }>(`
    WITH kept AS (
      SELECT member, count(*) FILTER (k = 1) AS yielded, count(*) AS activities, min(time) AS first, max(time) AS last
      FROM activity SEMI JOIN counted USING (member)
      GROUP BY member
    ),
    cited AS (
      SELECT member, count(*) FILTER (fate = 'merged') AS merged, count(*) FILTER (fate = 'duplicate') AS duplicates, min(first) AS first, max(last) AS last
      FROM (${several ? CITED_RECORDS : CITATIONS})
      GROUP BY member
    )
    SELECT
      member, yielded, activities, merged, duplicates,
      least(kept.first, cited.first)   AS first,
      greatest(kept.last, cited.last)  AS last
    FROM counted
    LEFT JOIN kept USING (member)
    LEFT JOIN cited USING (member)`);
  const skipped = await connection.all<{ member: number; fate: string; why: string; n: bigint }>(`
    SELECT member, fate::VARCHAR AS fate, CASE WHEN fate = 'ignored' THEN coalesce(why, '') ELSE '' END AS why, sum(records)::BIGINT AS n
    FROM skipped SEMI JOIN counted USING (member)
    GROUP BY ALL
    ORDER BY ALL`);
  const reasons = new Map<number, { ignored: number; rejected: number; why: Map<string, number> }>();
  for (const { member, fate, why, n } of skipped) {
    const sum = reasons.get(member) ?? { ignored: 0, rejected: 0, why: new Map<string, number>() };
    if (fate === 'rejected') sum.rejected += Number(n);
    else {
      sum.ignored += Number(n);
      sum.why.set(why, Number(n));
    }
    reasons.set(member, sum);
  }
  return rows.map((row) => ({
    member: row.member,
    yielded: Number(row.yielded ?? 0n),
    activities: Number(row.activities ?? 0n),
    merged: Number(row.merged ?? 0n),
    duplicates: Number(row.duplicates ?? 0n),
    ignored: reasons.get(row.member)?.ignored ?? 0,
    rejected: reasons.get(row.member)?.rejected ?? 0,
    ignoredWhy: Object.fromEntries(reasons.get(row.member)?.why ?? []),
    first: row.first,
    last: row.last,
  }));
}

/** Asserts `records = yielded + merged + duplicates + ignored + rejected` and `activities >= yielded`. */
export function assertAccounted(name: string, records: number, counts: Omit<Totals, 'records'>): void {
  const { yielded, activities, merged, duplicates, ignored, rejected } = counts;
  if (records !== yielded + merged + duplicates + ignored + rejected || activities < yielded) {
    throw new AccountingError(
      `${name}: ${records} records, but ${yielded} yielded ${activities} activities, ${merged} merged, ${duplicates} duplicates, ${ignored} ignored, ${rejected} rejected. This is a mistake of Exhibit; nothing was imported.`,
    );
  }
}

/** Renews the counts of members that the case had before this import, and asserts that they still add up. */
export async function renewCounts(connection: Connection, members: readonly number[]): Promise<void> {
  for (const counts of await countMembers(connection, members)) {
    const known = await connection.one<{ name: string; records: bigint }>(
      sql`SELECT name, records FROM member WHERE member = ${counts.member}`,
    );
    if (!known) throw new AccountingError(`Member ${counts.member} is cited but not known.`);
    assertAccounted(known.name, Number(known.records), counts);
    await connection.run(sql`
      UPDATE member
      SET yielded = ${counts.yielded}, activities = ${counts.activities}, merged = ${counts.merged}, duplicates = ${counts.duplicates}
      WHERE member = ${counts.member}`);
  }
}

/** Members of earlier evidences whose records take part in what was decided just now. */
export async function touchedMembers(connection: Connection): Promise<number[]> {
  const rows = await connection.all<{ member: number }>(raw('SELECT DISTINCT member FROM lifted ORDER BY member'));
  return rows.map((row) => row.member);
}
