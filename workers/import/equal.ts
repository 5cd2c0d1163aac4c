/**
 * Records that may be equal although their bytes are not (contract section 3): the same stage of the same request, or records of different members that look
 * alike. Only these are parsed; equal canonical JSON (RFC 8785) puts them into one class.
 */
import { createHash } from 'node:crypto';
import type { Connection } from '../case/database';
import { canonical } from '../contract/canonical';
import { join, name, sql } from '../contract/sql';
import { JsonReader, NotJson } from '../formats/json-reader';
import { LOOK } from './lift';
import { hex128, type StagedTable, sidOf, TELLING } from './staged';

const BATCH = 1000;

export type ReadRecord = (member: number, offset: number, length: number) => Promise<Uint8Array>;

/** Sets `slot.class` of records that are equal in another spelling. */
export async function classify(connection: Connection, tables: readonly StagedTable[], read: ReadRecord): Promise<void> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE alike AS
    SELECT sid, content
    FROM slot
    SEMI JOIN (
      SELECT merge, rank FROM slot WHERE merge IS NOT NULL GROUP BY merge, rank HAVING min(content) <> max(content)
    ) contested ON contested.merge = slot.merge AND contested.rank = slot.rank`);
  for (const table of tables) await findAlike(connection, table);
  await connection.run('CREATE OR REPLACE TEMP TABLE alias (content UHUGEINT, class UHUGEINT)');
  for (const table of tables) await hashAlike(connection, table, read);
  await connection.run('UPDATE slot SET class = alias.class FROM alias WHERE slot.content = alias.content');
  await connection.run('DROP TABLE alias');
  await connection.run('DROP TABLE alike');
}

async function findAlike(connection: Connection, table: StagedTable): Promise<void> {
  const look = LOOK.filter((column) => table.columns.has(column)).map((column) => sql`s.${name(column)}`);
  if (look.length < 2) return;
  await connection.run(sql`
    INSERT INTO alike
    WITH loose AS (SELECT ${sidOf(table)} AS sid, s.content, s.member, hash(${join(look)}) AS look FROM ${table.table} s WHERE ${TELLING} AND s.merge IS NULL)
    SELECT sid, content
    FROM loose
    SEMI JOIN (SELECT look FROM loose GROUP BY look HAVING min(member) <> max(member) AND min(content) <> max(content)) twice USING (look)`);
}

/** One reading of each content, however many copies there are. */
async function hashAlike(connection: Connection, table: StagedTable, read: ReadRecord): Promise<void> {
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE spelling AS
    SELECT row_number() OVER (ORDER BY member, o) AS n, *
    FROM (
      SELECT to_hex(s.content) AS content, any_value(s.member) AS member, any_value(s.o) AS o, any_value(s.l) AS l
      FROM ${table.table} s
      SEMI JOIN alike ON alike.sid = ${sidOf(table)}
      GROUP BY s.content
    )`);
  for (let from = 0; ; from += BATCH) {
    const rows = await connection.all<{ content: string; member: number; o: bigint; l: number }>(
      sql`SELECT content, member, o, l FROM spelling WHERE n > ${from} AND n <= ${from + BATCH}`,
    );
    const classes = [];
    for (const { content, member, o, l } of rows) {
      const text = canonicalText(await read(member, Number(o), Number(l)));
      if (text === undefined) continue;
      const hex = createHash('sha256').update(text).digest('hex').slice(0, 32);
      classes.push(sql`(${hex128(sql`lpad(${content}, 32, '0')`)}, ${hex128(sql`${hex}`)})`);
    }
    if (classes.length > 0) await connection.run(sql`INSERT INTO alias VALUES ${join(classes)}`);
    if (rows.length < BATCH) break;
  }
  await connection.run('DROP TABLE spelling');
}

/** Whole numbers beyond a double's precision, outside strings: they stay as they are written, or different ones would become equal. */
const LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** Undefined for what is equal to nothing but itself: no JSON, or JSON that two readers may understand differently (a key twice). */
export function canonicalText(bytes: Uint8Array): string | undefined {
  try {
    const reader = new JsonReader(bytes);
    const { json } = reader.skip(true);
    reader.end();
    if (reader.duplicates || reader.loneSurrogates) return undefined;
    return canonical(JSON.parse(json.replace(LONG_NUMBER, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`))));
  } catch (error) {
    // RangeError: nested beyond what the stack holds.
    if (error instanceof NotJson || error instanceof RangeError) return undefined;
    throw error;
  }
}
