/**
 * The lock file of a case: who writes it. Others read it to ask the writer (socket and key, for the owner alone) or to name the holder.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ExhibitError } from '../contract/errors';

export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Ticks since boot at which the process started, so that a pid that came back is not taken for it; null where the system does not say. */
  readonly started: string | null;
  /** RFC 3339 UTC. */
  readonly since: string;
  /** Path of the local socket on which the holder answers; null where it does not. */
  readonly socket: string | null;
  /** Must be shown to the socket. */
  readonly key: string;
}

export class Lock {
  private constructor(
    private readonly path: string,
    readonly holder: Holder,
  ) {}

  /** Takes the lock, over a stale one too. Throws `case-locked`, naming the holder. */
  static acquire(path: string, socket: string | null = null): Lock {
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      started: startOf(process.pid),
      since: new Date().toISOString(),
      socket,
      key: randomBytes(32).toString('hex'),
    };
    // Written whole under another name and then linked: nobody ever reads half a lock, and only one link succeeds.
    const draft = `${path}.${process.pid}.${holder.key.slice(0, 8)}`;
    writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx' });
    try {
      for (let tries = 0; tries < 10; tries++) {
        if (linked(draft, path)) return new Lock(path, holder);
        const other = whoHolds(path);
        if (other) throw lockedBy(other);
        setAside(path);
      }
      throw new ExhibitError('case-locked', 'Several programs want to write this case at the same moment; try again.', {
        at: path,
      });
    } finally {
      rmSync(draft, { force: true });
    }
  }

  release(): void {
    if (read(this.path)?.key === this.holder.key) rmSync(this.path, { force: true });
  }
}

/** Who writes the case now; undefined where nobody does, or only a process that is gone left its lock behind. */
export function whoHolds(path: string): Holder | undefined {
  const holder = read(path);
  return holder && !isGone(holder) ? holder : undefined;
}

/** Whether a process that is gone left its lock behind: the case was not closed in order. */
export const isStale = (path: string): boolean => exists(path) && whoHolds(path) === undefined;

export const lockedBy = (holder: Holder): ExhibitError =>
  new ExhibitError(
    'case-locked',
    `Process ${holder.pid} on ${holder.host} has had this case open for writing since ${sinceText(holder)}; close it there and try again. Until then it can be read in that window, and by the command line.`,
  );

/** `2026-03-17 14:02:11 UTC`; what a damaged lock says, as it says it. */
export const sinceText = ({ since }: Holder): string =>
  String(since).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2 UTC');

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a stale lock. Two may try at once: what was moved aside is looked at again, and put back if it was a live one. */
function setAside(path: string): void {
  const aside = `${path}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (whoHolds(aside)) linked(aside, path);
  rmSync(aside, { force: true });
}

/** Another host's processes cannot be asked for: its lock stands until it is removed by hand. */
function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const started = startOf(holder.pid);
  return started !== null && holder.started !== null && started !== holder.started;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the command in brackets before it may hold anything. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function read(path: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.host === 'string' && typeof value.key === 'string'
      ? (value as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
