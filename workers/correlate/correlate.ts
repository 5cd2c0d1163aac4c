/** Correlation of a case: extract, solve in a thread of its own, write. Queries go on meanwhile, over what was there before. */
import { once } from 'node:events';
import type { Connection } from '../case/database';
import { ExhibitError } from '../contract/errors';
import { startWorker } from '../threads';
import { buffersOf } from './columns';
import { extract } from './extract';
import type { Attempt, Input, Output } from './input';
import { clear, write } from './write';

/** Raised whenever the same evidence gives another answer; part of the analysis digest. */
export const CORRELATOR_VERSION = 10;

export interface CorrelateOptions {
  /** Ends the thread; nothing is written. Rejects with `stopped`. */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: 'extracting' | 'solving' | 'writing') => void;
}

/** Renews sessions, processes and links from the activities. The connection must be free of a transaction. */
export async function correlate(connection: Connection, { signal, onStep }: CorrelateOptions = {}): Promise<void> {
  const stopped = (): never => {
    throw new ExhibitError('stopped', 'Correlation was stopped; the sessions are those from before.');
  };
  if (signal?.aborted) stopped();
  onStep?.('extracting');
  const input = await extract(connection);
  if (signal?.aborted) stopped();
  if (input === undefined) return await clear(connection);
  onStep?.('solving');
  const output = await solveInThread(input, signal);
  if (output === undefined || signal?.aborted) return stopped();
  onStep?.('writing');
  const attempts = output.kept.map((number) => input.attempts[number] as Attempt);
  await write(connection, { ...input, attempts }, output);
}

/** Undefined where the signal ended it. */
async function solveInThread(input: Input, signal?: AbortSignal): Promise<Output | undefined> {
  const { attempts, places, firsts, subjects, texts } = input;
  // What the sentences need stays here; the columns move.
  const worker = startWorker('correlate/solve-thread');
  try {
    const answered = once(worker, 'message', signal ? { signal } : {});
    worker.postMessage({ attempts, places, firsts, subjects, texts } satisfies Input, buffersOf(subjects));
    return ((await answered) as [Output])[0];
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw new ExhibitError('failed', `Correlation failed: ${(error as Error).message}`);
  } finally {
    await worker.terminate();
  }
}
