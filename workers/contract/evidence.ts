/** Evidence: its import, its settings, and what became of each member. */
import type { Intake, SourceSettings } from './intake';
import type { VerifyCheck } from './verify';

export interface ImportRequest extends Intake, SourceSettings {
  /** Absolute path of a file, folder or archive. Shells resolve handles to it; the renderer never sees one. */
  readonly path: string;
  /** Name to show for it; the base name where absent. */
  readonly name?: string;
}

/** All settings of an evidence anew: those that are absent hold no longer. */
export interface SettingsRequest extends SourceSettings {
  /** `E1`. */
  readonly evidence: string;
}

export interface Totals {
  readonly records: number;
  readonly yielded: number;
  readonly activities: number;
  readonly merged: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
}

export interface ImportResult {
  readonly case: string;
  readonly digest: string;
  readonly evidenceDigest: string;
  readonly seconds: number;
  readonly evidence: readonly EvidenceInfo[];
  readonly totals: Totals;
  readonly rejects: readonly { readonly at: string; readonly why: string }[];
}

export interface EvidenceInfo {
  readonly id: string;
  readonly name: string;
  /** Ids of a single file have no member part. */
  readonly kind: 'file' | 'folder' | 'archive';
  readonly sha256: string;
  readonly bytes: number;
  readonly already: boolean;
  readonly importedAt: string;
  readonly intake: Intake;
  /** Of each list of checksums that the bundle brings along: whether its files are those that it names. */
  readonly checks: readonly VerifyCheck[];
  readonly settings: Required<SourceSettings>;
  readonly members: readonly MemberInfo[];
}

export interface MemberInfo extends Totals {
  readonly path: string;
  readonly format: string | null;
  readonly ignoredWhy: { readonly [why: string]: number };
  readonly bytes: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly warning: string | null;
  /** How many of its records have a time that names no zone; absent where none has. */
  readonly zoneless?: number;
  /** Its records are rows of a Parquet file: each is cited by its number, and by the line of JSON that stands for it. */
  readonly parquet?: true;
  /** Ids of the envelopes in which its records came (`EnvelopeInfo`); absent where in none. */
  readonly envelopes?: readonly string[];
  /** What was said of it, where something was. */
  readonly settings?: { readonly zone?: string; readonly cluster?: string; readonly offset?: string };
}
