import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attribute } from '../../../workers/contract/attributes';
import { parseFilter, printFilter } from '../../../workers/contract/filter';
import { both } from '../../../workers/contract/filter-ast';
import { addTerm, besides, chips, equation, negateTerm, removeTerm } from '../../../workers/contract/filter-edit';
import { anyFilter } from './filter-arbitrary';

test('adding a term is AND with what was there', () => {
  fc.assert(
    fc.property(
      anyFilter,
      anyFilter.filter((f) => f.type !== 'and' && f.type !== 'or'),
      (filter, term) => {
        const text = printFilter(filter);
        const added = addTerm(text, printFilter(term));
        if (added !== text) expect(parseFilter(added)).toEqual(both([filter, term]));
      },
    ),
  );
});

test('removing a term leaves the others, and adding it again brings it back', () => {
  fc.assert(
    fc.property(anyFilter, fc.nat(), (filter, n) => {
      const text = printFilter(filter);
      const all = chips(text);
      const chip = all[n % all.length]!;
      const rest = removeTerm(text, chip);
      expect(chips(rest).map((c) => c.text)).toEqual(all.filter((c) => c !== chip).map((c) => c.text));
    }),
  );
});

test('negating a term changes the filter, and doing it again changes it back', () => {
  fc.assert(
    fc.property(anyFilter, fc.nat(), (filter, n) => {
      const text = printFilter(filter);
      const at = n % chips(text).length;
      const once = negateTerm(text, chips(text)[at]!);
      expect(parseFilter(once)).not.toEqual(filter);
      // `not pid=1` loses its `not`, and becomes `pid!=1` the next time.
      if (chips(text)[at]!.filter.type !== 'not') expect(parseFilter(negateTerm(once, chips(once)[at]!))).toEqual(filter);
    }),
  );
});

test.for([
  ['comm="a"', 'comm!="a"'],
  ['comm!="a"', 'comm="a"'],
  ['comm in (a, b)', 'comm not in (a, b)'],
  ['comm not in (a, b)', 'comm in (a, b)'],
  ['not x', 'x'],
  ['x', 'not x'],
  ['pid<5', 'not pid<5'],
  ['a or b', 'not (a or b)'],
  ['name=in', 'name!=in'],
  ['server in private', 'server not in private'],
])('%s is negated as %s', ([text, negated]) => {
  expect(negateTerm(text!, chips(text!)[0]!)).toBe(negated);
});

test.for([
  ['comm="a" and pid=1', 0, 'pid=1'],
  ['comm="a" and pid=1', 1, 'comm="a"'],
  ['a and b and c', 1, 'a and c'],
  ['a b c', 1, 'a c'],
  ['a', 0, ''],
] as const)('%s without term %i is %s', ([text, n, rest]) => {
  const removed = removeTerm(text, chips(text)[n]!);
  expect(parseFilter(removed)).toEqual(parseFilter(rest));
});

test('a quote that was left open is closed before something is added', () => {
  expect(addTerm('comm="a', 'pid=1')).toBe('comm="a" pid=1');
  expect(addTerm('a or b', 'pid=1')).toBe('(a or b) pid=1');
  expect(addTerm('', 'pid=1')).toBe('pid=1');
  expect(addTerm('pid=1', 'pid=1')).toBe('pid=1');
});

test.for([
  ['pid=1 comm="a', 'pid=1 comm="a"'],
  ['comm="a" or comm="b', '(comm="a" or comm="b")'],
  ['comm="a" or comm="b ', '(comm="a" or comm="b ")'],
  ['comm="a" or comm="b\\', '(comm="a" or comm="b\\\\")'],
  ['comm="a" or comm="b\\"', '(comm="a" or comm="b\\"")'],
  [' a or b ', '(a or b)'],
  ['(a or b) c', '(a or b) c'],
  ['', ''],
])('%s stands beside others as %s', ([text, safe]) => {
  expect(besides(text!)).toBe(safe);
});

test('beside others a filter means what it meant', () => {
  fc.assert(
    fc.property(fc.constantFrom('', 'a or b', 'pid=1 ', 'comm="x" or '), fc.string(), (start, typed) => {
      const text = `${start}comm="${typed}`;
      let alone: ReturnType<typeof parseFilter>;
      try {
        alone = parseFilter(text);
      } catch {
        return;
      }
      expect(parseFilter(`${besides(text)} pid=2`)).toEqual(both([alone, parseFilter('pid=2')]));
    }),
  );
});

test.for([
  ['comm', 'a"b', 'comm="a\\"b"'],
  ['pid', '12', 'pid=12'],
  ['kind', 'cmd', 'kind=cmd'],
  ['server', '10.0.0.1', 'server="10.0.0.1"'],
] as const)('the button of %s writes %s as %s', ([name, value, text]) => {
  expect(equation(attribute(name)!, '=', value)).toBe(text);
});
