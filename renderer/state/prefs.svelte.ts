const NAME = 'exhibit.prefs';

export const DENSITIES = { compact: 22, normal: 26, comfortable: 32 } as const;
export type Density = keyof typeof DENSITIES;

interface Kept {
  readonly density: Density;
  /** Widths of the list's columns in px, by name. */
  readonly widths: Readonly<Record<string, number>>;
  /** Own groupings of the hierarchy: attributes, outermost first. */
  readonly groupings: readonly (readonly string[])[];
  /** Filters that were used, newest first, by the case's name. */
  readonly history: Readonly<Record<string, readonly string[]>>;
}
const START: Kept = { density: 'normal', widths: {}, groupings: [], history: {} };
const MOST_GROUPINGS = 12;
const MOST_HISTORY = 50;
const MOST_CASES = 30;

/** What one person likes on one machine; nothing of it is evidence or belongs to a case. */
export class Prefs {
  #kept: Kept = $state.raw(START);

  constructor(private readonly storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#kept = read(storage.getItem(NAME));
  }

  get density(): Density {
    return this.#kept.density;
  }
  set density(density: Density) {
    this.#keep({ density });
  }
  get rowPx(): number {
    return DENSITIES[this.#kept.density];
  }

  width(column: string): number | undefined {
    return Object.hasOwn(this.#kept.widths, column) ? this.#kept.widths[column] : undefined;
  }
  /** While a hand moves it: remembered when it is let go. */
  dragWidth(column: string, px: number | undefined): void {
    const { [column]: _, ...others } = this.#kept.widths;
    const widths = px === undefined ? others : { ...others, [column]: Math.round(Math.min(1200, Math.max(40, px))) };
    this.#kept = { ...this.#kept, widths };
  }
  /** Undefined: its own width again. */
  setWidth(column: string, px: number | undefined): void {
    this.dragWidth(column, px);
    this.#keep({});
  }

  get groupings(): readonly (readonly string[])[] {
    return this.#kept.groupings;
  }
  addGrouping(by: readonly string[]): void {
    const others = this.#kept.groupings.filter((g) => g.join() !== by.join());
    this.#keep({ groupings: [by, ...others].slice(0, MOST_GROUPINGS) });
  }

  history(caseName: string): readonly string[] {
    return Object.hasOwn(this.#kept.history, caseName) ? (this.#kept.history[caseName] ?? []) : [];
  }
  used(caseName: string, filter: string): void {
    if (filter.trim() === '') return;
    const before = this.history(caseName).filter((text) => text !== filter);
    const { [caseName]: _, ...others } = this.#kept.history;
    const cases = Object.entries(others).slice(0, MOST_CASES - 1);
    this.#keep({ history: Object.fromEntries([[caseName, [filter, ...before].slice(0, MOST_HISTORY)], ...cases]) });
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change };
    this.storage.setItem(NAME, JSON.stringify(this.#kept));
  }
}

/** What cannot be read is as at the start: it only serves convenience. */
function read(text: string | null): Kept {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    if (!isRecord(kept)) return START;
    return {
      density: kept.density === 'compact' || kept.density === 'comfortable' ? kept.density : 'normal',
      widths: Object.fromEntries(
        entries(kept.widths).filter(
          (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
        ),
      ),
      groupings: Array.isArray(kept.groupings) ? kept.groupings.filter(isTexts) : [],
      history: Object.fromEntries(entries(kept.history).filter((entry): entry is [string, string[]] => isTexts(entry[1]))),
    };
  } catch {
    return START;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entries = (value: unknown): readonly [string, unknown][] => (isRecord(value) ? Object.entries(value) : []);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((text) => typeof text === 'string');
