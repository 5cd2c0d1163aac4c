/**
 * Parents of which nothing is recorded because they executed nothing: a shell's own forks, as in `(cd /srv; ls)`. A fork bears the name and terminal of what it was
 * forked from, its process id was given after that one's and before its child's, and a script forks as soon as it has begun or started something else. A daemon forks and
 * leaves: its fork has another terminal or none and may start something at any time, but its process id is among the next that the node gave.
 */
import { BIT, type Subjects } from './input';

/** Signs of life before a child's, seconds; a person's next command comes later, and is left to what is known of its session (`adopt.ts`). */
const SOON = 1;
/** Of several trees the one that did something last must have done so by so much less time before. */
const CLOSER = 3;
/** Signs of life nearer than this tell nothing, seconds. */
const INSTANT = 0.02;
/** Processes of one place that are remembered. */
const RECENT = 16;
/** What a node starts while a daemon forks. */
const NEXT_IDS = 32;
/** Processes of one name that are asked whether they are the daemon. */
const NAMESAKES = 64;

interface Grown {
  /** First row of a process. */
  readonly row: Int32Array;
  readonly parent: Int32Array;
  readonly start: Float64Array;
}

/** Hashes of names have 31 bits. */
const nameKey = (place: number, comm: number): number => place * 2 ** 31 + comm;

/** What began last in each place, and under which name. */
export class Forks {
  private readonly recent = new Map<number, number[]>();
  /** The latest process of each name in each place, and of each process the one of its name before it, plus one; 0 where there is none. */
  private readonly named = new Map<number, number>();
  private readonly before: Int32Array;
  /** 1 where something told is a process's child. */
  private readonly works: Uint8Array;

  constructor(
    private readonly rows: Subjects,
    private readonly grown: Grown,
  ) {
    this.before = new Int32Array(rows.size);
    this.works = new Uint8Array(rows.size);
  }

  /** Says that a process's child is told. */
  hasChild(process: number): void {
    this.works[process] = 1;
  }

  /** Says that a process began; in order of time. */
  add(place: number, process: number): void {
    const comm = this.rows.comm[this.grown.row[process] as number] as number;
    if (comm >= 0) {
      const key = nameKey(place, comm);
      this.before[process] = (this.named.get(key) ?? -1) + 1;
      this.named.set(key, process);
    }
    const known = this.recent.get(place);
    if (known === undefined) this.recent.set(place, [process]);
    else if (known.push(process) > 2 * RECENT) known.splice(0, RECENT);
  }

  /** The process that must have forked a row's unrecorded parent; -1 where none is near, or none much nearer than those of another tree. */
  originOf(row: number, place: number): number {
    const script = this.scriptOf(row, place);
    return script >= 0 ? script : this.daemonOf(row, place);
  }

  /**
   * The process that left a daemon: of those with the daemon's name it has the next lower process id, and none has started anything told: what works, as a shell
   * does, may fork at any time.
   */
  private daemonOf(row: number, place: number): number {
    const { rows, grown } = this;
    const name = rows.above[row] as number;
    const id = rows.ppid[row] as number;
    if (name < 0) return -1;
    const nearest = new Map<number, { readonly origin: number; readonly ids: number }>();
    let process = this.named.get(nameKey(place, name)) ?? -1;
    for (let steps = 0; process >= 0 && steps < NAMESAKES; steps++, process = (this.before[process] as number) - 1) {
      const from = grown.row[process] as number;
      const first = rows.pid[from] as number;
      if (first <= 0 || first >= id || ((rows.bits[from] as number) & BIT.RUNTIME) !== 0) continue;
      if (this.works[process] === 1) return -1;
      const top = this.topOf(process);
      const ids = id - first;
      if (ids < (nearest.get(top)?.ids ?? Number.POSITIVE_INFINITY)) nearest.set(top, { origin: process, ids });
    }
    const [first, second] = [...nearest.values()].sort((a, b) => a.ids - b.ids);
    if (first === undefined || first.ids > NEXT_IDS) return -1;
    return second === undefined || second.ids >= CLOSER * first.ids ? first.origin : -1;
  }

  private scriptOf(row: number, place: number): number {
    const { rows, grown } = this;
    const time = rows.start[row] as number;
    const known = this.recent.get(place) ?? [];
    const nearest = new Map<number, { readonly origin: number; readonly since: number }>();
    for (let i = known.length - 1; i >= Math.max(0, known.length - RECENT); i--) {
      const process = known[i] as number;
      const since = time - (grown.start[process] as number);
      if (since > SOON) break;
      for (const origin of [process, grown.parent[process] as number]) {
        if (origin < 0 || !this.mayFork(origin, row)) continue;
        const top = this.topOf(origin);
        if (!nearest.has(top)) nearest.set(top, { origin, since });
      }
    }
    if (nearest.size === 0) return -1;
    const [first, second] = [...nearest.values()].sort((a, b) => a.since - b.since);
    if (first === undefined) return -1;
    return second === undefined || second.since + INSTANT >= CLOSER * (first.since + INSTANT) ? first.origin : -1;
  }

  private mayFork(origin: number, row: number): boolean {
    const { pid, ppid, comm, above, tty, bits } = this.rows;
    const from = this.grown.row[origin] as number;
    const first = pid[from] as number;
    const agrees = (a: number | undefined, b: number | undefined): boolean => a === b || a === -1 || b === -1;
    return (
      first > 0 &&
      first < (ppid[row] as number) &&
      (ppid[row] as number) < (pid[row] as number) &&
      agrees(comm[from], above[row]) &&
      agrees(tty[from], tty[row]) &&
      ((bits[from] as number) & BIT.RUNTIME) === 0
    );
  }

  private topOf(process: number): number {
    let at = process;
    for (let steps = 0; steps < RECENT && (this.grown.parent[at] as number) >= 0; steps++) at = this.grown.parent[at] as number;
    return at;
  }
}
