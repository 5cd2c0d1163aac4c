/**
 * Records that may be equal although their bytes are not (contract section 3): the same stage of the same request, or records of different members that look
 * alike. Only these are parsed; equal canonical JSON (RFC 8785) puts them into one class.
 */
import { MAX_PLACES } from '../bundle/again';
import type { RecordSpan } from '../bundle/spool-line';
import type { Connection } from '../case/database';
import { UHUGEINT } from '../case/duckdb';
import { join, name, raw, sql } from '../contract/sql';
import { append } from './append';
import { LOOK } from './lift';
import { REPEATS } from './resolve';
import { type StagedTable, sidOf, TELLING } from './staged';

/** The hash of the canonical JSON of each record of a member, 128 bits in hex; null for what is equal to nothing but itself. */
export type Spell = (member: number, places: readonly RecordSpan[]) => Promise<readonly (string | null)[]>;

/** Of a connection all packets have one key and one rank, of which only those of one moment may be the same. */
const repeatedAt = `CASE WHEN slot.rank >= ${REPEATS} THEN slot.told END`;

/** Sets `slot.class` of records that are equal in another spelling. */
export async function classify(connection: Connection, tables: readonly StagedTable[], spell: Spell): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE alike (sid BIGINT, content UHUGEINT)');
  if (await connection.one('SELECT 1 FROM slot WHERE merge IS NOT NULL LIMIT 1')) await findContested(connection);
  for (const table of tables) await findAlike(connection, table);
  if (await connection.one('SELECT 1 FROM alike LIMIT 1')) {
    await connection.run('CREATE OR REPLACE TEMP TABLE alias (content UHUGEINT, class UHUGEINT)');
    for (const table of tables) await hashAlike(connection, table, spell);
    await connection.run('UPDATE slot SET class = alias.class FROM alias WHERE slot.content = alias.content');
    await connection.run('DROP TABLE alias');
  }
  await connection.run('DROP TABLE alike');
}

/** Records of one merge key and rank that differ. */
async function findContested(connection: Connection): Promise<void> {
  await connection.work(sql`
    INSERT INTO alike
    SELECT sid, content
    FROM slot
    SEMI JOIN (
      SELECT merge, rank, ${raw(repeatedAt)} AS at FROM slot WHERE merge IS NOT NULL GROUP BY ALL HAVING min(content) <> max(content)
    ) contested ON contested.merge = slot.merge AND contested.rank = slot.rank AND contested.at IS NOT DISTINCT FROM ${raw(repeatedAt)}`);
}

/** Records of different members that look alike. */
async function findAlike(connection: Connection, table: StagedTable): Promise<void> {
  const look = LOOK.filter((column) => table.columns.has(column)).map((column) => sql`s.${name(column)}`);
  if (look.length < 2) return;
  const several = await connection.one<{ yes: boolean }>(sql`SELECT min(member) <> max(member) AS yes FROM ${table.table}`);
  if (!several?.yes) return;
  await connection.work(sql`
    INSERT INTO alike
    WITH loose AS (SELECT ${sidOf(table)} AS sid, s.content, s.member, hash(${join(look)}) AS look FROM ${table.table} s WHERE ${TELLING} AND s.merge IS NULL)
    SELECT sid, content
    FROM loose
    SEMI JOIN (SELECT look FROM loose GROUP BY look HAVING min(member) <> max(member) AND min(content) <> max(content)) twice USING (look)`);
}

/** One reading of each content, however many copies there are. */
async function hashAlike(connection: Connection, table: StagedTable, spell: Spell): Promise<void> {
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE spelling AS
    SELECT row_number() OVER (ORDER BY member, o) AS n, *
    FROM (
      SELECT to_hex(s.content) AS content, arg_min(s.member, s.rowid) AS member, arg_min(s.r, s.rowid) AS r, arg_min(coalesce(s.i, ''), s.rowid) AS i, arg_min(s.o, s.rowid) AS o, arg_min(s.l, s.rowid) AS l
      FROM ${table.table} s
      SEMI JOIN alike ON alike.sid = ${sidOf(table)}
      GROUP BY s.content
    )`);
  for (let from = 0; ; from += MAX_PLACES) {
    const rows = await connection.all<{ content: string; member: number; r: bigint; i: string | null; o: bigint; l: number }>(
      sql`SELECT content, member, r, nullif(i, '') AS i, o, l FROM spelling WHERE n > ${from} AND n <= ${from + MAX_PLACES}`,
    );
    for (const member of new Set(rows.map((row) => row.member))) {
      const own = rows.filter((row) => row.member === member);
      const places = own.map(({ r, i, o, l }) => ({ r: Number(r), i, o: Number(o), l: Number(l) }));
      const spelled = await spell(member, places);
      await alias(
        connection,
        own.map(({ content }, at) => [content, spelled[at]]),
      );
    }
    if (rows.length < MAX_PLACES) break;
  }
  await connection.run('DROP TABLE spelling');
}

async function alias(
  connection: Connection,
  classes: readonly (readonly [content: string, spelled: string | null | undefined])[],
) {
  const rows = classes.flatMap(([content, hex]) => (hex ? [[BigInt(`0x${content}`), BigInt(`0x${hex}`)]] : []));
  await append(connection, 'alias', [UHUGEINT, UHUGEINT], rows);
}
