/** One activity with everything that is known of it, and where its records lie. */
import type { ActivityJson, RecordPlace } from '../contract/engine';
import { recordText } from '../contract/id';
import { sql } from '../contract/sql';
import { EVIDENCE, MEMBER } from '../filter/places';
import { resolve } from './resolve';
import { readActivities } from './rows';
import { select } from './select';
import type { Source } from './source';

/** A record's place, with what finds its bytes in the case. */
export interface StoredPlace extends RecordPlace {
  /** Number of the member in the case. */
  readonly memberNumber: number;
  /** Where the member's decompressed bytes are read back from, relative to the case folder. */
  readonly source: string;
  readonly offset: number;
  readonly length: number;
}

export interface ActivityDetail {
  /** Joins tables of this case; never shown. */
  readonly key: bigint;
  readonly activity: ActivityJson;
  /** Values that were completed from elsewhere in the evidence, with the basis. */
  readonly completed: { readonly [attribute: string]: string };
  /** The kept record first. */
  readonly places: readonly StoredPlace[];
}

/** Takes the id of any record that tells the activity. Throws `usage` or `not-found`. */
export async function activityDetail(source: Source, id: string): Promise<ActivityDetail> {
  const row = await resolve(source, id);
  const [activity] = await readActivities(source, [row]);
  return {
    key: row.key,
    activity: activity as ActivityJson,
    completed: await completedOf(source, row.key),
    places: await placesOf(source, row.key),
  };
}

async function completedOf({ connection }: Source, key: bigint): Promise<Readonly<Record<string, string>>> {
  const rows = await select(
    connection,
    { attribute: 'VARCHAR', basis: 'VARCHAR' },
    sql`
      SELECT c.attribute, c.basis
      FROM completed c
      WHERE c.scope = (SELECT scope FROM activity WHERE key = CAST(${key} AS BIGINT))
      ORDER BY c.attribute`,
  );
  return Object.fromEntries(rows.map(({ attribute, basis }) => [attribute, basis]));
}

/** Records of an activity with their bytes' places. */
export async function placesOf({ connection }: Source, key: bigint): Promise<readonly StoredPlace[]> {
  const rows = await select(
    connection,
    {
      evidence: 'VARCHAR',
      member: 'VARCHAR',
      number: 'INTEGER',
      source: 'VARCHAR',
      record: 'BIGINT',
      item: 'VARCHAR?',
      offset: 'BIGINT',
      length: 'INTEGER',
    },
    sql`
      SELECT
        ${EVIDENCE} AS evidence,
        ${MEMBER}   AS member,
        m.member    AS number,
        m.source    AS source,
        t.record    AS record,
        t.item      AS item,
        t."offset"  AS "offset",
        t."length"  AS "length"
      FROM (
        SELECT 0 AS turn, member, record, item, "offset", "length" FROM activity WHERE key = CAST(${key} AS BIGINT)
        UNION ALL
        SELECT 1, member, record, item, "offset", "length" FROM citation WHERE key = CAST(${key} AS BIGINT)
      ) t
      JOIN member m ON m.member = t.member
      ORDER BY t.turn, m.evidence, m.member, t.record, t.item`,
  );
  return rows.map((row) => ({
    evidence: row.evidence,
    member: row.member,
    record: recordText(row.record, row.item),
    memberNumber: row.number,
    source: row.source,
    offset: Number(row.offset),
    length: row.length,
  }));
}
