/**
 * Starts the engine in a thread of this process. The process must have been started with UV_THREADPOOL_SIZE=16: with the default of 4,
 * four heavy queries make everything else wait for over a second (measured; bin/exhibit.cjs and the desktop shell set it first).
 */
import type { Engine } from './contract/engine';
import { startWorker } from './threads';
import { ENGINE_METHODS } from './transport/methods';
import { workerPipe } from './transport/ports';
import { link, remote } from './transport/rpc';

export interface HostedEngine {
  readonly engine: Engine;
  /** Resolves when the thread has ended, whoever ended it. */
  readonly closed: Promise<void>;
  /** Closes the case, then ends the thread. */
  close(): Promise<void>;
}

export function startEngine(): HostedEngine {
  const worker = startWorker('engine-thread');
  const over = link(workerPipe(worker));
  const engine = remote<Engine, keyof Engine>(over.channel('engine'), ENGINE_METHODS);
  return {
    engine,
    closed: over.closed,
    close: async () => {
      await engine.close().catch(() => {}); // a thread that has died has closed it
      await worker.terminate();
    },
  };
}
