/** What a filter means, written for clarity alone: contract section 5 over plain objects, one activity at a time. */
import { parseAddress, parseRange } from '../../../workers/contract/address';
import { ATTRIBUTES, type Attribute, attribute } from '../../../workers/contract/attributes';
import type { Filter } from '../../../workers/contract/filter-ast';
import { quoteWords } from '../../../workers/contract/shell-words';
import { parseTime } from '../../../workers/contract/time';
import { inRange, isPrivate } from '../../helpers/address';
import { type Activity, KNOWN, type Value } from './random-case';

const OWN = ['id', 'evidence', 'member', 'record', 'format', 'session', 'process'];
const TEXTUAL = ['text', 'list', 'address', 'addresses'];

export function holds(filter: Filter, row: Activity, hosts: ReadonlySet<bigint>): boolean {
  switch (filter.type) {
    case 'all':
      return true;
    case 'and':
      return filter.parts.every((part) => holds(part, row, hosts));
    case 'or':
      return filter.parts.some((part) => holds(part, row, hosts));
    case 'not':
      return !holds(filter.part, row, hosts);
    case 'text':
      return ATTRIBUTES.filter((a) => TEXTUAL.includes(a.type) && !OWN.includes(a.name)).some((a) =>
        texts(a, row).some((text) => folds(text, filter.value)),
      );
    case 'exists':
      return elements(row.get(filter.attribute)).length > 0;
    case 'match':
      return texts(of(filter), row).some((text) => matches(filter.operator, text, filter.value));
    case 'in':
      return filter.values.some((value) => equals(of(filter), row, value, hosts, true)) !== filter.negated;
    case 'compare': {
      if (filter.operator === '=') return equals(of(filter), row, filter.value, hosts, false);
      if (filter.operator === '!=') return !equals(of(filter), row, filter.value, hosts, false);
      const value = row.get(filter.attribute);
      return value !== undefined && ordered(filter.operator, compare(of(filter), value, filter.value));
    }
  }
}

const of = (term: { readonly attribute: string }): Attribute => attribute(term.attribute) as Attribute;

const elements = (value: Value | undefined): readonly Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Value];

/** The texts that a match looks into; an argv also as a whole. */
function texts(attribute: Attribute, row: Activity): readonly string[] {
  const all = elements(row.get(attribute.name)).map(String);
  return attribute.name === 'command' && row.has('command') ? [...all, quoteWords(all)] : all;
}

function equals(attribute: Attribute, row: Activity, value: string, hosts: ReadonlySet<bigint>, named: boolean): boolean {
  if (attribute.type === 'address' || attribute.type === 'addresses') {
    return texts(attribute, row).some((text) => addressEquals(text, value, hosts, named));
  }
  if (attribute.name === 'containerid') return texts(attribute, row).some((text) => text.slice(0, 12) === value.slice(0, 12));
  if (attribute.type === 'text' || attribute.type === 'list') return texts(attribute, row).includes(value);
  return elements(row.get(attribute.name)).some((element) => compare(attribute, element, value) === 0);
}

/** `named`: whether private and known are names of ranges, as they are in a list, or just texts. */
function addressEquals(text: string, value: string, hosts: ReadonlySet<bigint>, named: boolean): boolean {
  const number = parseAddress(text);
  const listed = number !== undefined && KNOWN.some((range) => inRange(number, parseRange(range)!));
  if (named && value === 'private') return number !== undefined && isPrivate(number);
  if (named && value === 'known') return number !== undefined && (isPrivate(number) || hosts.has(number) || listed);
  const range = parseRange(value);
  return range === undefined ? text === value : number !== undefined && inRange(number, range);
}

function compare({ type, choices = [] }: Attribute, value: Value, wanted: string): number {
  if (type === 'choice') return choices.indexOf(String(value)) - choices.indexOf(wanted);
  if (type === 'time') return Number((value as bigint) - parseTime(wanted)!);
  return Number(value) - Number(wanted);
}

function ordered(operator: string, difference: number): boolean {
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  return operator === '>' ? difference > 0 : difference >= 0;
}

function matches(operator: string, text: string, value: string): boolean {
  switch (operator) {
    case 'contains':
      return folds(text, value);
    case 'startswith':
      return text.startsWith(value);
    case 'endswith':
      return text.endsWith(value);
    case 'matches':
      return new RegExp(value, 'u').test(text);
    default:
      return new RegExp(`^${wildcards(value)}$`, 'us').test(text);
  }
}

const plain = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const wildcards = (pattern: string) =>
  pattern.replace(/\\([*?\\])|([*?])|([\s\S])/gu, (_all, escaped?: string, wild?: string, char?: string) =>
    escaped ? plain(escaped) : wild ? (wild === '*' ? '.*' : '.') : plain(char ?? ''),
  );

/** JavaScript's `iu` compares by simple case folding. */
const folds = (text: string, part: string) => new RegExp(plain(part), 'iu').test(text);
