/** What a command may touch of the process it runs in: results on stdout, progress and messages on stderr. Tests bring their own. */
import type { HostedEngine } from '../workers/host';

export interface Io {
  /** Writes a result and waits while the reader is slower. */
  out(text: string | Uint8Array): Promise<void>;
  /** Writes one message line. */
  note(line: string): void;
  /** Shows a passing state on a terminal; writes nothing elsewhere. */
  status(line: string): void;
  /** True where a person reads stdout on a terminal. */
  readonly terminal: boolean;
  readonly startEngine: () => HostedEngine;
  /** Aborts on Ctrl-C and on a request to end. */
  readonly interrupted: AbortSignal;
}
