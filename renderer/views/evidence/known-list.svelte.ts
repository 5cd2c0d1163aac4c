import type { KnownRange } from '../../../workers/contract/case';
import type { WindowEngine } from '../../../workers/transport/methods';
import { failureOf } from '../../state/failure';

const EMPTY: KnownRange = { range: '', name: '' };

/** The case's known addresses while a person changes them: read anew each time, and kept only once they were read. */
export class KnownList {
  /** Undefined until the case's own list is here: what was never read must not be written back. */
  rows: { range: string; name: string }[] | undefined = $state();
  busy = $state(false);
  said = $state('');
  #generation = 0;

  constructor(private readonly engine: Pick<WindowEngine, 'known' | 'setKnown'>) {}

  async load(): Promise<void> {
    const generation = ++this.#generation;
    this.rows = undefined;
    this.said = '';
    try {
      const known = await this.engine.known();
      if (generation === this.#generation) this.rows = [...known.map((k) => ({ ...k })), { ...EMPTY }];
    } catch (error) {
      if (generation === this.#generation) this.said = failureOf(error).message;
    }
  }

  add(): void {
    this.rows?.push({ ...EMPTY });
  }

  remove(at: number): void {
    this.rows?.splice(at, 1);
  }

  /** Writes what is listed into the case. Answers whether it was kept; `said` tells why not. */
  async keep(): Promise<boolean> {
    if (!this.rows || this.busy) return false;
    this.busy = true;
    this.said = '';
    try {
      await this.engine.setKnown($state.snapshot(this.rows).filter(({ range }) => range.trim() !== ''));
      return true;
    } catch (error) {
      this.said = failureOf(error).message;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
