/**
 * A filter as one SQL condition on a row `a` of `activity`. Values are bound; names come from the attribute table.
 *
 * An absent attribute has every test false, and `a != v` is exactly `not (a = v)`. So negations are pushed to the terms, where
 * `IS NOT TRUE` turns an absent value into true; without one above it a NULL counts as false by itself, and the plain test can prune.
 */
import { ATTRIBUTES, type Attribute, attribute } from '../contract/attributes';
import type { Filter } from '../contract/filter-ast';
import { join, raw, type Sql, sql } from '../contract/sql';
import { anyCondition, condition } from './places';
import { testOf } from './test';

/** What is known of the case's data that makes a condition cheaper without changing its meaning. */
export interface Hints {
  /** Attributes that some activity has; a bare word searches no other. Undefined: any may. */
  readonly present?: ReadonlySet<string>;
}

export function compile(filter: Filter, hints: Hints = {}): Sql {
  return part(filter, true, hints);
}

function part(filter: Filter, positive: boolean, hints: Hints): Sql {
  switch (filter.type) {
    case 'all':
      return raw(positive ? 'TRUE' : 'FALSE');
    case 'and':
    case 'or': {
      const parts = filter.parts.map((p) => sql`(${part(p, positive, hints)})`);
      return join(parts, (filter.type === 'and') === positive ? ' AND ' : ' OR ');
    }
    case 'not':
      return part(filter.part, !positive, hints);
    case 'text':
      return signed(textCondition(filter.value, hints), positive);
    default: {
      const { test, negated } = testOf(filter);
      return signed(condition(attribute(filter.attribute) as Attribute, test), positive !== negated);
    }
  }
}

const signed = (tested: Sql, positive: boolean): Sql => (positive ? tested : sql`(${tested}) IS NOT TRUE`);

/** What Exhibit itself gives (ids, places, sessions) is asked for by name; a bare word searches what the evidence says. */
const OWN: ReadonlySet<string> = new Set(['id', 'evidence', 'member', 'record', 'format', 'session', 'process', 'finding']);

/** Attributes that a bare word or quoted text searches. */
export const SEARCHED: readonly Attribute[] = ATTRIBUTES.filter((of) => asSearched(of) && !OWN.has(of.name));

function textCondition(value: string, { present }: Hints): Sql {
  const searched = SEARCHED.filter((a) => !present || present.has(a.name));
  if (searched.length === 0) return raw('FALSE');
  const texts = searched.flatMap((a) => asSearched(a) ?? []);
  return sql`(${anyCondition(texts, { operator: 'contains', value })})`;
}

/** The attribute as `contains` looks into it: addresses by their text. Undefined for what is no text: numbers, times, choices. */
export function asSearched(attribute: Attribute): Attribute | undefined {
  switch (attribute.type) {
    case 'text':
    case 'address':
      return { ...attribute, type: 'text' };
    case 'list':
    case 'addresses':
      return { ...attribute, type: 'list' };
    default:
      return undefined;
  }
}
