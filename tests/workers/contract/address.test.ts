import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../../workers/contract/address';
import { inRange, isPrivate, printAddress } from '../../helpers/address';

const number = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
const ipv4 = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 255 }))).map((parts) => parts.join('.'));

test('what is printed is read back as the same number', () => {
  fc.assert(fc.property(number, (n) => parseAddress(printAddress(n)) === n));
});

test('sparse IPv6 addresses survive printing', () => {
  const group = fc.constantFrom<bigint[]>(0n, 0n, 0n, 1n, 0xffffn);
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const n = groups.reduce((sum, g) => (sum << 16n) | g, 0n);
      return parseAddress(printAddress(n)) === n;
    }),
  );
});

test('an IPv4 address equals its mapped form', () => {
  fc.assert(
    fc.property(
      ipv4,
      (text) => parseAddress(text) === parseAddress(`::ffff:${text}`) && printAddress(parseAddress(text)!) === text,
    ),
  );
});

test('a range holds exactly the numbers with its prefix', () => {
  fc.assert(
    fc.property(number, number, fc.integer({ min: 0, max: 128 }), (base, other, bits) => {
      const range = parseRange(`${groupsOf(base)}/${bits}`)!;
      const free = BigInt(128 - bits);
      return inRange(other, range) === (other >> free === base >> free);
    }),
  );
});

const groupsOf = (n: bigint) =>
  Array.from({ length: 8 }, (_, i) => ((n >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');

test.for([
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['[fe80::1%eth0]', 'fe80::1'],
  ['1::', '1::'],
])('%s is printed as %s', ([text, printed]) => {
  expect(printAddress(parseAddress(text!)!)).toBe(printed);
});

test.for([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '01.2.3.4',
  '256.1.1.1',
  '1.2.3.4/8',
  ':',
  ':::',
  '1:2:3:4:5:6:7',
  '1::2::3',
  '12345::',
  '1.2.3.4::',
  'g::',
  'host',
  '1:2:3:4:5:6:7:8::',
])('“%s” is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.for(['10.0.0.0/33', '10.0.0.0/-1', 'fd00::/129', '10.0.0.0/', 'x/8', '10.0.0.0/08'])('“%s” is no range', (text) => {
  expect(parseRange(text)).toBeUndefined();
});

test.for([
  ['10.1.2.3', true],
  ['172.31.255.255', true],
  ['172.32.0.0', false],
  ['127.0.0.1', true],
  ['169.254.1.1', true],
  ['100.64.0.1', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['fd12::1', true],
  ['fe80::1', true],
  ['2001:db8::1', false],
] as const)('%s is private: %s', ([text, expected]) => {
  expect(isPrivate(parseAddress(text)!)).toBe(expected);
});
