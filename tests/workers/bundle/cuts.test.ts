import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cuts } from '../../../workers/bundle/cuts';
import { Splitter } from '../../../workers/bundle/split';
import { PartSizes, SpoolWriter } from '../../../workers/bundle/spool';
import { Body, type Columns, type Leaf } from '../../../workers/formats/format';

const COLUMNS: Columns = {
  verb: 'text',
  user: { name: 'text', groups: 'texts' },
  body: new Body({ metadata: new Body({ name: 'text' }), rules: 'json' }),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-cuts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** What the spool has of each record. */
function spooled(text: string, byLines = true): string[] {
  const parts: string[] = [];
  const writer = new SpoolWriter(folder, ++files, (part) => parts.push(part.file), [], new PartSizes(), new Cuts(COLUMNS));
  const splitter = new Splitter(writer, byLines, undefined);
  splitter.push(Buffer.from(text));
  splitter.finish();
  writer.finish();
  const lines = parts.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
  return lines.map((line) => line.slice(line.indexOf('"e":') + 4, -1));
}

const LONG = 'x'.repeat(40);
test.for([
  { title: 'a long value of a key that is not read', record: `{"a":"${LONG}","verb":"get"}`, kept: '{"a":0,"verb":"get"}' },
  { title: 'the last value', record: `{"verb":"get","a":{"b":["${LONG}"]}}`, kept: '{"verb":"get","a":0}' },
  { title: 'spaces around it', record: `{ "a" : [ "${LONG}" ] , "verb" : "get" }`, kept: '{ "a" :0, "verb" : "get" }' },
  {
    title: 'a value below a key that is read',
    record: `{"user":{"uid":"${LONG}","name":"n"}}`,
    kept: '{"user":{"uid":0,"name":"n"}}',
  },
  { title: 'two in a row', record: `{"a":"${LONG}","b":"${LONG}"}`, kept: '{"a":0,"b":0}' },
  { title: 'a key that is read elsewhere only', record: `{"name":"${LONG}"}`, kept: '{"name":0}' },
])('cuts $title', ({ record, kept }) => {
  expect(spooled(record)).toEqual([kept]);
});

test.for([
  { title: 'what is short', record: '{"a":"short","verb":"get"}' },
  { title: 'what is read', record: `{"verb":"${LONG}"}` },
  { title: 'all of a value that is read as a whole', record: `{"body":{"rules":[{"verb":"${LONG}","a":"${LONG}"}]}}` },
  { title: 'another value where an object is read', record: `{"user":"${LONG}"}` },
  { title: 'a list where an object is read', record: `{"user":[{"uid":"${LONG}"}]}` },
])('keeps $title', ({ record }) => {
  expect(spooled(record)).toEqual([record]);
});

test('cuts each record by itself: in lines, in a list and one after another', () => {
  const one = (n: number) => `{"verb":"v${n}","a":"${LONG}"}`;
  const cut = (n: number) => `{"verb":"v${n}","a":0}`;
  expect(spooled(`${one(1)}\n${one(2)}\n`)).toEqual([cut(1), cut(2)]);
  expect(spooled(`[${one(1)},${one(2)}]`)).toEqual([cut(1), cut(2)]);
  expect(spooled(`[\n${one(1)},\n${one(2)}\n]`, false)).toEqual([cut(1), cut(2)]);
});

test.for([
  { title: 'an object', record: '{"verb":{}}' },
  { title: 'a list', record: '{"a":[1],"verb":["get"]}' },
  { title: 'an object deeper down', record: '{"user":{"name":{"a":1}}}' },
])('$title where a text is read is left to the careful path', ({ record }) => {
  expect(spooled(`{"verb":"get"}\n${record}\n{"verb":1,"other":[{}]}`)).toEqual([
    '{"verb":"get"}',
    'null',
    '{"verb":1,"other":[{}]}',
  ]);
});

/** An object or a list stands where a text is read. */
function isOdd(value: unknown, column: Leaf | Columns | Body): boolean {
  const tree = column instanceof Body ? column.columns : column;
  if (typeof value !== 'object' || value === null) return false;
  if (typeof tree === 'string') return tree === 'text';
  return (
    !Array.isArray(value) &&
    Object.entries(value).some(([key, inner]) => Object.hasOwn(tree, key) && isOdd(inner, tree[key] as Leaf | Columns | Body))
  );
}

/** What a format reads of a value. */
function read(value: unknown, column: Leaf | Columns | Body): unknown {
  const tree = column instanceof Body ? column.columns : column;
  if (typeof tree === 'string' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(tree, key) ? [[key, read(inner, tree[key] as Leaf | Columns | Body)]] : [],
  );
}

test('whatever is cut, a format reads the same', () => {
  const key = fc.constantFrom('verb', 'user', 'name', 'groups', 'body', 'metadata', 'rules', 'other', 'x');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.string({ maxLength: 60 }),
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));
  const records = fc.array(fc.dictionary(key, value, { maxKeys: 6 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(records, fc.constantFrom(undefined, 1), fc.boolean(), (values, indent, byLines) => {
      const text = byLines
        ? values.map((each) => JSON.stringify(each)).join('\n')
        : values.map((each) => JSON.stringify(each, null, indent)).join('\n');
      const kept = spooled(text, byLines).map((each) => JSON.parse(each) as unknown);
      expect(kept.map((each) => each && read(each, COLUMNS))).toEqual(
        values.map((each) => (isOdd(each, COLUMNS) ? null : read(each, COLUMNS))),
      );
    }),
    { numRuns: 200 },
  );
});
