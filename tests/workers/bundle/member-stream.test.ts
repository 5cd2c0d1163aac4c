/** However the bytes of a member come, it is read the same way, and so it is when its records are read again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wantedRecords } from '../../../workers/bundle/again';
import { KNOWN } from '../../../workers/bundle/known-formats';
import { HEAD, MemberStream } from '../../../workers/bundle/member-stream';
import { type RecordSpan, spanOf } from '../../../workers/bundle/spool-line';
import { Collect } from './collect';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-stream-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (n: number, more: object = {}): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `a${n}`,
    stage: 'ResponseComplete',
    verb: 'get',
    requestURI: '/api',
    ...more,
  });
const PADDING = { userAgent: 'x'.repeat(2500) };
/** Lines that fill what is looked at for recognition, but for the last few bytes. */
const headful = (line: (n: number) => string): string[] => {
  const lines: string[] = [];
  for (let bytes = 0; bytes + line(0).length + 10 < HEAD; bytes += (lines.at(-1)?.length ?? 0) + 1)
    lines.push(line(lines.length));
  return lines;
};

/** Members whose recognition would differ if it saw a little more or less of them. */
const MEMBERS: readonly { readonly title: string; readonly bytes: Buffer }[] = [
  {
    title: 'events, with action lines of a bulk file only behind the head',
    bytes: Buffer.from([...headful((n) => event(n, PADDING)), '{"index":{}}', event(1), '{"index":{}}', event(2)].join('\n')),
  },
  {
    title: 'events, with container log lines only behind the head',
    bytes: Buffer.from([...headful((n) => event(n, PADDING)), `2024-05-01T10:00:00.000000001Z stdout F ${event(1)}`].join('\n')),
  },
  {
    title: 'one record of more than the head',
    bytes: Buffer.from(`${event(1, { userAgent: 'x'.repeat(HEAD) })}\n${event(2)}\n`),
  },
  {
    title: 'a record four times as long',
    bytes: Buffer.from(`${event(1, { userAgent: 'x'.repeat(4 * HEAD) })}\n${event(2)}\n`),
  },
  {
    title: 'no more than the head',
    bytes: Buffer.from(
      headful((n) => event(n, PADDING))
        .join('\n')
        .padEnd(HEAD),
    ),
  },
  {
    title: 'a table in UTF-16',
    bytes: Buffer.from(
      `\ufeff@timestamp,@message\n${headful((n) => `2024-05-01 10:00:00.000,"${event(n, PADDING).replaceAll('"', '""')}"`).join('\n')}`,
      'utf16le',
    ),
  },
];

function read(bytes: Buffer, chunk: number) {
  const sink = new Collect();
  const stream = new MemberStream(KNOWN, () => sink);
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.subarray(at, at + chunk));
  stream.finish();
  const { recipe, framing, warning } = stream;
  const told = recipe && { cut: recipe.cut, format: recipe.format.id, envelopes: recipe.envelopes.map(({ id }) => id) };
  return { told, warning, seen: sink.seen, places: sink.places, account: framing?.account };
}

test.for(MEMBERS)('any chunks: $title', ({ bytes }) => {
  const whole = read(bytes, bytes.length);
  expect(whole.told?.format).toBe('k8s-audit');
  fc.assert(
    fc.property(fc.integer({ min: 5000, max: 2 * HEAD }), (chunk) => {
      expect(read(bytes, chunk)).toEqual(whole);
    }),
    { numRuns: 6, examples: [[HEAD], [HEAD - 1], [1 << 16]] },
  );
});

/** What a record is when it is read again by its place. */
function again(bytes: Buffer, places: readonly RecordSpan[]): string[] {
  const file = join(folder, 'member');
  writeFileSync(file, bytes);
  const found = new Map<RecordSpan, string>();
  wantedRecords(Buffer.from(file), places, (place, record) => {
    const said = record && 'context' in record && record.context ? ` ${JSON.stringify(record.context)}` : '';
    if (record && 'fate' in record) found.set(place, `<${record.fate}>`);
    else found.set(place, record ? `${Buffer.from(record.bytes).toString()}${said}` : '<oversize>');
  });
  return places.map((place) => `${place.r}${place.i === null ? '' : `.${place.i}`} ${found.get(place)}`);
}

test.for(MEMBERS)('read again: $title', ({ bytes }) => {
  const { seen, places } = read(bytes, 1 << 16);
  const expected = seen.map((line) => line.replace(/^(\S+ )!/, '$1'));
  expect(again(bytes, places.map(spanOf))).toEqual(expected);
});

test('what a list says of its records is said again', () => {
  const batch = JSON.stringify({
    name: 'pack_processes',
    hostIdentifier: 'web-1',
    unixTime: 1714557600,
    diffResults: { removed: [], added: [{ time: '1714557599', pid: '7', path: '/bin/sh', cmdline: 'sh', auid: '0' }] },
  });
  const bytes = Buffer.from(`${batch}\n${batch}\n`.repeat(1 + HEAD / batch.length));
  const { seen, places } = read(bytes, 1 << 16);
  expect(seen[0]).toContain('"host":"web-1"');
  expect(again(bytes, places.slice(-3).map(spanOf))).toEqual(seen.slice(-3));
});
