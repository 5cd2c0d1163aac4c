import { type ErrorCode, type ErrorPlace, ExhibitError } from '../../workers/contract/errors';

/** What a view needs of an error: the code to switch on, a sentence for a person, the place. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly place: ErrorPlace;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ExhibitError) return { code: error.code, message: error.message, place: error.place };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'failed', message: `Exhibit itself made a mistake: ${message}`, place: {} };
}
