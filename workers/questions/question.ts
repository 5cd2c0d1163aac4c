/** What an auditor's question is: data. A new one is an entry in the table of its theme. */
import type { Control, Framework } from '../contract/answers';
import type { CaseInfo } from '../contract/case';
import type { Facts } from './facts';

/** What has to be in a case for a question to be answered: a source that tells such activities. */
export type Need = 'requests' | 'commands' | 'files' | 'connections' | 'alerts';

export interface AskedFigure {
  readonly what: string;
  /** In the language of contract section 5. */
  readonly filter: string;
  /** Attribute whose most frequent values are told. */
  readonly by?: string;
}

export interface Question {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly Control[];
  readonly figures: readonly AskedFigure[];
  /** Without these it cannot be answered. */
  readonly needs: readonly Need[];
  /** Without these the answer is not whole. */
  readonly helps?: readonly Need[];
  readonly facts?: (info: CaseInfo) => Facts;
  /** What no such evidence shows. */
  readonly limit?: string;
  /** Why evidence of this sort never answers it; figures may still help. */
  readonly never?: string;
}

/** `{ 'SOC 2': 'CC6.1 CC6.2' }` */
export const controls = (of: { readonly [F in Framework]?: string }): readonly Control[] =>
  (Object.entries(of) as [Framework, string][]).flatMap(([framework, names]) =>
    names.split(' ').map((control) => ({ framework, control })),
  );

/** `a in ("x", "y")` of a filter, from words. */
export const among = (attribute: string, words: string): string =>
  `${attribute} in (${words
    .split(' ')
    .map((word) => JSON.stringify(word))
    .join(', ')})`;
