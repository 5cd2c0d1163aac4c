import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean } from '../../../workers/formats/careful';
import { Body, type Columns } from '../../../workers/formats/format';
import { plain } from '../../../workers/formats/plain';

const COLUMNS: Columns = {
  text: 'text',
  number: 'integer',
  truth: 'boolean',
  time: 'time',
  list: 'texts',
  any: 'json',
  inner: { text: 'text' },
  body: new Body({ text: 'text' }),
};
const read = (json: string) => clean(Buffer.from(json), COLUMNS);

test.for([
  ['', 'not JSON at byte 0: the value does not end'],
  ['{"text":', 'not JSON at byte 8: the value does not end'],
  ['{"text":"a"', 'not JSON at byte 11: the value does not end'],
  ['{"text":"a",}', 'not JSON at byte 12: a key is expected'],
  ['{"text" "a"}', 'not JSON at byte 8: a colon is expected'],
  ['{"text":"a" "b"}', 'not JSON at byte 12: a comma or } is expected'],
  ['{"text":\'a\'}', 'not JSON at byte 8: a value is expected'],
  ['\0\0\0', 'nothing but zeros, no record'],
  ['\0{"text":"a"}', 'not JSON at byte 0: a value is expected'],
  ['', 'not JSON at byte 0: the value does not end'],
  ['{"text":NaN}', 'not JSON at byte 8: a value is expected'],
  ['{"text":+1}', 'not JSON at byte 8: a value is expected'],
  ['{"text":1.}', 'not JSON at byte 8: no number of JSON'],
  ['{"text":"\\x41"}', 'not JSON at byte 9: no escape of JSON'],
  ['{"text":"a\tb"}', 'not JSON at byte 10: a control character in a string'],
  ['{} {}', 'not JSON at byte 3: more follows the value'],
  ['{"unknown":[1,2}', 'not JSON at byte 15: a comma or ] is expected'],
  ['[{"text":"a"}]', 'not a JSON object at byte 0'],
  [' null', 'not a JSON object at byte 1'],
] as const)('rejects %s', ([json, reject]) => {
  expect(read(json)).toMatchObject({ reject });
});

test('says where bytes are not UTF-8', () => {
  for (let at = 0; at < 40; at++) {
    const bytes = Buffer.concat([
      Buffer.from('é'.repeat(20)).subarray(0, at - (at % 2)),
      Buffer.from([0xff, 0x20, 0x20, 0x20, 0x20]),
    ]);
    expect(clean(bytes, COLUMNS)).toMatchObject({ at: at - (at % 2) });
  }
});

describe('a value of the wrong kind costs that value alone', () => {
  test.for([
    ['{"text":{"a":1}}', {}, ['not text: text']],
    ['{"text":1.50}', { text: '1.50' }, []],
    ['{"text":false}', { text: 'false' }, []],
    ['{"number":1.5}', {}, ['not a whole number: number']],
    ['{"number":2e2}', { number: '200' }, []],
    ['{"number":"007"}', { number: '7' }, []],
    ['{"number":18446744073709551615}', {}, ['beyond 64 bits: number']],
    ['{"number":9223372036854775807}', { number: '9223372036854775807' }, []],
    ['{"truth":1}', {}, ['not true or false: truth']],
    ['{"list":"a"}', { list: ['a'] }, ['not a list: list']],
    ['{"list":["a",{"b":1},null,2]}', { list: ['a', null, null, '2'] }, ['not text: list']],
    ['{"inner":"a"}', {}, ['not an object: inner']],
    ['{"body":["a"]}', {}, []],
    ['{"inner":{"text":[]},"text":"b"}', { inner: {}, text: 'b' }, ['not text: inner.text']],
    ['{"text":null,"list":null,"inner":null}', {}, []],
    ['{"text":"\\ud800x"}', { text: '\ufffdx' }, ['lone surrogate']],
    ['{"text":"a","text":"b"}', { text: 'a' }, ['duplicate key']],
    ['{"unknown":{"a":1,"\\u0061":2},"text":"b"}', { text: 'b' }, ['duplicate key']],
  ] as const)('%s', ([json, expected, flags]) => {
    const made = read(json);
    if ('reject' in made) throw new Error(made.reject);
    expect({ clean: JSON.parse(made.clean), flags: made.flags }).toEqual({ clean: expected, flags });
  });
});

test('keeps a million levels that nobody asked for out of harm’s way, and refuses them where they were asked for', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
  expect(read(`{"unknown":${deep},"text":"a"}`)).toEqual({ clean: '{"text":"a"}', flags: [] });
  expect(read(`{"any":${deep},"text":"a"}`)).toEqual({ clean: '{"text":"a"}', flags: ['nested too deeply: any'] });
});

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 })),
      fc.constantFrom(undefined, 2, '\t'),
      (value, space) => {
        const made = clean(Buffer.from(JSON.stringify({ any: value }, undefined, space)), COLUMNS);
        expect('clean' in made && JSON.parse(made.clean)).toEqual(JSON.parse(JSON.stringify({ any: value })));
      },
    ),
  );
});

test('rejects whatever JSON.parse rejects, and nothing else', () => {
  const broken = fc.tuple(
    fc.jsonValue({ maxDepth: 3 }),
    fc.nat(),
    fc.constantFrom('', ',', '"', '}', ']', '\\', '0', ' ', '-', '.', 'e', '\n'),
  );
  fc.assert(
    fc.property(broken, ([value, place, cut]) => {
      const json = JSON.stringify({ any: value });
      const at = place % json.length;
      const text = json.slice(0, at) + cut + json.slice(at + 1);
      expect('clean' in read(text)).toBe(isObjectText(text));
    }),
    { numRuns: 500 },
  );
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

test.for([
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999999999Z', 'leap second'],
  ['2016-12-31t23:59:59.5z', '2016-12-31T23:59:59.5Z', undefined],
  ['2016-12-31T23:59:59.1234567894Z', '2016-12-31T23:59:59.123456789Z', 'cut to nanoseconds'],
  ['2016-12-31 23:59:59', '2016-12-31T23:59:59', undefined],
  ['2016-12-31 23:59:60 UTC', '2016-12-31T23:59:59.999999999Z', 'leap second'],
  ['2016-02-29T00:00:00+05:30', '2016-02-29T00:00:00+05:30', undefined],
  ['2015-02-29T00:00:00Z', undefined, 'no time that can be read'],
  ['2015-01-01T24:00:00Z', undefined, 'no time that can be read'],
  ['1600-01-01T00:00:00Z', undefined, 'beyond the times that can be kept'],
  ['0001-01-01T00:00:00Z', undefined, 'beyond the times that can be kept'],
  ['now', undefined, 'no time that can be read'],
  ['Mar 7, 2026 @ 09:41:02.345', '2026-03-07T09:41:02.345', undefined],
  ['Mrz 7, 2026 @ 09:41:02.345', undefined, 'no time that can be read'],
  ['2026-03-17T09:41:02.345+0000', '2026-03-17T09:41:02.345+00:00', undefined],
  ['2026-03-17 09:41:02-07', '2026-03-17T09:41:02-07:00', undefined],
  ['1773740462', '2026-03-17T09:41:02Z', 'a number since 1970'],
  ['1773740462345', '2026-03-17T09:41:02.345Z', 'a number since 1970'],
  ['1773740462345678901', '2026-03-17T09:41:02.345678901Z', 'a number since 1970'],
  ['17737404623', undefined, 'no time that can be read'],
] as const)('reads the time %s as %s', ([written, text, flag]) => {
  expect(plain('time', written)).toEqual({ ...(text ? { text } : {}), ...(flag ? { flag } : {}) });
});
