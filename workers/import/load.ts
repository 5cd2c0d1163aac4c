/**
 * From spool parts to staged rows. The fast path is one statement for a large part, or for many small ones of one format and equal settings, since planning it
 * takes longer than reading a small part. The suspects of members that are complete go through the careful path and come back as parts of the same shape.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { createInterface } from 'node:readline';
import { MAX_PLACES } from '../bundle/again';
import type { PartReady } from '../bundle/reader';
import { PartSizes } from '../bundle/spool';
import type { RecordSpan } from '../bundle/spool-line';
import type { Connection } from '../case/database';
import { BIGINT, INTEGER, VARCHAR } from '../case/duckdb';
import { join, sql } from '../contract/sql';
import type { Format } from '../formats/format';
import { FORMATS } from '../formats/index';
import { projected, type StageSettings } from '../formats/stage';
import { append } from './append';
import type { CarefulPath, Reject } from './careful';
import { shifted } from './offset';
import type { Settings } from './settings';
import { type StagedTable, stage } from './staged';

/** Parts that may wait to be staged together. */
const MAX_WAITING = 500;

interface WaitingPart {
  readonly file: string;
  readonly bytes: number;
  /** Called when the file was read. */
  readonly release: () => void | Promise<void>;
}
/** Parts that one statement stages. */
interface Waiting {
  readonly format: Format;
  readonly settings: Settings & StageSettings;
  readonly parts: WaitingPart[];
}
interface Complete {
  readonly member: number;
  readonly format: string;
  readonly source: Uint8Array;
  readonly settings: Settings;
}

export class Loader {
  readonly tables: StagedTable[] = [];
  private readonly waiting = new Map<string, Waiting>();
  /** Members of which all parts came, whose suspects were not looked for. */
  private complete: Complete[] = [];
  private readonly sizes = new PartSizes();
  private enough = this.sizes.next();
  private waitingBytes = 0;
  private waitingParts = 0;
  private carefulParts = 0;

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
    await connection.run('CREATE OR REPLACE TEMP TABLE doubtful (member INTEGER, r BIGINT, i VARCHAR, o BIGINT, l BIGINT)');
    await connection.run('BEGIN');
    return new Loader(connection, spool, careful);
  }

  /** All members were read: row numbers are fixed from now on. */
  async close(): Promise<void> {
    await this.flush();
    await this.connection.run('COMMIT');
  }

  /** Takes a part of the reader's, to be staged now or with those that follow. Once there is much to do, DuckDB's threads are for it alone: of little they make more. */
  async part(part: PartReady, settings: Settings, release: () => void): Promise<void> {
    this.wait(formatOf(part.format), { ...settings, wrapped: part.wrapped }, { file: part.file, bytes: part.bytes, release });
    if (this.waitingBytes < this.enough && this.waitingParts < MAX_WAITING) return;
    this.enough = this.sizes.next();
    await this.connection.devote(true);
    await this.flush();
  }

  /**
   * All parts of a member came: its suspects may go through the careful path.
   * @param source absolute path of its decompressed bytes
   */
  finishMember(member: number, format: string, source: Uint8Array, settings: Settings): void {
    this.complete.push({ member, format, source, settings });
  }

  /** Stages what waits, and then what the careful path makes of its suspects. */
  async flush(): Promise<void> {
    await this.stageWaiting();
    const complete = this.complete;
    this.complete = [];
    for (const table of this.tables) await this.findSuspects(table, complete);
    const members = await this.connection.all<{ member: number }>('SELECT DISTINCT member FROM doubtful');
    const doubtful = new Set(members.map(({ member }) => member));
    for (const member of complete) if (doubtful.has(member.member)) await this.drain(member);
    await this.stageWaiting();
  }

  /** Lets the records of `lifted` that lie in a member of an earlier evidence be staged. All of them were taken before, so none may be rejected now. */
  async restage(member: number, format: string, source: Uint8Array, settings: Settings): Promise<void> {
    await this.connection.run(sql`
      INSERT INTO doubtful
      SELECT DISTINCT member, record, item, "offset", "length" FROM lifted WHERE member = ${member}`);
    await this.drain({ member, format, source, settings });
  }

  /** How many records of each member have a time that names no zone; members without one are left out. To be asked when all is staged. */
  async zoneless(): Promise<ReadonlyMap<number, number>> {
    const found = new Map<number, number>();
    for (const { table } of this.tables) {
      const rows = await this.connection.all<{ member: number; n: bigint }>(
        sql`SELECT member, count(*) AS n FROM ${table} WHERE bare AND NOT suspect AND k = 1 GROUP BY member`,
      );
      for (const { member, n } of rows) found.set(member, Number(n));
    }
    return found;
  }

  private wait(format: Format, settings: Settings & StageSettings, part: WaitingPart): void {
    const key = JSON.stringify([format.id, settings]);
    const waiting = this.waiting.get(key) ?? { format, settings, parts: [] };
    this.waiting.set(key, waiting);
    waiting.parts.push(part);
    this.waitingBytes += part.bytes;
    this.waitingParts++;
  }

  private async stageWaiting(): Promise<void> {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    this.waitingBytes = 0;
    this.waitingParts = 0;
    for (const { format, settings, parts } of waiting) {
      const files = parts.map(({ file }) => file);
      const rows = await shifted(format, projected(format, files, settings), settings.offset);
      const table = await stage(this.connection, this.tables, format, rows);
      await this.findUnread(files, table);
      for (const { release } of parts) await release();
    }
  }

  private async findSuspects({ format, table }: StagedTable, complete: readonly Complete[]): Promise<void> {
    const members = complete.filter((each) => each.format === format).map(({ member }) => member);
    if (members.length === 0) return;
    await this.connection.run(sql`
      INSERT INTO doubtful
      SELECT member, r, i, o, l FROM ${table} WHERE suspect AND member IN (${join(members)})`);
  }

  /** Sends what `doubtful` has of a member through the careful path. */
  private async drain({ member, format, source, settings }: Complete): Promise<void> {
    const counted = await this.connection.one<{ n: bigint }>(sql`SELECT count(*) AS n FROM doubtful WHERE member = ${member}`);
    for (let from = 0; from < Number(counted?.n ?? 0n); from += MAX_PLACES) {
      const rows = await this.connection.all<{ r: bigint; i: string | null; o: bigint; l: bigint }>(
        sql`SELECT r, i, o, l FROM doubtful WHERE member = ${member} ORDER BY o, r, i LIMIT ${MAX_PLACES} OFFSET ${from}`,
      );
      const places = rows.map(({ r, i, o, l }) => ({ r: Number(r), i, o: Number(o), l: Number(l) }));
      await this.readCarefully(member, format, source, places, settings);
    }
    await this.connection.run(sql`DELETE FROM doubtful WHERE member = ${member}`);
  }

  /** Reads records by their place and cleans them; what cannot be read is put into `rejected`. */
  private async readCarefully(
    member: number,
    format: string,
    source: Uint8Array,
    places: readonly RecordSpan[],
    settings: Settings,
  ): Promise<void> {
    const out = joinPath(this.spool, `c${member}-${++this.carefulParts}.ndjson`);
    const { records, rejects, wrapped } = await this.careful.run({ member, source, format, places, out });
    const release = () => rm(out, { force: true });
    if (records === 0) await release();
    else this.wait(formatOf(format), { ...settings, clean: true, wrapped }, { file: out, bytes: 0, release });
    await this.reject(member, rejects);
  }

  private async reject(member: number, rejects: readonly Reject[]): Promise<void> {
    const rows = rejects.map(({ r, i, o, l, why }) => [member, BigInt(r), i, BigInt(o), BigInt(l), why]);
    await append(this.connection, 'rejected', [INTEGER, BIGINT, VARCHAR, BIGINT, BIGINT, VARCHAR], rows);
  }

  /**
   * A line of a part that DuckDB could not read comes back without its place (`formats/stage.ts`). The reader keeps such records out of the
   * parts, so this is for what nobody foresaw: the parts themselves know the places.
   */
  private async findUnread(files: readonly string[], { table }: StagedTable): Promise<void> {
    const unread = await this.connection.one(sql`SELECT 1 FROM ${table} WHERE r IS NULL LIMIT 1`);
    if (!unread) return;
    for (const file of files) {
      const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
      for await (const line of lines) {
        const [, r, i, o, l] = /^\{"r":(\d+)(?:,"i":"([\d.]+)")?,"o":(\d+),"l":(\d+)/.exec(line) ?? [];
        const member = /"m":(\d+),"(?:s|x|f|e)":/.exec(line)?.[1];
        if (r === undefined || o === undefined || l === undefined || member === undefined) continue;
        await this.connection.run(sql`
          INSERT INTO doubtful
          SELECT ${Number(member)}, ${Number(r)}, ${i ?? null}, ${Number(o)}, ${Number(l)}
          WHERE NOT EXISTS (FROM ${table} WHERE member = ${Number(member)} AND r = ${Number(r)} AND i IS NOT DISTINCT FROM ${i ?? null})`);
      }
    }
    await this.connection.run(sql`DELETE FROM ${table} WHERE r IS NULL`);
  }
}

function formatOf(id: string): Format {
  const format = FORMATS.find((each) => each.id === id);
  if (!format) throw new Error(`No format ${id}`);
  return format;
}
