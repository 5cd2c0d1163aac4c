/** The walk over blocks: what does not hold together costs itself, and how the bytes were cut into chunks never shows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Place } from '../../../../workers/formats/format';
import { BlockWalk, isCapture } from '../../../../workers/formats/scap/blocks';
import { type Block, block, captured, decoded, event, inChunks, section, u32 } from '../../../helpers/capture';
import { BLOCKS, CAPTURE, START } from '../../../helpers/container-capture';

const NOISE = Array.from({ length: 30 }, (_, i) => event(1, START + BigInt(i), 100, [i, i]));
const FRAME = captured(section(), ...NOISE);
const starts = (blocks: readonly Block[]): number[] => {
  let at = 0;
  return blocks.map(({ bytes }) => {
    const start = at;
    at += bytes.length;
    return start;
  });
};

const sumOf = (places: readonly { readonly length: number }[]): number => places.reduce((sum, { length }) => sum + length, 0);
type Walked = Place & { readonly why: string };
/** Every block and every loss. */
function walked(bytes: Buffer, chunks: readonly number[] = [bytes.length]): readonly Walked[] {
  const places: Walked[] = [];
  const walk = new BlockWalk({
    block: (place, { sort }) => places.push({ ...place, why: sort }),
    lost: (place, why) => places.push({ ...place, why }),
  });
  inChunks(bytes, chunks, (chunk) => walk.push(chunk));
  walk.finish();
  return places;
}

/** Places that follow each other without a gap, numbered from 1, over all bytes. */
function expectWhole(bytes: Buffer, places: readonly (Place & { readonly records?: number })[]): void {
  let [at, record] = [0, 1];
  for (const place of places) {
    expect(place).toMatchObject({ record, item: '', offset: at });
    at += place.length;
    record += place.records ?? 1;
  }
  expect(at).toBe(bytes.length);
}

test('every block is a record, numbered from 1, and every byte lies in one', () => {
  const all = walked(CAPTURE);
  expect(all.map(({ offset }) => offset)).toEqual(starts(BLOCKS));
  expectWhole(CAPTURE, all);
  expectWhole(CAPTURE, decoded(CAPTURE).places);
});

test('any chunks give the same', () => {
  const whole = decoded(CAPTURE);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }), (chunks) => {
      expect(decoded(CAPTURE, chunks)).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test('any damage, in any chunks, gives the same, and no byte is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(CAPTURE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      fc.nat(CAPTURE.length),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 10 }),
      (damage, cut, chunks) => {
        const bytes = Buffer.from(CAPTURE);
        for (const [at, value] of damage) bytes[at] = value;
        const kept = bytes.subarray(0, cut % 3 === 0 ? cut : bytes.length);
        const whole = decoded(kept);
        expectWhole(kept, walked(kept));
        expectWhole(kept, whole.places);
        expect(decoded(kept, chunks)).toEqual(whole);
      },
    ),
    { numRuns: 300 },
  );
});

test('a byte that is wrong costs its block alone', () => {
  const sound = walked(FRAME).map(({ offset }) => offset);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: NOISE.length - 1 }),
      fc.nat(60),
      fc.integer({ min: 1, max: 255 }),
      (hit, inside, by) => {
        const from = sound[hit] as number;
        const bytes = Buffer.from(FRAME);
        const at = from + (inside % ((sound[hit + 1] ?? FRAME.length) - from));
        bytes[at] = (bytes[at] as number) ^ by;
        const left = walked(bytes).map(({ offset }) => offset);
        expect(sound.filter((_, i) => i !== hit)).toEqual(left.filter((offset) => offset !== from));
      },
    ),
    { numRuns: 300 },
  );
});

test('a cut anywhere keeps every block before it', () => {
  const sound = starts(BLOCKS);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: CAPTURE.length }), (length) => {
      const places = walked(CAPTURE.subarray(0, length));
      const whole = sound.filter((_, i) => (sound[i + 1] ?? CAPTURE.length) <= length);
      const atCut = [...sound, CAPTURE.length].includes(length);
      expect(places.map(({ offset }) => offset)).toEqual(atCut ? whole : sound.slice(0, whole.length + 1));
      expect(places.at(-1)?.why === 'the capture ends within this block').toBe(!atCut);
    }),
    { numRuns: 200 },
  );
});

const GOOD = event(1, START, 100);
const broken = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(event(1, START, 100, ['a', 'b']).bytes);
  change(bytes);
  return bytes;
};

test.for([
  {
    title: 'a wrong length behind the body',
    bytes: broken((bytes) => bytes.writeUInt32LE(40, bytes.length - 4)),
    why: 'rejected: the two lengths of this block differ',
  },
  { title: 'a length of nothing', bytes: broken((bytes) => bytes.writeUInt32LE(0, 4)), why: 'rejected: no block of a capture' },
  {
    title: 'a length that is a lie',
    bytes: broken((bytes) => bytes.writeUInt32LE(60_000, 4)),
    why: 'rejected: no block of a capture',
  },
  {
    title: 'a length of gigabytes',
    bytes: broken((bytes) => bytes.writeUInt32LE(0xffff_fff0, 4)),
    why: 'rejected: no block of a capture',
  },
  {
    title: 'text between blocks',
    bytes: Buffer.from('a line that somebody wrote into it\n'),
    why: 'rejected: no block of a capture',
  },
  {
    title: 'an event longer than its block',
    bytes: broken((bytes) => bytes.writeUInt32LE(5000, 26)),
    why: 'rejected: an event that is longer than its block',
  },
  { title: 'an event without its header', bytes: block(0x216, u32(1)).bytes, why: 'rejected: an event without a whole header' },
  { title: 'a block of packets', bytes: block(6, u32(1)).bytes, why: 'ignored: a block that is not of system calls' },
  { title: 'a block that nobody knows', bytes: block(0x7777, u32(1)).bytes, why: 'rejected: a block of an unknown type' },
])('$title costs itself', ({ bytes, why }) => {
  const { fates, places } = decoded(Buffer.concat([captured(section(), GOOD), bytes, captured(GOOD, GOOD)]));
  expect(fates).toEqual({
    'ignored: tables at the start of the capture': 1,
    'ignored: an event that tells no activity': 3,
    [why]: 1,
  });
  expect(places[2]).toEqual({
    record: 3,
    item: '',
    offset: section().bytes.length + GOOD.bytes.length,
    length: bytes.length,
    records: 1,
  });
  expect(places[3]).toMatchObject({ record: 4, records: 2 });
});

test('parameters that reach beyond their event cost it', () => {
  const bad = event(23, START, 100, [0, Buffer.alloc(13)]);
  bad.bytes.writeUInt16LE(9999, 8 + 2 + 26);
  expect(decoded(captured(section(), bad)).fates).toMatchObject({ 'rejected: an event whose parameters reach beyond it': 1 });
  const old = event(23, START, 100, [0, Buffer.alloc(13)], { version: 1 });
  old.bytes.writeUInt16LE(9999, 8 + 2 + 22);
  expect(decoded(captured(section(), old)).fates).toMatchObject({
    'rejected: an event whose parameters do not add up to its length': 1,
  });
});

test('comments in a section and behind an event are passed over', () => {
  const comment = Buffer.from('\x01\x00\x08\x00a remark\x00\x00\x00\x00', 'latin1');
  const { fates, told } = decoded(
    captured(section(comment), event(3, START, 7, [3, '/etc/hosts', u32(1)], { options: comment })),
  );
  expect(told).toMatchObject([{ kind: 'file', path: '/etc/hosts' }]);
  expect(Object.keys(fates)).toEqual(['ignored: tables at the start of the capture']);
});

test('noise is given away in bounded pieces, not held', () => {
  const noise = Buffer.alloc(80 * 2 ** 20, 0x41);
  const { places, fates } = decoded(Buffer.concat([section().bytes, noise, GOOD.bytes]), [2 ** 20]);
  expect(fates).toMatchObject({ 'rejected: no block of a capture': 2, 'ignored: an event that tells no activity': 1 });
  expect(sumOf(places)).toBe(section().bytes.length + noise.length + GOOD.bytes.length);
});

test.for([
  { title: 'a capture', head: CAPTURE.subarray(0, 4096), is: true },
  { title: 'a capture of which little is seen', head: CAPTURE.subarray(0, 20), is: true },
  { title: 'packets in the same frame', head: captured(section(), block(1, u32(1)), block(6, u32(1))), is: false },
  { title: 'a capture of another byte order', head: Buffer.from('0a0d0d0a0000001c1a2b3c4d', 'hex'), is: false },
  { title: 'text', head: Buffer.from('{"a": 1}\n'), is: false },
  { title: 'nothing', head: Buffer.alloc(0), is: false },
])('$title: $is', ({ head, is }) => {
  expect(isCapture(head)).toBe(is);
});
