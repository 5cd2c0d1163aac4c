import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, type Edge } from '../../../workers/correlate/assign';
import { probabilities } from '../../../workers/correlate/confidence';

/** All ways to assign, with their total scores. */
function* ways(
  edges: readonly Edge[],
  lefts: number,
  left = 0,
  taken: ReadonlySet<number> = new Set(),
  chosen: readonly number[] = [],
): Generator<readonly number[]> {
  if (left === lefts) {
    yield chosen;
    return;
  }
  yield* ways(edges, lefts, left + 1, taken, chosen);
  for (const [i, edge] of edges.entries()) {
    if (edge.left === left && !taken.has(edge.right))
      yield* ways(edges, lefts, left + 1, new Set([...taken, edge.right]), [...chosen, i]);
  }
}
const total = (edges: readonly Edge[], way: readonly number[]) => way.reduce((sum, i) => sum + (edges[i] as Edge).score, 0);

const SIDE = 5;
const problem = fc
  .uniqueArray(
    fc.record({ left: fc.nat(SIDE - 1), right: fc.nat(SIDE - 1), score: fc.double({ min: -3, max: 9, noNaN: true }) }),
    {
      selector: ({ left, right }) => `${left} ${right}`,
      maxLength: 14,
    },
  )
  .map((edges) => edges as readonly Edge[]);

test('no assignment scores more', () => {
  fc.assert(
    fc.property(problem, (edges) => {
      const chosen = [...assign(edges, SIDE, SIDE)].filter((e) => e >= 0);
      const best = Math.max(...[...ways(edges, SIDE)].map((way) => total(edges, way)));

      expect(total(edges, chosen)).toBeCloseTo(best, 6);
      expect(new Set(chosen.map((e) => (edges[e] as Edge).right)).size).toBe(chosen.length);
    }),
    { numRuns: 200 },
  );
});

test('a probability is the share of the assignments that hold the pair, each weighed by its likelihood', () => {
  fc.assert(
    fc.property(problem, (edges) => {
      const all = [...ways(edges, SIDE)].map((way) => ({ way, weight: Math.exp(total(edges, way)) }));
      const sum = all.reduce((s, { weight }) => s + weight, 0);
      const found = probabilities(edges, SIDE, SIDE, assign(edges, SIDE, SIDE));

      for (const [i] of edges.entries()) {
        const share = all.filter(({ way }) => way.includes(i)).reduce((s, { weight }) => s + weight, 0) / sum;
        expect(found[i]).toBeCloseTo(share, 5);
      }
    }),
    { numRuns: 200 },
  );
});

test('two people with one command at one moment are half and half, never a guess', () => {
  const edges = [0, 1].flatMap((left) => [0, 1].map((right) => ({ left, right, score: 12 })));

  expect([...probabilities(edges, 2, 2, assign(edges, 2, 2))].map((p) => Math.round(p * 100))).toEqual([50, 50, 50, 50]);
});

test('a hundred equal commands at one moment keep their probabilities within bounds, and small', () => {
  const edges = Array.from({ length: 100 * 100 }, (_, i) => ({ left: Math.floor(i / 100), right: i % 100, score: 10 }));
  const found = probabilities(edges, 100, 100, assign(edges, 100, 100));

  expect(Math.max(...found)).toBeLessThan(0.5);
});
