const NAME = 'exhibit.splits';

export const SPLITS = {
  tree: { start: 220, least: 140, most: 480 },
  details: { start: 356, least: 260, most: 760 },
  graph: { start: 244, least: 170, most: 640 },
  flow: { start: 354, least: 160, most: 1200 },
  trace: { start: 536, least: 320, most: 1000 },
  sure: { start: 270, least: 90, most: 700 },
  evidence: { start: 372, least: 260, most: 760 },
  questions: { start: 420, least: 260, most: 760 },
  record: { start: 260, least: 120, most: 700 },
} as const;
export type SplitName = keyof typeof SPLITS;

/** Sizes of panels in px: dragged, remembered on this machine, reset by a double click. */
export class Splits {
  #sizes: { readonly [name: string]: number } = $state.raw({});

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {
    try {
      const kept: unknown = JSON.parse(storage.getItem(NAME) ?? '{}');
      if (typeof kept === 'object' && kept !== null) this.#sizes = kept as { readonly [name: string]: number };
    } catch {
      this.#sizes = {};
    }
  }

  size(name: SplitName): number {
    const kept = this.#sizes[name];
    return typeof kept === 'number' && Number.isFinite(kept) ? this.#bounded(name, kept) : this.#start(name);
  }

  /** While a hand moves it: remembered when it is let go. */
  drag(name: SplitName, size: number): void {
    this.#sizes = { ...this.#sizes, [name]: this.#bounded(name, size) };
  }

  set(name: SplitName, size: number): void {
    this.drag(name, size);
    this.storage.setItem(NAME, JSON.stringify(this.#sizes));
  }

  reset(name: SplitName): void {
    this.set(name, this.#start(name));
  }

  /** Some take their share of the window. */
  #start(name: SplitName): number {
    if (name === 'graph') return Math.max(SPLITS.graph.start, Math.round(window.innerHeight * 0.3));
    if (name === 'flow') return this.#bounded(name, window.innerHeight * 0.41);
    if (name === 'trace') return this.#bounded(name, window.innerWidth * 0.37);
    if (name === 'sure') return this.#bounded(name, window.innerHeight * 0.24);
    return SPLITS[name].start;
  }

  #bounded(name: SplitName, size: number): number {
    return Math.round(Math.min(SPLITS[name].most, Math.max(SPLITS[name].least, size)));
  }
}
