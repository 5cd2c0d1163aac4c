/** Lines of text, rows of tables and UTF-16: whatever chunks they come in, every byte is accounted and every place is true. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvSplitter, separatorOf } from '../../../workers/bundle/csv';
import type { Framing, RecordSink } from '../../../workers/bundle/framing';
import { LineSplitter } from '../../../workers/bundle/lines';
import { Splitter } from '../../../workers/bundle/split';
import { Utf16Framing, Utf16Places, utf16Of } from '../../../workers/bundle/utf16';
import { Collect } from './collect';

type Make = (sink: RecordSink) => Framing;

function cut(make: Make, bytes: Buffer, chunk = bytes.length || 1) {
  const sink = new Collect();
  const framing = make(sink);
  for (let at = 0; at < bytes.length; at += chunk) framing.push(bytes.subarray(at, at + chunk));
  framing.finish();
  const { records, envelope, blank } = framing.account;
  expect(records + envelope + blank).toBe(bytes.length);
  return { seen: sink.seen.map((line) => line.replace(' {"source":"rows"}', '')), places: sink.places, framing };
}
const isPart = (line: string): boolean => line.endsWith('\\');
const lines =
  (maxRecord?: number): Make =>
  (sink) =>
    new LineSplitter(sink, isPart, maxRecord);
const rows =
  (maxRecord?: number): Make =>
  (sink) =>
    new CsvSplitter(sink, ',', maxRecord);

describe('lines of text', () => {
  test.for([
    { title: 'one record a line', text: 'a\nb\n', seen: ['1 a', '2 b'] },
    {
      title: 'blank lines are counted, spaces and CR at an end are not of the record',
      text: '\na \r\n  \r\nb',
      seen: ['2 a', '4 b'],
    },
    {
      title: 'a record cut into lines is one, under the number of its first',
      text: 'a\\\nb\\\nc\nd\n',
      seen: ['1 a\\\nb\\\nc', '4 d'],
    },
    { title: 'parts whose last is missing', text: 'x\na\\\n', seen: ['1 x', '2 a\\\n'] },
    {
      title: 'a line too long to hold is passed over',
      text: `a\n${'x'.repeat(30)}\nb\n`,
      max: 10,
      seen: ['1 a', '2 <oversize>', '3 b'],
    },
    { title: 'a line too long at the end', text: `a\n${'x'.repeat(30)}`, max: 10, seen: ['1 a', '2 <oversize>'] },
    { title: 'nothing', text: '', seen: [] },
  ])('$title', ({ text, max, seen }) => {
    for (const chunk of [1, 3, 1000]) expect(cut(lines(max), Buffer.from(text), chunk).seen).toEqual(seen);
  });

  test('bytes that are not UTF-8 are marked', () => {
    expect(cut(lines(), Buffer.from([0x61, 0xff, 0x0a])).seen).toEqual(['1 !a\ufffd']);
  });
});

describe('rows of a table', () => {
  test.for([
    { title: 'texts by their names', text: 'a,b\n1,x\n', seen: ['2 {"a":"1","b":"x"}'] },
    {
      title: 'quotes, doubled quotes, separators inside',
      text: 'a,b\r\n"1,2","say ""x"""\r\n',
      seen: ['2 {"a":"1,2","b":"say \\"x\\""}'],
    },
    {
      title: 'line ends inside a quote; the number is that of the first line',
      text: 'a,b\n"1\n2",x\n3,y\n',
      seen: ['2 {"a":"1\\n2","b":"x"}', '4 {"a":"3","b":"y"}'],
    },
    { title: 'blank lines', text: 'a,b\n\n1,2\n', seen: ['3 {"a":"1","b":"2"}'] },
    {
      title: 'too many fields',
      text: 'a,b\n1,2,3\n4,5\n',
      seen: ['2 <rejected: 3 fields where the first line names 2>', '3 {"a":"4","b":"5"}'],
    },
    { title: 'what lacks at the end is empty', text: 'a,b,c\n1,2\n', seen: ['2 {"a":"1","b":"2","c":""}'] },
    { title: 'of two names alike the first', text: 'a,b,a\n1,2,3\n', seen: ['2 {"a":"1","b":"2"}'] },
    { title: 'a quote that does not end', text: 'a,b\n"1,2\n3,4', seen: ['2 <rejected: a quote that does not end>'] },
    {
      title: 'such a quote in a long table costs its line',
      text: `a,b\n"1,2\n${'3,4\n'.repeat(9)}`,
      max: 20,
      seen: ['2 <rejected: a quote that does not end>'],
      some: true,
    },
  ])('$title', ({ text, max, seen, some }) => {
    for (const chunk of [1, 5, 1000]) {
      const { seen: was } = cut(rows(max), Buffer.from(text), chunk);
      expect(some ? was.slice(0, seen.length) : was).toEqual(seen);
    }
  });

  test.for([
    ['a,b,c', ','],
    ['a;b;c', ';'],
    ['a\tb', '\t'],
    ['only one', undefined],
    ['{"a":1,"b":2}', undefined],
    ['a,,b', undefined],
    ['a,a,a,b', undefined],
  ] as const)('the separator of %s is %s', ([head, separator]) => {
    expect(separatorOf(`${head}\nx`)).toBe(separator);
  });
});

describe('UTF-16', () => {
  const be = (text: string) => Buffer.from(text, 'utf16le').swap16();
  const through =
    (encoding: 'utf-16le' | 'utf-16be', inner: Make): Make =>
    (sink) => {
      const places = new Utf16Places();
      return new Utf16Framing(encoding, places, inner(places.sink(sink)));
    };

  test('is told by its mark or by the zeros beside its first characters', () => {
    expect(utf16Of(Buffer.from('\ufeff{"a"', 'utf16le'))).toBe('utf-16le');
    expect(utf16Of(be('\ufeff{"a"'))).toBe('utf-16be');
    expect(utf16Of(Buffer.from('{"a"', 'utf16le'))).toBe('utf-16le');
    expect(utf16Of(be('{"a"'))).toBe('utf-16be');
    expect(utf16Of(Buffer.from('{"a":1}'))).toBeUndefined();
    expect(utf16Of(Buffer.from([0x0a, 0x0d, 0x0d, 0x0a]))).toBeUndefined();
  });

  test('places are those of its own bytes, whatever it is written in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', ' '), maxLength: 8 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('utf-16le', 'utf-16be'),
        (texts, chunk, encoding) => {
          const text = texts.map((each) => `{"a": "${each}"}`).join('\n');
          const bytes = encoding === 'utf-16le' ? Buffer.from(text, 'utf16le') : be(text);
          const { seen, places } = cut(
            through(encoding, (sink) => new Splitter(sink, true, undefined)),
            bytes,
            chunk,
          );
          expect(seen).toEqual(texts.map((each, i) => `${i + 1} {"a": "${each}"}`));
          for (const [i, { offset, length }] of places.entries()) {
            const own = Buffer.from(bytes.subarray(offset, offset + length));
            expect((encoding === 'utf-16le' ? own : own.swap16()).toString('utf16le')).toBe(`{"a": "${texts[i]}"}`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.for([
  { title: 'lines', make: lines() },
  { title: 'rows', make: rows() },
])('any chunks give the same $title', ({ make }) => {
  const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\\', ' ', 'é'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (written, chunk) => {
      const bytes = Buffer.from(written);
      const [whole, parts] = [cut(make, bytes), cut(make, bytes, chunk)];
      expect(parts.seen).toEqual(whole.seen);
      expect(parts.places).toEqual(whole.places);
      expect(parts.framing.account).toEqual(whole.framing.account);
    }),
    { numRuns: 500 },
  );
});
