/** What is cut out of a member goes through its envelopes: any nesting of them, with what they say, and back again by place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wantedRecords } from '../../../workers/bundle/again';
import { MemberStream } from '../../../workers/bundle/member-stream';
import { ENVELOPES } from '../../../workers/envelopes/index';
import { FORMATS, recognise } from '../../../workers/formats/index';
import { Collect } from './collect';

const KNOWN = { formats: FORMATS, recognise, envelopes: ENVELOPES };
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

function read(content: string | Buffer, chunk = 1 << 20) {
  const bytes = Buffer.from(content as string);
  const sink = new Collect();
  let cut: string | undefined;
  const stream = new MemberStream(KNOWN, (recipe) => {
    cut = recipe.cut;
    return sink;
  });
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.subarray(at, at + chunk));
  stream.finish();
  if (stream.framing) {
    const { records, envelope, blank } = stream.framing.account;
    expect(records + envelope + blank).toBe(bytes.length);
  }
  return { seen: sink.seen, places: sink.places, cut, format: stream.recipe?.format.id, warning: stream.warning };
}

describe('envelopes', () => {
  test.for([
    {
      title: 'container log lines around audit events, klog lines between counted',
      text: [
        `2024-05-01T10:00:00.000000001Z stdout F ${event(1)}`,
        '2024-05-01T10:00:00.000000001Z stderr F I0501 10:00:00.000000       1 server.go:1] hello',
        `2024-05-01T10:00:00.000000001Z stdout F ${event(2)}`,
      ],
      seen: [`1 ${event(1)}`, '2 <ignored: klog line>', `3 ${event(2)}`],
    },
    {
      title: 'a record that the runtime cut into parts is one',
      text: [
        `2024-05-01T10:00:00.000000001Z stdout P ${event(1).slice(0, 40)}`,
        `2024-05-01T10:00:00.000000002Z stdout F ${event(1).slice(40)}`,
        `2024-05-01T10:00:00.000000003Z stdout F ${event(2)}`,
      ],
      seen: [`1 ${event(1)}`, `3 ${event(2)}`],
    },
    {
      title: 'an EventList in a container log line',
      text: [
        `2024-05-01T10:00:00.000000001Z stdout F ${event(1)}`,
        `2024-05-01T10:00:00.000000001Z stdout F {"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${event(2)},${event(3)}]}`,
      ],
      seen: [`1 ${event(1)}`, `2.1 ${event(2)}`, `2.2 ${event(3)}`],
    },
    {
      title: 'klog lines among bare events',
      text: [event(1), 'E0501 10:00:00.000000       1 server.go:1] hello', event(2)],
      seen: [`1 ${event(1)}`, '2 <ignored: klog line>', `3 ${event(2)}`],
    },
    {
      title: 'a line that is no JSON among bare events is left to the careful path',
      text: [event(1), 'what is this', event(2)],
      seen: [`1 ${event(1)}`, '2 !what is this', `3 ${event(2)}`],
    },
  ])('$title', ({ text, seen }) => {
    const expected = (each: readonly string[]) => each.map((line) => line.replace(/ \{"(?:time|source)":.*?\}$/, ''));
    for (const chunk of [7, 1 << 20]) expect(expected(read(`${text.join('\n')}\n`, chunk).seen)).toEqual(seen);
  });

  test('an envelope in an envelope says what both say', () => {
    const payload = (n: number) =>
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logGroup: '/aws/eks/blue/cluster',
        logStream: 'kube-apiserver-audit-0123',
        logEvents: [{ id: '1', timestamp: 1, message: event(n) }],
      });
    const { seen, format } = read(
      `2024-05-01T10:00:00.000000001Z stdout F ${payload(1)}\n2024-05-01T10:00:00.000000001Z stdout F ${payload(2)}\n`,
    );
    expect(format).toBe('k8s-audit');
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatch(/^1\.1 \{"kind":"Event".*"cluster":"blue"/);
  });

  test('UTF-16 and a table arrive as the same records', () => {
    const rows = [
      '@timestamp,@message',
      ...[1, 2].map((n) => `2024-05-01 10:00:00.000,"${event(n).replaceAll('"', '""')}"`),
    ].join('\n');
    for (const bytes of [Buffer.from(`\ufeff${rows}`), Buffer.from(`\ufeff${rows}`, 'utf16le')]) {
      const { seen, cut, format } = read(bytes, 9);
      expect([cut, format]).toEqual(['rows', 'k8s-audit']);
      expect(seen.map((line) => line.slice(0, 16))).toEqual(['2 {"kind":"Event', '3 {"kind":"Event']);
    }
  });
});

describe('a key that stands twice in what carries a record', () => {
  const hidden = event(9, { verb: 'delete' });
  test.for([
    {
      title: 'Docker’s line',
      line: (text: string) =>
        `{"log":${JSON.stringify(`${text}\n`)},"log":${JSON.stringify(`${hidden}\n`)},"stream":"stdout","time":"2024-05-01T10:00:00Z"}`,
    },
    {
      title: 'a search hit',
      line: (text: string) => `{"_index":"x","_id":"1","_source":${text},"_source":${hidden}}`,
    },
    {
      title: 'a diagnostic record, deep inside',
      line: (text: string) =>
        `{"category":"kube-audit","time":"2024-05-01T10:00:00Z","properties":{"log":${JSON.stringify(text)},"log":${JSON.stringify(hidden)}}}`,
    },
  ])('$title: the first counts, as in a record, and it is noted', ({ line }) => {
    const { seen } = read([event(1), event(2)].map(line).join('\n'));
    expect(seen.map((each) => each.slice(0, each.indexOf('"verb":"get"')))).toEqual(
      [1, 2].map((n) => `${n} !${event(n).slice(0, event(n).indexOf('"verb":"get"'))}`),
    );
    for (const each of seen) expect(each).toContain('"odd":"duplicate key in the envelope"');
  });

  test('of two lists of records none is lost: the whole is left to the careful path', () => {
    const list = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[${event(1)}],"items":[${event(2)}]}`;
    expect(read(`${event(0)}\n${list}\n${event(3)}\n`).seen).toEqual([`1 ${event(0)}`, `2 !${list}`, `3 ${event(3)}`]);
  });
});

test('a record is found again by its place: bare, carried, in UTF-16', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-again-'));
  try {
    const bare = `${event(1)}\n${event(2)}\n`;
    const carried = [1, 2].map((n) => `2024-05-01T10:00:00.000000001Z stdout F ${event(n)}\n`).join('');
    for (const bytes of [Buffer.from(bare), Buffer.from(carried), Buffer.from(`\ufeff${bare}`, 'utf16le')]) {
      const file = join(folder, 'member');
      writeFileSync(file, bytes);
      const places = read(bytes).places.map(({ record, item, offset, length }) => ({
        r: record,
        i: item || null,
        o: offset,
        l: length,
      }));
      const missing = { r: 99, i: null, o: 0, l: bytes.length + 1 };
      const found = new Map<number, string | undefined>();
      wantedRecords(Buffer.from(file), [...places].reverse(), ({ r }, record) =>
        found.set(r, record && 'bytes' in record ? Buffer.from(record.bytes).toString() : undefined),
      );
      expect([...found].sort()).toEqual([
        [1, event(1)],
        [2, event(2)],
      ]);
      if (bytes.length !== bare.length)
        wantedRecords(Buffer.from(file), [missing], ({ r }, record) => found.set(r, record && 'found'));
      expect(found.get(99)).toBeUndefined();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
