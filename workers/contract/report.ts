/** Reports. */
import type { CaseInfo } from './case';
import type { View } from './view';

export interface ReportRequest {
  /** Activity or session ids to trace. */
  readonly ids: readonly string[];
  /** All marks, and the sessions that they are on, too. */
  readonly board?: boolean;
  /** Everything in this view, at most `MOST_LISTED`. */
  readonly list?: View;
  /** The auditor's questions, answered from this view. */
  readonly questions?: View;
  readonly format: 'pdf' | 'html' | 'json';
  /** RFC 3339; the clock where absent. With it the same case gives the same bytes. */
  readonly created?: string;
  /** IANA zone in which times are printed; UTC where absent. */
  readonly zone?: string;
  readonly examiner?: string;
  readonly title?: string;
  readonly question?: string;
  /** `default` where absent: secrets are taken out and listed (`workers/redact`); `none` is journaled. */
  readonly redact?: 'default' | 'none';
  /** Attaches the bytes of the cited records, those left out that hold a secret; journaled. */
  readonly withRecords?: boolean;
}

/** How many activities a report lists. */
export const MOST_LISTED = 50_000;

export interface Report {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** False where the case is read-only and no journal entry could be made. */
  readonly journaled: boolean;
  /** The journal after it, its own entry included. */
  readonly journal: CaseInfo['journal'];
}
