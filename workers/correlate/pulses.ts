/** Signs of life: when something began or ended in each session and in each tree that is in none, and under which name. */
import { lowerBound } from './lower-bound';
import type { Forest } from './tree';

export interface Pulses {
  /** The last sign of a session and of trees that joined it, up to a time; -Infinity where there was none. */
  last(session: number, joined: readonly number[], time: number): number;
  /** Whether anything of that name, as `Subjects.comm` has it, began there before. */
  bears(session: number, joined: readonly number[], time: number, comm: number): boolean;
}

/** @param session of each process, -1 where it is in none; trees are known by their topmost process */
export function pulsesOf(forest: Forest, comms: Int32Array, session: Int32Array): Pulses {
  const sessions = session.reduce((most, number) => Math.max(most, number + 1), 0);
  const tops = topsOf(forest, session);
  const owner = (process: number): number =>
    (session[process] as number) >= 0 ? (session[process] as number) : sessions + (tops[process] as number);
  const from = new Int32Array(sessions + forest.size + 1);
  for (let process = 0; process < forest.size; process++) from[owner(process) + 1] = (from[owner(process) + 1] as number) + 1;
  for (let i = 1; i < from.length; i++) from[i] = (from[i] as number) + (from[i - 1] as number);
  const next = from.slice();
  const members = new Int32Array(forest.size);
  for (let process = 0; process < forest.size; process++) {
    const at = owner(process);
    members[next[at] as number] = process;
    next[at] = (next[at] as number) + 1;
  }
  const membersOf = (of: number): Int32Array => members.subarray(from[of], from[of + 1]);
  const owners = (number: number, joined: readonly number[]): readonly number[] => [
    number,
    ...joined.map((top) => sessions + top),
  ];

  const times = new Map<number, Float64Array>();
  const timesOf = (of: number): Float64Array => {
    const known = times.get(of);
    if (known) return known;
    const own = Float64Array.from(membersOf(of), (process) => forest.start[process] as number);
    const ends = Float64Array.from(membersOf(of), (process) => forest.end[process] as number).filter((end) => !Number.isNaN(end));
    const all = new Float64Array(own.length + ends.length);
    all.set(own);
    all.set(ends, own.length);
    times.set(of, all.sort());
    return all;
  };
  const names = new Map<number, ReadonlyMap<number, number>>();
  /** When each name first began there. */
  const namesOf = (of: number): ReadonlyMap<number, number> => {
    const known = names.get(of);
    if (known) return known;
    const own = new Map<number, number>();
    for (const process of membersOf(of)) {
      const comm = comms[forest.row[process] as number] as number;
      own.set(comm, Math.min(own.get(comm) ?? Number.POSITIVE_INFINITY, forest.start[process] as number));
    }
    names.set(of, own);
    return own;
  };
  return {
    last: (number, joined, time) =>
      owners(number, joined).reduce((latest, of) => {
        const own = timesOf(of);
        const after = lowerBound(own.length, (i) => (own[i] as number) <= time);
        return after === 0 ? latest : Math.max(latest, own[after - 1] as number);
      }, Number.NEGATIVE_INFINITY),
    bears: (number, joined, time, comm) =>
      owners(number, joined).some((of) => (namesOf(of).get(comm) ?? Number.POSITIVE_INFINITY) <= time),
  };
}

/** Of each process that is in no session the topmost of its tree. */
function topsOf({ size, parent }: Forest, session: Int32Array): Int32Array {
  const tops = new Int32Array(size).fill(-1);
  for (let process = 0; process < size; process++) {
    const path: number[] = [];
    let at = process;
    while (tops[at] === -1 && session[at] === -1 && (parent[at] as number) >= 0) {
      path.push(at);
      at = parent[at] as number;
    }
    const top = tops[at] === -1 ? at : (tops[at] as number);
    tops[at] = top;
    for (const step of path) tops[step] = top;
  }
  return tops;
}
