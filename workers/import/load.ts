/**
 * From spool parts to staged rows. The fast path is one statement a part; when a member is complete, its suspects go through the
 * careful path and come back as parts of the same shape.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { createInterface } from 'node:readline';
import type { PartReady } from '../bundle/reader';
import type { Connection } from '../case/database';
import { join, raw, sql } from '../contract/sql';
import type { Format } from '../formats/format';
import { FORMATS } from '../formats/index';
import { projected } from '../formats/stage';
import type { CarefulPath, RecordSpan, Reject } from './careful';
import type { Settings } from './settings';
import { type StagedTable, stage } from './staged';

/** Suspects that are read again in one go: a member with envelopes is read from its beginning each time. */
const BATCH = 50_000;
const ROWS = 2000;

export class Loader {
  readonly tables: StagedTable[] = [];
  private parts = 0;

  private constructor(
    private readonly connection: Connection,
    private readonly spool: string,
    private readonly careful: CarefulPath,
  ) {}

  /** Begins a transaction that `close` ends: rows added to a table that it made stay where they are, those added later are copied once more. */
  static async open(connection: Connection, spool: string, careful: CarefulPath): Promise<Loader> {
    await connection.run(
      'CREATE OR REPLACE TEMP TABLE rejected (member INTEGER, r BIGINT, i VARCHAR, o BIGINT, l BIGINT, why VARCHAR)',
    );
    await connection.run('CREATE OR REPLACE TEMP TABLE doubtful (n BIGINT, r BIGINT, i VARCHAR, o BIGINT, l BIGINT)');
    await connection.run('BEGIN');
    return new Loader(connection, spool, careful);
  }

  /** All members were read: row numbers are fixed from now on. */
  async close(): Promise<void> {
    await this.connection.run('COMMIT');
  }

  /** Stages a part of the reader's. */
  async part(part: PartReady, settings: Settings): Promise<void> {
    const format = formatOf(part.format);
    const table = await stage(
      this.connection,
      this.tables,
      format,
      part.member,
      projected(format, part.file, { ...settings, wrapped: part.wrapped }),
    );
    await this.findUnread(part, table);
  }

  /**
   * Sends the suspects of a member through the careful path.
   * @param source absolute path of its decompressed bytes
   */
  async finishMember(member: number, format: string, source: Uint8Array, settings: Settings): Promise<void> {
    const table = this.tables.find((each) => each.format === format);
    if (!table) return;
    await this.connection.run(sql`
      INSERT INTO doubtful
      SELECT (SELECT count(*) FROM doubtful) + row_number() OVER (), r, i, o, l
      FROM ${table.table}
      WHERE member = ${member} AND suspect AND r IS NOT NULL`);
    await this.drainDoubtful(member, format, source, settings);
  }

  private async drainDoubtful(member: number, format: string, source: Uint8Array, settings: Settings): Promise<void> {
    for (let from = 0; ; from += BATCH) {
      const rows = await this.connection.all<{ r: bigint; i: string | null; o: bigint; l: bigint }>(
        sql`SELECT r, i, o, l FROM doubtful WHERE n > ${from} AND n <= ${from + BATCH} ORDER BY n`,
      );
      const places = rows.map(({ r, i, o, l }) => ({ r: Number(r), i, o: Number(o), l: Number(l) }));
      if (places.length > 0) await this.readCarefully(member, format, source, places, settings);
      if (rows.length < BATCH) break;
    }
    await this.connection.run('DELETE FROM doubtful');
  }

  /** Stages the records of `lifted` that lie in a member of an earlier evidence. All of them were taken before, so none may be rejected now. */
  async restage(member: number, format: string, source: Uint8Array, settings: Settings): Promise<void> {
    await this.connection.run(sql`
      INSERT INTO doubtful
      SELECT row_number() OVER (ORDER BY "offset"), record, item, "offset", "length"
      FROM (SELECT DISTINCT record, item, "offset", "length" FROM lifted WHERE member = ${member})`);
    await this.drainDoubtful(member, format, source, settings);
  }

  /** Reads records by their place, cleans and stages them; what cannot be read is put into `rejected`. */
  private async readCarefully(
    member: number,
    format: string,
    source: Uint8Array,
    places: readonly RecordSpan[],
    settings: Settings,
  ): Promise<void> {
    const out = joinPath(this.spool, `c${member}-${++this.parts}.ndjson`);
    const { records, rejects, wrapped } = await this.careful.run({ source, format, places, out });
    if (records > 0) {
      await stage(
        this.connection,
        this.tables,
        formatOf(format),
        member,
        projected(formatOf(format), out, { ...settings, clean: true, wrapped }),
      );
    }
    await rm(out, { force: true });
    await this.reject(member, rejects);
  }

  private async reject(member: number, rejects: readonly Reject[]): Promise<void> {
    for (let from = 0; from < rejects.length; from += ROWS) {
      const some = rejects.slice(from, from + ROWS);
      const rows = some.map(({ r, i, o, l, why }) => sql`(${member}, ${r}, ${i}, ${o}, ${l}, ${why})`);
      await this.connection.run(sql`INSERT INTO rejected VALUES ${join(rows)}`);
    }
  }

  /**
   * A line of the part that DuckDB could not read comes back without its place (`formats/stage.ts`). The reader keeps such records out of the
   * part, so this is for what nobody foresaw: the part itself knows the places.
   */
  private async findUnread(part: PartReady, table: StagedTable): Promise<void> {
    const staged = await this.connection.one<{ n: bigint }>(
      sql`SELECT count(*) AS n FROM ${table.table} WHERE member = ${part.member} AND r IS NULL`,
    );
    if (staged?.n === 0n) return;
    const { table: name } = table;
    const lines = createInterface({ input: createReadStream(part.file), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const [, r, i, o, l] = /^\{"r":(\d+)(?:,"i":"([\d.]+)")?,"o":(\d+),"l":(\d+)/.exec(line) ?? [];
      if (r === undefined || o === undefined || l === undefined) continue;
      await this.connection.run(sql`
        INSERT INTO doubtful
        SELECT (SELECT count(*) FROM doubtful) + 1, ${Number(r)}, ${i ?? null}, ${Number(o)}, ${Number(l)}
        WHERE NOT EXISTS (FROM ${name} WHERE member = ${part.member} AND r = ${Number(r)} AND i IS NOT DISTINCT FROM ${i ?? null})`);
    }
    await this.connection.run(sql`DELETE FROM ${name} WHERE member = ${raw(String(part.member))} AND r IS NULL`);
  }
}

function formatOf(id: string): Format {
  const format = FORMATS.find((each) => each.id === id);
  if (!format) throw new Error(`No format ${id}`);
  return format;
}
