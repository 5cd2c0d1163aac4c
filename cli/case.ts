/**
 * Opens a case for a command. Who holds it writable answers readers over a socket (contract section 6); where that process does not
 * answer, a reader waits, then names it.
 */
import { resolve } from 'node:path';
import type { Engine } from '../workers/contract/engine';
import { ExhibitError } from '../workers/contract/errors';
import { connectHolder, heldBy } from '../workers/transport/holder';
import type { ReaderEngine } from '../workers/transport/methods';
import type { Io } from './io';

const WAIT_MS = 10_000;
const RETRY_MS = 200;

const isLocked = (error: unknown): boolean => error instanceof ExhibitError && error.code === 'case-locked';

/** Opens the case in an engine of its own, uses it, and closes it. */
async function own<T>(io: Io, open: (engine: Engine) => Promise<unknown>, use: (engine: Engine) => Promise<T>): Promise<T> {
  const host = io.startEngine();
  try {
    await open(host.engine);
    return await use(host.engine);
  } finally {
    await host.close();
  }
}

/** What writes nothing is left at once when the person interrupts; closing the engine stops what it was at. */
const interruptible =
  <T, E>({ interrupted }: Io, use: (engine: E) => Promise<T>) =>
  (engine: E): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = () => reject(new ExhibitError('stopped', 'It was stopped before it was done; run it again.'));
      if (interrupted.aborted) return stop();
      interrupted.addEventListener('abort', stop);
      use(engine)
        .then(resolve, reject)
        .finally(() => interrupted.removeEventListener('abort', stop));
    });

/** What `open` may do once nobody else holds the case; asks the holder instead while there is one. */
async function shared<T>(
  dir: string,
  io: Io,
  open: (engine: Engine) => Promise<unknown>,
  work: (engine: ReaderEngine) => Promise<T>,
): Promise<T> {
  const use = interruptible(io, work);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const held = await connectHolder(dir);
    if (held?.connected) {
      try {
        return await use(held.connected.engine);
      } finally {
        held.connected.close();
      }
    }
    if (!held) {
      try {
        return await own(io, open, use);
      } catch (error) {
        if (!isLocked(error)) throw error; // somebody was faster: ask them
      }
    }
    if (Date.now() > deadline || io.interrupted.aborted) throw heldBy(held?.holder);
    io.status(`${dir} is open elsewhere, by a process that does not answer; waiting`);
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}

/** For what needs no case. */
export const alone = <T>(io: Io, use: (engine: Engine) => Promise<T>): Promise<T> =>
  own(io, async () => {}, interruptible(io, use));

/** For commands that write nothing. */
export function reading<T>(caseDir: string, io: Io, use: (engine: ReaderEngine) => Promise<T>): Promise<T> {
  const dir = resolve(caseDir);
  return shared(dir, io, (engine) => engine.open({ dir, readOnly: true }), use);
}

/** For reports, which add one entry to the journal where the case can be written. */
export function reporting<T>(caseDir: string, io: Io, use: (engine: ReaderEngine) => Promise<T>): Promise<T> {
  const dir = resolve(caseDir);
  const open = (engine: Engine) =>
    engine.open({ dir }).catch((error: unknown) => {
      if (error instanceof ExhibitError && error.code === 'case-read-only') return engine.open({ dir, readOnly: true });
      throw error;
    });
  return shared(dir, io, open, use);
}

/** For what changes the evidence: the case must be ours alone; `create`: it is made where there is none. */
export function writing<T>(caseDir: string, io: Io, create: boolean, use: (engine: Engine) => Promise<T>): Promise<T> {
  const dir = resolve(caseDir);
  const open = async (engine: Engine) => {
    const { readOnly } = await engine.open({ dir, create });
    if (readOnly) throw new ExhibitError('case-read-only', `You may not write in ${dir}, so the case there can only be read.`);
  };
  return own(io, open, use);
}
