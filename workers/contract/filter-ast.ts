/** What a filter means, without its spelling. One shape a meaning: `and` and `or` hold at least two parts, none of their own type. */

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type MatchOperator = 'contains' | 'startswith' | 'endswith' | 'like' | 'matches';

export type Filter =
  /** The empty filter: everything. */
  | { readonly type: 'all' }
  | { readonly type: 'and'; readonly parts: readonly Filter[] }
  | { readonly type: 'or'; readonly parts: readonly Filter[] }
  | { readonly type: 'not'; readonly part: Filter }
  /** `attribute` is always the attribute's own name, never an alias. */
  | { readonly type: 'compare'; readonly attribute: string; readonly operator: CompareOperator; readonly value: string }
  /** On addresses a value may also be a range (`10.0.0.0/8`), `private` or `known`. */
  | { readonly type: 'in'; readonly attribute: string; readonly negated: boolean; readonly values: readonly string[] }
  | { readonly type: 'match'; readonly attribute: string; readonly operator: MatchOperator; readonly value: string }
  | { readonly type: 'exists'; readonly attribute: string }
  /** A bare word or quoted text: searches every text attribute. */
  | { readonly type: 'text'; readonly value: string };

export const EVERYTHING: Filter = { type: 'all' };

/** Joins filters, flattening; `all` is neutral for `and` and absorbs an `or`. */
export function both(parts: readonly Filter[]): Filter {
  const flat = parts.flatMap((part) => (part.type === 'and' ? part.parts : part.type === 'all' ? [] : [part]));
  return flat.length === 0 ? EVERYTHING : flat.length === 1 ? (flat[0] as Filter) : { type: 'and', parts: flat };
}

export function either(parts: readonly Filter[]): Filter {
  if (parts.some((part) => part.type === 'all')) return EVERYTHING;
  const flat = parts.flatMap((part) => (part.type === 'or' ? part.parts : [part]));
  return flat.length === 1 ? (flat[0] as Filter) : { type: 'or', parts: flat };
}

/** Names of the attributes that a filter asks for. */
export function attributesIn(filter: Filter): ReadonlySet<string> {
  switch (filter.type) {
    case 'all':
    case 'text':
      return new Set();
    case 'and':
    case 'or':
      return new Set(filter.parts.flatMap((part) => [...attributesIn(part)]));
    case 'not':
      return attributesIn(filter.part);
    default:
      return new Set([filter.attribute]);
  }
}
