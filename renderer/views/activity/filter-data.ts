import { ExhibitError } from '../../../workers/contract/errors';
import { parse } from '../../../workers/contract/filter';
import { tokenize } from '../../../workers/contract/filter-tokens';

export interface Mistake {
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly expected: readonly string[];
}

/** The first mistake of a filter's text; undefined where it parses. */
export function mistakeIn(text: string): Mistake | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExhibitError)) throw error;
    const from = error.place.from ?? 0;
    return { message: error.message, from, to: Math.max(error.place.to ?? from, from + 1), expected: error.place.expected ?? [] };
  }
}

/** Whether the mistake may only be that the text is not finished: it lies at its very end. */
export const isUnfinished = (mistake: Mistake, text: string): boolean => mistake.to >= text.trimEnd().length;

/** A term as a chip shows it. A term of another shape is all value. */
export function partsOf(term: string): { readonly attribute: string; readonly operator: string; readonly value: string } {
  const [name, operator, ...rest] = tokenize(term);
  if (name?.type !== 'word' || !operator || (operator.type !== 'operator' && operator.type !== 'keyword')) {
    return { attribute: '', operator: '', value: term };
  }
  const first = rest[0];
  const word = operator.type === 'keyword' ? ` ${term.slice(operator.from, operator.to)} ` : operator.value;
  return { attribute: name.value, operator: word, value: first ? term.slice(first.from) : '' };
}
