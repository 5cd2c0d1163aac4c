/** Random filters in canonical shape, for property tests. Values come mostly from small pools, so that they also match. */
import fc from 'fast-check';
import { ATTRIBUTES, type Attribute } from '../../../workers/contract/attributes';
import { both, either, type Filter } from '../../../workers/contract/filter-ast';
import { isAddress, OPERATORS, objection } from '../../../workers/contract/filter-types';

export type ValuesOf = (attribute: Attribute) => fc.Arbitrary<string>;

const anyText = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 6 }));

/** Values that fit an attribute's type, whatever the case holds. */
export const anyValue: ValuesOf = ({ type, choices }) => {
  switch (type) {
    case 'number':
      return fc.oneof(fc.integer().map(String), fc.constantFrom('0', '1.5', '-2.25'));
    case 'time':
      return fc.constantFrom('2026', '2026-03-17', '2026-03-17T09:00:00.123456789Z');
    case 'choice':
      return fc.constantFrom(...(choices ?? []));
    case 'flag':
      return fc.constantFrom('yes', 'no');
    case 'address':
    case 'addresses':
      return fc.constantFrom('10.0.0.1', '::1', '', 'nowhere');
    default:
      return anyText;
  }
};

const COMPARES: readonly string[] = ['=', '!=', '<', '<=', '>', '>='];

export function filters(
  attributes: readonly Attribute[],
  valuesOf: ValuesOf,
  textOf: fc.Arbitrary<string>,
): fc.Arbitrary<Filter> {
  const term = fc.constantFrom(...attributes).chain((attribute) => terms(attribute, valuesOf));
  const text = textOf.map((value): Filter => ({ type: 'text', value }));
  const leaf = fc.oneof({ weight: 9, arbitrary: term }, { weight: 1, arbitrary: text });
  return fc.letrec<{ any: Filter }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('any').map((part): Filter => ({ type: 'not', part })),
      fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map(both),
      fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map(either),
    ),
  })).any;
}

function terms(attribute: Attribute, valuesOf: ValuesOf): fc.Arbitrary<Filter> {
  const name = attribute.name;
  return fc.constantFrom(...OPERATORS[attribute.type]).chain((operator): fc.Arbitrary<Filter> => {
    if (operator === 'exists') return fc.constant({ type: 'exists', attribute: name });
    const value = valuesOf(attribute).filter((v) => objection(attribute, operator, v) === undefined);
    if (operator === 'in') {
      const ranges = fc.constantFrom('10.0.0.0/8', 'private', 'fd00::/8');
      const element = isAddress(attribute) ? fc.oneof(value, ranges) : value;
      return fc
        .record({ values: fc.array(element, { minLength: 1, maxLength: 3 }), negated: fc.boolean() })
        .map(({ values, negated }) => ({ type: 'in', attribute: name, negated, values }));
    }
    return value.map((v): Filter => {
      if (COMPARES.includes(operator)) return { type: 'compare', attribute: name, operator: operator as '=', value: v };
      return { type: 'match', attribute: name, operator: operator as 'like', value: v };
    });
  });
}

export const anyFilter = filters(ATTRIBUTES, anyValue, anyText);
