import { type Failure, failureOf } from './failure';

/** Until then the last result stays as it is; after it, dimmed. */
export const DIM_AFTER_MS = 150;
/** Then the shapes of rows to come, where there is no last result. */
export const SHAPES_AFTER_MS = 1000;

/**
 * One question to the engine at a time, by key. The last answer stays until the next one is there; an answer to an older question is
 * dropped. A failure is kept beside the last answer.
 */
export class Slot<T> {
  value: T | undefined = $state.raw();
  failure: Failure | undefined = $state.raw();
  phase: 'idle' | 'asked' | 'slow' | 'long' = $state('idle');
  /** How long the last answer took, in ms. */
  tookMs = $state(0);
  #key: string | undefined;
  #generation = 0;
  #request: (() => Promise<T>) | undefined;

  /** Asks unless this very key was asked last. Safe to call from an effect: it reads no state. */
  ask(key: string, request: () => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#request = request;
    void this.#run();
  }

  /** From a question to its answer: what is here is the answer to an older one. */
  get busy(): boolean {
    return this.phase !== 'idle';
  }

  get ready(): boolean {
    return this.value !== undefined;
  }

  /** So late that what is here is shown as old; shapes take its place where there is nothing. */
  get stale(): boolean {
    return this.phase === 'long' || (this.phase === 'slow' && this.ready);
  }

  again(): void {
    if (this.#request) void this.#run();
  }

  /** Forgets answer and question, for another case. */
  clear(): void {
    this.#generation++;
    this.#key = undefined;
    this.#request = undefined;
    this.value = undefined;
    this.failure = undefined;
    this.phase = 'idle';
  }

  async #run(): Promise<void> {
    const generation = ++this.#generation;
    const started = performance.now();
    const later = (phase: 'slow' | 'long', ms: number) =>
      setTimeout(() => {
        if (generation === this.#generation) this.phase = phase;
      }, ms);
    const timers = [later('slow', DIM_AFTER_MS), later('long', SHAPES_AFTER_MS)];
    this.phase = 'asked';
    try {
      const value = await (this.#request as () => Promise<T>)();
      if (generation !== this.#generation) return;
      this.value = value;
      this.failure = undefined;
    } catch (error) {
      const failure = failureOf(error);
      if (generation !== this.#generation || failure.code === 'superseded') return;
      this.failure = failure;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      if (generation === this.#generation) {
        this.phase = 'idle';
        this.tookMs = performance.now() - started;
      }
    }
  }
}
