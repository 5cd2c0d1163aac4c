/** One activity with everything that is known of it, and where its records lie. */
import type { Row } from '../case/database';
import type { ActivityJson, RecordPlace } from '../contract/activity';
import { ExhibitError } from '../contract/errors';
import { recordText } from '../contract/id';
import { join, raw, sql } from '../contract/sql';
import { EVIDENCE, MEMBER } from '../filter/places';
import { numbered } from './numbered';
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
    ...(await restOf(source, row.key)),
  };
}

/** Records of an activity with their bytes' places. */
export const placesOf = async (source: Source, key: bigint): Promise<readonly StoredPlace[]> =>
  (await restOf(source, key)).places;

async function restOf(source: Source, key: bigint): Promise<Pick<ActivityDetail, 'completed' | 'places'>> {
  const of = raw(`key = ${key}`);
  const rows = await select(
    source.connection,
    {
      turn: 'INTEGER',
      scope: 'INTEGER?',
      number: 'INTEGER',
      record: 'BIGINT',
      item: 'VARCHAR?',
      offset: 'BIGINT',
      length: 'INTEGER',
    },
    sql`
      SELECT 0 AS turn, scope, member AS number, record, item, "offset", "length" FROM activity WHERE ${of}
      UNION ALL
      SELECT 1, NULL, member, record, item, "offset", "length" FROM citation WHERE ${of}
      ORDER BY turn, number, record, item`,
  );
  const members = await numbered(
    source,
    'member',
    rows.map(({ number }) => number),
  );
  const places = rows.map(({ turn, number, record, item, offset, length }) => {
    const { evidence, member, place, source: from } = members.get(number) as Row;
    return {
      turn,
      order: place as number,
      place: {
        evidence: evidence as string,
        member: member as string,
        record: recordText(record, item),
        memberNumber: number,
        source: from as string,
        offset: Number(offset),
        length,
      },
    };
  });
  const scope = rows[0]?.scope ?? undefined;
  const basis = scope === undefined ? undefined : (await numbered(source, 'scope', [scope])).get(scope)?.basis;
  return {
    completed: typeof basis === 'string' ? (JSON.parse(basis) as Readonly<Record<string, string>>) : {},
    places: places.sort((a, b) => a.turn - b.turn || a.order - b.order).map(({ place }) => place),
  };
}

const FOUND_AT_ONCE = 500;

/** Where the bytes of these records lie, in the same order. Throws `not-found` where the case has no such record. */
export async function findPlaces(source: Source, places: readonly RecordPlace[]): Promise<readonly StoredPlace[]> {
  const members = await membersByName(source);
  const found: StoredPlace[] = [];
  for (let at = 0; at < places.length; at += FOUND_AT_ONCE) {
    const batch = places.slice(at, at + FOUND_AT_ONCE).map((place) => {
      const member = members.get(memberKey(place.evidence, place.member));
      if (!member) throw missing(place);
      return { ...place, ...member };
    });
    const wanted = batch.map(({ memberNumber, record }, i) => {
      const [line, ...items] = record.split('.');
      return sql`(${i}, ${memberNumber}, CAST(${line ?? ''} AS BIGINT), CAST(${items.length > 0 ? items.join('.') : null} AS VARCHAR))`;
    });
    const rows = await select(
      source.connection,
      { i: 'INTEGER', offset: 'BIGINT', length: 'INTEGER' },
      sql`
        SELECT w.i::INTEGER AS i, any_value(r."offset") AS offset, any_value(r."length") AS length
        FROM (VALUES ${join(wanted)}) w (i, member, record, item)
        JOIN (
          SELECT member, record, item, "offset", "length" FROM activity
          UNION ALL
          SELECT member, record, item, "offset", "length" FROM citation
        ) r ON r.member = w.member AND r.record = w.record AND r.item IS NOT DISTINCT FROM w.item
        GROUP BY w.i`,
    );
    const bytes = new Map(rows.map((row) => [row.i, row]));
    batch.forEach((place, i) => {
      const row = bytes.get(i);
      if (!row) throw missing(place);
      found.push({ ...place, offset: Number(row.offset), length: row.length });
    });
  }
  return found;
}

const memberKey = (evidence: string, member: string): string => `${evidence}/${member}`;

async function membersByName({ connection }: Source): Promise<ReadonlyMap<string, Pick<StoredPlace, 'memberNumber' | 'source'>>> {
  const rows = await select(
    connection,
    { evidence: 'VARCHAR', member: 'VARCHAR', number: 'INTEGER', source: 'VARCHAR?' },
    sql`SELECT ${EVIDENCE} AS evidence, ${MEMBER} AS member, m.member AS number, m.source AS source FROM member m`,
  );
  return new Map(
    rows.flatMap((row) =>
      row.source === null
        ? []
        : [[memberKey(row.evidence, row.member), { memberNumber: row.number, source: row.source }] as const],
    ),
  );
}

const missing = ({ evidence, member, record }: RecordPlace): ExhibitError =>
  new ExhibitError('not-found', `No activity in this case is told by record ${record} of ${member} in ${evidence}.`);
