import type { ImportResult } from '../../workers/contract/evidence';
import type { Progress } from '../../workers/contract/progress';
import type { Handle } from '../../workers/contract/shell';
import { type Failure, failureOf } from './failure';
import { type ImportSettings, IntakeDraft } from './intake-draft.svelte';
import type { Workbench } from './workbench.svelte';

/** How an import of a row ended that others followed. */
export interface Earlier {
  readonly name: string;
  readonly result?: ImportResult;
  readonly failure?: Failure;
}

/** Imports, one after another in the order in which they were asked for, with what a person wants to know: how far, how fast, how long still, and a way to stop. */
export class Imports {
  /** What is said of the next one. */
  readonly draft = new IntakeDraft();
  name: string | undefined = $state();
  /** The one that ended last. */
  ended = $state('');
  progress: Progress | undefined = $state.raw();
  result: ImportResult | undefined = $state.raw();
  failure: Failure | undefined = $state.raw();
  stoppedAt: number | undefined = $state();
  /** Units per second in the present phase. */
  rate: number | undefined = $state();
  /** Of this row, those before the last: what became of them must not vanish with the next. */
  earlier: readonly Earlier[] = $state.raw([]);
  #waiting: readonly { readonly handle: Handle; readonly settings: ImportSettings }[] = $state.raw([]);
  #phase = '';
  #phaseStart = 0;
  #phaseDone = 0;
  #last: { readonly handle: Handle; readonly settings: ImportSettings } | undefined;

  constructor(private readonly workbench: Workbench) {}

  readonly running: boolean = $derived.by(() => this.name !== undefined);
  /** Share done of the present phase, 0 to 1; undefined while its size is unknown. */
  readonly share: number | undefined = $derived.by(() => {
    const p = this.progress;
    return p?.total ? Math.min(1, p.done / p.total) : undefined;
  });
  readonly secondsLeft: number | undefined = $derived.by(() => {
    const p = this.progress;
    return p?.total && this.rate ? Math.max(0, (p.total - p.done) / this.rate) : undefined;
  });

  /** Names of those that come next. */
  readonly waiting: readonly string[] = $derived.by(() => this.#waiting.map(({ handle }) => handle.name));

  /** Begins, or takes its turn after those that run and wait; with what was typed of it. */
  async start(handle: Handle, settings: ImportSettings = this.draft.take()): Promise<void> {
    if (this.running) {
      this.#waiting = [...this.#waiting, { handle, settings }];
      return;
    }
    this.earlier = [];
    await this.#run(handle, settings);
  }

  async #run(handle: Handle, settings: ImportSettings): Promise<void> {
    this.#last = { handle, settings };
    this.name = handle.name;
    this.progress = undefined;
    this.result = undefined;
    this.failure = undefined;
    this.stoppedAt = undefined;
    this.#phase = '';
    try {
      this.result = await this.workbench.shell.import(handle.handle, settings, (p) => this.#advance(p));
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'stopped') this.stoppedAt = this.share ?? 0;
      else this.failure = failure;
    } finally {
      const [next, ...rest] = this.#waiting;
      this.#waiting = rest;
      this.ended = handle.name;
      this.progress = undefined;
      // The next one's at once: a row is one stretch of work to whoever looks on.
      this.name = next?.handle.name;
      await this.workbench.refresh().catch(() => undefined);
      if (next) {
        this.earlier = [...this.earlier, { name: handle.name, result: this.result, failure: this.failure }];
        void this.#run(next.handle, next.settings);
      }
    }
  }

  /** Takes one that waits out of the row. */
  leaveOut(at: number): void {
    this.#waiting = this.#waiting.filter((_, i) => i !== at);
  }

  async stop(): Promise<void> {
    if (this.progress) await this.workbench.engine.stop(this.progress.job);
  }

  again(): void {
    if (this.#last) void this.start(this.#last.handle, this.#last.settings);
  }

  dismiss(): void {
    this.earlier = [];
    this.result = undefined;
    this.failure = undefined;
    this.stoppedAt = undefined;
  }

  #advance(progress: Progress): void {
    const now = performance.now();
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#phaseStart = now;
      this.#phaseDone = progress.done;
      this.rate = undefined;
    } else if (now - this.#phaseStart > 300) {
      this.rate = ((progress.done - this.#phaseDone) * 1000) / (now - this.#phaseStart);
    }
    this.progress = progress;
  }
}
