import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordSink } from '../../../workers/bundle/framing';
import { isByLines } from '../../../workers/bundle/layout';
import { Splitter } from '../../../workers/bundle/split';
import type { ListOf } from '../../../workers/bundle/values';
import type { Place } from '../../../workers/formats/format';

interface Seen {
  readonly at: string;
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly clean: boolean;
}

class Collect implements RecordSink {
  readonly seen: Seen[] = [];
  record({ record, item, offset, length }: Place, bytes: Buffer, from: number, to: number, clean: boolean): void {
    const at = item === '' ? String(record) : `${record}.${item}`;
    expect(length).toBe(to - from);
    this.seen.push({ at, text: bytes.toString('utf8', from, to), offset, length, clean });
  }
  oversize({ record, item, offset, length }: Place): void {
    this.seen.push({ at: item === '' ? String(record) : `${record}.${item}`, text: '<oversize>', offset, length, clean: false });
  }
  skip(): void {
    throw new Error('JSON values are never skipped');
  }
}

const eventList: ListOf = (value) =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'EventList'
    ? { path: ['items'] }
    : undefined;

function split(bytes: Buffer, options: { byLines?: boolean; chunk?: number; maxRecord?: number } = {}) {
  const byLines = options.byLines ?? isByLines(bytes, true);
  const sink = new Collect();
  const splitter = new Splitter(sink, byLines, eventList, options.maxRecord);
  const chunk = options.chunk ?? (bytes.length || 1);
  for (let at = 0; at < bytes.length; at += chunk) splitter.push(bytes.subarray(at, at + chunk));
  splitter.finish();
  const { records, envelope, blank } = splitter.account;
  expect(records + envelope + blank).toBe(bytes.length);
  expect(sink.seen.reduce((sum, record) => sum + record.length, 0)).toBe(records);
  return { seen: sink.seen, byLines, splitter };
}
const brief = (text: string, options: Parameters<typeof split>[1] = {}) =>
  split(Buffer.from(text), options).seen.map((r) => `${r.at} ${r.clean ? '' : '!'}${r.text}`);

describe('by lines', () => {
  test.for([
    { title: 'one record a line', text: '{"a":1}\n{"a":2}\n', expected: ['1 {"a":1}', '2 {"a":2}'] },
    { title: 'no line end at the end', text: '{"a":1}\n{"a":2}', expected: ['1 {"a":1}', '2 {"a":2}'] },
    { title: 'blank lines counted', text: '\n{"a":1}\n\n  \n{"a":2}\n', expected: ['2 {"a":1}', '5 {"a":2}'] },
    { title: 'CRLF', text: '{"a":1}\r\n\r\n{"a":2}\r\n', expected: ['1 {"a":1}', '3 {"a":2}'] },
    { title: 'spaces around a record', text: '  {"a":1}  \n', expected: ['1 {"a":1}'] },
    {
      title: 'two values on one line',
      text: '{"a":1}\n{"a":2} {"a":3}\n',
      expected: ['1 {"a":1}', '2.1 {"a":2}', '2.2 {"a":3}'],
    },
    { title: 'values without a space', text: '{"a":2}{"a":3}\n', expected: ['1.1 {"a":2}', '1.2 {"a":3}'] },
    { title: 'a comma behind a value', text: '{"a":1},\n{"a":2}\n', expected: ['1 {"a":1}', '2 {"a":2}'] },
    { title: 'a bad line', text: '{"a":1}\nnot json\n{"a":2}\n', expected: ['1 {"a":1}', '2 !not json', '3 {"a":2}'] },
    { title: 'junk behind a value', text: '{"a":1} junk here\n', expected: ['1.1 {"a":1}', '1.2 !junk here'] },
    {
      title: 'a truncated line among whole ones',
      text: '{"a":1}\n{"a":\n{"a":2}\n',
      expected: ['1 {"a":1}', '2 !{"a":', '3 {"a":2}'],
    },
    { title: 'a truncated last record', text: '{"a":1}\n{"a":2,"b', expected: ['1 {"a":1}', '2 !{"a":2,"b'] },
    {
      title: 'a truncated last record that stops between tokens',
      text: '{"a":1}\n{"a":2,',
      expected: ['1 {"a":1}', '2 !{"a":2,'],
    },
    { title: 'scalars, which no format reads', text: '1\nnull\n"x"\n', expected: ['1 !1', '2 !null', '3 !"x"'] },
    { title: 'an array on a line', text: '{"a":0}\n[{"a":1},{"a":2}]\n', expected: ['1 {"a":0}', '2.1 {"a":1}', '2.2 {"a":2}'] },
    {
      title: 'one bad element of an array',
      text: '[{"a":1},{"a":,"b":2},{"a":3}]\n',
      expected: ['1.1 {"a":1}', '1.2 !{"a":,"b":2}', '1.3 {"a":3}'],
    },
    { title: 'an EventList', text: '{"kind":"EventList","items":[{"a":1},{"a":2}]}\n', expected: ['1.1 {"a":1}', '1.2 {"a":2}'] },
    {
      title: 'an EventList whose kind comes last',
      text: '{"items":[{"a":1},{"a":2}],"kind":"EventList"}\n',
      expected: ['1.1 {"a":1}', '1.2 {"a":2}'],
    },
    {
      title: 'one bad item of an EventList',
      text: '{"kind":"EventList","items":[{"a":1},{"a":x},{"a":3}]}\n',
      expected: ['1.1 {"a":1}', '1.2 !{"a":x}', '1.3 {"a":3}'],
    },
    {
      title: 'two EventLists on a line',
      text: '{"kind":"EventList","items":[{"a":1}]} {"kind":"EventList","items":[{"a":2}]}\n',
      expected: ['1.1.1 {"a":1}', '1.2.1 {"a":2}'],
    },
    {
      title: 'an EventList in an EventList',
      text: '{"kind":"EventList","items":[{"kind":"EventList","items":[{"a":1}]},{"a":2}]}',
      expected: ['1.1.1 {"a":1}', '1.2 {"a":2}'],
    },
    {
      title: 'a list that is no envelope',
      text: '{"kind":"Other","items":[{"a":1}]}\n',
      expected: ['1 {"kind":"Other","items":[{"a":1}]}'],
    },
    { title: 'a duplicate key, for the careful path', text: '{"a":1,"a":2}\n', expected: ['1 !{"a":1,"a":2}'] },
    { title: 'zero bytes', text: '{"a":1}\n\0\0\0\n{"a":2}\n', expected: ['1 {"a":1}', '2 !\0\0\0', '3 {"a":2}'] },
    {
      title: 'zeros beside records on their lines',
      text: '\0\0{"a":1}\n{"a":2}\0\n{"a":3}\0\0',
      expected: ['1.1 !\0\0', '1.2 {"a":1}', '2.1 {"a":2}', '2.2 !\0', '3.1 {"a":3}', '3.2 !\0\0'],
    },
    { title: 'an empty member', text: '', expected: [] },
    { title: 'only blank lines', text: '\n \n', expected: [] },
    {
      title: 'an empty array and an empty EventList',
      text: '[]\n{"kind":"EventList","items":[]}\n',
      expected: ['2 {"kind":"EventList","items":[]}'],
    },
  ])('$title', ({ text, expected }) => {
    expect(isByLines(Buffer.from(text), true)).toBe(true);
    for (const chunk of [1, 7, 1000]) expect(brief(text, { chunk })).toEqual(expected);
  });

  test('bytes that are not UTF-8 are for the careful path, and only theirs', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":"é"}\n')]);
    expect(split(bytes).seen.map((r) => r.clean)).toEqual([false, true]);
  });

  test('a line too long to hold is one record that nobody holds in memory', () => {
    const long = `{"a":"${'x'.repeat(5000)}"}`;
    const text = `{"a":1}\n${long}\n{"a":2}\n`;
    for (const chunk of [100, 4096]) {
      expect(split(Buffer.from(text), { chunk, maxRecord: 1000 }).seen).toMatchObject([
        { at: '1', clean: true },
        { at: '2', text: '<oversize>', offset: 8, length: long.length },
        { at: '3', text: '{"a":2}', clean: true },
      ]);
    }
  });

  test('64 MiB on a line are read as a record', () => {
    const text = `{"a":1}\n{"a":"${'x'.repeat(64 * 2 ** 20)}"}\n{"a":2}\n`;
    const { seen } = split(Buffer.from(text), { chunk: 1 << 20, byLines: true });
    expect(seen.map((r) => [r.at, r.clean, r.length])).toEqual([
      ['1', true, 7],
      ['2', true, 64 * 2 ** 20 + 8],
      ['3', true, 7],
    ]);
  });
});

describe('by place', () => {
  test.for([
    { title: 'one pretty-printed value', text: '{\n  "a": 1\n}\n', expected: ['1 {\n  "a": 1\n}'] },
    {
      title: 'pretty-printed values one after another',
      text: '{\n  "a": 1\n}\n{\n  "a": 2\n}\n',
      expected: ['1 {\n  "a": 1\n}', '2 {\n  "a": 2\n}'],
    },
    { title: 'a pretty-printed array', text: '[\n  {"a":1},\n  {"a":2}\n]\n', expected: ['1 {"a":1}', '2 {"a":2}'] },
    { title: 'an array that ends on another line', text: '[{"a":1},\n{"a":2}]', expected: ['1 {"a":1}', '2 {"a":2}'] },
    {
      title: 'one bad element of an array',
      text: '[\n  {"a":1},\n  {"a":},\n  {"a":3}\n]\n',
      expected: ['1 {"a":1}', '2 !{"a":}', '3 {"a":3}'],
    },
    { title: 'a bad first element of an array', text: '[\n  {"a":},\n  {"a":2}\n]\n', expected: ['1 !{"a":}', '2 {"a":2}'] },
    {
      title: 'an element without its end',
      text: '[\n  {\n    "a":1\n  },\n  {\n    "b":[\n  },\n  {\n    "a":3\n  }\n]\n',
      expected: ['1 {\n    "a":1\n  }', '2 !{\n    "b":[\n  }', '3 {\n    "a":3\n  }'],
    },
    { title: 'a truncated array', text: '[\n  {"a":1},\n  {"a":', expected: ['1 {"a":1}', '2 !{"a":'] },
    { title: 'a truncated value', text: '{\n  "a": 1\n}\n{\n  "a"', expected: ['1 {\n  "a": 1\n}', '2 !{\n  "a"'] },
    {
      title: 'a pretty-printed EventList',
      text: '{\n "kind": "EventList",\n "items": [\n  {"a":1},\n  {"a":2}\n ]\n}\n',
      expected: ['1.1 {"a":1}', '1.2 {"a":2}'],
    },
    {
      title: 'one bad item of a pretty-printed EventList',
      text: '{\n "kind": "EventList",\n "items": [\n  {"a":1},\n  {"a":?},\n  {"a":3}\n ]\n}\n',
      expected: ['1.1 {"a":1}', '1.2 !{"a":?}', '1.3 {"a":3}'],
    },
    {
      title: 'an array of EventLists',
      text: '[\n{"kind":"EventList","items":[{"a":1},{"a":2}]},\n{"a":3}\n]',
      expected: ['1.1 {"a":1}', '1.2 {"a":2}', '2 {"a":3}'],
    },
    { title: 'numbers', text: '[\n1,\n22\n]', expected: ['1 !1', '2 !22'] },
  ])('$title', ({ text, expected }) => {
    expect(isByLines(Buffer.from(text), true)).toBe(false);
    for (const chunk of [1, 7, 1000]) expect(brief(text, { chunk })).toEqual(expected);
  });

  test('an element too long to hold costs itself alone', () => {
    const text = `[\n{"a":1},\n{"a":"${'x'.repeat(5000)}"},\n{"a":2}\n]\n`;
    const { seen } = split(Buffer.from(text), { chunk: 512, maxRecord: 1000 });
    expect(seen.map((r) => r.text)).toEqual(['{"a":1}', '<oversize>', '{"a":2}']);
  });
});

test('hostile bytes that never close do not take for ever', () => {
  const took = (values: number): number => {
    const text = `{\n}\n${'{"a":[\n'.repeat(values)}`;
    const started = process.cpuUsage();
    expect(split(Buffer.from(text), { chunk: 1 << 18, byLines: false }).seen).toHaveLength(values + 1);
    return process.cpuUsage(started).user;
  };
  took(500); // compiled
  // Each looked through to the end of all, four times as many would take sixteen times as long.
  const few = took(5_000);
  expect(took(20_000) / few).toBeLessThan(6);
});

test('the same records, whatever the chunks, and every byte taken once', () => {
  const piece = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.json({ maxDepth: 3 }).map((json) => JSON.stringify(JSON.parse(json), null, 2)),
    fc.array(fc.json({ maxDepth: 2 }), { maxLength: 4 }).map((items) => `{"kind":"EventList","items":[${items.join(', ')}]}`),
    fc.array(fc.json({ maxDepth: 2 }), { maxLength: 4 }).map((items) => `[\n${items.join(',\n')}\n]`),
    fc.constantFrom('', '  ', 'junk', '{"a":', '}', '[', ']', '{"a":1', '"', '\0\0', 'é', '\r'),
  );
  const member = fc
    .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', ' ', '\n\n', ',\n')), { maxLength: 12 })
    .map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(member, fc.boolean(), fc.integer({ min: 1, max: 40 }), (text, byLines, chunk) => {
      const bytes = Buffer.from(text);
      const whole = split(bytes, { byLines }).seen;
      expect(split(bytes, { byLines, chunk }).seen).toEqual(whole);
      let end = 0;
      for (const record of whole) {
        expect(record.offset).toBeGreaterThanOrEqual(end);
        expect(record.length).toBeGreaterThan(0);
        end = record.offset + record.length;
        expect(bytes.toString('utf8', record.offset, end)).toBe(record.text);
        if (record.clean) JSON.parse(record.text);
      }
      expect(new Set(whole.map((record) => record.at)).size).toBe(whole.length);
    }),
    { numRuns: 500 },
  );
});

test('only brackets, commas, spaces and what surrounds an opened list lie outside records', () => {
  const line = fc.oneof(
    fc.json({ maxDepth: 3 }).filter((json) => !json.startsWith('[')),
    fc.constantFrom('junk', '{"a":', 'x y', ''),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
      const bytes = Buffer.from(lines.join('\n'));
      const left = Buffer.from(bytes);
      for (const record of split(bytes, { byLines: true }).seen) left.fill(0x20, record.offset, record.offset + record.length);
      expect(left.toString('latin1')).toMatch(/^[\s,]*$/);
    }),
  );
});
