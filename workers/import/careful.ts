/**
 * Sends records through the careful path, in a thread of its own so that queries go on: suspects of a new member, and
 * records of earlier evidences that are decided anew.
 */
import type { Worker } from 'node:worker_threads';
import type { RecordSpan } from '../bundle/spool-line';
import { startWorker } from '../threads';

export interface Reject extends RecordSpan {
  readonly why: string;
}

/** Hashes of canonical JSON are asked for (`spelling.ts`). */
export interface SpellingBatch {
  readonly kind: 'spell';
  readonly source: Uint8Array;
  readonly places: readonly RecordSpan[];
}

export interface CarefulBatch {
  readonly kind: 'clean';
  readonly member: number;
  /** Absolute path of the member's decompressed bytes, as bytes. */
  readonly source: Uint8Array;
  readonly format: string;
  readonly places: readonly RecordSpan[];
  /** The spool part to write. */
  readonly out: string;
}
export interface CarefulResult {
  /** Lines in the part. */
  readonly records: number;
  readonly rejects: readonly Reject[];
  /** Lines may have `w` and `x` (`StageSettings.wrapped`). */
  readonly wrapped: boolean;
}

/** One batch at a time; the thread starts with the first. */
export class CarefulPath {
  private worker: Worker | undefined;

  run(batch: Omit<CarefulBatch, 'kind'>): Promise<CarefulResult> {
    return this.ask({ kind: 'clean', ...batch });
  }

  /** 128 bits in hex for each place; null for what is equal to nothing but itself. */
  spell(batch: Omit<SpellingBatch, 'kind'>): Promise<readonly (string | null)[]> {
    return this.ask({ kind: 'spell', ...batch });
  }

  private ask<Result>(batch: CarefulBatch | SpellingBatch): Promise<Result> {
    this.worker ??= startWorker('import/careful-thread');
    const { worker } = this;
    return new Promise((resolve, reject) => {
      const settle = () => worker.off('message', done).off('error', failed).off('exit', exited);
      const done = (result: Result) => {
        settle();
        resolve(result);
      };
      const failed = (error: Error) => {
        settle();
        reject(new Error(`The careful path failed: ${error.message}`));
      };
      const exited = () => failed(new Error('its thread ended early'));
      worker.on('message', done).on('error', failed).on('exit', exited);
      worker.postMessage(batch);
    });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }
}
