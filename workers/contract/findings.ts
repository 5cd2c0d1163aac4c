/**
 * Findings: rows of ours that cite activities because a rule of ours holds for them (docs/decisions/0015-findings.md). A finding is never itself an activity, and never
 * more than an interpretation: it says what the records state, why that matters, how often such a match means that, and what else it may be.
 */
import type { Kind, Severity } from './attributes';
import type { POLICY_SCOPE } from './policy-hits';
import type { Pane, View } from './view';

/** How often what a rule matches is what its title says: `high` where the record itself states it, `low` where a name or a number only hints at it. */
export const FINDING_CONFIDENCES = ['high', 'medium', 'low'] as const;
export type FindingConfidence = (typeof FINDING_CONFIDENCES)[number];

/** What a rule says of itself. */
export interface RuleText {
  /** `kube-exec-shell`: the name of its file. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: FindingConfidence;
  /** Techniques of MITRE ATT&CK (`T1609`) and controls (`PCI DSS 4.0.1 10.2.1.2`). */
  readonly tags: readonly string[];
  /** Why it matters; a sentence. */
  readonly about: string;
  /** What innocent thing looks the same; a sentence. */
  readonly innocent: string;
  /** It came with the case or the request, not with Exhibit. */
  readonly own?: boolean;
}

/** What one rule found in one place, of one user and session. */
export interface Finding extends RuleText {
  /** The same for the same place, user and session whenever it is worked out; the view does not change it. */
  readonly id: string;
  readonly scope: { readonly [K in (typeof POLICY_SCOPE)[number]]: string | null };
  /** Of the request; of what ran in a container, that of the session it belongs to. */
  readonly user: string | null;
  /** The session that the cited activities belong to or open, as its id. */
  readonly session: string | null;
  /** Cited activities in view. */
  readonly count: number;
  readonly kinds: { readonly [K in Kind]?: number };
  readonly first: string | null;
  readonly last: string | null;
  /** Ids of the earliest of them (undated last), at most `MOST_CITED`; at least one. */
  readonly cited: readonly string[];
  /**
   * In the filter language: exactly the activities that it cites, in view or not. `count` is that of this filter and the view together. Null of a rule that came with the
   * request: nothing else knows it.
   */
  readonly filter: string | null;
}
export const MOST_CITED = 5;

/** What a rule could see in this case. `none`: it cannot be evaluated, so that nothing found says nothing. */
export type RuleState = 'whole' | 'partly' | 'none';
export const RULE_STATE_WORDS: Readonly<Record<RuleState, string>> = {
  whole: 'evaluated',
  partly: 'evaluated in part',
  none: 'cannot be evaluated with this evidence',
};

export interface EvaluatedRule extends RuleText {
  readonly state: RuleState;
  /** What it lacks, in a sentence; null where it is `whole`. */
  readonly why: string | null;
  /** Activities in view that it cites. */
  readonly count: number;
}

export interface Findings {
  /** The most severe first, then by time; at most `MOST_FINDINGS`. */
  readonly findings: readonly Finding[];
  /** What a list that was cut leaves out. */
  readonly unlisted: { readonly findings: number; readonly count: number } | null;
  /** Every rule, those without a finding too, the most severe first. */
  readonly rules: readonly EvaluatedRule[];
  /** `version` names the text of all rules: 16 hex digits of its SHA-256. */
  readonly pack: { readonly version: string; readonly rules: number };
}
export const MOST_FINDINGS = 5_000;

/** A rule as its author wrote it: the name of its file without the ending, and the YAML in it (docs/how-to/add-a-rule.md). */
export interface RuleFile {
  readonly name: string;
  readonly text: string;
}

export interface FindingsRequest extends View, Pane {
  /** Rules beside the pack's, for this answer alone. */
  readonly rules?: readonly RuleFile[];
}
