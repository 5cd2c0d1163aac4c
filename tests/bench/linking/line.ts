/** A line of a log, and what tellers share: spellings of times and of programs. */
import type { Connection, Process, World } from './world';

/** Where the generated day begins. */
const MIDNIGHT = Date.UTC(2026, 4, 12, 8);

export const stamp = (seconds: number, digits: 3 | 6 | 9): string => {
  const whole = Math.floor(seconds);
  const rest = Math.floor((seconds - whole) * 1e9);
  return `${new Date(MIDNIGHT + whole * 1000).toISOString().slice(0, 19)}.${String(rest).padStart(9, '0').slice(0, digits)}Z`;
};

export interface Line {
  readonly at: number;
  readonly text: string;
  /** Audit id; undefined for what no session caused. */
  readonly session?: string;
  readonly root?: boolean;
}

/** How an agent tells of a process and of a connection. */
export interface Agent {
  readonly process: (world: World, process: Process) => readonly Line[];
  readonly connection: (world: World, connection: Connection) => readonly Line[];
}

export const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1);
export const binaryOf = (word: string): string => (word.startsWith('/') ? word : `/usr/bin/${word}`);
/** Of those on one process id. */
export const firstImage = (process: Process): Process => (process.replaced ? firstImage(process.replaced) : process);
