/**
 * Parents of which nothing is recorded because they executed nothing: a shell's own forks, as in `(cd /srv; ls)`. A fork bears the name and terminal of what it was
 * forked from, its process id was given after that one's and before its child's, and a script forks as soon as it has begun or started something else.
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

interface Grown {
  /** First row of a process. */
  readonly row: Int32Array;
  readonly parent: Int32Array;
  readonly start: Float64Array;
}

/** What began last in each place. */
export class Forks {
  private readonly recent = new Map<number, number[]>();

  constructor(
    private readonly rows: Subjects,
    private readonly grown: Grown,
  ) {}

  /** Says that a process began; in order of time. */
  add(place: number, process: number): void {
    const known = this.recent.get(place);
    if (known === undefined) this.recent.set(place, [process]);
    else if (known.push(process) > 2 * RECENT) known.splice(0, RECENT);
  }

  /** The process that must have forked a row's unrecorded parent; -1 where none is near, or none much nearer than those of another tree. */
  originOf(row: number, place: number): number {
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
