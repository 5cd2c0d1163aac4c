import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BROKEN, MAX_DEPTH, Scanner, UNFINISHED } from '../../../workers/bundle/scan';

/** Scans a text that ends where the range ends. */
function scan(text: string): { end: number; suspect: boolean; length: number; stop: number } {
  const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(1)]);
  const scanner = new Scanner();
  const end = scanner.scan(bytes, 0, bytes.length - 1);
  return { end, suspect: scanner.suspect, length: bytes.length - 1, stop: scanner.stop };
}

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.for([
  { json: '{}', suspect: false },
  { json: '{"a":1,"b":{"a":1}}', suspect: false },
  { json: '[{"a":1},{"a":1}]', suspect: false },
  { json: '{"a":1,"a":1}', suspect: true },
  { json: '{"x":{"y":{"z":{"k":1,"j":2,"k":3}}}}', suspect: true },
  { json: '{"x":{"k":1},"y":[{"k":1,"q":{},"k":2}]}', suspect: true },
  { json: String.raw`{"\u0061":1}`, suspect: true },
  { json: '{"a":1,"b":2,"c":{"d":[1,2,{"a":1}]},"b":3}', suspect: true },
  { json: '{"n":9007199254740993}', suspect: false },
  { json: '{"n":1714564800123456789}', suspect: false },
  { json: '{"n":9223372036854775808}', suspect: true },
  { json: '{"n":18446744073709551616}', suspect: true },
  { json: '{"n":1.50}', suspect: true },
  { json: '{"n":1e3}', suspect: true },
  { json: '{"n":-0}', suspect: true },
  { json: '{"n":-12}', suspect: false },
  { json: String.raw`{"s":"\ud83d\ude00"}`, suspect: false },
  { json: String.raw`{"s":"\ud83d"}`, suspect: true },
  { json: String.raw`{"s":"\ude00\ud83d"}`, suspect: true },
  { json: String.raw`{"s":"a\u0000b"}`, suspect: true },
  { json: String.raw`{"s":"\"\\\/\b\f\n\r\tz"}`, suspect: false },
])('$json is suspect: $suspect', ({ json, suspect }) => {
  expect(scan(json)).toMatchObject({ end: Buffer.byteLength(json), suspect });
});

test.for([
  '',
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,',
  '[',
  '[1',
  '[1,',
  '"abc',
  '"abc\\',
  '"ab\\u00',
  'tru',
  '-',
  '{"a":{"b":[',
  '  ',
])('%j is unfinished', (json) => {
  expect(scan(json).end).toBe(UNFINISHED);
});

test.for([
  '{,}',
  '{a:1}',
  "{'a':1}",
  '{"a" 1}',
  '{"a":1,}',
  '[1,]',
  '[,1]',
  '[1 2]',
  'nul1',
  'NaN',
  'Infinity',
  '01',
  '+1',
  '.5',
  '1.e',
  '"a\nb"',
  '"\\x"',
  '"\\u00g0"',
  '}',
  ']',
  '{"a":1]',
  '[1}',
])('%j is broken', (json) => {
  expect(scan(`${json} ,`).end === BROKEN || scan(json).end === BROKEN || !parses(json)).toBe(true);
  expect(scan(json).end).not.toBe(json.length);
});

test('takes exactly what JSON.parse takes', () => {
  const mutated = fc
    .tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', '"', '\\', ',', ':', '{', '}', '[', ']', '0', '-', 'e', '\n', '\u0001', ' ', 'é'),
      fc.boolean(),
    )
    .map(([json, at, insert, replace]) => {
      const i = at % (json.length + 1);
      return json.slice(0, i) + insert + json.slice(i + (replace ? 1 : 0));
    });
  fc.assert(
    fc.property(mutated, (text) => {
      const { end, length, stop } = scan(text);
      const whole = end >= 0 && Buffer.from(text).subarray(end, length).toString().trim() === '';
      expect(whole).toBe(parses(text));
      expect(stop).toBeLessThanOrEqual(length);
    }),
    { numRuns: 1000 },
  );
});

test('no key that occurs twice in one object slips through, at any depth', () => {
  const value: fc.Arbitrary<string> = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom('1', '"x"', 'null'), tie('object'), tie('list')) as fc.Arbitrary<string>,
    object: fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'ab', 'ba', ''), tie('value') as fc.Arbitrary<string>), {
        maxLength: 4,
      })
      .map((members) => `{${members.map(([k, v]) => `"${k}":${v}`).join(',')}}`),
    list: fc.array(tie('value') as fc.Arbitrary<string>, { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  })).value;
  const scanner = new Scanner();
  fc.assert(
    fc.property(value, (json) => {
      const bytes = Buffer.from(`${json}\0`);
      expect(scanner.scan(bytes, 0, bytes.length - 1)).toBe(bytes.length - 1);
      expect(scanner.suspect).toBe(hasDuplicate(json));
    }),
    { numRuns: 700 },
  );
});

/** By another way: JSON.parse keeps one of two equal keys, so its text has fewer keys. */
function hasDuplicate(json: string): boolean {
  const keys = (text: string) => text.match(/"[^"]*":/g)?.length ?? 0;
  return keys(JSON.stringify(JSON.parse(json))) < keys(json);
}

test('a record nested deeper than the bound is broken and suspect, not a crash', () => {
  const deep = '['.repeat(MAX_DEPTH + 1);
  expect(scan(deep)).toMatchObject({ end: BROKEN, suspect: true });
  expect(scan('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)).end).toBe(2 * MAX_DEPTH);
});

test('many keys in one record only cost a careful look', () => {
  const many = `{${Array.from({ length: 40_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`;
  expect(scan(many)).toMatchObject({ end: many.length, suspect: true });
  const some = `{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`;
  expect(scan(some)).toMatchObject({ end: some.length, suspect: false });
});
