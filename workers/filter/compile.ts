/**
 * A filter as one SQL condition on a row `a` of `activity`. Values are bound; names come from the attribute table.
 *
 * An absent attribute has every test false, and `a != v` is exactly `not (a = v)`. So negations are pushed to the terms, where
 * `IS NOT TRUE` turns an absent value into true; without one above it a NULL counts as false by itself, and the plain test can prune.
 */
import { ATTRIBUTES, type Attribute, attribute } from '../contract/attributes';
import type { Filter } from '../contract/filter-ast';
import { groupBy } from '../contract/group';
import { join, raw, type Sql, sql } from '../contract/sql';
import { anyCondition, condition, isFound, joinedLookUp, type LookUp, lookUpOf, together } from './places';
import { testOf } from './test';

/** What is known of the case's data that makes a condition cheaper without changing its meaning. */
export interface Hints {
  /** Attributes that some activity has; a bare word searches no other. Undefined: any may. */
  readonly present?: ReadonlySet<string>;
}

export const compile = (filter: Filter, hints: Hints = {}): Sql => part(filter, true, hints).condition;

/**
 * The same in two: dictionaries to join `activity a` with, in which every row that it holds for is found, and the condition on what that leaves. DuckDB
 * finds a number in an inner join by its place, and in an `IN` by its hash, which takes twice as long.
 */
export function compileJoined(filter: Filter, hints: Hints = {}): { readonly joins: Sql; readonly condition: Sql } {
  const parts = conjuncts(filter, true, hints);
  const isJoin = ({ lookUp, positive }: Part) => lookUp !== undefined && positive === true;
  const looked = parts.filter(isJoin).flatMap(({ lookUp }) => lookUp ?? []);
  return {
    joins: join(looked.map(joinedLookUp), ' '),
    condition: joined(
      parts.filter((one) => !isJoin(one)),
      true,
    ).condition,
  };
}

interface Part {
  readonly condition: Sql;
  /** What it looks up, where it does nothing else, and whether it holds for what is found or for all other rows. */
  readonly lookUp?: LookUp;
  readonly positive?: boolean;
}

function part(filter: Filter, positive: boolean, hints: Hints): Part {
  switch (filter.type) {
    case 'all':
      return { condition: raw(positive ? 'TRUE' : 'FALSE') };
    case 'and':
    case 'or':
      return joined(partsOf(filter, positive, hints), (filter.type === 'and') === positive);
    case 'not':
      return part(filter.part, !positive, hints);
    case 'text':
      return { condition: signed(textCondition(filter.value, hints), positive) };
    default: {
      const { test, negated } = testOf(filter);
      const of = attribute(filter.attribute) as Attribute;
      const lookUp = lookUpOf(of, test);
      if (lookUp) return lookedUp(lookUp, positive !== negated);
      return { condition: signed(condition(of, test), positive !== negated) };
    }
  }
}

const signed = (tested: Sql, positive: boolean): Sql => (positive ? tested : sql`(${tested}) IS NOT TRUE`);

const lookedUp = (lookUp: LookUp, positive: boolean): Part => ({
  condition: signed(isFound(lookUp), positive),
  lookUp,
  positive,
});

/** What must all hold: each dictionary is looked up once at most for what is to be found in it. */
function conjuncts(filter: Filter, positive: boolean, hints: Hints): readonly Part[] {
  if (filter.type === 'not') return conjuncts(filter.part, !positive, hints);
  if (filter.type === (positive ? 'and' : 'or')) return partsOf(filter as Several, positive, hints);
  return [part(filter, positive, hints)];
}

type Several = Extract<Filter, { type: 'and' | 'or' }>;

/** Parts about one dictionary share a look-up in it: DuckDB joins once for each. */
function partsOf({ type, parts }: Several, positive: boolean, hints: Hints): readonly Part[] {
  const all = (type === 'and') === positive;
  const groups = groupBy(
    parts.map((one) => part(one, positive, hints)),
    (one) => one.lookUp && `${one.positive} ${one.lookUp.home}`,
  );
  return [...groups].flatMap(([key, own]) => {
    const lookUps = own.flatMap(({ lookUp }) => lookUp ?? []);
    const found = own[0]?.positive === true;
    // What is found neither here nor there is not found where both are looked for.
    return key === undefined ? own : [lookedUp(together(lookUps, all === found), found)];
  });
}

function joined(parts: readonly Part[], all: boolean): Part {
  const [only = { condition: raw('TRUE') }] = parts;
  if (parts.length <= 1) return only;
  const bracketed = parts.map((one) => sql`(${one.condition})`);
  return { condition: join(bracketed, all ? ' AND ' : ' OR ') };
}

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
