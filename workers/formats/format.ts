/**
 * What a format is: one file in this folder that exports one `Format`, and one line in `index.ts`.
 * A format is data: how to recognise it, which columns to read from a record, and one SQL projection from those columns to
 * activity columns. It does no I/O, knows no clock, and touches no row in JavaScript.
 */

/**
 * Columns to read from a record, as a tree. Every leaf is read as text (numbers as they were written) and converted by the projection,
 * so that nothing is rounded; the leaf's type says what it must look like, and whatever does not look so is a suspect for the careful path.
 * - `text`: a string (a number or boolean is taken as its text)
 * - `integer`: a whole number, or a string holding one (protojson writes 64-bit numbers as strings)
 * - `boolean`
 * - `time`: RFC 3339
 * - `texts`: an array of strings
 * - `json`: kept as JSON text, whatever it is
 */
export type Leaf = 'text' | 'integer' | 'boolean' | 'time' | 'texts' | 'json';
export interface Columns {
  readonly [key: string]: Leaf | Columns;
}

/** The first records of a member (at most 100), parsed. The file name only hints. */
export interface Sample {
  readonly fileName: string;
  readonly records: readonly unknown[];
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
  readonly columns: Columns;
  /** 0 (not mine) to 1 (surely mine), from content. */
  readonly detect: (sample: Sample) => number;
  /** A value that only holds records: the path of the array in it. Undefined: the value is a record itself. */
  readonly envelope?: (value: unknown) => readonly string[] | undefined;
  /**
   * SELECT … FROM record. `record` has: r BIGINT, i VARCHAR, o BIGINT, l INTEGER, e STRUCT(columns), zone VARCHAR, cluster VARCHAR
   * (the member's settings, NULL where none).
   * It must give r, i, o, l; `k` (1 but for further activities of one record); `merge` VARCHAR (the merge key as text, NULL: merges with
   * nothing) and `rank` UTINYINT (0 is kept first); `keyed` BOOLEAN (merge, rank and time are a key given by the source, so that equal
   * records in one member are duplicates); `skip` VARCHAR (NULL, or `ignored: why`, or `rejected: why`); and any columns of
   * `SCOPE_COLUMNS`, `ACTOR_COLUMNS`, `POLICY_COLUMNS`, `ACTIVITY_COLUMNS`. Columns that it does not name stay NULL.
   */
  readonly project: string;
}
