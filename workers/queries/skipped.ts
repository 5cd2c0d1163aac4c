/** Records that gave no activity: what was left out, where and why, and how to find its bytes. */

import { ExhibitError } from '../contract/errors';
import { recordText } from '../contract/id';
import type { Skipped, SkippedRecord, SkippedRequest } from '../contract/skipped';
import { join, raw, type Sql, sql } from '../contract/sql';
import { EVIDENCE, MEMBER } from '../filter/places';
import { type RowOf, select } from './select';
import type { Source } from './source';

const MOST_ROWS = 20_000;
const WHY = raw(`coalesce(s.why, 'no reason was kept')`);

const SHAPE = {
  evidence: 'VARCHAR',
  member: 'VARCHAR',
  record: 'BIGINT?',
  item: 'VARCHAR?',
  fate: 'VARCHAR',
  why: 'VARCHAR',
  offset: 'BIGINT?',
  length: 'BIGINT?',
  records: 'INTEGER',
} as const;

export async function skipped(source: Source, request: SkippedRequest): Promise<Skipped> {
  const { fate, evidence, member, why } = request;
  const narrowed: readonly Sql[] = [
    ...(fate === undefined ? [] : [sql`s.fate = CAST(${fate} AS skip)`]),
    ...(evidence === undefined ? [] : [sql`${EVIDENCE} = ${evidence}`]),
    ...(member === undefined ? [] : [sql`${MEMBER} = ${member}`]),
    ...(why === undefined ? [] : [sql`${WHY} = ${why}`]),
  ];
  const where = narrowed.length === 0 ? raw('TRUE') : join(narrowed, ' AND ');
  const at = Math.max(0, Math.floor(request.at ?? 0));
  const limit = Math.min(MOST_ROWS, Math.max(0, Math.floor(request.limit)));
  const rows = await select(
    source.connection,
    SHAPE,
    sql`
      SELECT
        ${EVIDENCE} AS evidence, ${MEMBER} AS member, s.record, s.item, CAST(s.fate AS VARCHAR) AS fate, ${WHY} AS why, s."offset", s."length", s.records
      FROM skipped s
      JOIN member m ON m.member = s.member
      WHERE ${where}
      ORDER BY m.evidence, s.member, s."offset", s.record, s.item
      LIMIT CAST(${limit} AS BIGINT) OFFSET CAST(${at} AS BIGINT)`,
  );
  const whys = await whysOf(source);
  return { rows: rows.map(recordOf), at, total: await totalOf(source, where), whys };
}

async function totalOf({ connection }: Source, where: Sql): Promise<number> {
  const [row] = await select(
    connection,
    { total: 'BIGINT' },
    sql`SELECT count(*) AS total FROM skipped s JOIN member m ON m.member = s.member WHERE ${where}`,
  );
  return Number(row?.total ?? 0);
}

/** For the whole case, kept. */
const whysOf = ({ connection, kept }: Source): Promise<Skipped['whys']> =>
  kept.get('skipped whys', async () => {
    const rows = await select(
      connection,
      { fate: 'VARCHAR', why: 'VARCHAR', count: 'BIGINT' },
      sql`
        SELECT CAST(s.fate AS VARCHAR) AS fate, ${WHY} AS why, CAST(sum(s.records) AS BIGINT) AS count
        FROM skipped s
        GROUP BY ALL
        ORDER BY count DESC, why
        LIMIT 200`,
    );
    return rows.map((row) => ({ ...row, fate: row.fate as SkippedRecord['fate'], count: Number(row.count) }));
  });

const recordOf = ({ item, record, offset, length, ...row }: RowOf<typeof SHAPE>): SkippedRecord => ({
  ...row,
  fate: row.fate as SkippedRecord['fate'],
  record: record === null ? null : recordText(record, item),
  offset: offset === null ? null : Number(offset),
  length: length === null ? null : Number(length),
});

/** Where a skipped record's bytes are read back from. Throws `not-found` for a place that was not skipped. */
export async function skippedPlace(
  { connection }: Source,
  { evidence, member, offset }: Pick<SkippedRecord, 'evidence' | 'member' | 'offset'>,
): Promise<{ readonly source: string; readonly offset: number; readonly length: number }> {
  const [row] = await select(
    connection,
    { source: 'VARCHAR', offset: 'BIGINT', length: 'BIGINT' },
    sql`
      SELECT m.source, coalesce(s."offset", 0) AS "offset", coalesce(s."length", m.bytes) AS "length"
      FROM skipped s
      JOIN member m ON m.member = s.member
      WHERE ${EVIDENCE} = ${evidence} AND ${MEMBER} = ${member} AND s."offset" IS NOT DISTINCT FROM CAST(${offset} AS BIGINT) AND m.source IS NOT NULL
      LIMIT 1`,
  );
  if (row) return { source: row.source, offset: Number(row.offset), length: Number(row.length) };
  throw new ExhibitError('not-found', `No record that was left out begins at byte ${offset ?? 0} of ${member.slice(0, 200)}.`);
}
