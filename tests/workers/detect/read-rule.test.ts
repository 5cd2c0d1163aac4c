import { expect, test } from 'vitest';
import { parse } from '../../../workers/contract/filter';
import { readRule } from '../../../workers/detect/read-rule';

const RULE = `
title: A rule
severity: low
confidence: high
tags: [T1609]
about: Why.
innocent: What else.
needs: [requests]
`;
const read = (condition: string, name = 'my-rule') => readRule({ name, text: RULE + condition });

test('a filter over several lines is one filter', () => {
  expect(read('when: >-\n  kind = exec\n  and result = ok').condition).toEqual({
    type: 'filter',
    when: parse('kind = exec and result = ok'),
  });
});

test('each sort of rule is told by its fields', () => {
  expect(read('when: kind = exec\nby: [user]\nwithin: 5m\nat least: 3\ndifferent: pod').condition).toEqual({
    type: 'burst',
    when: parse('kind = exec'),
    by: ['user'],
    withinNs: 300_000_000_000n,
    atLeast: 3,
    different: 'pod',
  });
  expect(read('first: result = refused\nthen: result = ok\nby: user\nwithin: 1h').condition).toMatchObject({
    type: 'sequence',
    next: parse('result = ok'),
  });
  expect(read('when: kind = exec\nnew: [user]').condition).toEqual({ type: 'new', when: parse('kind = exec'), values: ['user'] });
  expect(read('built in: silence of a source').condition).toEqual({ type: 'built in', name: 'silence of a source' });
});

test.for([
  ['no condition', '', 'it has no condition: “when”, “first” and “then”, or “built in”'],
  ['a filter with a mistake', 'when: kind = nothing', '“when” is no filter'],
  ['an attribute that is none', 'when: kind = exec\nnew: [colour]', '“new” names the attribute “colour”'],
  ['a finding', 'when: finding exists', '“when” asks for “finding”'],
  ['a mark', 'when: tag = "x"', '“when” asks for “tag”'],
  ['a field of another sort', 'when: kind = exec\nwithin: 5m', '“within” is no field of such a rule'],
  ['a width that is none', 'when: kind = exec\nby: [user]\nwithin: soon\nat least: 3', '“within” is a time such as 30s'],
  ['too few for a burst', 'when: kind = exec\nby: [user]\nwithin: 5m\nat least: 1', '“at least” is a whole number'],
  ['a field twice', 'when: kind = exec\nwhen: kind = api', 'it is no YAML'],
  ['aliases', 'when: &a kind = exec\nnew: *a', 'it is no YAML'],
])('says what is wrong with %s', ([, condition, message]) => {
  expect(() => read(condition as string)).toThrow(`The rule “my-rule” cannot be read: ${message}`);
});

test('says what is wrong with a name, a severity and what is no rule at all', () => {
  expect(() => read('when: kind = exec', 'My rule')).toThrow('the file’s name may have small letters');
  expect(() => readRule({ name: 'x', text: `${RULE.replace('low', 'bad')}when: kind = exec` })).toThrow(
    '“severity” is critical, high',
  );
  expect(() => readRule({ name: 'x', text: '- a list' })).toThrow('it is no list of fields and values');
});
