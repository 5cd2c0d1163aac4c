/**
 * Failures as data. `code` is what a caller switches on; `message` is one sentence for a person: what happened and what to do.
 * Bad evidence is never an error: it is a reject or a warning in the case.
 */
export type ErrorCode =
  | 'usage'
  | 'filter'
  | 'not-found'
  | 'no-case'
  | 'case-locked'
  | 'case-newer'
  | 'case-damaged'
  /** Its journal cannot be gone on with; what is in the case can still be read. */
  | 'journal-damaged'
  | 'case-read-only'
  | 'unreadable'
  | 'bounds'
  | 'superseded'
  | 'stopped'
  | 'unavailable'
  | 'failed';

/** Where a mistake lies: a column in a filter (from 0, in UTF-16 units), a path, an id. */
export interface ErrorPlace {
  readonly from?: number;
  readonly to?: number;
  readonly expected?: readonly string[];
  readonly at?: string;
}

export class ExhibitError extends Error {
  override readonly name = 'ExhibitError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly place: ErrorPlace = {},
  ) {
    super(message);
  }
}
