/** The command line in this process, against the real engine in its thread; what it writes is kept. */
import type { Exit } from '../../cli/command';
import { run } from '../../cli/main';
import type { HostedEngine } from '../../workers/host';

export interface Ran {
  readonly exit: Exit;
  readonly out: string;
  readonly err: string;
}

/** `host` is opened and closed by each command as its own would be, without the cost of a new thread. */
export async function exhibit(
  argv: readonly string[],
  host: HostedEngine,
  { terminal = false, interrupted = new AbortController().signal } = {},
): Promise<Ran> {
  const out: Buffer[] = [];
  const err: string[] = [];
  const exit = await run(argv, {
    out: async (text) => void out.push(Buffer.from(text)),
    note: (line) => void err.push(line),
    status: () => {},
    terminal,
    startEngine: () => ({ ...host, close: () => host.engine.close() }),
    interrupted,
  });
  return { exit, out: Buffer.concat(out).toString(), err: err.join('\n') };
}
