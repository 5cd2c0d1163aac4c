import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexLines, prettyLines } from '../../../renderer/views/activity/record-data';

const textOf = (json: string) => prettyLines(json)?.map((l) => `${' '.repeat(l.indent)}${l.key}${l.key ? ': ' : ''}${l.text}`);

test('lays a record out', () => {
  expect(textOf('{"a":1,"b":{"c":["x","y"]},"d":[]}')).toEqual([
    '{',
    ' "a": 1,',
    ' "b": {',
    '  "c": ["x", "y"]',
    ' },',
    ' "d": []',
    '}',
  ]);
});

test('keeps every digit and both of two duplicate keys', () => {
  expect(textOf('{"n":18446744073709551615,"n":1.50}')).toEqual(['{', ' "n": 18446744073709551615,', ' "n": 1.50', '}']);
});

test('what is no JSON object is not laid out', () => {
  for (const text of ['', 'plain', '{"cut', '"text"', '17']) expect(prettyLines(text)).toBeUndefined();
});

test('loses nothing but space between tokens', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const lines = prettyLines(json);
      if (!lines) return;
      expect(JSON.parse(lines.map((l) => l.key + (l.key ? ':' : '') + l.text).join(''))).toEqual(JSON.parse(json));
    }),
  );
});

test('bytes stand at their offset in the member', () => {
  expect(hexLines(new TextEncoder().encode('GET /\n'), 41_209_377, 4)).toEqual([
    { offset: '0274ce21', hex: '47 45 54 20', text: 'GET ' },
    { offset: '0274ce25', hex: '2f 0a', text: '/·' },
  ]);
});
