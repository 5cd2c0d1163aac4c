import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ActivityId,
  escapeMember,
  parseId,
  placeId,
  printId,
  tryParseId,
  unescapeMember,
} from '../../../workers/contract/id';

const member = fc.uint8Array({ minLength: 1, maxLength: 20 }).map(escapeMember);
const place = fc.integer({ min: 1, max: 99 });
const id: fc.Arbitrary<ActivityId> = fc
  .record({
    evidence: place,
    member: fc.oneof(fc.constant(''), member),
    record: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    item: fc.option(
      fc.array(place, { minLength: 1, maxLength: 3 }).map((p) => p.join('.')),
      { nil: undefined },
    ),
    k: place,
  })
  .map(({ item, ...rest }) => (item === undefined ? rest : { ...rest, item }));

test('what is printed is read back as the same id', () => {
  fc.assert(
    fc.property(id, (value) => {
      expect(parseId(printId(value))).toEqual(value);
    }),
  );
});

test('any bytes of a path survive their escapes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(unescapeMember(escapeMember(bytes))).toEqual(bytes);
    }),
  );
});

test('an escaped member holds none of the characters that separate', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => !/[:#!]|%(?![0-9A-F]{2})/.test(escapeMember(bytes))));
});

test.for([
  ['a.log', 'a.log'],
  ['50%:x#y!z', '50%25%3Ax%23y%21z'],
  ['ж/ω.log', 'ж/ω.log'],
])('%s is escaped as %s', ([path, escaped]) => {
  expect(escapeMember(new TextEncoder().encode(path))).toBe(escaped);
});

test('bytes that are not UTF-8 are escaped one by one', () => {
  expect(escapeMember(Uint8Array.of(0x61, 0xff, 0xc3, 0x28))).toBe('a%FF%C3(');
});

test('the contract’s own example is read', () => {
  expect(parseId('E1/node-1/audit.log:1042')).toEqual({ evidence: 1, member: 'node-1/audit.log', record: 1042n, k: 1 });
  expect(parseId('E2:7.1#3')).toEqual({ evidence: 2, member: '', record: 7n, item: '1', k: 3 });
});

test.for(['', 'E1', 'E0:1', 'E1:0', 'e1:1', 'E1/:1', 'E1:1.', 'E1:1#0', 'E1:01', ' E1:1'])('“%s” is no id', (text) => {
  expect(tryParseId(text)).toBeUndefined();
});

test('a place of a single file has no member in its id', () => {
  const at = { evidence: 'E1', member: 'audit.log', record: '7.1' };
  expect([placeId(at, true), placeId(at, false)]).toEqual(['E1:7.1', 'E1/audit.log:7.1']);
});
