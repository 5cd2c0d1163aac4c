/**
 * Activities as `ActivityJson`: only attributes with a value, times as RFC 3339, with all records that tell them; `completed` names the attributes that no record of
 * it told (design section 4).
 */
import type { Row } from '../case/database';
import type { ActivityJson, RecordPlace } from '../contract/activity';
import { ATTRIBUTES, type Attribute } from '../contract/attributes';
import { recordText } from '../contract/id';
import { join, name, type Sql, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { readied } from '../detect/place';
import { EVIDENCE, ID, joinsOf, LINKED, MEMBER, valueSql } from '../filter/places';
import { absentColumns } from './facts';
import { select } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';
import { keysOf, rowsWith } from './stretches';

/** Read with the row itself; links and marks have tables of their own, with few rows. */
const READ = ATTRIBUTES.filter(({ home, name }) => home !== 'link' && home !== 'mark' && name !== 'process');
/** A row's id, and the record that it cites first. */
const ALWAYS: ReadonlySet<string> = new Set(['id', 'kind', 'evidence', 'member', 'record']);

/** Columns that other attributes and joins are made from. */
const USED = 'key member record item k scope actor policy time end kind tty comm entityid'.split(' ');

/**
 * The activities of these rows, in their order.
 * @param only names of attributes to read beside those that cite a row; all where absent
 */
export async function readActivities(
  source: Source,
  rows: readonly RowKey[],
  only?: readonly string[],
): Promise<readonly ActivityJson[]> {
  if (rows.length === 0) return [];
  const absent = await absentColumns(source);
  // What findings cite is told where it is asked for by name: it is none of the evidence's.
  const asked = READ.filter((a) => (only ? ALWAYS.has(a.name) || only.includes(a.name) : a.home !== 'finding'));
  await readied(source, asked);
  const read = asked.filter((a) => !absent.has(a.name));
  const own = read.flatMap((a) => (a.home === 'activity' ? [a.column ?? a.name] : []));
  const columns = join(
    read.map((a) => sql`${valueSql(a)} AS ${name(a.name)}`),
    ',\n        ',
  );
  const wanted = rows.map(({ key }) => key);
  const keys = keysOf(wanted);
  // Materialized: the few rows are picked before anything is joined to them. Rows that lie far apart cost what their columns cost, so only those are named.
  const found = await source.connection.all(sql`
      WITH picked AS MATERIALIZED (
        SELECT ${join([...new Set([...USED, ...own])].map((column) => sql`a.${name(column)}`))}
        FROM ${rowsWith(wanted)} a
      )
      SELECT
        a.key AS key,
        a.k AS k,
        a.entityid AS entity,
        json_keys(done.basis) AS completed,
        ${columns}
      FROM picked a
      LEFT JOIN completed done ON done.scope = a.scope
      ${joinsOf(read)}`);
  const byKey = new Map(found.map((row) => [row.key as bigint, row]));
  const links = await readLinks(source, keys);
  const marks = await readMarks(source, keys);
  const others = await readCitations(source, keys);
  return rows.map(({ key }) => {
    const row = byKey.get(key);
    if (!row) throw new Error(`no activity has the key ${key}`);
    return activityJson(row, { ...links.get(key), ...marks.get(key) }, others.get(key) ?? []);
  });
}

type Values = Readonly<Record<string, unknown>>;

function activityJson(row: Row, more: Values, others: readonly RecordPlace[]): ActivityJson {
  const json: Record<string, unknown> = {};
  for (const attribute of ATTRIBUTES) {
    const value = attribute.name === 'process' ? (more.process ?? row.entity) : (more[attribute.name] ?? row[attribute.name]);
    if (value !== null && value !== undefined) json[attribute.name] = jsonValue(attribute, value);
  }
  const completed = ((row.completed ?? []) as readonly string[]).filter((attribute) => attribute in json);
  if (completed.length > 0) json.completed = completed;
  const kept = { evidence: row.evidence as string, member: row.member as string, record: row.record as string };
  json.records = [kept, ...others];
  return json as ActivityJson;
}

export function jsonValue(attribute: Attribute, value: unknown): unknown {
  if (attribute.type === 'time') return formatTime(value as bigint);
  return typeof value === 'bigint' ? Number(value) : value;
}

async function readLinks(source: Source, keys: Sql): Promise<ReadonlyMap<bigint, Values>> {
  const rows = await select(
    source.connection,
    { key: 'BIGINT', session: 'INTEGER?', confidence: 'DOUBLE?', process: 'VARCHAR?', linked: 'BOOLEAN?' },
    sql`SELECT l.key, l.session, l.confidence, l.process, ${LINKED} AS linked FROM link l WHERE l.key IN (${keys})`,
  );
  if (rows.length === 0) return new Map();
  const ids = await sessionIds(source);
  return new Map(
    rows.map((row) => {
      const session = row.linked && row.session !== null ? ids.get(row.session) : undefined;
      return [row.key, { process: row.process, ...(session ? { session, confidence: row.confidence } : {}) }];
    }),
  );
}

/** Ids of all sessions by their number; kept. */
export const sessionIds = ({ connection, kept }: Source): Promise<ReadonlyMap<number, string>> =>
  kept.get('session ids', async () => {
    const rows = await select(
      connection,
      { session: 'INTEGER', id: 'VARCHAR' },
      sql`SELECT s.session, ${ID} AS id FROM session s JOIN activity a ON a.key = s.key JOIN member m ON m.member = a.member`,
    );
    return new Map(rows.map(({ session, id }) => [session, id]));
  });

async function readMarks({ connection }: Source, keys: Sql): Promise<ReadonlyMap<bigint, Values>> {
  const rows = await select(
    connection,
    { key: 'BIGINT', kind: 'VARCHAR', texts: 'VARCHAR[]' },
    sql`SELECT key, kind, list(DISTINCT text ORDER BY text) AS texts FROM kept.mark WHERE key IN (${keys}) GROUP BY ALL`,
  );
  const marks = new Map<bigint, Record<string, unknown>>();
  for (const { key, kind, texts } of rows) marks.set(key, { ...marks.get(key), [kind]: texts });
  return marks;
}

async function readCitations({ connection }: Source, keys: Sql): Promise<ReadonlyMap<bigint, readonly RecordPlace[]>> {
  const rows = await select(
    connection,
    { key: 'BIGINT', evidence: 'VARCHAR', member: 'VARCHAR', record: 'BIGINT', item: 'VARCHAR?' },
    sql`
      SELECT c.key, ${EVIDENCE} AS evidence, ${MEMBER} AS member, c.record, c.item
      FROM citation c
      JOIN member m ON m.member = c.member
      WHERE c.key IN (${keys})
      ORDER BY c.key, m.evidence, m.member, c.record, c.item`,
  );
  const places = new Map<bigint, RecordPlace[]>();
  for (const { key, evidence, member, record, item } of rows) {
    const place = { evidence, member, record: recordText(record, item) };
    const list = places.get(key);
    if (list) list.push(place);
    else places.set(key, [place]);
  }
  return places;
}
