/** The case as a whole, and what it keeps of its own. */
import type { Kind } from './attributes';
import type { ClockOffset } from './clocks';
import type { Coverage } from './coverage';
import type { EvidenceInfo } from './evidence';

export interface CaseInfo {
  readonly case: string;
  readonly schema: number;
  readonly version: string;
  readonly readOnly: boolean;
  /** What was recovered on opening, or what a read-only opening left as it is; sentences. */
  readonly notices?: readonly string[];
  readonly evidence: readonly EvidenceInfo[];
  readonly formats: { readonly [format: string]: number };
  readonly kinds: { readonly [K in Kind]?: number };
  readonly activities: number;
  readonly undated: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly coverage: readonly Coverage[];
  /** What was measured of the clocks when sessions were last linked. */
  readonly clocks: readonly ClockOffset[];
  readonly digest: string;
  readonly evidenceDigest: string;
  readonly analysisDigest: string;
  readonly journal: { readonly entries: number; readonly head: string };
}

/** How far the case that is open has come: where its custody journal stands, which each change moves, and what follows from a change. */
export interface CaseState {
  /** The case's name. */
  readonly case: string;
  readonly entries: number;
  /** Hash of the last entry. */
  readonly head: string;
  /** Grows with what the evidence tells: when it was imported, and again when its sessions are known. Begins anew with each opening. */
  readonly revision: number;
}

/** One entry of the custody journal, its chain already checked. */
export interface JournalLine {
  readonly seq: number;
  readonly at: string;
  /** Who, as the operating system and the examiner say. */
  readonly by: string;
  readonly what: string;
  readonly detail: { readonly [name: string]: unknown };
  readonly hash: string;
}

/** An address or range that this case knows, beside what the evidence names. */
export interface KnownRange {
  /** `198.51.100.7` or `198.51.100.0/24`. */
  readonly range: string;
  /** What it is, in the analyst's words; may be empty. */
  readonly name: string;
}

/** A filter that this case keeps under a name. */
export interface SavedFilter {
  readonly name: string;
  readonly filter: string;
}
