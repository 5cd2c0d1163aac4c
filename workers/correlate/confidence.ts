/**
 * How likely each pair is, over all ways to assign: every assignment weighs e^(its total score), so a pair's probability is the share of the
 * assignments that hold it. Exact by one sweep over the originators in order, as long as few roots are in reach at a time; where a
 * hundred equal commands run at once, exact among the closest competitors only.
 */

import { groupBy } from '../contract/group';
import type { Edge } from './assign';

/** Roots in reach at a time that are still summed exactly: 2^12 states. */
const WIDEST = 12;
/** Pairs worse than the best of both their sides by more are left out, first at this difference (natural logarithm), then closer. */
const CUTS = [16, 12, 9] as const;
/** Competitors that an originator is compared with where the exact sum is out of reach. */
const CLOSEST = 6;

/** Probability of each edge. */
export function probabilities(edges: readonly Edge[], lefts: number, rights: number, chosen: Int32Array): Float64Array {
  const result = new Float64Array(edges.length);
  for (const component of componentsOf(edges, lefts, rights)) {
    for (const cut of CUTS) {
      const kept = prune(component, edges, cut);
      if (widthOf(kept, edges) <= WIDEST) {
        sweep(kept, edges, result);
        break;
      }
      if (cut === CUTS.at(-1)) nearby(kept, edges, chosen, result);
    }
  }
  return result;
}

/** Edges by connected part, each in order of the left side. */
function componentsOf(edges: readonly Edge[], lefts: number, rights: number): number[][] {
  const group = Int32Array.from({ length: lefts + rights }, (_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (group[at] !== at) {
      group[at] = group[group[at] as number] as number;
      at = group[at] as number;
    }
    return at;
  };
  for (const { left, right } of edges) group[find(left)] = find(lefts + right);
  const parts = groupBy(edges.keys(), (i) => find((edges[i] as Edge).left));
  for (const part of parts.values()) part.sort((a, b) => (edges[a] as Edge).left - (edges[b] as Edge).left);
  return [...parts.values()];
}

function prune(part: readonly number[], edges: readonly Edge[], cut: number): number[] {
  const bestLeft = new Map<number, number>();
  const bestRight = new Map<number, number>();
  for (const e of part) {
    const { left, right, score } = edges[e] as Edge;
    bestLeft.set(left, Math.max(bestLeft.get(left) ?? 0, score));
    bestRight.set(right, Math.max(bestRight.get(right) ?? 0, score));
  }
  return part.filter((e) => {
    const { left, right, score } = edges[e] as Edge;
    return score > Math.min(bestLeft.get(left) as number, bestRight.get(right) as number) - cut;
  });
}

interface Reach {
  readonly from: Map<number, number>;
  readonly to: Map<number, number>;
}

/** First and last left side that reaches each root, as places in the order. */
function reachOf(part: readonly number[], edges: readonly Edge[]): Reach & { readonly order: readonly (readonly number[])[] } {
  const order: number[][] = [];
  const from = new Map<number, number>();
  const to = new Map<number, number>();
  let last = -1;
  for (const e of part) {
    const { left, right } = edges[e] as Edge;
    if (left !== last) order.push([]);
    last = left;
    order.at(-1)?.push(e);
    if (!from.has(right)) from.set(right, order.length - 1);
    to.set(right, order.length - 1);
  }
  return { order, from, to };
}

function widthOf(part: readonly number[], edges: readonly Edge[]): number {
  const { order, from, to } = reachOf(part, edges);
  const change = new Int32Array(order.length + 1);
  for (const [right, first] of from) {
    change[first] = (change[first] as number) + 1;
    const after = (to.get(right) as number) + 1;
    change[after] = (change[after] as number) - 1;
  }
  let width = 0;
  let widest = 0;
  for (const step of change) {
    width += step;
    widest = Math.max(widest, width);
  }
  return widest;
}

/** Forward and backward over the originators; a state is the set of roots in reach that are taken. */
function sweep(part: readonly number[], edges: readonly Edge[], result: Float64Array): void {
  const { order, from, to } = reachOf(part, edges);
  const slots = slotsOf(order.length, from, to);
  const bit = (right: number): number => 1 << (slots.get(right) as number);
  // Roots out of reach after a step leave the state.
  const dropped = order.map(() => 0);
  for (const [right, last] of to) dropped[last] = (dropped[last] as number) | bit(right);

  const forward: Map<number, number>[] = [new Map([[0, 1]])];
  order.forEach((choices, i) => {
    const next = new Map<number, number>();
    for (const [state, weight] of forward[i] as Map<number, number>) {
      const add = (to: number, w: number): Map<number, number> =>
        next.set(to & ~(dropped[i] as number), (next.get(to & ~(dropped[i] as number)) ?? 0) + w);
      add(state, weight);
      for (const e of choices) {
        const edge = edges[e] as Edge;
        if ((state & bit(edge.right)) === 0) add(state | bit(edge.right), weight * Math.exp(edge.score));
      }
    }
    forward.push(scaled(next));
  });

  let backward = new Map([...(forward.at(-1) as Map<number, number>).keys()].map((state) => [state, 1]));
  for (let i = order.length - 1; i >= 0; i--) {
    const before = new Map<number, number>();
    const held = new Map<number, number>();
    let total = 0;
    for (const [state, weight] of forward[i] as Map<number, number>) {
      const then = (to: number): number => backward.get(to & ~(dropped[i] as number)) ?? 0;
      let sum = then(state);
      for (const e of order[i] as readonly number[]) {
        const edge = edges[e] as Edge;
        if ((state & bit(edge.right)) !== 0) continue;
        const w = Math.exp(edge.score) * then(state | bit(edge.right));
        held.set(e, (held.get(e) ?? 0) + weight * w);
        sum += w;
      }
      before.set(state, sum);
      total += weight * sum;
    }
    for (const [e, w] of held) result[e] = w / total;
    backward = scaled(before);
  }
}

/** Keeps products of many likelihood ratios within what a double holds. */
function scaled(weights: Map<number, number>): Map<number, number> {
  let largest = 0;
  for (const weight of weights.values()) largest = Math.max(largest, weight);
  for (const [state, weight] of weights) weights.set(state, weight / largest);
  return weights;
}

/** Bits for roots, used again once a root is out of reach. */
function slotsOf(steps: number, from: Reach['from'], to: Reach['to']): Map<number, number> {
  const begins: number[][] = Array.from({ length: steps }, () => []);
  for (const [right, first] of from) begins[first]?.push(right);
  const slots = new Map<number, number>();
  let live: number[] = [];
  for (let i = 0; i < steps; i++) {
    live = live.filter((right) => (to.get(right) as number) >= i);
    for (const right of begins[i] as number[]) {
      const used = new Set(live.map((r) => slots.get(r)));
      let slot = 0;
      while (used.has(slot)) slot++;
      slots.set(right, slot);
      live.push(right);
    }
  }
  return slots;
}

/** Each originator against those whose swap with it costs least, with the roots that these hold; the rest of the assignment stands. */
function nearby(part: readonly number[], edges: readonly Edge[], chosen: Int32Array, result: Float64Array): void {
  const byLeft = groupBy(part, (e) => (edges[e] as Edge).left);
  const holder = new Map<number, number>();
  for (const left of byLeft.keys()) {
    const own = chosen[left] as number;
    if (own >= 0) holder.set((edges[own] as Edge).right, left);
  }
  for (const [left, own] of byLeft) {
    const rivals = own
      .map((e) => ({ other: holder.get((edges[e] as Edge).right), score: (edges[e] as Edge).score }))
      .filter((r): r is { other: number; score: number } => r.other !== undefined && r.other !== left)
      .sort((a, b) => b.score - a.score || a.other - b.other)
      .slice(0, CLOSEST)
      .map((r) => r.other);
    const group = new Set([left, ...rivals]);
    const held = new Set(
      [...group]
        .map((l) => chosen[l] as number)
        .filter((e) => e >= 0)
        .map((e) => (edges[e] as Edge).right),
    );
    const inside = (e: number): boolean => held.has((edges[e] as Edge).right) || !holder.has((edges[e] as Edge).right);
    const local = [...group]
      .sort((a, b) => a - b)
      .flatMap((l) => narrowed((byLeft.get(l) as number[]).filter(inside), edges, held));
    if (widthOf(local, edges) > WIDEST) continue;
    const scores = new Float64Array(result.length);
    sweep(local, edges, scores);
    for (const e of own) result[e] = scores[e] as number;
  }
}

/** Of the roots that nobody holds, only the best: keeps the exact sum within reach. */
function narrowed(own: readonly number[], edges: readonly Edge[], held: ReadonlySet<number>): number[] {
  const free = own
    .filter((e) => !held.has((edges[e] as Edge).right))
    .sort((a, b) => (edges[b] as Edge).score - (edges[a] as Edge).score);
  const kept = new Set(free.slice(0, 1));
  return own.filter((e) => held.has((edges[e] as Edge).right) || kept.has(e));
}
