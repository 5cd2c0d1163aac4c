/** What a case holds: evidence, members with their fates, kinds, times. */
import type { Connection } from '../case/database';
import type { Kind } from '../contract/attributes';
import type { EvidenceInfo, Intake, MemberInfo, Totals } from '../contract/engine';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { select, selectOne } from './select';

const MEMBER = {
  evidence: 'INTEGER',
  path: 'VARCHAR',
  name: 'VARCHAR',
  format: 'VARCHAR?',
  records: 'BIGINT',
  yielded: 'BIGINT',
  activities: 'BIGINT',
  merged: 'BIGINT',
  duplicates: 'BIGINT',
  ignored: 'BIGINT',
  rejected: 'BIGINT',
  ignored_why: 'VARCHAR?',
  bytes: 'BIGINT',
  first: 'TIMESTAMP_NS?',
  last: 'TIMESTAMP_NS?',
  warning: 'VARCHAR?',
} as const;

const EVIDENCE = {
  evidence: 'INTEGER',
  name: 'VARCHAR',
  kind: 'VARCHAR',
  sha256: 'VARCHAR',
  bytes: 'BIGINT',
  imported_at: 'VARCHAR',
  intake: 'VARCHAR?',
} as const;

const time = (ns: bigint | null): string | null => (ns === null ? null : formatTime(ns));

/** All evidence in order of its number, each with its members in order of their path. */
export async function evidenceInfo(connection: Connection): Promise<EvidenceInfo[]> {
  const rows = await select(
    connection,
    MEMBER,
    sql`
      SELECT evidence, path, name, format, records, yielded, activities, merged, duplicates, ignored, rejected, ignored_why, bytes, first, last, warning
      FROM member
      ORDER BY evidence, encode(path)`,
  );
  const members = new Map<number, MemberInfo[]>();
  for (const row of rows) {
    const list = members.get(row.evidence) ?? [];
    list.push({
      path: row.path === '' ? row.name : row.path,
      format: row.format,
      records: Number(row.records),
      yielded: Number(row.yielded),
      activities: Number(row.activities),
      merged: Number(row.merged),
      duplicates: Number(row.duplicates),
      ignored: Number(row.ignored),
      ignoredWhy: JSON.parse(row.ignored_why ?? '{}') as Record<string, number>,
      rejected: Number(row.rejected),
      bytes: Number(row.bytes),
      first: time(row.first),
      last: time(row.last),
      warning: row.warning,
    });
    members.set(row.evidence, list);
  }
  const evidence = await select(
    connection,
    EVIDENCE,
    sql`SELECT evidence, name, kind, sha256, bytes, imported_at, intake FROM evidence ORDER BY evidence`,
  );
  return evidence.map((row) => ({
    id: `E${row.evidence}`,
    name: row.name,
    kind: row.kind as EvidenceInfo['kind'],
    sha256: row.sha256,
    bytes: Number(row.bytes),
    already: false,
    importedAt: row.imported_at,
    intake: JSON.parse(row.intake ?? '{}') as Intake,
    members: members.get(row.evidence) ?? [],
  }));
}

/** The sums over all members. */
export function totalsOf(evidence: readonly EvidenceInfo[]): Totals {
  const totals = { records: 0, yielded: 0, activities: 0, merged: 0, duplicates: 0, ignored: 0, rejected: 0 };
  for (const member of evidence.flatMap((e) => e.members))
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += member[name];
  return totals;
}

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

/** The first rejects by place; all are in the table. `at` is `E1/member:record`, without record where the bytes belong to none. */
export async function rejects(
  connection: Connection,
  limit: number,
): Promise<readonly { readonly at: string; readonly why: string }[]> {
  return select(
    connection,
    { at: 'VARCHAR', why: 'VARCHAR' },
    sql`
      SELECT
        'E' || m.evidence || CASE WHEN m.path = '' THEN '' ELSE '/' || m.path END
          || coalesce(':' || s.record || coalesce('.' || s.item, ''), '') AS at,
        coalesce(s.why, '') AS why
      FROM skipped s
      JOIN member m USING (member)
      WHERE s.fate = 'rejected'
      ORDER BY m.evidence, encode(m.path), s.record, s.item
      LIMIT ${limit}`,
  );
}

/** A value of `meta`, where the import keeps digests and the last journal hash. */
export async function meta(connection: Connection, name: string): Promise<string | undefined> {
  const [row] = await select(connection, { value: 'VARCHAR' }, sql`SELECT value FROM meta WHERE name = ${name}`);
  return row?.value;
}
