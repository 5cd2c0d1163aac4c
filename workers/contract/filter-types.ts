/** Which operators and values an attribute's type has (contract section 5). */
import { parseAddress, parseRange } from './address';
import type { Attribute, AttributeType } from './attributes';
import { parseTime } from './time';

export type Operator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'contains'
  | 'startswith'
  | 'endswith'
  | 'like'
  | 'matches'
  | 'exists';

const EQUAL = ['=', '!=', 'in'] as const;
const ORDER = ['<', '<=', '>', '>='] as const;
const MATCH = ['contains', 'startswith', 'endswith', 'like', 'matches'] as const;

export const OPERATORS: Readonly<Record<AttributeType, readonly Operator[]>> = {
  text: [...EQUAL, ...MATCH, 'exists'],
  list: [...EQUAL, ...MATCH, 'exists'],
  number: [...EQUAL, ...ORDER, 'exists'],
  time: [...EQUAL, ...ORDER, 'exists'],
  choice: [...EQUAL, ...ORDER, 'exists'],
  address: [...EQUAL, 'exists'],
  addresses: [...EQUAL, 'exists'],
  flag: ['=', '!=', 'exists'],
};

export const isAddress = (attribute: Attribute): boolean => attribute.type === 'address' || attribute.type === 'addresses';

const NUMBER = /^-?\d{1,30}(\.\d{1,30})?$/;

/** What a value of this attribute must look like, in words for an error; undefined where the value is one. */
export function objection(attribute: Attribute, operator: Operator, value: string): string | undefined {
  switch (attribute.type) {
    case 'number':
      return NUMBER.test(value) ? undefined : 'a number';
    case 'time':
      return parseTime(value) === undefined ? 'a time such as 2026-03-17T09:00:00' : undefined;
    case 'choice':
      return attribute.choices?.includes(value) ? undefined : `one of ${attribute.choices?.join(', ')}`;
    case 'flag':
      return value === 'yes' || value === 'no' ? undefined : 'yes or no';
    case 'address':
    case 'addresses':
      return addressObjection(operator, value);
    default:
      return undefined;
  }
}

/**
 * `=` takes any text, since a source may write anything where an address belongs (and a seed's own example ends in an empty one); what is no address is
 * compared as text. In a list only what can match is taken.
 */
function addressObjection(operator: Operator, value: string): string | undefined {
  if (operator !== 'in') {
    const range = parseAddress(value) === undefined && parseRange(value) !== undefined;
    return range ? `one address (for a range: in "${value}")` : undefined;
  }
  if (value === 'private' || value === 'known' || parseRange(value)) return undefined;
  return 'an address, a range such as 10.0.0.0/8, private or known';
}
