import type { SavedFilter } from '../../workers/contract/case';
import type { WindowEngine } from '../../workers/transport/methods';
import { type Failure, failureOf } from './failure';
import { Slot } from './slot.svelte';

/** Filters that the case keeps under names. */
export class SavedFilters {
  readonly #kept = new Slot<readonly SavedFilter[]>();
  /** Why the last change was refused. */
  failure: Failure | undefined = $state.raw();
  readonly list: readonly SavedFilter[] = $derived.by(() => this.#kept.value ?? []);
  #change = 0;

  constructor(private readonly engine: Pick<WindowEngine, 'filters' | 'setFilters'>) {}

  /** For a case that was just opened. */
  load(revision: number | string): void {
    this.#kept.ask(`filters ${revision}`, () => this.engine.filters());
  }

  /** Somebody changed them. */
  renew(): void {
    this.load(`changed ${++this.#change}`);
  }

  forget(): void {
    this.#kept.clear();
    this.failure = undefined;
  }

  /** Keeps a filter; under the name of another it takes its place. Answers whether it was kept. */
  save(name: string, filter: string): Promise<boolean> {
    const others = this.list.filter((saved) => saved.name !== name.trim());
    return this.#store([...others, { name, filter }]);
  }

  remove(name: string): Promise<boolean> {
    return this.#store(this.list.filter((saved) => saved.name !== name));
  }

  async #store(filters: readonly SavedFilter[]): Promise<boolean> {
    try {
      const kept = await this.engine.setFilters(filters);
      this.failure = undefined;
      this.#change++;
      this.#kept.ask(`stored ${this.#change}`, () => Promise.resolve(kept));
      return true;
    } catch (error) {
      this.failure = failureOf(error);
      return false;
    }
  }
}
