import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '../../../workers/transport/codec';

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noDefaultInfinity: false }).filter((n) => !Object.is(n, -0)),
  fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n }), // what the database has: HUGEINT
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
);
const key = fc.oneof(fc.constant('$'), fc.constant('v'), fc.constant('toString'), fc.string());
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
}));

test('every value comes back as it went, from any place in a buffer', () => {
  fc.assert(
    fc.property(value, fc.nat(9), (original, shift) => {
      const frame = encode(original);
      const moved = new Uint8Array(frame.length + shift);
      moved.set(frame, shift);

      expect(decode(moved.subarray(shift))).toEqual(original);
    }),
  );
});

test('a Node Buffer arrives as the bytes that it shows, not those of its pool', () => {
  expect(decode(encode({ bytes: Buffer.from('abc') }))).toEqual({ bytes: new Uint8Array([97, 98, 99]) });
});

const frame = (json: string) => {
  const text = new TextEncoder().encode(json);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return new Uint8Array(Buffer.concat([head, text]));
};

test.for([
  { title: 'no bytes', bytes: new Uint8Array() },
  { title: 'a length beyond the end', bytes: new Uint8Array([255, 255, 255, 255, 1]) },
  { title: 'no JSON', bytes: frame('{') },
  { title: 'an unknown tag', bytes: frame('{"$":"x"}') },
  { title: 'a bigint that takes long to read', bytes: frame(`{"$":"n","v":"${'9'.repeat(1000)}"}`) },
  { title: 'an array outside of the frame', bytes: frame('{"$":"b","t":"Float64Array","at":0,"length":1}') },
  { title: 'an array of negative length', bytes: frame('{"$":"b","t":"Uint8Array","at":0,"length":-1}') },
  { title: 'an array of an unknown kind', bytes: frame('{"$":"b","t":"constructor","at":0,"length":0}') },
  { title: 'nesting without end', bytes: frame('['.repeat(200_000)) },
])('refuses $title', ({ bytes }) => {
  expect(() => decode(bytes)).toThrow(expect.objectContaining({ code: 'failed' }));
});
