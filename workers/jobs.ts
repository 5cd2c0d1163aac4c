/** Long work that can be stopped by its name. */
import { randomUUID } from 'node:crypto';
import type { OnProgress, Progress } from './contract/progress';

export interface Job {
  readonly job: string;
  readonly signal: AbortSignal;
  /** Progress of this job: its name is filled in. */
  readonly report: (progress: Omit<Progress, 'job'>) => void;
}

export class Jobs {
  private readonly running = new Map<string, AbortController>();

  /** Runs `work` under a new name; whoever listens learns the name with the first progress. */
  async run<T>(onProgress: OnProgress | undefined, work: (job: Job) => Promise<T>): Promise<T> {
    const job = randomUUID();
    const controller = new AbortController();
    this.running.set(job, controller);
    try {
      return await work({ job, signal: controller.signal, report: (progress) => onProgress?.({ job, ...progress }) });
    } finally {
      this.running.delete(job);
    }
  }

  /** Stops the job at its next step. One that has ended, or never was, is stopped already. */
  stop(job: string): void {
    this.running.get(job)?.abort();
  }

  stopAll(): void {
    for (const controller of this.running.values()) controller.abort();
  }
}
