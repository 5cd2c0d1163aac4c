/** What a rule is: data that a person writes by hand, one file a rule (docs/how-to/add-a-rule.md). */
import type { Parsed } from '../contract/filter';
import type { RuleText } from '../contract/findings';
import type { Need } from '../questions/question';
import type { BuiltIn } from './built-in';

/** What has to be in a case for a rule to be evaluated; `bodies`: what requests wrote, which audit level Metadata leaves out. */
export type RuleNeed = Need | 'bodies';

/** Filters are those of contract section 5, parsed once; times are nanoseconds. */
export type Condition =
  /** Cites what the filter matches. */
  | { readonly type: 'filter'; readonly when: Parsed }
  /** Cites what the filter matches where that is `atLeast` (different values of `different`, else activities) of equal `by` within `withinNs`. */
  | {
      readonly type: 'burst';
      readonly when: Parsed;
      readonly by: readonly string[];
      readonly withinNs: bigint;
      readonly atLeast: number;
      readonly different?: string;
    }
  /** Cites both where `next` follows `first`, of equal `by`, within `withinNs`. */
  | {
      readonly type: 'sequence';
      readonly first: Parsed;
      readonly next: Parsed;
      readonly by: readonly string[];
      readonly withinNs: bigint;
    }
  /** Cites what the filter matches in the later half of a long enough case where these values stand together in none of the earlier half. */
  | { readonly type: 'new'; readonly when: Parsed; readonly values: readonly string[] }
  /** What no filter can tell. */
  | { readonly type: 'built in'; readonly name: BuiltIn };

export interface Rule extends RuleText {
  readonly needs: readonly RuleNeed[];
  readonly condition: Condition;
}
