import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requiredText } from '../../../workers/filter/required';

test.for([
  ['^tar .*-n 1\\d+$', 'tar '],
  ['ns-1[0-9]/pods', '/pods'],
  ['/var/lib/2\\d\\d/file-7', '/var/lib/2'],
  ['a\\.b\\/c', 'a.b/c'],
  ['colou?r', 'colo'],
  ['ab+c', 'ab'],
  ['ab*c', 'a'],
  ['ab{0,3}cd', 'cd'],
  ['(abc)?de', 'de'],
  ['(a[)]b)*cd', 'cd'],
  ['[]a]bc', 'bc'],
  ['[^]a]bc', 'bc'],
  ['[[:alpha:]x]bc', 'bc'],
  ['[\\]x]bc', 'bc'],
  ['a}b', 'a}b'],
  ['\\x41bc', ''],
  ['\\pLbc', ''],
  ['abc|de', ''],
  ['(?i)abc', ''],
  ['\\Qa.b\\E', ''],
  ['.*', ''],
  ['', ''],
] as const)('%s needs “%s”', ([pattern, text]) => {
  expect(requiredText(pattern)).toBe(text);
});

test('whatever an expression matches holds its text', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\.',
    '[ab]',
    '[^a]',
    '[]b]',
    '(ab)',
    '(a[)b])',
    '\\w',
    '\\d',
    '^',
    '$',
    '-',
    ']',
  );
  const part = fc
    .tuple(piece, fc.constantFrom('', '', '', '*', '?', '+', '{0,2}', '{2}'))
    .map(([of, times]) => `${of}${/[\^$]/.test(of) && of.length === 1 ? '' : times}`);
  const text = fc.array(fc.constantFrom('a', 'b', '.', '-', ']', '1'), { maxLength: 8 }).map((chars) => chars.join(''));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), text, (parts, tried) => {
      // JavaScript reads `[]b]` as an empty class; RE2 as one of two characters.
      const expression = new RegExp(parts.join('').replaceAll('[]b]', '[\\]b]'));
      return !expression.test(tried) || tried.includes(requiredText(parts.join('')));
    }),
    { numRuns: 2_000 },
  );
});
