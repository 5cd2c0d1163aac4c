/** Processes that may have entered a container from outside: what an originator can be the cause of. */
import { BIT, type Input, type Subjects } from './input';
import type { Forest } from './tree';

export interface Root {
  /** The first image. Those that replaced it by exec without fork follow: `runc init`, then the command, on one pid. */
  readonly process: number;
  readonly images: readonly number[];
  readonly place: number;
  readonly start: number;
  /** Exit of the last image; NaN where not recorded. */
  readonly end: number;
  /** Latest start in its tree: without exits the only sign of how long it lived. */
  readonly lastSeen: number;
  /** -1 unknown, 0 none. */
  readonly tty: number;
  readonly outer: 'entered' | 'runtime' | 'unknown-parent' | 'inner-parent';
  /** The agent says that the argv equals a probe's. */
  readonly probe: boolean;
  /** The first process seen of a container in which no vpid 1 was: perhaps its entry point. */
  readonly entry: boolean;
}

/** Roots in order of their start. A process whose parent is in the same container is none, nor is a container's entry point. */
export function findRoots(forest: Forest, depth: Int32Array, { subjects, firsts }: Pick<Input, 'subjects' | 'firsts'>): Root[] {
  const { tops, lastSeen } = survey(forest, depth);
  const successors = new Map<number, number>();
  for (let process = 0; process < forest.size; process++) {
    if (forest.replaces[process] === 1) successors.set(forest.parent[process] as number, process);
  }
  const roots: Root[] = [];
  for (const process of tops) {
    const row = forest.row[process] as number;
    const bits = subjects.bits[row] as number;
    if ((bits & BIT.CMD) === 0 || (bits & BIT.INSIDE) !== 0) continue;
    const images = [process];
    for (let next = successors.get(process); next !== undefined; next = successors.get(next)) images.push(next);
    const place = subjects.place[row] as number;
    const first = firsts[place];
    roots.push({
      process,
      images,
      place,
      start: forest.start[process] as number,
      end: forest.end[images.at(-1) as number] as number,
      lastSeen: lastSeen[process] as number,
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

/** Processes without a parent, and the latest start below each process. */
function survey(forest: Forest, depth: Int32Array): { tops: number[]; lastSeen: Float64Array } {
  const tops: number[] = [];
  const lastSeen = forest.start.slice(0, forest.size);
  const byDepth = Array.from({ length: forest.size }, (_, i) => i).filter((i) => (depth[i] as number) > 0);
  byDepth.sort((a, b) => (depth[b] as number) - (depth[a] as number));
  for (const process of byDepth) {
    const parent = forest.parent[process] as number;
    if ((lastSeen[process] as number) > (lastSeen[parent] as number)) lastSeen[parent] = lastSeen[process] as number;
  }
  for (let process = 0; process < forest.size; process++) if (depth[process] === 0) tops.push(process);
  return { tops, lastSeen };
}
