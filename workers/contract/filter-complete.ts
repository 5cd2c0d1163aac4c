/** What may be typed at a place of a filter, for completion. Works on any text, also one that does not parse yet. */
import { ATTRIBUTES, type Attribute, attribute } from './attributes';
import { quote } from './filter-print';
import { type Token, tokenize } from './filter-tokens';
import { isAddress, OPERATORS, type Operator } from './filter-types';

export interface Completion {
  readonly expects: 'attribute' | 'operator' | 'value';
  /** Whose operator or value is expected. */
  readonly attribute?: Attribute;
  readonly operator?: Operator;
  /** What is typed of it already, escapes resolved. */
  readonly prefix: string;
  /** The part of the text that a choice replaces. */
  readonly from: number;
  readonly to: number;
}

/** What is expected at the caret (in UTF-16 units). */
export function completionAt(text: string, caret: number): Completion {
  const tokens = tokenize(text.slice(0, caret));
  const last = tokens[tokens.length - 1];
  // A token that the caret touches is still being typed; a quoted one only while it is open.
  const typing = last && last.to === caret && isPartial(last) ? last : undefined;
  const before = typing ? tokens.slice(0, -1) : tokens;
  const place = { prefix: typing?.value ?? '', from: typing?.from ?? caret, to: typing ? tokenEnd(text, typing) : caret };
  const value = valueContext(before);
  if (value) return { expects: 'value', ...value, ...place };
  const of = operatorContext(before);
  if (of) return { expects: 'operator', attribute: of, ...place };
  return { expects: 'attribute', ...place };
}

const isPartial = (token: Token): boolean => token.type === 'word' || token.type === 'keyword' || token.unclosed === true;

/** The whole word or quoted text around the caret is replaced, not only what lies before it. */
function tokenEnd(text: string, typing: Token): number {
  const whole = tokenize(text).find((token) => token.from === typing.from);
  return whole && !whole.unclosed ? whole.to : typing.to;
}

/** The attribute and operator whose value comes next: after an operator, or inside the brackets of `in`. */
function valueContext(before: readonly Token[]): { attribute: Attribute; operator: Operator } | undefined {
  let at = before.length - 1;
  const inList = before[at]?.type === 'open' || before[at]?.type === 'comma';
  while (inList && at >= 0 && before[at]?.type !== 'open') at--;
  if (inList) at--;
  const token = before[at];
  if (!token || (token.type !== 'operator' && token.type !== 'keyword')) return undefined;
  if (inList && token.value !== 'in') return undefined;
  const negated = before[at - 1]?.type === 'keyword' && before[at - 1]?.value === 'not';
  const name = before[negated ? at - 2 : at - 1];
  const of = name?.type === 'word' ? attribute(name.value) : undefined;
  if (!of || token.value === 'exists' || !(OPERATORS[of.type] as readonly string[]).includes(token.value)) return undefined;
  return { attribute: of, operator: token.value as Operator };
}

function operatorContext(before: readonly Token[]): Attribute | undefined {
  const last = before[before.length - 1];
  return last?.type === 'word' && valueContext(before.slice(0, -1)) === undefined ? attribute(last.value) : undefined;
}

export interface Choice {
  /** What the list shows. */
  readonly label: string;
  /** What replaces `from`–`to` of the text. */
  readonly insert: string;
  readonly help: string;
}

/** Choices that need no evidence: attributes, operators, the values of choices and named ranges. Real values come from the engine (`values`). */
export function staticChoices(at: Completion): readonly Choice[] {
  const starts = (label: string) => label.startsWith(at.prefix);
  if (at.expects === 'attribute') {
    return ATTRIBUTES.filter((a) => starts(a.name) || a.aliases?.some(starts)).map(({ name, help }) => ({
      label: name,
      insert: name,
      help,
    }));
  }
  if (!at.attribute) return [];
  const { type, choices = [], help } = at.attribute;
  if (at.expects === 'operator') {
    return OPERATORS[type].filter(starts).map((label) => ({ label, insert: /\w/.test(label) ? `${label} ` : label, help: '' }));
  }
  const named = isAddress(at.attribute) && at.operator === 'in' ? ['private', 'known'] : [];
  return [...choices, ...named].filter(starts).map((label) => ({ label, insert: label, help }));
}

/** A value from the evidence as a choice. */
export const valueChoice = (value: string, count: number): Choice => ({
  label: value,
  insert: quote(value),
  help: String(count),
});
