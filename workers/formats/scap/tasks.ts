/**
 * Threads and processes of the machine: seeded from the process table, kept by clone, execve and exit. What belongs to a process lies in its first
 * thread; other threads only point to it.
 */
import type { CaptureEvent } from './event';
import { Descriptors } from './fds';

/** A program as execve started it; a fork runs the same one until it executes another. */
export interface Image {
  /** Unique on every machine, since the time is. */
  readonly id: string;
  readonly pid: number;
  /** Nanoseconds since the epoch. */
  readonly since: bigint;
}

/** What a process has from those above it; kept when they end. */
interface Lineage {
  /** Commands, nearest first. */
  readonly ancestors: readonly string[];
  /** The parent's image. */
  readonly image: string | undefined;
  /** The oldest shell above it, itself included, in the same container. */
  readonly shell: number | undefined;
  /** Not below the first process of its container; undefined where it is in none or nothing tells. */
  readonly entered: boolean | undefined;
}

export class Task {
  comm: string | undefined;
  /** Arguments without the first, each with a blank before it. */
  args = '';
  exe: string | undefined;
  cwd: string | undefined;
  uid: number | undefined;
  loginuid: number | undefined;
  tty: number | undefined;
  sid: number | undefined;
  vpid: number | undefined;
  container: string | undefined;
  descriptors = new Descriptors();
  image: Image | undefined;
  lineage: Lineage | undefined;
  /** When it was cloned, where the capture tells. */
  born: bigint | undefined;
  /** What its last call began with. */
  began: CaptureEvent | undefined;

  constructor(
    readonly tid: number,
    public pid: number,
    public parent: number,
  ) {}

  get cmdline(): string | undefined {
    return this.comm === undefined ? undefined : this.comm + this.args;
  }

  /** About what it takes to keep it. */
  get weight(): number {
    return 1000 + 2 * (this.args.length + (this.cwd?.length ?? 0) + (this.exe?.length ?? 0)) + this.descriptors.weight;
  }
}

const NO_LINEAGE: Lineage = { ancestors: [], image: undefined, shell: undefined, entered: undefined };
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'csh', 'tcsh', 'fish', 'busybox', 'pwsh']);
const isShell = (comm: string | undefined): boolean => comm !== undefined && SHELLS.has(comm.replace(/^-/, ''));

const MOST_ANCESTORS = 16;
const DEEPEST = 256;
/** Only a forged capture has more; the oldest are forgotten. */
const MOST_TASKS = 200_000;
const MOST_WEIGHT = 256 * 1024 * 1024;
const KEPT = 0.75;

export class Tasks {
  private readonly tasks = new Map<number, Task>();
  private readonly weights = new Map<number, number>();
  private weight = 0;

  get = (tid: number): Task | undefined => this.tasks.get(tid);

  /** The thread; where the capture never told of it, one of which only the id is known. */
  of(tid: number): Task {
    return this.tasks.get(tid) ?? this.set(new Task(tid, tid, 0));
  }

  /** The first thread of its process, which may have ended. */
  process = (task: Task): Task => (task.pid === task.tid ? task : (this.tasks.get(task.pid) ?? task));

  /** The process that started it, while that runs. */
  parentOf(process: Task): Task | undefined {
    const parent = this.tasks.get(process.parent);
    return parent === undefined || parent.pid === process.pid ? undefined : this.process(parent);
  }

  set(task: Task): Task {
    this.tasks.delete(task.tid);
    this.tasks.set(task.tid, task);
    this.weigh(task);
    return task;
  }

  /** Once it has grown: forgets the oldest where all together are too much. */
  weigh(task: Task): void {
    if (this.tasks.get(task.tid) !== task) return;
    const weight = task.weight;
    this.weight += weight - (this.weights.get(task.tid) ?? 0);
    this.weights.set(task.tid, weight);
    if (this.weight > MOST_WEIGHT || this.tasks.size > MOST_TASKS) this.forget(task.tid);
  }

  /** Many at once: a map that loses its first entry again and again is slow. */
  private forget(keep: number): void {
    for (const tid of this.tasks.keys()) {
      if (this.weight <= MOST_WEIGHT * KEPT && this.tasks.size <= MOST_TASKS * KEPT) break;
      if (tid !== keep) this.delete(tid);
    }
  }

  delete(tid: number): void {
    if (!this.tasks.delete(tid)) return;
    this.weight -= this.weights.get(tid) ?? 0;
    this.weights.delete(tid);
  }

  lineage(process: Task, depth = 0): Lineage {
    if (process.lineage) return process.lineage;
    process.lineage = NO_LINEAGE; // a ring of parents ends here
    process.lineage = this.derive(process, depth < DEEPEST ? this.parentOf(process) : undefined, depth);
    return process.lineage;
  }

  /** After execve: the parent may have ended and the container may be another than that of the `before`. */
  renew(process: Task, before: { readonly lineage: Lineage; readonly container: string | undefined }): void {
    const parent = this.parentOf(process);
    if (parent) {
      process.lineage = this.derive(process, parent, 0);
      return;
    }
    const moved = process.container !== before.container;
    const shell = moved || before.lineage.shell === process.pid ? undefined : before.lineage.shell;
    process.lineage = {
      ...before.lineage,
      shell: shell ?? (isShell(process.comm) ? process.pid : undefined),
      entered: moved ? fromOutside(process) : before.lineage.entered,
    };
  }

  private derive(process: Task, parent: Task | undefined, depth: number): Lineage {
    const own = isShell(process.comm) ? process.pid : undefined;
    if (!parent) return { ...NO_LINEAGE, shell: own, entered: process.vpid === 1 ? fromOutside(process) : undefined };
    const above = this.lineage(parent, depth + 1);
    const inside = parent.container === process.container;
    return {
      ancestors: parent.comm === undefined ? above.ancestors : [parent.comm, ...above.ancestors].slice(0, MOST_ANCESTORS),
      image: parent.image?.id,
      shell: (inside ? above.shell : undefined) ?? own,
      entered: inside ? above.entered : fromOutside(process),
    };
  }
}

/** Of a process whose parent is outside: the container's first process is its entry point, any other came in later. */
const fromOutside = (process: Task): boolean | undefined =>
  process.container === undefined || process.vpid === undefined ? undefined : process.vpid !== 1;
