/** Processes that may have entered a container from outside: what an originator can be the cause of. */
import { BIT, type Input, type Subjects } from './input';
import { isMachine } from './places';
import type { Forest } from './tree';

export interface Root {
  /** Its exec is recorded; else a runtime started it and only what it then did tells of it: `start` is the first of that. */
  readonly executed: boolean;
  /** The first image. Those that replaced it by exec without fork follow: `runc init`, then the command, on one pid. */
  readonly process: number;
  readonly images: readonly number[];
  readonly place: number;
  readonly start: number;
  /** Exit of the last image; NaN where not recorded. */
  readonly end: number;
  /** When something last started in it: without exits the only sign of how long it lived. */
  readonly lastSeen: number;
  /** That was started by one of its children, not by itself. */
  readonly lastDeep: boolean;
  /** -1 unknown, 0 none. */
  readonly tty: number;
  readonly outer: 'entered' | 'runtime' | 'unknown-parent' | 'inner-parent';
  /** The agent says that the argv equals a probe's. */
  readonly probe: boolean;
  /** The first process seen of a container in which no vpid 1 was: perhaps its entry point. */
  readonly entry: boolean;
}

/**
 * Roots in order of their start. A process whose parent is in the same container is none, nor is a container's entry point. One whose parent is the node's is,
 * such as the `runc init` which it was before it entered.
 */
export function findRoots(
  forest: Forest,
  depth: Int32Array,
  { subjects, firsts, places }: Pick<Input, 'subjects' | 'firsts' | 'places'>,
): Root[] {
  const lastChild = lastChildren(forest);
  const placeOf = (process: number): number => subjects.place[forest.row[process] as number] as number;
  const outside = places.map(isMachine);
  const entersFrom = (parent: number, process: number): boolean =>
    parent >= 0 && outside[placeOf(parent)] === true && outside[placeOf(process)] === false;
  const successors = new Map<number, number>();
  for (let process = 0; process < forest.size; process++) {
    const parent = forest.parent[process] as number;
    if (forest.replaces[process] === 1 && !entersFrom(parent, process)) successors.set(parent, process);
  }
  const roots: Root[] = [];
  for (let process = 0; process < forest.size; process++) {
    if (depth[process] !== 0 && !entersFrom(forest.parent[process] as number, process)) continue;
    const row = forest.row[process] as number;
    const bits = subjects.bits[row] as number;
    const executed = (bits & BIT.CMD) !== 0;
    if ((!executed && (bits & BIT.OUTER) === 0) || (bits & BIT.INSIDE) !== 0) continue;
    const images = [process];
    for (let next = successors.get(process); next !== undefined; next = successors.get(next)) images.push(next);
    const place = placeOf(process);
    const first = firsts[place];
    roots.push({
      process,
      executed,
      images,
      place,
      start: forest.start[process] as number,
      end: forest.end[images.at(-1) as number] as number,
      ...lastOf(process, forest, lastChild),
      tty: subjects.tty[row] as number,
      outer: outerOf(bits, row, subjects),
      probe: (bits & BIT.PROBE) !== 0,
      entry: first !== undefined && !first.init && first.start === forest.start[process],
    });
  }
  return roots.sort((a, b) => a.start - b.start);
}

function outerOf(bits: number, row: number, subjects: Subjects): Root['outer'] {
  if ((bits & BIT.OUTER) !== 0) return 'runtime';
  if ((bits & BIT.INNER) !== 0) return 'inner-parent';
  if ((bits & BIT.ENTERED) !== 0) return 'entered';
  return subjects.ppid[row] === 0 ? 'runtime' : 'unknown-parent';
}

/** One parent whose own record is not there, by all that a child says of it: the agent's id for it, its pid, its name. */
export function parentKey({ above, ppid, parent }: Subjects, forest: Forest, { process, place }: Root): string {
  const row = forest.row[process] as number;
  return [place, above[row], ppid[row], parent[2 * row], parent[2 * row + 1]].join(' ');
}

/** The latest child of each process; -1 where it has none. */
function lastChildren({ size, parent, start }: Forest): Int32Array {
  const last = new Int32Array(size).fill(-1);
  for (let process = 0; process < size; process++) {
    const above = parent[process] as number;
    if (above < 0) continue;
    const other = last[above] as number;
    if (other < 0 || (start[process] as number) >= (start[other] as number)) last[above] = process;
  }
  return last;
}

/** Down the latest children alone: what another child does once its parent has started the next goes on in the background, and may outlive the root. */
function lastOf(root: number, { start, replaces }: Forest, lastChild: Int32Array): Pick<Root, 'lastSeen' | 'lastDeep'> {
  let lastSeen = start[root] as number;
  let depth = 0;
  for (let at = lastChild[root] as number, steps = 0; at >= 0 && steps < 10_000; at = lastChild[at] as number, steps++) {
    lastSeen = Math.max(lastSeen, start[at] as number);
    if (replaces[at] === 0) depth++;
  }
  return { lastSeen, lastDeep: depth > 1 };
}
