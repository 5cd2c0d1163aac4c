/**
 * Staged rows: what a format's projection made of spool parts, one temporary table a format (so that columns no format
 * names cost nothing), and `slot`, one narrow row for each of them, on which merges and duplicates are decided.
 * A staged row is named by `sid`: table number * 2^40 + rowid.
 */
import type { Connection } from '../case/database';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import type { Format } from '../formats/format';
import { namedIn } from './named-columns';

export interface StagedTable {
  readonly format: string;
  readonly index: number;
  readonly table: Sql;
  /** Activity and dictionary columns that the projection names. */
  readonly columns: ReadonlySet<string>;
}

/** 128 bits of a SHA-256 in hex as a number; NULL where there is none. A slice would look for graphemes, and take twice as long as `substring`. */
const hex128 = (hex: Sql): Sql =>
  sql`((TRY_CAST('0x' || substring(${hex}, 1, 16) AS UBIGINT)::UHUGEINT << 64) | TRY_CAST('0x' || substring(${hex}, 17, 16) AS UBIGINT)::UHUGEINT)`;

/** The merge key as 128 bits, hashed once, when it is staged; the case keeps the lower 64 of them to find relatives by. */
const merge128 = (text: Sql): Sql => hex128(sql`sha256(${text})`);
export const merge64 = (merge: Sql): Sql => sql`(${merge} & 18446744073709551615)::UBIGINT`;

/** `column` of a staged table (alias s), or NULL of that type where the format does not name it. */
export const columnOr = (table: StagedTable, column: string, type: string): Sql =>
  table.columns.has(column) ? sql`s.${name(column)}` : sql`NULL::${raw(type)}`;

export const sidOf = (table: StagedTable): Sql => sql`((${raw(String(table.index))}::BIGINT << 40) + s.rowid)`;

/** Staged rows that tell an activity: not those left to the careful path, nor those skipped. */
export const TELLING = raw('NOT s.suspect AND s.skip IS NULL');

/** Order of records: evidence hash, member path, record, item by item. `place` is in `slot`. */
export const recordOrder = (alias: string): Sql =>
  join([`${alias}.place`, `${alias}.record`, `string_split(coalesce(${alias}.item, '0'), '.')::BIGINT[]`, `${alias}.k`].map(raw));

/**
 * Adds the rows of new parts to the table of its format, which is made when its first part comes.
 * @param rows what `projected` of `formats/stage.ts` gives
 */
export async function stage(connection: Connection, tables: StagedTable[], format: Format, rows: Sql): Promise<StagedTable> {
  const columns = sql`
    SELECT m AS member, ${hex128(sql`h`)} AS content, ${merge128(sql`merge`)} AS merge, * EXCLUDE (m, h, merge)
    FROM (${rows})`;
  const known = tables.find((table) => table.format === format.id);
  if (known) {
    await connection.workUnordered(sql`INSERT INTO ${known.table} BY NAME ${columns}`);
    return known;
  }
  const table = raw(`staged_${tables.length}`);
  await connection.workUnordered(sql`CREATE TEMP TABLE ${table} AS ${columns}`);
  const made: StagedTable = { format: format.id, index: tables.length, table, columns: await namedIn(connection, table) };
  tables.push(made);
  return made;
}

/**
 * Fills `slot` from the staged tables. `place` (member, evidence, place) gives each member its place in the order of evidence hash, then path, which
 * decides between equal records whatever the order of import. `told` is the time of the stage that a record tells.
 */
export async function fillSlots(connection: Connection, tables: readonly StagedTable[]): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE slot (
    sid BIGINT, member INTEGER, place INTEGER, record BIGINT, item VARCHAR, k UTINYINT, content UHUGEINT, class UHUGEINT,
    merge UHUGEINT, rank UTINYINT, keyed BOOLEAN, told TIMESTAMP_NS, ended BOOLEAN, time TIMESTAMP_NS)`);
  for (const table of tables) {
    const time = columnOr(table, 'time', 'TIMESTAMP_NS');
    await connection.work(sql`
      INSERT INTO slot
      SELECT
        ${sidOf(table)},
        s.member,
        place.place,
        s.r,
        s.i,
        s.k,
        s.content,
        s.content,
        s.merge,
        s.rank,
        coalesce(s.keyed, false),
        coalesce(${columnOr(table, 'end', 'TIMESTAMP_NS')}, ${columnOr(table, 'ready', 'TIMESTAMP_NS')}, ${time}),
        ${columnOr(table, 'end', 'TIMESTAMP_NS')} IS NOT NULL,
        ${time}
      FROM ${table.table} s
      JOIN place USING (member)
      WHERE ${TELLING}`);
  }
}

/** Makes `place` from the members that the case has and those given (new ones). */
export async function orderMembers(connection: Connection, added: readonly MemberPlace[]): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE added (member INTEGER, evidence INTEGER, sha256 VARCHAR, path VARCHAR, format VARCHAR)`,
  );
  for (let i = 0; i < added.length; i += 500) {
    const rows = added.slice(i, i + 500).map((m) => sql`(${m.member}, ${m.evidence}, ${m.sha256}, ${m.path}, ${m.format})`);
    await connection.run(sql`INSERT INTO added VALUES ${join(rows)}`);
  }
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE place AS
    SELECT member, evidence, sha256, format, row_number() OVER (ORDER BY sha256, path, member)::INTEGER AS place
    FROM (
      SELECT member.member, evidence.evidence, evidence.sha256, member.path, member.format FROM member JOIN evidence USING (evidence)
      UNION ALL
      SELECT * FROM added
    )`);
  await connection.run('DROP TABLE added');
}

export interface MemberPlace {
  readonly member: number;
  readonly evidence: number;
  /** Of the evidence. */
  readonly sha256: string;
  readonly path: string;
  readonly format: string | null;
}
