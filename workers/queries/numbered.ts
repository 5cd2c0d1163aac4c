/**
 * Rows of the small tables that activities name by number: read when first met, and kept. Activities of one page name the same few again and again, and to join
 * the tables takes longer than to read the activities themselves: DuckDB reads all of a table to join it.
 */
import type { Row } from '../case/database';
import type { DictionaryName } from '../case/schema';
import { ATTRIBUTES } from '../contract/attributes';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { EVIDENCE, MEMBER, tableOf, valueSql } from '../filter/places';
import type { Source } from './source';

export type Numbered = DictionaryName | 'member';

/** Of each table: this many are read at once, since most cases have no more; others when met. More than the most are begun anew with; long ones are not kept. */
const FIRST_ROWS = 5_000;
const MOST_ROWS = 20_000;
const MOST_TEXT = 4_000;

/**
 * The rows with these numbers, by number: the attributes that lie in them, by name, as `valueSql` gives them; of scopes also what was `completed` of them and
 * the `basis` (JSON); of members also the evidence's number (`place`), the path (`inside`), and the `source` of their bytes.
 */
export async function numbered(
  { connection, kept }: Source,
  of: Numbered,
  numbers: Iterable<number>,
): Promise<ReadonlyMap<number, Row>> {
  const read = async (which: Sql) => (await connection.all(READ[of](which))).map((row) => [row.number as number, row] as const);
  const known = await kept.get(`rows of ${of}`, async () => new Map((await read(sql`< ${FIRST_ROWS}`)).filter(isShort)));
  const wanted = [...new Set(numbers)];
  const missing = wanted.filter((number) => !known.has(number));
  const more = missing.length === 0 ? [] : await read(sql`IN (${join(missing)})`);
  const rows = new Map(more);
  for (const number of wanted) {
    const row = known.get(number);
    if (row) rows.set(number, row);
  }
  if (known.size + more.length > MOST_ROWS) known.clear();
  for (const [number, row] of more.filter(isShort)) known.set(number, row);
  return rows;
}

const isShort = ([, row]: readonly [number, Row]): boolean => JSON.stringify(row).length <= MOST_TEXT;

const attributesOf = (home: DictionaryName): Sql =>
  join(ATTRIBUTES.filter((of) => of.home === home).map((of) => sql`${valueSql(of)} AS ${name(of.name)}`));

const dictionary =
  (home: DictionaryName) =>
  (which: Sql): Sql =>
    sql`SELECT ${raw(`${home}.${home}`)} AS number, ${attributesOf(home)} FROM ${tableOf(home)} ${raw(home)} WHERE ${raw(`${home}.${home}`)} ${which}`;

const READ: { readonly [N in Numbered]: (which: Sql) => Sql } = {
  scope: (which) => sql`
    SELECT scope.scope AS number, ${attributesOf('scope')}, json_keys(done.basis) AS completed, done.basis
    FROM shown_scope scope
    LEFT JOIN completed done ON done.scope = scope.scope
    WHERE scope.scope ${which}`,
  actor: dictionary('actor'),
  policy: dictionary('policy'),
  member: (which) => sql`
    SELECT m.member AS number, ${EVIDENCE} AS evidence, ${MEMBER} AS member, m.format, m.evidence AS place, m.path AS inside, m.source
    FROM member m
    WHERE m.member ${which}`,
};
