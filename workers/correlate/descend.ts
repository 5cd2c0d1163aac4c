/** From the roots that originators were given to every process below them, and to the rows that tell these. */
import { adoptOrphans } from './adopt';
import type { Answer, Found, Input } from './input';
import type { Root } from './roots';
import type { Forest } from './tree';

/** An activity belongs to a session from this confidence on (contract section 7). */
const LEAST = 0.5;

export function descend(input: Input, forest: Forest, roots: readonly Root[], answers: readonly Answer[]): Found {
  const session = new Int32Array(forest.size).fill(-1);
  const confidence = new Float64Array(forest.size);
  const linked = answers.flatMap((answer, number) =>
    answer.root >= 0 && answer.confidence >= LEAST ? [{ number, ...answer }] : [],
  );
  for (const { number, root, confidence: sure } of linked) {
    session[root] = number;
    confidence[root] = sure;
  }
  for (const [number, { heads, confidence: sure }] of answers.entries()) {
    for (const head of heads) {
      session[head] = number;
      confidence[head] = sure;
    }
  }
  inherit(forest, session, confidence);
  adoptOrphans(input, forest, roots, linked, { session, confidence });
  inherit(forest, session, confidence);
  return rowsOf(input, forest, session, confidence);
}

/** Each process takes the session of the nearest ancestor that has one. */
function inherit(forest: Forest, session: Int32Array, confidence: Float64Array): void {
  const seen = new Uint8Array(forest.size);
  for (let process = 0; process < forest.size; process++) {
    const path: number[] = [];
    let at = process;
    while (at >= 0 && seen[at] === 0 && session[at] === -1) {
      seen[at] = 1;
      path.push(at);
      at = forest.parent[at] as number;
    }
    if (at < 0 || session[at] === -1) continue;
    for (const step of path) {
      session[step] = session[at] as number;
      confidence[step] = confidence[at] as number;
    }
  }
}

function rowsOf({ subjects }: Input, forest: Forest, session: Int32Array, confidence: Float64Array): Found {
  const rows: number[] = [];
  for (let row = 0; row < subjects.size; row++) if ((session[forest.ofRow[row] as number] as number) >= 0) rows.push(row);
  const depth = depthsIn(forest, session);
  const of = (row: number): number => forest.ofRow[row] as number;
  const keyOf = (process: number): number => subjects.key[forest.row[process] as number] as number;
  const parentKey = (process: number): number => {
    const parent = forest.parent[process] as number;
    return parent >= 0 && session[parent] === session[process] ? keyOf(parent) : -1;
  };
  return {
    key: Float64Array.from(rows, (row) => subjects.key[row] as number),
    session: Int32Array.from(rows, (row) => session[of(row)] as number),
    process: Float64Array.from(rows, (row) => keyOf(of(row))),
    parent: Float64Array.from(rows, (row) => parentKey(of(row))),
    depth: Int32Array.from(rows, (row) => depth[of(row)] as number),
    confidence: Float64Array.from(rows, (row) => confidence[of(row)] as number),
  };
}

/** Steps below the session's root; an orphan begins at 1. */
function depthsIn(forest: Forest, session: Int32Array): Int32Array {
  const depth = new Int32Array(forest.size).fill(-1);
  for (let process = 0; process < forest.size; process++) {
    if (session[process] === -1) continue;
    const path: number[] = [];
    let at = process;
    while (at >= 0 && depth[at] === -1 && session[at] === session[process]) {
      path.push(at);
      at = forest.parent[at] as number;
    }
    let next = at >= 0 && session[at] === session[process] ? (depth[at] as number) + 1 : 0;
    for (const step of path.reverse()) depth[step] = next++;
  }
  return depth;
}
