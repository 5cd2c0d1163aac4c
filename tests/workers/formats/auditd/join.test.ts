/** Joining, without a database: whatever order lines come in, the same events come out, and every line is in one place. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../../workers/bundle/lines';
import { Joiner } from '../../../../workers/formats/auditd/join';
import type { Place } from '../../../../workers/formats/format';

const plain = readFileSync(resolve(import.meta.dirname, '../../../fixtures/auditd/shapes.log'));
const LINES = plain.toString('latin1').trimEnd().split('\n');

interface Decoded {
  readonly events: readonly string[];
  readonly contents: readonly string[];
  readonly places: readonly Place[];
  readonly skipped: readonly { readonly place: Place; readonly fate: string }[];
}

/** @param cuts where the bytes are cut into chunks */
function decode(bytes: Buffer, cuts: readonly number[] = [], heldBytes?: number): Decoded {
  const out = {
    events: [] as string[],
    contents: [] as string[],
    places: [] as Place[],
    skipped: [] as { place: Place; fate: string }[],
  };
  const joiner = new Joiner(
    {
      record: (place, json, content) => {
        out.events.push(json);
        out.contents.push(Buffer.from(content).toString('latin1'));
        out.places.push(place);
      },
      skip: (place, fate) => out.skipped.push({ place, fate }),
    },
    heldBytes,
  );
  const splitter = new LineSplitter({
    record: (place, window, from, to) => joiner.line(place, window.subarray(from, to)),
    oversize: () => expect.unreachable(),
    skip: () => expect.unreachable(),
  });
  let at = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    splitter.push(bytes.subarray(at, Math.max(at, cut)));
    at = Math.max(at, cut);
  }
  splitter.push(bytes.subarray(at));
  splitter.finish();
  joiner.finish();
  return out;
}

/** An event without what says where it lay. */
const told = (json: string): string => {
  const { notes, ...row } = JSON.parse(json);
  return JSON.stringify([row, notes.filter((note: string) => note !== 'lines apart')]);
};
const of = (lines: readonly string[]) => Buffer.from(`${lines.join('\n')}\n`, 'latin1');
const WHOLE = decode(plain);

test('any cutting of the bytes gives the same events at the same places', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(plain.length), { maxLength: 20 }), (cuts) => {
      expect(decode(plain, cuts)).toEqual(WHOLE);
    }),
  );
});

test('any order of lines gives the same events, with equal content', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(LINES, { minLength: LINES.length }), (lines) => {
      const { events, contents } = decode(of(lines));
      expect(events.map(told)).toEqual(WHOLE.events.map(told));
      expect(contents).toEqual(WHOLE.contents);
    }),
  );
});

test('any interleaving of two events gives the same two', () => {
  const [a, b] = ['4101', '4105'].map((serial) => LINES.filter((line) => line.includes(`:${serial})`))) as [string[], string[]];
  const apart = decode(of([...a, ...b]));
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: a.length + b.length, maxLength: a.length + b.length }), (turns) => {
      const [left, right] = [[...a], [...b]];
      const mixed = turns.map((first) => ((first ? left : right).shift() ?? (first ? right : left).shift()) as string);
      const joined = decode(of(mixed));
      expect(joined.events.map(told)).toEqual(apart.events.map(told));
      expect(joined.contents).toEqual(apart.contents);
    }),
  );
});

test('every line is in the place of one event, or skipped with a reason', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(LINES, { minLength: 1 }), (lines) => {
      const bytes = of(lines);
      const { places, skipped } = decode(bytes);
      const covered = new Uint8Array(bytes.length);
      for (const { offset, length } of [...places, ...skipped.map(({ place }) => place)])
        for (let i = offset; i < offset + length; i++) covered[i] = (covered[i] as number) + 1;
      const line = new Uint8Array(bytes.length).map((_, i) => (bytes[i] === 0x0a ? 0 : 1));
      expect(covered.every((times, i) => times === line[i] || (line[i] === 0 && times <= 1))).toBe(true);
    }),
  );
});

test('events that lie further apart than what is held are told in two, and nothing is lost', () => {
  const filler = Array.from(
    { length: 200 },
    (_, i) => `type=USER_START msg=audit(1773740480.000:${9000 + i}): pid=1 uid=0 msg='op=x res=success'`,
  );
  const [first, ...rest] = LINES.filter((line) => line.includes(':4101)'));
  const { events, skipped } = decode(of([first as string, ...filler, ...rest]), [], 4096);
  expect(events.filter((json) => json.includes('"stamp":"1773740469.123:4101"'))).toHaveLength(2);
  expect(events).toHaveLength(filler.length + 2);
  expect(skipped).toEqual([]);
});

test.for([
  { title: 'the rule that ausearch draws', line: '----', fate: 'ignored: a line that ausearch puts between events' },
  { title: 'its time', line: 'time->Tue Mar 17 09:41:09 2026', fate: 'ignored: a line that ausearch puts between events' },
  { title: 'text', line: 'hello', fate: 'rejected: no audit record (audit(seconds.milliseconds:serial) is not in the line)' },
  {
    title: 'what another program says in a syslog of many',
    line: 'Mar 17 09:41:02 node-1 sshd[99]: Accepted publickey for casey',
    fate: 'ignored: a line of another program',
  },
  {
    title: 'a time without milliseconds',
    line: 'type=LOGIN msg=audit(1773740469): pid=1',
    fate: 'rejected: no time and serial number as audit(seconds.milliseconds:serial) in column 16',
  },
  {
    title: 'a type in small letters',
    line: 'type=login msg=audit(1773740469.1:1): pid=1',
    fate: 'rejected: no record type in column 6',
  },
])('$title is no record', ({ line, fate }) => {
  expect(decode(of([line])).skipped).toMatchObject([{ fate }]);
});

test('the same line over and over stays cheap, and is told each time', () => {
  const line = LINES[0] as string;
  const { events, skipped } = decode(of(Array.from({ length: 5_000 }, () => line)));
  expect({ events: events.length, skipped: skipped.length }).toEqual({ events: 5_000, skipped: 0 });
});

test('an event of more lines than any kernel writes is cut, not held', () => {
  const lines = Array.from(
    { length: 5000 },
    (_, i) => `type=PATH msg=audit(1773740469.123:1): item=${i} name="/a${i}" nametype=NORMAL`,
  );
  const { events } = decode(of(lines));
  expect(events).toHaveLength(5);
});

/** Pieces that records are made of, in any mixture. */
const piece = fc.oneof(
  fc.constantFrom(
    ...LINES.flatMap((line) => line.split(' ')),
    'msg=audit(',
    ')',
    '"',
    "'",
    '\x1d',
    '\0',
    'a0[',
    'a1[999999]=41',
    'argc=999999',
    'key=',
    '=',
    '(null)',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const hostile = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(' '));
const header = fc
  .tuple(
    fc.constantFrom(
      'SYSCALL',
      'EXECVE',
      'PATH',
      'SOCKADDR',
      'USER_CMD',
      'TTY',
      'AVC',
      'AUOMS_EXECVE',
      'CRYPTO_SESSION',
      'PROCTITLE',
      '1300',
    ),
    hostile,
  )
  .map(([type, body]) => `type=${type} msg=audit(1773740469.123:${body.length % 3}): ${body}`);

test('hostile lines never throw, and each is accounted for', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(hostile, header), { maxLength: 12 }), (lines) => {
      const bytes = Buffer.from(lines.map((line) => line.replace(/\n/g, ' ')).join('\n'));
      const { events, skipped, places } = decode(bytes);
      for (const json of events) {
        const row: unknown = JSON.parse(json);
        expect(row).toHaveProperty('stamp');
        expect(json).not.toContain('\\u0000');
      }
      const end = [...places, ...skipped.map(({ place }) => place)].reduce(
        (max, { offset, length }) => Math.max(max, offset + length),
        0,
      );
      expect(end).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 200 },
  );
});
