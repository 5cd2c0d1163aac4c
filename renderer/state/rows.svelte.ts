import { type Failure, failureOf } from './failure';

/** Rows are asked for and kept in blocks of this many. */
export const BLOCK = 100;
const KEPT = 60;
/** Rows beside those in sight that are asked for as well. */
const AHEAD = BLOCK / 2;

/** Rows `at` to `at + limit` of what is in view, and how many there are in all. */
export type Fetch<T, V> = (
  view: V,
  at: number,
  limit: number,
) => Promise<{ readonly rows: readonly T[]; readonly total: number }>;

/**
 * Any number of rows, of which only the blocks around what is looked at are here. When the view changes, the rows of the old one stay
 * until the first of the new one arrive.
 */
export class Rows<T, V> {
  total = $state(0);
  /** True from a change of view until its first rows are here. */
  stale = $state(false);
  /** False until any rows have ever been here. */
  ready = $state(false);
  failure: Failure | undefined = $state.raw();
  tookMs = $state(0);
  #blocks: ReadonlyMap<number, readonly T[]> = $state.raw(new Map());
  #key: string | undefined;
  #view: V | undefined;
  #generation = 0;
  #wanted = '';

  constructor(private readonly fetch: Fetch<T, V>) {}

  get busy(): boolean {
    return this.stale;
  }

  row(at: number): T | undefined {
    return this.#blocks.get(Math.floor(at / BLOCK))?.[at % BLOCK];
  }

  /** The first `limit` of what is in view, whatever of it is here. */
  async first(limit: number): Promise<readonly T[]> {
    return this.#view === undefined ? [] : (await this.fetch(this.#view, 0, limit)).rows;
  }

  /** Looks at another view, or at the same one again where `key` is the same. */
  show(key: string, view: V, first: number, last: number): void {
    if (key === this.#key) {
      this.need(first, last);
      return;
    }
    this.#key = key;
    this.#view = view;
    this.#generation++;
    this.#wanted = '';
    this.stale = true;
    void this.#fetch(Math.floor(first / BLOCK) * BLOCK, Math.ceil((last + 1) / BLOCK) * BLOCK);
  }

  /**
   * Makes sure that rows `first` to `last` come, and then those beside them, so that scrolling on meets rows. One request at a time: the
   * pane drops what has been scrolled past.
   */
  need(first: number, last: number): void {
    if (this.stale || this.#view === undefined || this.total === 0) return;
    if (!this.#ask(first, last)) this.#ask(Math.max(0, first - AHEAD), Math.min(this.total - 1, last + AHEAD));
  }

  /** Answers whether any of these rows are missing. */
  #ask(first: number, last: number): boolean {
    const missing: number[] = [];
    for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++) {
      if (!this.#blocks.has(block) && block * BLOCK < this.total) missing.push(block);
    }
    if (missing.length === 0) return false;
    const from = (missing[0] as number) * BLOCK;
    const to = ((missing.at(-1) as number) + 1) * BLOCK;
    if (this.#wanted !== `${from}-${to}`) void this.#fetch(from, to);
    return true;
  }

  /** Asks again after a failure or a change of the case. */
  again(first: number, last: number): void {
    const [key, view] = [this.#key, this.#view];
    this.#key = undefined;
    if (key !== undefined && view !== undefined) this.show(key, view, first, last);
  }

  clear(): void {
    this.#generation++;
    this.#key = undefined;
    this.#view = undefined;
    this.#blocks = new Map();
    this.total = 0;
    this.ready = false;
    this.stale = false;
    this.failure = undefined;
  }

  async #fetch(from: number, to: number): Promise<void> {
    const generation = this.#generation;
    this.#wanted = `${from}-${to}`;
    const wanted = this.#wanted;
    const started = performance.now();
    try {
      const page = await this.fetch(this.#view as V, from, to - from);
      if (generation !== this.#generation) return;
      this.#store(from, page.rows);
      this.total = page.total;
      this.ready = true;
      this.stale = false;
      this.failure = undefined;
      this.tookMs = performance.now() - started;
    } catch (error) {
      const failure = failureOf(error);
      if (generation === this.#generation && failure.code !== 'superseded') {
        this.failure = failure;
        this.stale = false;
      }
    } finally {
      if (this.#wanted === wanted) this.#wanted = '';
    }
  }

  #store(from: number, rows: readonly T[]): void {
    const blocks = new Map(this.stale ? [] : this.#blocks);
    for (let i = 0; i < rows.length; i += BLOCK) {
      const block = (from + i) / BLOCK;
      blocks.delete(block);
      blocks.set(block, rows.slice(i, i + BLOCK));
    }
    for (const block of blocks.keys()) {
      if (blocks.size <= KEPT) break;
      blocks.delete(block);
    }
    this.#blocks = blocks;
  }
}
