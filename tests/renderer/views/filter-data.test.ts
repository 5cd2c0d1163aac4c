import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asTerms, inked, QUESTIONS, withOperator } from '../../../renderer/views/activity/filter-data';
import { parseFilter } from '../../../workers/contract/filter';
import { completionAt } from '../../../workers/contract/filter-complete';

const inks = (text: string, mistake?: { from: number; to: number }) =>
  inked(text, mistake)
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, ink, wrong }) => `${ink}:${text}${wrong ? '!' : ''}`);

test('names, operators, keywords and values are told apart', () => {
  expect(inks('not comm!="ps" and pid = 3 or server in private')).toEqual([
    'not:not',
    'name:comm',
    'not:!=',
    'value:"ps"',
    'keyword:and',
    'name:pid',
    'operator:=',
    'value:3',
    'keyword:or',
    'name:server',
    'keyword:in',
    'value:private',
  ]);
});

test('a bare word is a value, also one that an attribute is called by', () => {
  expect(inks('comm and user')).toEqual(['value:comm', 'keyword:and', 'value:user']);
});

test('a mistake splits what it covers in part', () => {
  expect(inks('cmnd="x"', { from: 0, to: 4 })).toEqual(['value:cmnd!', 'operator:=', 'value:"x"']);
  expect(inks('cmnd="x"', { from: 6, to: 7 })).toEqual(['value:cmnd', 'operator:=', 'value:"', 'value:x!', 'value:"']);
});

test('the parts are the text, whatever it is and wherever the mistake lies', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, from, length) => {
      expect(
        inked(text, { from, to: from + length })
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
      expect(
        inked(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('an or stands in brackets beside other terms', () => {
  expect(asTerms('comm="a" pid=1')).toEqual(['comm="a"', 'pid=1']);
  expect(asTerms('comm="a" or pid=1 ')).toEqual(['(comm="a" or pid=1)']);
  expect(asTerms('pid=1 or comm="a')).toEqual(['(pid=1 or comm="a")']);
  expect(asTerms('pid=1 comm="a')).toEqual(['pid=1', 'comm="a"']);
});

test.for(QUESTIONS)('$title is a filter', ({ filter }) => {
  expect(() => parseFilter(filter)).not.toThrow();
});

/** `|` marks the caret. */
test.for([
  ['user="jo|', '!=', 'user!="jo'],
  ['comm="ps" user = jo|', 'contains', 'comm="ps" user contains jo'],
  ['user contains jo|', '=', 'user=jo'],
  ['user=jo| comm="ps"', 'in', 'user in (jo comm="ps"'],
  ['user=jo| comm="ps"', 'exists', 'user exists  comm="ps"'],
  ['user in (jo|', '=', undefined],
  ['user not contains jo|', '=', undefined],
  ['us|', '=', undefined],
] as const)('%s compared with %s', ([marked, operator, changed]) => {
  const text = marked.replace('|', '');
  expect(withOperator(text, completionAt(text, marked.indexOf('|')), operator)).toBe(changed);
});
