import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteWords, wordsOf } from '../../../workers/contract/shell-words';

test('what is quoted is read back as the same argv', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (argv) => {
      expect(wordsOf(quoteWords(argv))).toEqual(argv);
    }),
  );
});

test.for([
  [['sh', '-c', 'ls -l'], "sh -c 'ls -l'"],
  [["it's"], `'it'\\''s'`],
  [[''], "''"],
  [['a=b', '/x:y', 'z@w'], 'a=b /x:y z@w'],
] as const)('%j is %s', ([argv, text]) => {
  expect(quoteWords(argv)).toBe(text);
});

test.for(['a  b', "'a'", 'a "b"', "'open", 'a\\ b'])('“%s” is no text that quoting gives', (text) => {
  expect(wordsOf(text)).toBeUndefined();
});
