/**
 * A term's test on one value, as SQL over any expression of that value's type. NULL where the value is NULL: what that means is decided in one place,
 * `compile.ts`.
 */
import { type AddressRange, PRIVATE_RANGES, parseAddress, parseRange } from '../contract/address';
import type { Attribute } from '../contract/attributes';
import type { CompareOperator, Filter, MatchOperator } from '../contract/filter-ast';
import { join, raw, type Sql, sql } from '../contract/sql';
import { parseTime } from '../contract/time';
import { requiredText } from './required';

/** A term about one attribute. `!=` and `not in` never get here: they are negations of `=` and `in`. */
export type Test =
  | { readonly operator: Exclude<CompareOperator, '!='>; readonly value: string }
  | { readonly operator: 'in'; readonly values: readonly string[] }
  | { readonly operator: MatchOperator; readonly value: string }
  | { readonly operator: 'exists' };

export function testOf(term: Extract<Filter, { type: 'compare' | 'in' | 'match' | 'exists' }>): { test: Test; negated: boolean } {
  switch (term.type) {
    case 'compare':
      return term.operator === '!='
        ? { test: { operator: '=', value: term.value }, negated: true }
        : { test: { operator: term.operator, value: term.value }, negated: false };
    case 'in':
      return { test: { operator: 'in', values: term.values }, negated: term.negated };
    case 'match':
      return { test: { operator: term.operator, value: term.value }, negated: false };
    case 'exists':
      return { test: { operator: 'exists' }, negated: false };
  }
}

/** ENUM types of choices, so that both sides are compared as small integers and in rank order. */
const ENUMS = new Map([
  ['precision', 'time_precision'],
  ['kind', 'kind'],
  ['result', 'result'],
  ['direction', 'direction'],
  ['severity', 'severity'],
]);

function literal(attribute: Attribute, value: string): Sql {
  switch (attribute.type) {
    case 'number':
      return numberLiteral(value);
    case 'time':
      return timestamp(parseTime(value) as bigint);
    case 'choice': {
      const type = ENUMS.get(attribute.name);
      return type ? sql`CAST(${value} AS ${raw(type)})` : sql`${value}`;
    }
    default:
      return sql`${value}`;
  }
}

/** A whole number that fits stays exact; anything else compares as a double. */
function numberLiteral(value: string): Sql {
  const whole = /^-?\d{1,18}$/.test(value) ? BigInt(value) : undefined;
  return whole === undefined ? sql`CAST(${Number(value)} AS DOUBLE)` : sql`CAST(${whole} AS BIGINT)`;
}

export const timestamp = (ns: bigint): Sql => sql`make_timestamp_ns(CAST(${ns} AS BIGINT))`;

/** The test on a scalar: text, number, time or choice. */
export function scalarTest(attribute: Attribute, test: Test, value: Sql): Sql {
  switch (test.operator) {
    case 'exists':
      return sql`${value} IS NOT NULL`;
    case 'in':
      return anyOf(attribute, test.values, value);
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return sql`${value} ${raw(test.operator)} ${literal(attribute, test.value)}`;
    default:
      return matchTest(test.operator, test.value, value);
  }
}

/** More values than these are looked up by their hash. */
const FEW_VALUES = 32;

/** Few texts are made a list: that it holds a text the scan itself tests, once for each entry of its dictionary; `IN` is tested after it, for each row. */
function anyOf(attribute: Attribute, values: readonly string[], value: Sql): Sql {
  const among = join(values.map((one) => literal(attribute, one)));
  const listed = attribute.type === 'text' && values.length <= FEW_VALUES;
  return listed ? sql`list_contains([${among}], ${value})` : sql`${value} IN (${among})`;
}

function matchTest(operator: MatchOperator, pattern: string, value: Sql): Sql {
  switch (operator) {
    case 'contains':
      return containsTest(pattern, value);
    case 'startswith':
      return sql`starts_with(${value}, ${pattern})`;
    case 'endswith':
      return sql`ends_with(${value}, ${pattern})`;
    case 'like':
      return likeTest(pattern, value);
    case 'matches':
      return matchesTest(pattern, value);
  }
}

function matchesTest(pattern: string, value: Sql): Sql {
  const matches = sql`regexp_matches(${value}, ${pattern})`;
  const required = requiredText(pattern);
  return required === '' ? matches : sql`(contains(${value}, ${required}) AND ${matches})`;
}

/**
 * Simple Unicode folding. For an ASCII text `lower` gives it (but for U+0130 and U+017F, whose case partners are ASCII letters); for others RE2 does, which folds by the
 * Unicode tables.
 */
function containsTest(text: string, value: Sql): Sql {
  if (/^[\0-\x7f]*$/.test(text)) return sql`contains(lower(${value}), ${text.toLowerCase()})`;
  const pattern = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return sql`regexp_matches(${value}, ${pattern}, 'i')`;
}

/** `*` any text, `?` one character, `\*` and `\?` themselves; as LIKE, since GLOB can run for minutes on a hostile pattern. */
function likeTest(pattern: string, value: Sql): Sql {
  let like = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '*') like += '%';
    else if (char === '?') like += '_';
    else {
      const next = pattern[at + 1];
      const escaped = char === '\\' && (next === '*' || next === '?' || next === '\\');
      if (escaped) at++;
      const plain = escaped ? (next as string) : char;
      like += '%_\\'.includes(plain) ? `\\${plain}` : plain;
    }
  }
  return like.includes('\\') ? sql`${value} LIKE ${like} ESCAPE '\\'` : sql`${value} LIKE ${like}`;
}

/** The test on a list: true if it holds for any element. */
export function listTest(attribute: Attribute, test: Test, list: Sql): Sql {
  switch (test.operator) {
    case 'exists':
      return sql`len(${list}) > 0`;
    case '=':
      return sql`list_contains(${list}, ${test.value})`;
    case 'in':
      return sql`list_has_any(${list}, [${join(test.values)}])`;
    default:
      return sql`len(list_filter(${list}, lambda x: ${scalarTest(attribute, test, raw('x'))})) > 0`;
  }
}

/** The test on an address's text; both spellings of an address are equal through the `address` table. */
export function addressTest(test: Test, value: Sql): Sql {
  if (test.operator === 'exists') return sql`${value} IS NOT NULL`;
  if (test.operator === 'in') return sql`${value} IN (SELECT address FROM address WHERE ${anyRange(test.values)})`;
  const number = test.operator === '=' ? parseAddress(test.value) : undefined;
  if (number === undefined) return sql`${value} = ${'value' in test ? test.value : null}`;
  return sql`${value} IN (SELECT address FROM address WHERE number = ${unsigned(number)})`;
}

/** 128 bits do not fit the HUGEINT that a bigint binds as. */
const unsigned = (number: bigint): Sql => sql`CAST(${String(number)} AS UHUGEINT)`;

const within = ({ low, high }: AddressRange): Sql => sql`number BETWEEN ${unsigned(low)} AND ${unsigned(high)}`;

/** Known: private, a host, pod, service or node that the evidence names, or on the case's own lists. */
const KNOWN: Sql = sql`
  number IN (SELECT number FROM address WHERE address IN (SELECT hostip FROM scope))
  OR number IN (SELECT number FROM named_address)
  OR EXISTS (SELECT 1 FROM kept.known WHERE number BETWEEN low AND high)`;

function anyRange(values: readonly string[]): Sql {
  const parts = values.flatMap((value) => {
    if (value === 'private') return PRIVATE_RANGES.map(within);
    if (value === 'known') return [...PRIVATE_RANGES.map(within), KNOWN];
    return [within(parseRange(value) as AddressRange)];
  });
  return join(
    parts.map((part) => sql`(${part})`),
    ' OR ',
  );
}
