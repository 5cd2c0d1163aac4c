/**
 * Activities as `ActivityJson`: only attributes with a value, times as RFC 3339, with all records that tell them; `completed` names the attributes that no record of
 * it told (design section 4).
 */
import type { Row } from '../case/database';
import { DICTIONARY_NAMES, type DictionaryName } from '../case/schema';
import type { ActivityJson, RecordPlace } from '../contract/activity';
import { ATTRIBUTES, type Attribute } from '../contract/attributes';
import { groupBy } from '../contract/group';
import { printId, recordText } from '../contract/id';
import { join, name, raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { readied } from '../detect/place';
import { ID, interactiveOf, TERMINAL, valueSql } from '../filter/places';
import { absentColumns } from './facts';
import { numbered } from './numbered';
import { type RowOf, select, selectOne } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';
import { amid, rowsWith } from './stretches';

/** In columns of the row itself, made of them, or found by its key. */
const OWN = ATTRIBUTES.filter(({ home, name }) => home === 'activity' || home === 'finding' || name === 'duration');
/** Told whatever was asked for: what cites a row, its session, its marks. */
const ALWAYS: ReadonlySet<string> = new Set([
  ...['id', 'kind', 'evidence', 'member', 'record', 'process'],
  ...ATTRIBUTES.filter(({ home }) => home === 'link' || home === 'mark').map((of) => of.name),
]);
/** What a row's id is made from. */
const PLACE = ['key', 'member', 'record', 'item', 'k'];
const PLACED = sql`a.key, a.member AS m, a.record AS r, a.item AS i, a.k`;
/** Columns that other attributes are made from. */
const USED = [...PLACE, 'scope', 'actor', 'policy', 'time', 'end', 'kind', 'tty', 'comm', 'entityid'];

/** Rows read in one statement. */
const BATCH = 2_000;

/**
 * The activities of these rows, in their order.
 * @param only names of attributes to tell beside those that cite a row; all where absent
 */
export async function readActivities(
  source: Source,
  rows: readonly Pick<RowKey, 'key'>[],
  only?: readonly string[],
): Promise<readonly ActivityJson[]> {
  const keys = rows.map(({ key }) => key);
  const read = new Map((await readAll(source, keys, only)).map(({ row, activity }) => [row.key, activity]));
  return keys.map((key) => {
    const activity = read.get(key);
    if (!activity) throw new Error(`no activity has the key ${key}`);
    return activity;
  });
}

/** All attributes of these rows, in order of time, undated last, by key. Rows that several sessions claim are told as those of this one. */
export async function readInTime(
  source: Source,
  keys: readonly bigint[],
  session: number,
): Promise<ReadonlyMap<bigint, ActivityJson>> {
  const read = (await readAll(source, keys, undefined, session)).toSorted(({ row: a }, { row: b }) => compareRows(a, b));
  return new Map(read.map(({ row, activity }) => [row.key as bigint, activity]));
}

/** By time, undated last, then by place. */
function compareRows(a: Row, b: Row): number {
  for (const of of ['time', 'm', 'r', 'k']) {
    const [one, two] = [a[of], b[of]] as [bigint | number | null, bigint | number | null];
    if (one === two) continue;
    return two === null || (one !== null && one < two) ? -1 : 1;
  }
  return 0;
}

interface Read {
  readonly row: Row;
  readonly activity: ActivityJson;
}

async function readAll(
  source: Source,
  keys: readonly bigint[],
  only?: readonly string[],
  session?: number,
): Promise<readonly Read[]> {
  const read: Read[] = [];
  for (let at = 0; at < keys.length; at += BATCH)
    read.push(...(await readBatch(source, keys.slice(at, at + BATCH), only, session)));
  return read;
}

/** In whatever order they are found. */
async function readBatch(
  source: Source,
  keys: readonly bigint[],
  only: readonly string[] | undefined,
  session: number | undefined,
): Promise<readonly Read[]> {
  // What findings cite is told where it is asked for by name: it is none of the evidence's.
  const isAsked = (of: Attribute) => (only ? ALWAYS.has(of.name) || only.includes(of.name) : of.home !== 'finding');
  const absent = await absentColumns(source);
  const own = OWN.filter((of) => isAsked(of) && !absent.has(of.name));
  await readied(source, own);
  const columns = own.flatMap((of) => (of.home === 'activity' ? [of.column ?? of.name] : []));
  // Nothing is joined: the tables around are asked for these rows alone. Rows that lie far apart cost what their columns cost, so only those are named.
  const found = await source.connection.all(sql`
      SELECT
        ${PLACED}, a.scope, a.actor, a.policy, a.entityid AS entity, ${TERMINAL} AS terminal,
        ${join(
          own.map((of) => sql`${valueSql(of)} AS ${name(of.name)}`),
          ',\n        ',
        )}
      FROM ${rowsWith(keys, [...new Set([...USED, ...columns])])} a
      ORDER BY a.key`);
  const named = await readNamed(source, found, isAsked);
  const linked = await linkedBy(source, await readLinks(source, keys, session));
  const marks = await readMarks(source, keys);
  const others = await readCitations(source, keys);
  const asked = ATTRIBUTES.filter(isAsked);
  return found.map((row) => {
    const key = row.key as bigint;
    const told = { row, linked: linked(row), marks: marks.get(key), ...named(row) };
    return { row, activity: activityJson(told, asked, others.get(key) ?? []) };
  });
}

type Values = Readonly<Record<string, unknown>>;

/** What is told of one row, by where it stands: put into one object, thousands of rows cost more there than their reading. */
interface Told extends Named {
  readonly row: Row;
  readonly linked: Values;
  readonly marks: Values | undefined;
}

function toldOf(told: Told, { name, home }: Attribute): unknown {
  switch (home) {
    case 'derived':
      return told.cited[name] ?? told.linked[name] ?? told.member[name] ?? told.row[name];
    case 'link':
      return told.linked[name];
    case 'mark':
      return told.marks?.[name];
    case 'scope':
    case 'actor':
    case 'policy':
      return told[home]?.[name];
    default:
      return told.row[name];
  }
}

function activityJson(told: Told, asked: readonly Attribute[], others: readonly RecordPlace[]): ActivityJson {
  const json: Record<string, unknown> = {};
  for (const attribute of asked) {
    const value = toldOf(told, attribute);
    if (value !== null && value !== undefined) json[attribute.name] = jsonValue(attribute, value);
  }
  const completed = ((told.scope?.completed ?? []) as readonly string[]).filter((attribute) => attribute in json);
  if (completed.length > 0) json.completed = completed;
  const { evidence, member } = told.member as { readonly evidence: string; readonly member: string };
  json.records = [{ evidence, member, record: told.cited.record }, ...others];
  return json as ActivityJson;
}

export function jsonValue(attribute: Attribute, value: unknown): unknown {
  if (attribute.type === 'time') return formatTime(value as bigint);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** The id and record of a row, its member, and its entries in the dictionaries. */
interface Named extends Partial<Readonly<Record<DictionaryName, Row>>> {
  readonly cited: { readonly [name: string]: string; readonly id: string; readonly record: string };
  readonly member: Row;
}

/** What members and dictionaries say of these rows. */
async function readNamed(
  source: Source,
  rows: readonly Row[],
  isAsked: (of: Attribute) => boolean,
): Promise<(row: Row) => Named> {
  const numbers = (of: string): number[] => rows.flatMap((row) => (row[of] === null ? [] : [row[of] as number]));
  const members = await numbered(source, 'member', numbers('m'));
  const dictionaries = new Map<DictionaryName, ReadonlyMap<number, Row>>();
  for (const home of DICTIONARY_NAMES) {
    if (ATTRIBUTES.some((of) => of.home === home && isAsked(of)))
      dictionaries.set(home, await numbered(source, home, numbers(home)));
  }
  const entry = (home: DictionaryName, row: Row) => dictionaries.get(home)?.get(row[home] as number);
  return (row) => {
    const member = members.get(row.m as number) as Row;
    const [record, item] = [row.r as bigint, (row.i ?? undefined) as string | undefined];
    const place = { evidence: member.place as number, member: member.inside as string, record, item, k: row.k as number };
    return {
      cited: { id: printId(place), record: recordText(record, item) },
      member,
      scope: entry('scope', row),
      actor: entry('actor', row),
      policy: entry('policy', row),
    };
  };
}

const LINK = {
  key: 'BIGINT',
  session: 'INTEGER?',
  confidence: 'DOUBLE?',
  process: 'VARCHAR?',
  interactive: 'BOOLEAN?',
} as const;
type LinkRow = RowOf<typeof LINK>;

/** @param session its links alone; those of all where absent */
const readLinks = ({ connection }: Source, keys: readonly bigint[], session?: number): Promise<readonly LinkRow[]> =>
  select(
    connection,
    LINK,
    sql`
      SELECT key, session, confidence, process, interactive
      FROM link
      WHERE ${amid(keys)}${session === undefined ? raw('') : sql` AND session = ${session}`}
      ORDER BY key, confidence NULLS FIRST`,
  );

/** What the correlator says of a row. */
async function linkedBy(source: Source, rows: readonly LinkRow[]): Promise<(row: Row) => Values> {
  const sessions = rows.length === 0 ? undefined : await originators(source);
  const links = groupBy(rows, ({ key }) => key);
  return ({ key, entity, terminal }) => {
    const own = links.get(key as bigint) ?? [];
    const last = own.at(-1);
    const session = last && sessions?.isLinked(last) ? sessions.ids.get(last.session ?? -1) : undefined;
    return {
      process: last?.process ?? entity,
      interactive: interactiveOf(
        terminal as boolean | null,
        own.map((link) => link.interactive),
      ),
      ...(session === undefined ? {} : { session, confidence: last?.confidence }),
    };
  };
}

/** Ids of the activities with these keys, by key; what the case does not have (any more) is left out. */
export async function idsOf(source: Source, keys: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> {
  if (keys.length === 0) return new Map();
  const rows = await source.connection.all(sql`SELECT ${PLACED} FROM ${rowsWith(keys, PLACE)} a`);
  const named = await readNamed(source, rows, () => false);
  return new Map(rows.map((row) => [row.key as bigint, named(row).cited.id]));
}

interface Originators {
  /** Of all sessions, by their number. */
  readonly ids: ReadonlyMap<number, string>;
  /** And the other way round. */
  readonly numbers: ReadonlyMap<string, number>;
  /** As `LINKED`: to look up all originators takes longer than the few links of a row. */
  readonly isLinked: (link: Pick<LinkRow, 'key' | 'confidence'>) => boolean;
}

/** What opens the sessions; kept. */
export const originators = ({ connection, kept }: Source): Promise<Originators> =>
  kept.get('originators', async () => {
    const rows = await select(
      connection,
      { session: 'INTEGER', key: 'BIGINT', id: 'VARCHAR' },
      sql`SELECT s.session, s.key, ${ID} AS id FROM session s JOIN activity a ON a.key = s.key JOIN member m ON m.member = a.member`,
    );
    const keys = new Set(rows.map(({ key }) => key));
    return {
      ids: new Map(rows.map(({ session, id }) => [session, id])),
      numbers: new Map(rows.map(({ session, id }) => [id, session])),
      isLinked: ({ key, confidence }) => confidence === null || confidence >= 0.5 || keys.has(key),
    };
  });

/** Few activities carry marks, and in most cases none does. */
async function readMarks({ connection, kept }: Source, keys: readonly bigint[]): Promise<ReadonlyMap<bigint, Values>> {
  const { n } = await kept.get('marks', () => selectOne(connection, { n: 'BIGINT' }, sql`SELECT count(*) AS n FROM kept.mark`));
  if (n === 0n) return new Map();
  const rows = await select(
    connection,
    { key: 'BIGINT', kind: 'VARCHAR', texts: 'VARCHAR[]' },
    sql`
      SELECT key, kind, list(DISTINCT text ORDER BY text) AS texts
      FROM kept.mark
      WHERE ${amid(keys)}
      GROUP BY ALL`,
  );
  const marks = new Map<bigint, Record<string, unknown>>();
  for (const { key, kind, texts } of rows) marks.set(key, { ...marks.get(key), [kind]: texts });
  return marks;
}

/** The records that tell these rows beside their kept ones, in order of evidence, member and record. */
async function readCitations(source: Source, keys: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly RecordPlace[]>> {
  const rows = await select(
    source.connection,
    { key: 'BIGINT', number: 'INTEGER', record: 'BIGINT', item: 'VARCHAR?' },
    sql`
      SELECT c.key, c.member AS number, c.record, c.item
      FROM citation c
      WHERE ${amid(keys)}
      ORDER BY c.member, c.record, c.item`,
  );
  const members = await numbered(
    source,
    'member',
    rows.map(({ number }) => number),
  );
  const evidence = ({ number }: { number: number }) => members.get(number)?.place as number;
  const places = groupBy(
    rows.toSorted((a, b) => evidence(a) - evidence(b)),
    ({ key }) => key,
  );
  return new Map(
    [...places].map(([key, own]) => [
      key,
      own.map(({ number, record, item }) => {
        const { evidence, member } = members.get(number) as Row;
        return { evidence: evidence as string, member: member as string, record: recordText(record, item) };
      }),
    ]),
  );
}
