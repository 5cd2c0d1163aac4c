import { attribute } from '../../workers/contract/attributes';
import { besides } from '../../workers/contract/filter-edit';
import { quote } from '../../workers/contract/filter-print';
import { wordsOf } from '../../workers/contract/shell-words';
import type { Address, ScopePath, ScopeStep } from './address';

/** One level as a term. The hierarchy writes a list as one text: each of its elements must be there. */
export function scopeTerm({ attribute: name, value }: ScopeStep): string {
  if (value === null) return `not ${name} exists`;
  const type = attribute(name)?.type;
  const values = type === 'list' || type === 'addresses' ? (wordsOf(value) ?? [value]) : [value];
  return values.map((one) => `${name}=${quote(one)}`).join(' ');
}

/** Places of the hierarchy as terms: those of one place stand side by side, several places are told by `or`. */
export function scopeTerms(scope: readonly ScopePath[]): readonly string[] {
  const [only, ...others] = scope;
  if (only === undefined || others.length === 0) return (only ?? []).map(scopeTerm);
  return [`(${scope.map((path) => path.map(scopeTerm).join(' ')).join(' or ')})`];
}

/** Scope, the interactive switch and the filter bar as one filter text. Throws `filter` where the bar has a mistake. */
export function joinFilter({ scope, interactive, filter }: Pick<Address, 'scope' | 'interactive' | 'filter'>): string {
  return [...scopeTerms(scope), interactive ? 'interactive=yes' : '', besides(filter)].filter((t) => t !== '').join(' ');
}
