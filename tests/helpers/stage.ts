/** One member through the bundle's splitter, the projection and the careful path, as the import does it, without a case. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Cuts } from '../../workers/bundle/cuts';
import { MemberStream } from '../../workers/bundle/member-stream';
import { recogniseHead } from '../../workers/bundle/recognise';
import { type Part, PartSizes, SpoolWriter } from '../../workers/bundle/spool';
import { type Connection, Database, type Row } from '../../workers/case/database';
import { sql } from '../../workers/contract/sql';
import { ENVELOPES } from '../../workers/envelopes/index';
import { clean } from '../../workers/formats/careful';
import type { Format } from '../../workers/formats/format';
import { FORMATS, recognise } from '../../workers/formats/index';
import { projected, type StageSettings } from '../../workers/formats/stage';

export interface Staged {
  /** Rows that are no rejects, by place: those of the fast path and those that the careful path made clean. */
  readonly rows: readonly Row[];
  readonly rejects: readonly { readonly at: string; readonly why: string }[];
  readonly fast: number;
  readonly careful: number;
}

const KNOWN = { formats: FORMATS, recognise, envelopes: ENVELOPES };

/** What reads these bytes; `format` undefined where nothing does. */
export const recognised = (bytes: Buffer) => {
  const found = recogniseHead(bytes, true, KNOWN);
  return { ...found, format: found.recipe?.format };
};

/** A database in memory with a spool of its own. */
export class Stage {
  private constructor(
    readonly spool: string,
    private readonly database: Database,
    readonly connection: Connection,
  ) {}

  static async open(): Promise<Stage> {
    const spool = mkdtempSync(join(tmpdir(), 'exhibit-stage-'));
    const database = await Database.open(':memory:', { spool, threads: 1 });
    return new Stage(spool, database, await database.connect());
  }

  close(): void {
    this.connection.close();
    this.database.close();
    rmSync(this.spool, { recursive: true, force: true });
  }

  /** The parts that the bundle's reader writes for these bytes, and the bytes of each record as its format reads it, by `at`. */
  split(
    format: Format,
    bytes: Buffer,
  ): { readonly files: readonly string[]; readonly records: ReadonlyMap<string, Buffer>; readonly wrapped: boolean } {
    const files: string[] = [];
    const records = new Map<string, Buffer>();
    let wrapped = false;
    const onPart = (part: Part) => {
      files.push(part.file);
      wrapped ||= part.wrapped;
    };
    const cuts = new Cuts(format.columns);
    const writer = new SpoolWriter(this.spool, ++this.members, onPart, [], new PartSizes(), cuts);
    const only = { ...KNOWN, formats: [format], recognise: () => (format.text || format.binary ? undefined : format) };
    const stream = new MemberStream(recognised(bytes).format === format ? KNOWN : only, () => ({
      cuts,
      record: (place, window, from, to, ...rest) => {
        records.set(at({ r: place.record, i: place.item }), Buffer.from(window.subarray(from, to)));
        writer.record(place, window, from, to, ...rest);
      },
      oversize: (place) => writer.oversize(place),
      skip: (place, fate) => writer.skip(place, fate),
    }));
    stream.push(bytes);
    stream.finish();
    writer.finish();
    return { files, records, wrapped };
  }
  private members = 0;

  async project(format: Format, file: string, settings: StageSettings = {}): Promise<readonly Row[]> {
    return this.connection.all(sql`SELECT * EXCLUDE (m) FROM (${projected(format, file, settings)})`);
  }

  async run(format: Format, bytes: Buffer, settings: StageSettings = {}): Promise<Staged> {
    const [staged] = await this.runAll(format, [bytes], settings);
    return staged as Staged;
  }

  /** Several members at once: planning costs far more than reading them. */
  async runAll(format: Format, members: readonly Buffer[], settings: StageSettings = {}): Promise<readonly Staged[]> {
    const splits = members.map((bytes) => {
      const split = this.split(format, bytes);
      return { ...split, member: this.members };
    });
    const wrapped = splits.some((split) => split.wrapped);
    const staged = await this.rowsOf(
      format,
      splits.flatMap(({ files }) => files),
      { ...settings, wrapped },
    );
    const read = splits.map(({ files, records, member }) => {
      const rows = staged.filter((row) => row.m === member && row.suspect === false);
      const seen = new Set(rows.map(at));
      const left = files.flatMap(places).filter((place) => !seen.has(at(place)));
      const rejects: { at: string; why: string }[] = [];
      const lines: string[] = [];
      for (const place of left) {
        const made = clean(records.get(at(place)) ?? Buffer.alloc(0), format.columns);
        if ('reject' in made) rejects.push({ at: at(place), why: made.reject });
        else lines.push(cleanLine(place, made.clean, made.flags, member));
      }
      return { member, rows, rejects, lines, careful: left.length };
    });
    const cleaned = await this.cleaned(
      format,
      read.flatMap(({ lines }) => lines),
      { ...settings, wrapped },
    );
    return read.map(({ member, rows: fast, rejects, careful }) => {
      const rows = [...fast, ...cleaned.filter((row) => row.m === member)].map(({ m: _, ...row }) => row);
      const refused = rows.filter(isReject).map((row) => ({ at: at(row), why: String(row.skip) }));
      return {
        rows: rows.filter((row) => !isReject(row)).sort(byPlace),
        rejects: [...rejects, ...refused],
        fast: fast.length,
        careful,
      };
    });
  }

  private async rowsOf(format: Format, files: readonly string[], settings: StageSettings): Promise<readonly Row[]> {
    return files.length === 0 ? [] : this.connection.all(projected(format, files, settings));
  }

  /** Rows of what the careful path made clean. */
  private async cleaned(format: Format, lines: readonly string[], settings: StageSettings): Promise<readonly Row[]> {
    const file = join(this.spool, `clean-${this.members}.ndjson`);
    writeFileSync(file, lines.join(''));
    return lines.length === 0 ? [] : this.rowsOf(format, [file], { ...settings, clean: true });
  }
}

/** Rows of the format's fixture `shapes.ndjson`, of which nothing is rejected. */
export async function shapesOf(stage: Stage, format: Format): Promise<readonly Row[]> {
  const fixture = resolve(import.meta.dirname, `../fixtures/${format.id}/shapes.ndjson`);
  const { rows, rejects } = await stage.run(format, readFileSync(fixture));
  if (rejects.length > 0) throw new Error(`${fixture}: ${JSON.stringify(rejects)}`);
  return rows;
}

interface PartPlace {
  readonly r: number;
  readonly i: string | null;
  readonly o: number;
  readonly l: number;
  readonly h: string;
  /** What its envelopes say, as JSON; '' where nothing. */
  readonly w: string;
}

/** One line of the part that takes what the careful path made clean. */
export function cleanLine({ r, i, o, l, h, w }: PartPlace, text: string, flags: readonly string[], member = 0): string {
  return `{"r":${r}${i === null ? '' : `,"i":"${i}"`},"o":${o},"l":${l},"h":"${h}"${w === '' ? '' : `,"w":${w}`},"m":${member},"f":${JSON.stringify(flags)},"e":${text}}\n`;
}

/** The places that a part holds, from the lines themselves. */
export function places(file: string): PartPlace[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const head = /^\{"r":(\d+)(?:,"i":"([\d.]+)")?,"o":(\d+),"l":(\d+),"h":"([0-9a-f]*)"(?:,"w":(\{.*?\}))?/.exec(line);
    if (!head) throw new Error(`no line of a spool part: ${line.slice(0, 80)}`);
    return { r: Number(head[1]), i: head[2] ?? null, o: Number(head[3]), l: Number(head[4]), h: head[5] ?? '', w: head[6] ?? '' };
  });
}

const isReject = (row: Row): boolean => String(row.skip).startsWith('rejected');

/** `7` or `7.2`. */
export const at = (row: { readonly r?: unknown; readonly i?: unknown }): string => `${row.r}${row.i ? `.${row.i}` : ''}`;

const byPlace = (a: Row, b: Row): number =>
  Number(a.r) - Number(b.r) || String(a.i ?? '').localeCompare(String(b.i ?? ''), 'en', { numeric: true });

/** A row's values, only those that are there, as a test writes them: times in RFC 3339 with nine digits. */
export function told(row: Row | undefined): Record<string, unknown> {
  const times = new Set(['time', 'end', 'ready', 'started']);
  const entries = Object.entries(row ?? {}).filter(
    ([key, value]) => value !== null && !['r', 'i', 'o', 'l', 'h', 'k', 'suspect', 'bare'].includes(key),
  );
  return Object.fromEntries(entries.map(([key, value]) => [key, times.has(key) ? rfc3339(value as bigint) : value]));
}

/** Plain JSON, with integers as numbers. */
export const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? Number(each) : each)));

function rfc3339(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
}
