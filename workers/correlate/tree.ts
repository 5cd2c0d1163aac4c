/**
 * Rows to processes, and processes to their parents. Where the agent gives ids of its own (Tetragon's exec_id) they decide. Else a process is
 * what a pid means at a time: a pid's meaning changes with each exec, and with each parent when the pid came back. A row
 * without an id that falls on a process of an agent with ids (same container, same pid, while it ran) is another record of that process.
 */
import { Forks } from './forks';
import { HashIndex } from './hash-index';
import { BIT, type Subjects } from './input';

/** How far two agents on one host may differ about one moment, seconds. */
const AGENTS_APART = 0.5;
/** Longer after an exec, the same pid below the same runtime (each container's shim keeps its pid), or where no parent's pid is told, is another process, not another image, seconds. */
const SAME_ENTRY = 10;
/** Two records of one exec without an agent's id lie at most this far apart, seconds. */
const SAME_EXEC = 1;

export interface Forest {
  readonly size: number;
  /** Process of a row. */
  readonly ofRow: Int32Array;
  /** First row of a process. */
  readonly row: Int32Array;
  /** Parent process; -1 where none is known in the container. An image that replaced another (exec without fork) has it as parent. */
  readonly parent: Int32Array;
  readonly start: Float64Array;
  /** NaN where not recorded. */
  readonly end: Float64Array;
  /** 1 where the process took over its parent's pid by exec. */
  readonly replaces: Uint8Array;
}

/** The latest process on each pid of each place, with a chain to the ones before. */
class Pids {
  private readonly index: HashIndex;
  private readonly before: Int32Array;

  constructor(size: number) {
    this.index = new HashIndex(size);
    this.before = new Int32Array(size).fill(-1);
  }

  latest = (place: number, pid: number): number => (pid < 0 ? -1 : this.index.get(place + 1, pid));
  previous = (process: number): number => this.before[process] as number;

  push(place: number, pid: number, process: number): void {
    if (pid < 0) return;
    this.before[process] = this.index.get(place + 1, pid);
    this.index.set(place + 1, pid, process);
  }
}

/** What rows without a process id speak of: one command at one moment, or what a runtime started on a terminal, of which there is one at a time. */
class Unnumbered {
  private readonly known = new Map<string, { readonly row: number; readonly process: number }>();

  constructor(private readonly rows: Subjects) {}

  /** The process that a row tells more of, or whose place its image took; -1 where it is a new one. */
  latest(row: number, place: number): number {
    const { comm, bits, start } = this.rows;
    const isCommand = ((bits[row] as number) & BIT.CMD) !== 0;
    const isRecent = (other: number): boolean => (start[row] as number) - (start[other] as number) <= SAME_EXEC;
    const entered = this.known.get(this.terminal(row, place));
    if (entered && (isCommand ? isRecent(entered.row) : comm[entered.row] === comm[row])) return entered.process;
    const named = isCommand ? undefined : this.known.get(this.command(row, place));
    return named && isRecent(named.row) ? named.process : -1;
  }

  add(row: number, place: number, process: number): void {
    this.known.set(this.command(row, place), { row, process });
    const terminal = this.terminal(row, place);
    if (terminal !== '') this.known.set(terminal, { row, process });
  }

  /** Empty for what no runtime started, and without a terminal. */
  private terminal(row: number, place: number): string {
    const { tty, bits } = this.rows;
    return (tty[row] as number) > 0 && ((bits[row] as number) & BIT.OUTER) !== 0 ? `${place} ${tty[row]}` : '';
  }

  private command(row: number, place: number): string {
    const { tty, comm, above } = this.rows;
    return `${place} ${tty[row]} ${comm[row]} ${above[row]}`;
  }
}

/** @param isMachine whether a place is a node itself, where too much runs at once for a parent to be guessed */
export function growForest(rows: Subjects, isMachine: (place: number) => boolean = () => false): Forest {
  const n = rows.size;
  const forest = {
    ofRow: new Int32Array(n).fill(-1),
    row: new Int32Array(n),
    parent: new Int32Array(n).fill(-1),
    start: new Float64Array(n),
    end: new Float64Array(n).fill(Number.NaN),
    replaces: new Uint8Array(n),
  };
  const entities = new HashIndex(n);
  const pids = new Pids(n);
  let size = 0;

  const at = (array: Int32Array, i: number): number => array[i] as number;
  const hasEntity = (row: number): boolean => rows.entity[2 * row] !== 0 || rows.entity[2 * row + 1] !== 0;
  const sameWords = (words: Uint32Array, a: number, b: number): boolean =>
    words[2 * a] === words[2 * b] && words[2 * a + 1] === words[2 * b + 1];
  const ended = (process: number, time: number): boolean => (forest.end[process] as number) < time;

  const add = (row: number): number => {
    const process = size++;
    forest.row[process] = row;
    forest.start[process] = rows.start[row] as number;
    forest.end[process] = rows.end[row] as number;
    pids.push(at(rows.place, row), at(rows.pid, row), process);
    return process;
  };

  /** The process on a pid at a time, the latest that had begun and not ended. */
  const running = (place: number, pid: number, time: number): number => {
    let process = pids.latest(place, pid);
    while (process >= 0 && (forest.start[process] as number) > time + AGENTS_APART) process = pids.previous(process);
    return process >= 0 && !ended(process, time - AGENTS_APART) ? process : -1;
  };

  /** What a row's parent's pid meant at a time: a process of the name that the row gives its parent, else none (its own record was lost, or the pid came back). */
  const parentOf = (row: number, place: number, ppid: number, time: number): number => {
    const parent = running(place, ppid, time);
    return parent >= 0 && agrees(rows.comm[at(forest.row, parent)], rows.above[row]) ? parent : -1;
  };

  // Agents' own ids first, so that a record without one finds them whatever the order in which the two agents wrote.
  for (let row = 0; row < n; row++) {
    if (!hasEntity(row)) continue;
    const low = rows.entity[2 * row] as number;
    const high = rows.entity[2 * row + 1] as number;
    let process = entities.get(low, high);
    if (process < 0) {
      process = add(row);
      entities.set(low, high, process);
    } else if (Number.isNaN(forest.end[process])) forest.end[process] = rows.end[row] as number;
    forest.ofRow[row] = process;
  }
  const withEntity = size;
  for (let process = 0; process < withEntity; process++) {
    const row = at(forest.row, process);
    const parent = entities.get(rows.parent[2 * row] as number, rows.parent[2 * row + 1] as number);
    if (parent >= 0 && parent !== process) {
      forest.parent[process] = parent;
      forest.replaces[process] = at(rows.pid, at(forest.row, parent)) === at(rows.pid, row) && at(rows.pid, row) >= 0 ? 1 : 0;
      continue;
    }
    // Exec without fork, told with the parent of the image before: same pid, same parent, and that image never ended.
    const before = pids.previous(process);
    if (before >= 0 && Number.isNaN(forest.end[before]) && sameWords(rows.parent, at(forest.row, before), row)) {
      forest.parent[process] = before;
      forest.replaces[process] = 1;
    }
  }

  const forks = new Forks(rows, forest);
  // Where no parent's process id is told: the latest of each name on each terminal.
  const onTerminal = new Map<string, number>();
  const terminalKey = (row: number, names: Int32Array): string => `${at(rows.place, row)} ${at(rows.tty, row)} ${at(names, row)}`;
  const unnumbered = new Unnumbered(rows);
  for (let row = 0; row < n; row++) {
    if (hasEntity(row)) continue;
    const place = at(rows.place, row);
    const pid = at(rows.pid, row);
    const time = rows.start[row] as number;
    const isCommand = (at(rows.bits, row) & BIT.CMD) !== 0;
    const now = pid < 0 ? unnumbered.latest(row, place) : running(place, pid, time);
    if (
      now >= 0 &&
      (now < withEntity || belongs(rows, at(forest.row, now), row, time - (forest.start[now] as number), isCommand))
    ) {
      forest.ofRow[row] = now;
      continue;
    }
    const process = add(row);
    forest.ofRow[row] = process;
    const ppid = at(rows.ppid, row);
    const outer = (at(rows.bits, row) & BIT.OUTER) !== 0;
    const before = now < 0 ? -1 : at(forest.row, now);
    const same = now >= 0 && at(rows.ppid, before) === ppid && (ppid >= 0 || rows.above[before] === rows.above[row]);
    if (same && !((outer || ppid < 0) && time - (forest.start[now] as number) > SAME_ENTRY)) {
      forest.parent[process] = now;
      forest.replaces[process] = 1;
    } else if ((ppid < 0 || ppid !== pid) && !outer) {
      const parent = ppid >= 0 ? parentOf(row, place, ppid, time) : (onTerminal.get(terminalKey(row, rows.above)) ?? -1);
      if (parent >= 0) forks.hasChild(parent);
      forest.parent[process] = parent >= 0 || isMachine(place) ? parent : forks.originOf(row, place);
    }
    forks.add(place, process);
    if (pid < 0) unnumbered.add(row, place, process);
    if (ppid < 0 && at(rows.tty, row) > 0) onTerminal.set(terminalKey(row, rows.comm), process);
  }
  return { size, ...forest };
}

const agrees = (a: number | undefined, b: number | undefined): boolean => a === b || a === -1 || b === -1;

/** Whether a row without an agent's id speaks of the image that its pid had last: the same name; for an exec the same text at the same moment. */
function belongs(rows: Subjects, first: number, row: number, later: number, isCommand: boolean): boolean {
  if (!agrees(rows.ppid[first], rows.ppid[row])) return false;
  if (!isCommand) return agrees(rows.comm[first], rows.comm[row]);
  return rows.text[2 * first] === rows.text[2 * row] && rows.text[2 * first + 1] === rows.text[2 * row + 1] && later <= SAME_EXEC;
}

/** Steps from each process to the top of its tree. Rings are cut: evidence can say that a process is its own ancestor. */
export function depths(forest: Forest): Int32Array {
  const depth = new Int32Array(forest.size).fill(-1);
  for (let process = 0; process < forest.size; process++) {
    const path: number[] = [];
    let at = process;
    while (at >= 0 && depth[at] === -1) {
      depth[at] = -2;
      path.push(at);
      at = forest.parent[at] as number;
    }
    // -2: the walk met itself; the link that closes the ring is dropped.
    if (at >= 0 && depth[at] === -2) forest.parent[path.at(-1) as number] = -1;
    let next = at >= 0 && depth[at] !== -2 ? (depth[at] as number) + 1 : 0;
    for (const step of path.reverse()) depth[step] = next++;
  }
  return depth;
}
