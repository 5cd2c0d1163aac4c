/** Changes to a filter's text: what chips and the `=` and `!=` buttons do. What the analyst wrote elsewhere in it stays as written. */
import type { Attribute } from './attributes';
import { parse, type Term } from './filter';
import { quote } from './filter-print';
import { tokenize } from './filter-tokens';

/** One top-level term. */
export interface Chip extends Term {
  /** As written. */
  readonly text: string;
  readonly negated: boolean;
}

/** The chips of a text that parses; throws `filter` otherwise. */
export const chips = (text: string): readonly Chip[] =>
  parse(text).terms.map((term) => ({
    ...term,
    text: text.slice(term.from, term.to),
    negated:
      term.filter.type === 'not' ||
      (term.filter.type === 'compare' && term.filter.operator === '!=') ||
      (term.filter.type === 'in' && term.filter.negated),
  }));

/** `attribute="value"`, or `!=`, as the buttons beside a value write it. Numbers and choices need no quotes. */
export const equation = (attribute: Attribute, operator: '=' | '!=', value: string): string => {
  const plain = (attribute.type === 'number' || attribute.type === 'choice') && /^[\w.-]+$/.test(value);
  return `${attribute.name}${operator}${plain ? value : quote(value)}`;
};

/** The text with a term added; the same text where that term is there already. An `or` at the top goes into brackets. */
export function addTerm(text: string, term: string): string {
  const present = chips(text);
  if (present.length === 0) return term;
  if (present.some((chip) => chip.text === term)) return text;
  return `${besides(text)} ${term}`;
}

/** The text so that other terms may stand beside it: its open quote closed, an `or` at its top in brackets. Throws `filter`. */
export function besides(text: string): string {
  const whole = closed(text).trim();
  const [only, ...others] = chips(text);
  return only?.filter.type === 'or' && others.length === 0 ? `(${whole})` : whole;
}

/** With the closing quote that the parser supplied; a backslash at the very end must not swallow it. */
function closed(text: string): string {
  const open = (of: string) => tokenize(of).at(-1)?.unclosed === true;
  if (!open(text)) return text;
  return open(`${text}"`) ? `${text}\\"` : `${text}"`;
}

/** The text without the term. What is removed can be kept by the caller and brought back by `addTerm`: so a chip is switched off and on. */
export function removeTerm(text: string, term: Term): string {
  const before = text.slice(0, term.from).replace(/\s*(\band\s*)?$/i, '');
  const after = text.slice(term.to).replace(/^\s*(and\b\s*)?/i, '');
  return [before, after].filter((part) => part !== '').join(' ');
}

/** The text with the term negated: `=` and `!=`, `in` and `not in`, `not …` and `…` change places. */
export function negateTerm(text: string, term: Term): string {
  const written = text.slice(term.from, term.to);
  return text.slice(0, term.from) + negated(written, term) + text.slice(term.to);
}

function negated(written: string, { filter }: Term): string {
  switch (filter.type) {
    case 'compare':
      if (filter.operator === '=') return written.replace('=', '!=');
      if (filter.operator === '!=') return written.replace('!=', '=');
      return `not ${written}`;
    case 'in':
      return filter.negated ? written.replace(/\s+not\s+in\b/i, ' in') : written.replace(/\s+in\b/i, ' not in');
    case 'not':
      return written.replace(/^not\s*/i, '');
    case 'and':
    case 'or':
      return `not (${written})`;
    default:
      return `not ${written}`;
  }
}
