/** From the roots that originators were given to every process below them, and to the rows that tell these. */
import { groupBy } from './group';
import { type Answer, type Attempt, BIT, type Found, type Input } from './input';
import { parentKey, type Root } from './roots';
import type { Forest } from './tree';

/** An activity belongs to a session from this confidence on (contract section 7). */
const LEAST = 0.5;
/** A process whose parent was lost, put into a session by its terminal session, or because no other session was there. */
const BY_LEADER = 0.9;
const BY_TIME = 0.7;
/** What a clock's offset may be wrong by, seconds. */
const SLACK = 0.5;

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
  adoptOrphans(input, forest, roots, linked, session, confidence);
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

type Linked = Answer & { readonly number: number };

/**
 * A process whose parent is not recorded: it is a session's if it names the session's root as its parent, terminal session or login shell; or if of what had
 * entered the container and was still there only that session has its terminal, or only that session was there at all. Without one of these but the last,
 * it must be no work of the container's own.
 */
function adoptOrphans(
  { subjects, attempts, firsts }: Input,
  forest: Forest,
  roots: readonly Root[],
  linked: readonly Linked[],
  session: Int32Array,
  confidence: Float64Array,
): void {
  const claimed = new Map(linked.map((answer) => [answer.root, answer]));
  const placed = groupBy(roots, (root) => root.place);
  const answerOf = (root: Root): Linked | undefined =>
    root.images.map((image) => claimed.get(image)).find((answer) => answer !== undefined);
  const endOf = (root: Root): number => endIn(root, answerOf(root), attempts);
  for (const place of new Set(linked.map((answer) => subjects.place[forest.row[answer.root] as number] as number))) {
    const here = placed.get(place) ?? [];
    const spans = spansOfParents(subjects, forest, here);
    const entry = here.find(({ start }) => start === firsts[place]?.start);
    // Where a session's root is the first that was seen, the agent began later than the container.
    const own = entry && answerOf(entry) ? -1 : (firsts[place]?.comm ?? -1);
    for (const orphan of here) {
      if (orphan.outer !== 'inner-parent' && orphan.outer !== 'unknown-parent') continue;
      if (session[orphan.process] !== -1) continue;
      const alive = here.filter(
        (root) => root !== orphan && agreesOnTerminal(root, orphan) && root.start <= orphan.start && endOf(root) >= orphan.start,
      );
      const byLeader = alive.filter((root) => leads(subjects, forest, root, orphan));
      const onTerminal = orphan.tty > 0 && alive.length === 1;
      const only = byLeader.length === 1 ? byLeader[0] : byLeader.length === 0 && alive.length === 1 ? alive[0] : undefined;
      const answer = only && answerOf(only);
      if (!answer) continue;
      const known = byLeader.length === 1 || onTerminal;
      const span = spans.get(parentKey(subjects, forest, orphan));
      const isIn = span === undefined || (span.first >= only.start && span.last <= endOf(only) + SLACK);
      if (!known && !isFromOutside(subjects, forest.row[orphan.process] as number, orphan, own, isIn)) continue;
      session[orphan.process] = answer.number;
      confidence[orphan.process] = answer.confidence * (known ? BY_LEADER : BY_TIME);
    }
  }
}

/**
 * That it is no work of the container's own: the agent says so (then its parent ended, and the container's first process adopted it), or its parent has another
 * name than that process and started nothing outside the session (`isIn`).
 */
function isFromOutside(subjects: Input['subjects'], row: number, orphan: Root, own: number, isIn: boolean): boolean {
  if (((subjects.bits[row] as number) & BIT.ENTERED) !== 0) return true;
  return orphan.outer === 'inner-parent' && isIn && !(own >= 0 && subjects.above[row] === own);
}

/** First and last start of what each unrecorded parent started. */
function spansOfParents(
  subjects: Input['subjects'],
  forest: Forest,
  roots: readonly Root[],
): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  const spans = new Map<string, { first: number; last: number }>();
  for (const root of roots) {
    if (root.outer !== 'inner-parent') continue;
    const key = parentKey(subjects, forest, root);
    const span = spans.get(key);
    if (span) span.last = root.start;
    else spans.set(key, { first: root.start, last: root.start });
  }
  return spans;
}

const agreesOnTerminal = (root: Root, orphan: Root): boolean => root.tty < 0 || orphan.tty < 0 || root.tty === orphan.tty;

/** Of a session without an exit that of its call, on the node's clock; a root that is nobody's and has none had ended. */
function endIn(root: Root, answer: Linked | undefined, attempts: readonly Attempt[]): number {
  if (!Number.isNaN(root.end)) return root.end;
  if (answer === undefined) return Number.NEGATIVE_INFINITY;
  const end = (attempts[answer.number] as Attempt).end + (answer.match?.offset ?? 0);
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
}

/** The orphan's parent (under another name: its own record was lost when it took the root's place), session leader or login shell is the root. */
function leads(subjects: Input['subjects'], forest: Forest, root: Root, orphan: Root): boolean {
  const row = forest.row[root.process] as number;
  const ids = [subjects.pid[row], subjects.vpid[row]].filter((id): id is number => id !== undefined && id > 0);
  const orphanRow = forest.row[orphan.process] as number;
  return (
    ((subjects.pid[row] as number) > 0 && subjects.ppid[orphanRow] === subjects.pid[row]) ||
    ids.includes(subjects.sid[orphanRow] as number) ||
    ids.includes(subjects.shell[orphanRow] as number)
  );
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
