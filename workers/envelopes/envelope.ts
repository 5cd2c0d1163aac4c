/**
 * What an envelope is: something that only carries records, such as a container log's line, a CloudWatch payload or a search hit. One file in
 * this folder that exports one `Envelope`, and one line in `index.ts`. Envelopes nest: a line of a container log may hold a CloudWatch payload.
 * The record's place and bytes are those of the envelope (contract section 1); what is in it is what a format reads.
 */

/** What an envelope says of its records; text, as it was written, but `time`, which is RFC 3339. A projection reads it as `w.<name>`. */
export const CONTEXT = ['cluster', 'server', 'host', 'node', 'time', 'source'] as const;
export type Context = { readonly [name in (typeof CONTEXT)[number]]?: string } & {
  /** What is odd about the envelope itself: becomes a flag of its records, which the careful path decides. */
  readonly odd?: string;
};

/** What is inside: text (JSON, or what a text format reads), or the object at a path of the JSON value, whose bytes are taken as they are. */
export type Unwrapped =
  | { readonly text: string; readonly context?: Context }
  | { readonly path: readonly string[]; readonly context?: Context }
  /** Carries nothing that could be an activity: counted, with this reason (a few words, such as `klog line`). */
  | { readonly ignored: string }
  /** What it should carry cannot be had: counted, with this reason. */
  | { readonly rejected: string };

/** The path of a list of records inside a value, and what the value says of each of them. */
export interface HeldList {
  readonly path: readonly string[];
  readonly context?: Context;
}

export interface Envelope {
  readonly id: string;
  /** As in "inside CRI container log lines". */
  readonly title: string;
  /** What records that come in it may lack, as sentences; printed in traces and reports of cases in which some did. */
  readonly limits?: readonly string[];
  /** A JSON value that holds a list of records. */
  readonly list?: (value: unknown) => HeldList | undefined;
  /**
   * One JSON object that holds one record; undefined where it is none of this envelope's. Numbers in it are rounded: take none of them on as `text`.
   * @param outer what the envelopes around it say
   */
  readonly value?: (value: Readonly<Record<string, unknown>>, outer?: Context) => Unwrapped | undefined;
  /**
   * One line of text without its line end; undefined where it is none of this envelope's. Of a record cut into lines: all its lines, with `\n` between.
   * @param outer what the envelopes around it say
   */
  readonly line?: (line: string, outer?: Context) => Unwrapped | undefined;
  /** Carries no record at all: its lines do not count when a member is recognised. */
  readonly noise?: true;
  /** Its lines are those of many programs: of a text format one among them is enough. */
  readonly shared?: true;
  /**
   * The line is a part of a record that goes on after it (CRI's `P`).
   * @param first the first part of that record, where there were parts before: a line of another stream may lie between
   */
  readonly isPart?: (line: string, first?: string) => boolean;
}
