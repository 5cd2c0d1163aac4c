/**
 * What cuts the bytes of a member into records: JSON values (`split.ts`), lines of text (`lines.ts`), rows of a table (`csv.ts`), blocks of a binary source.
 */

import type { Context } from '../envelopes/envelope';
import type { Place } from '../formats/format';
import type { Cuts } from './cuts';

/** Receives records in order of their places. */
export interface RecordSink {
  /** Takes note, while values are scanned, of what the sink leaves out of them. */
  readonly cuts?: Cuts | undefined;
  /**
   * `bytes[from, to)` is the record without what carries it, and holds until the call returns.
   * @param clean false: only the careful path may decide
   * @param context what its envelopes say of it
   * @param content what makes it equal to another record, where that is not these bytes
   */
  record(place: Place, bytes: Buffer, from: number, to: number, clean: boolean, context?: Context, content?: Uint8Array): void;
  /** A record too long to hold; its bytes can only be read from the member. */
  oversize(place: Place): void;
  /** A record whose fate is known: `ignored: …` or `rejected: …`; or as many of them, one behind the other. */
  skip(place: Place, fate: string, records?: number): void;
}

/** Where the bytes of a member went; they sum to its size. */
export interface ByteAccount {
  readonly records: number;
  /** What is around records: brackets, commas, line ends, a header, a byte order mark. */
  readonly envelope: number;
  readonly blank: number;
}

export interface Framing {
  /** Physical lines seen so far, blank ones too; 0 where the source has none. */
  readonly lines: number;
  readonly blankLines: number;
  readonly account: ByteAccount;
  /** The member begins with this many bytes of a byte order mark, which are not pushed. */
  skipMark(length: number): void;
  push(chunk: Uint8Array): void;
  /** No more bytes. */
  finish(): void;
}

/** The longest record that is held in memory. A longer one is passed over and becomes one record that is not clean. */
export const MAX_RECORD = 128 * 2 ** 20;
