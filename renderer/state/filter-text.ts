import { chips } from '../../workers/contract/filter-edit';
import { quote } from '../../workers/contract/filter-print';
import type { Address, ScopeStep } from './address';

export const scopeTerm = ({ attribute, value }: ScopeStep): string =>
  value === null ? `not ${attribute} exists` : `${attribute}=${quote(value)}`;

/** The bar's own filter so that another term may stand beside it: an `or` at its top goes into brackets. */
function bracketed(filter: string): string {
  const own = chips(filter);
  return own.length === 1 && own[0]?.filter.type === 'or' ? `(${filter})` : filter;
}

/** Scope, the interactive switch and the filter bar as one filter text. Throws `filter` where the bar has a mistake. */
export function joinFilter({ scope, interactive, filter }: Pick<Address, 'scope' | 'interactive' | 'filter'>): string {
  // Ours first: the bar's text may end in a quote that the parser closes.
  return [...scope.map(scopeTerm), interactive ? 'interactive=yes' : '', bracketed(filter)]
    .filter((t) => t.trim() !== '')
    .join(' ');
}
