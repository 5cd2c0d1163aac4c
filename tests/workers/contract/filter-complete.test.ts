import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completionAt, staticChoices, valueChoice } from '../../../workers/contract/filter-complete';

/** `|` marks the caret. */
test.for([
  { text: '|', expects: 'attribute', prefix: '' },
  { text: 'co|', expects: 'attribute', prefix: 'co' },
  { text: 'comm |', expects: 'operator', of: 'comm', prefix: '' },
  { text: 'comm con|', expects: 'operator', of: 'comm', prefix: 'con' },
  { text: 'comm=|', expects: 'value', of: 'comm', prefix: '' },
  { text: 'comm="gr|', expects: 'value', of: 'comm', prefix: 'gr' },
  { text: 'comm="gr|" pid=1', expects: 'value', of: 'comm', prefix: 'gr' },
  { text: 'comm="grep" |', expects: 'attribute', prefix: '' },
  { text: 'comm="grep" pid>|', expects: 'value', of: 'pid', prefix: '' },
  { text: 'kind in (|', expects: 'value', of: 'kind', prefix: '' },
  { text: 'kind in (cmd, n|', expects: 'value', of: 'kind', prefix: 'n' },
  { text: 'kind not in (|', expects: 'value', of: 'kind', prefix: '' },
  { text: 'server in pr|', expects: 'value', of: 'server', prefix: 'pr' },
  { text: 'rule exists |', expects: 'attribute', prefix: '' },
  { text: '(not |', expects: 'attribute', prefix: '' },
  { text: 'proc.name |', expects: 'operator', of: 'comm', prefix: '' },
] as const)('$text expects $expects', ({ text, expects, prefix, ...rest }) => {
  const caret = text.indexOf('|');
  const at = completionAt(text.replace('|', ''), caret);
  expect({ expects: at.expects, prefix: at.prefix, of: at.attribute?.name }).toEqual({
    expects,
    prefix,
    of: 'of' in rest ? rest.of : undefined,
  });
});

test('a choice replaces the whole value around the caret', () => {
  const { from, to } = completionAt('comm="gr" pid=1', 8);
  expect('comm="gr" pid=1'.slice(from, to)).toBe('"gr"');
});

test.for([
  ['se', ['session', 'server', 'serverport', 'severity', 'severityraw']],
  ['proc.c', ['cmdline', 'cwd']],
  ['severity<=', ['critical', 'high', 'medium', 'low', 'info']],
  ['server in ', ['private', 'known']],
  ['pid ', ['=', '!=', 'in', '<', '<=', '>', '>=', 'exists']],
] as const)('%s offers %j', ([text, labels]) => {
  expect(staticChoices(completionAt(text, text.length)).map((c) => c.label)).toEqual(labels);
});

test('a value from the evidence is inserted in quotes with its escapes', () => {
  expect(valueChoice('a"b\u202e', 3).insert).toBe('"a\\"b\\u{202e}"');
});

test('there is an answer for any text and caret', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), (text, caret) => completionAt(text, Math.min(caret, text.length)).from <= text.length),
  );
});
