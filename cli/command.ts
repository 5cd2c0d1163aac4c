/** What a command is: one file in `commands/`, and one line in the table of main.ts. */
import type { Io } from './io';

export const DONE = 0;
export const FAILED = 1;
export const WRONG_USAGE = 2;
/** Done, but with rejected records, unreadable members or a failed check. */
export const DONE_WITH_REMARKS = 3;
export type Exit = typeof DONE | typeof FAILED | typeof WRONG_USAGE | typeof DONE_WITH_REMARKS;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows `exhibit`, and a line for each option. */
  readonly help: string;
  run(argv: readonly string[], io: Io): Promise<Exit>;
}
