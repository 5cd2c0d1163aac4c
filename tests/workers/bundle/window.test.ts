import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Window } from '../../../workers/bundle/window';

test('what is held is what came and was not taken, whatever the chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(60))), (steps) => {
      const window = new Window();
      let held: Buffer = Buffer.alloc(0);
      let expected = '';
      for (const [chunk, take] of steps) {
        held = window.append(held, chunk);
        expected += Buffer.from(chunk).toString('latin1');
        expect(held.toString('latin1')).toBe(expected);
        held = held.subarray(Math.min(take, held.length));
        expected = expected.slice(take);
      }
    }),
  );
});

test('a long record is moved some times, not once for each of its chunks', () => {
  const window = new Window();
  const rooms = new Set<ArrayBufferLike>();
  let held: Buffer = Buffer.alloc(0);
  for (let chunk = 0; chunk < 10_000; chunk++) {
    held = window.append(held, new Uint8Array(100));
    rooms.add(held.buffer);
  }

  expect(held).toHaveLength(1_000_000);
  expect(rooms.size).toBeLessThan(40);
});
