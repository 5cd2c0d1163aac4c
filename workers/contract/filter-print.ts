/** A filter as text: `parseFilter(printFilter(x))` is `x`. */
import type { Filter } from './filter-ast';

const NAMED: ReadonlySet<string> = new Set(['private', 'known']);

/**
 * Text in quotes. What the filter bar must not show raw (controls, bidirectional and zero-width controls, lone surrogates) becomes an escape.
 */
export function quote(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`);
  return `"${escaped}"`;
}

const list = (values: readonly string[]): string => {
  const only = values.length === 1 ? (values[0] as string) : undefined;
  return only !== undefined && NAMED.has(only) ? only : `(${values.map(quote).join(', ')})`;
};

/** Binding strength: a part that binds weaker than its surroundings needs brackets. */
const STRENGTH: Readonly<Record<string, number>> = { or: 1, and: 2, not: 3 };
const strength = (filter: Filter): number => STRENGTH[filter.type] ?? 4;

function part(filter: Filter, least: number): string {
  const text = printFilter(filter);
  return strength(filter) < least ? `(${text})` : text;
}

export function printFilter(filter: Filter): string {
  switch (filter.type) {
    case 'all':
      return '';
    case 'and':
      return filter.parts.map((p) => part(p, 3)).join(' ');
    case 'or':
      return filter.parts.map((p) => part(p, 2)).join(' or ');
    case 'not':
      return `not ${part(filter.part, 3)}`;
    case 'compare':
      return `${filter.attribute}${filter.operator}${quote(filter.value)}`;
    case 'in':
      return `${filter.attribute} ${filter.negated ? 'not in' : 'in'} ${list(filter.values)}`;
    case 'match':
      return `${filter.attribute} ${filter.operator} ${quote(filter.value)}`;
    case 'exists':
      return `${filter.attribute} exists`;
    case 'text':
      return quote(filter.value);
  }
}
