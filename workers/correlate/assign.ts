/**
 * The one assignment of originators to roots with the highest total score; either may stay alone at score 0. Shortest augmenting
 * paths over the sparse pairs (Jonker and Volgenant's way): exact, and quick because paths are short.
 */

/** A pair that may be chosen. */
export interface Edge {
  readonly left: number;
  readonly right: number;
  readonly score: number;
}

/** Answers the edge (by index) of each left side; -1 where it stays alone. Pairs that score 0 or less are never chosen. */
export function assign(edges: readonly Edge[], lefts: number, rights: number): Int32Array {
  const out = edgesOf(edges, lefts);
  // Every left side has a private right side of its own that costs nothing: staying alone.
  const taken = new Int32Array(rights + lefts).fill(-1);
  const chosen = new Int32Array(lefts).fill(-1);
  const priceLeft = new Float64Array(lefts);
  const priceRight = new Float64Array(rights + lefts);
  const cost = (e: number): number => -(edges[e] as Edge).score;

  for (let start = 0; start < lefts; start++) {
    const distance = new Map<number, number>();
    const via = new Map<number, { readonly left: number; readonly edge: number }>();
    const done = new Set<number>();
    let left = start;
    let reached = 0;
    let end = -1;
    const lefted: { readonly left: number; readonly at: number }[] = [{ left, at: 0 }];
    while (end < 0) {
      relax(left, reached);
      let next = -1;
      for (const [right, d] of distance) {
        if (!done.has(right) && (next < 0 || d < (distance.get(next) as number))) next = right;
      }
      reached = distance.get(next) as number;
      done.add(next);
      if (taken[next] === -1) end = next;
      else {
        left = taken[next] as number;
        lefted.push({ left, at: reached });
      }
    }
    for (const { left: l, at } of lefted) priceLeft[l] = (priceLeft[l] as number) + reached - at;
    for (const right of done) priceRight[right] = (priceRight[right] as number) - (reached - (distance.get(right) as number));
    for (let right = end; right >= 0; ) {
      const step = via.get(right) as { left: number; edge: number };
      const before = step.left === start ? -1 : rightOf(step.left);
      taken[right] = step.left;
      chosen[step.left] = step.edge;
      right = before;
    }

    function relax(from: number, so: number): void {
      const offer = (right: number, price: number, edge: number): void => {
        // Rounding can make a settled side look a hair closer: it is settled all the same, or the path would run in a ring.
        if (done.has(right)) return;
        const d = so + price - (priceLeft[from] as number) - (priceRight[right] as number);
        if (d < (distance.get(right) ?? Number.POSITIVE_INFINITY)) {
          distance.set(right, d);
          via.set(right, { left: from, edge });
        }
      };
      for (const e of out[from] as number[]) offer((edges[e] as Edge).right, cost(e), e);
      offer(rights + from, 0, -1);
    }
    function rightOf(l: number): number {
      const e = chosen[l] as number;
      return e < 0 ? rights + l : (edges[e] as Edge).right;
    }
  }
  return chosen;
}

/** Indices of the edges with a positive score, by left side. */
function edgesOf(edges: readonly Edge[], lefts: number): number[][] {
  const out: number[][] = Array.from({ length: lefts }, () => []);
  edges.forEach((edge, i) => {
    if (edge.score > 0) out[edge.left]?.push(i);
  });
  return out;
}
