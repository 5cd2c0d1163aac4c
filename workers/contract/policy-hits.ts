/** What agents' rules hit, by rule and place. */
import type { Kind, Severity } from './attributes';

/** Hits of one rule in one place. */
export interface PolicyHits {
  readonly rule: string;
  readonly severity: Severity | null;
  readonly severityraw: string | null;
  readonly tags: readonly string[];
  readonly origin: string | null;
  readonly scope: { readonly [K in (typeof POLICY_SCOPE)[number]]: string | null };
  readonly count: number;
  readonly kinds: { readonly [K in Kind]?: number };
  /** Commands that were hit, most frequent first, at most five. */
  readonly commands: readonly string[];
  readonly first: string | null;
  readonly last: string | null;
  /** Id of the first hit (undated last). */
  readonly id: string;
  /** On the last of a list that was cut: how many more places there are, and how many hits in them. */
  readonly unlisted?: { readonly places: number; readonly count: number };
}
/** Scope attributes of a policy hit, outermost first. */
export const POLICY_SCOPE = [
  'cluster',
  'namespace',
  'deployment',
  'pod',
  'container',
  'image',
  'node',
  'host',
  'hostip',
  'mac',
] as const;
