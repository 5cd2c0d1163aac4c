/** What gave no activity, with its place and its bytes. */
import type { Pane } from './view';

export interface SkippedRequest extends Pane {
  readonly fate?: 'ignored' | 'rejected';
  /** `E1`. */
  readonly evidence?: string;
  readonly member?: string;
  readonly why?: string;
  readonly at?: number;
  readonly limit: number;
}
/** A record that gave no activity, or bytes that belong to no record. */
export interface SkippedRecord {
  readonly evidence: string;
  readonly member: string;
  /** Null for bytes that belong to no record. */
  readonly record: string | null;
  readonly fate: 'ignored' | 'rejected';
  readonly why: string;
  /** Byte range in the decompressed member; null where the whole member is meant. */
  readonly offset: number | null;
  readonly length: number | null;
  /** How many follow each other from `record` on, of one fate; `length` is that of them all. */
  readonly records: number;
}
export interface Skipped {
  /** In order of evidence, member and place. */
  readonly rows: readonly SkippedRecord[];
  readonly at: number;
  readonly total: number;
  /** All reasons of the case with their counts, most first; not narrowed by the request. */
  readonly whys: readonly { readonly fate: 'ignored' | 'rejected'; readonly why: string; readonly count: number }[];
}
/** The longest reach of bytes that `skippedBytes` reads at once. */
export const MOST_SKIPPED_BYTES = 1_048_576;
export interface SkippedBytes {
  readonly offset: number;
  /** Of the whole record; `bytes` holds at most `MOST_SKIPPED_BYTES` of it. */
  readonly length: number;
  readonly bytes: Uint8Array;
}
