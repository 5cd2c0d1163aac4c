/**
 * What a format is: one file in this folder that exports one `Format`, and one line in `index.ts`.
 * A format is data: how to recognise it, which columns to read from a record, and one SQL projection from those columns to
 * activity columns. It does no I/O, knows no clock, and touches no row in JavaScript, but for a source that is not JSON, which it decodes.
 */
import type { Context } from '../envelopes/envelope';

/**
 * What a value must look like. Whatever does not look so is a suspect, which the careful path decides (`columns.ts`, `careful.ts`).
 * Numbers and times stay text until the projection converts them, so that nothing is rounded.
 * - `text`: a string (a number or boolean is taken as its text)
 * - `integer`: a whole number of 64 bits, or a string holding one (protojson writes 64-bit numbers as strings)
 * - `boolean`
 * - `time`: RFC 3339; without a zone it is in the member's zone (`instant` of `expressions.ts`)
 * - `texts`: an array of strings; arrives as JSON (`texts` of `expressions.ts` makes VARCHAR[] of it)
 * - `json`: anything, kept as JSON
 */
export type Leaf = 'text' | 'integer' | 'boolean' | 'time' | 'texts' | 'json';

/** Keys are matched exactly, but DuckDB's struct fields ignore case: no two keys of one object may differ in case alone. */
export interface Columns {
  readonly [key: string]: Leaf | Columns | Body;
}

/** Keys from the record's root. */
export type Path = readonly string[];

/** An object that may as well be something else, such as a request's body: of another shape it reads as NULL and is no suspect. */
export class Body {
  constructor(readonly columns: Columns) {}
}

/** The first records of a member (at most 100), parsed. */
export interface Sample {
  readonly records: readonly unknown[];
}

/** Where a record lies in its member. */
export interface Place {
  /** Line, element, or block; from 1. */
  readonly record: number;
  /** '' or `2.1`. */
  readonly item: string;
  /** Of its first byte. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** The most bytes of a record that DuckDB reads: its buffers are made for lines of the spool not far beyond (`stage.ts`). Longer ones take the careful path. */
export const MAX_DECODED = 2 * 2 ** 20;

/** Receives what a decoder makes of a member. */
export interface DecodedSink {
  /**
   * @param json an object on one line of at most `MAX_DECODED` bytes, for the format's `columns`, strictly JSON: no key twice, nanoseconds and other long integers as strings
   * @param content what makes the record equal to another one: its own bytes without what carries them
   */
  record(place: Place, json: string, content: Uint8Array, context?: Context): void;
  /**
   * @param fate `ignored: …` or `rejected: …`
   * @param records of how many: further ones of the same fate may follow the first without a gap, and `place` then has the bytes of them all
   */
  skip(place: Place, fate: string, records?: number): void;
}

/** Of a source whose records are lines of text. Records may come out later than they went in, and one record may be told by several lines. */
export interface LineDecoder {
  /** A line without its line end; `line` holds until the call returns. Bytes that are not UTF-8 may be in it. */
  line(place: Place, line: Buffer, context?: Context): void;
  finish(): void;
}

/** Of a binary source. Every byte given must lie in a place that comes out, or be the source's own frame; a cut or foreign part costs itself alone. */
export interface BlockDecoder {
  push(chunk: Buffer): void;
  finish(): void;
}

export interface Format {
  readonly id: string;
  readonly title: string;
  /** Raised whenever the projection gives another result; part of the case digest. */
  readonly version: number;
  /** One phrase for `exhibit formats`. */
  readonly recognisedBy: string;
  /** What this source cannot carry, as sentences; printed in traces and reports. */
  readonly limits: readonly string[];
  /** What it records of all that happens, where a rule, setting or filter picks it, as one sentence. Such a source is never called complete (`coverage.ts`). */
  readonly selects?: string;
  /** Its `entered` is true of the whole tree below what entered a container; elsewhere only of what entered itself, and false of its children. */
  readonly trees?: true;
  readonly columns: Columns;
  /**
   * What may lie at one of several places of `columns` (all of one shape): `record` has a column of each name, the first that is present. It plans
   * and runs far quicker than as many `coalesce`s in the projection.
   */
  readonly shared?: Readonly<Record<string, readonly Path[]>>;
  /** 0 (not mine) to 1 (surely mine), from content. Rows of a CSV come as objects of texts, by the names of its first line. */
  readonly detect: (sample: Sample) => number;
  /** Of a source in lines of text instead of JSON. Its `columns` are those of the JSON that the decoder makes; none of it is ever suspect. */
  readonly text?: {
    /** 0 to 1, from the first lines (at most 100), as UTF-8. */
    readonly detect: (lines: readonly string[]) => number;
    readonly open: (sink: DecodedSink) => LineDecoder;
  };
  /** Of a binary source. */
  readonly binary?: {
    readonly is: (head: Buffer) => boolean;
    readonly open: (sink: DecodedSink) => BlockDecoder;
  };
  /** A value that only holds records: the path of the array in it. Undefined: the value is a record itself. */
  readonly envelope?: (value: unknown) => readonly string[] | undefined;
  /**
   * SELECT … FROM record (`stage.ts` supplies it). `record` has: m INTEGER (the member), r BIGINT, i VARCHAR, o BIGINT, l INTEGER, h VARCHAR, x VARCHAR, n INTEGER, e STRUCT(columns), the shared columns,
   * f VARCHAR[] (what the careful path noted, NULL on the fast one), suspect BOOLEAN, bare BOOLEAN (a time of it names no zone), zone VARCHAR (the member's setting, NULL where none), cluster VARCHAR (what
   * the envelope says, else the setting) and w STRUCT of texts (what the envelope says, `CONTEXT` of envelopes/envelope.ts; NULL where there is none).
   * It must give `PLACE` (or `ALONE`, which has all that stands up to `skip`); `k` (1 but for further activities of one record); `merge` VARCHAR (the merge key as text, NULL: merges with
   * nothing) and `rank` UTINYINT (0 is kept first; from 32 on any number of records fold into the kept one); `keyed` BOOLEAN (merge, rank and time are a key given by the source, so that equal
   * records in one member are duplicates); `skip` VARCHAR (NULL, or `ignored: why`, or `rejected: why`); and any columns of
   * `SCOPE_COLUMNS`, `ACTOR_COLUMNS`, `POLICY_COLUMNS`, `ACTIVITY_COLUMNS`. Columns that it does not name stay NULL. What the
   * careful path noted must reach `flags`.
   */
  readonly project: string;
}

/** The columns that every projection hands on as they are. */
export const PLACE = 'm, r, i, o, l, h, x, n, suspect, bare';

/** The same, of a source of which each record tells one activity and has no key: nothing merges, and equal records of one member all count. */
export const ALONE = `${PLACE}, 1::UTINYINT AS k, NULL::VARCHAR AS merge, 0::UTINYINT AS rank, false AS keyed`;

/** The share of the objects among the records that pass a test (anything else is a broken line of any format); 0 where there are none. */
export function share(records: readonly unknown[], test: (record: Readonly<Record<string, unknown>>) => boolean): number {
  const objects = records.filter(isObject);
  return objects.length === 0 ? 0 : objects.filter(test).length / objects.length;
}

/** The share of the lines that pass a test; 0 where there are none. */
export const shareOf = (lines: readonly string[], test: (line: string) => boolean): number =>
  lines.length === 0 ? 0 : lines.filter(test).length / lines.length;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
