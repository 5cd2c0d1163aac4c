/** Results kept for one version of the case and shared by all panes: the newest `limit` of them. */

/** DuckDB's error of an interrupted statement. */
const isInterrupt = (error: unknown): boolean => error instanceof Error && error.message.includes('INTERRUPT Error');

export class Kept {
  private entries = new Map<string, Promise<unknown>>();
  /** Rises with each change of evidence, sessions or known addresses: what findings rest on. */
  version = 0;
  constructor(private readonly limit = 200) {}

  /** The result under this key; computed once, even when several panes ask at the same time. */
  async get<T>(key: string, compute: () => Promise<T>): Promise<T> {
    for (;;) {
      const running = this.entries.get(key) as Promise<T> | undefined;
      if (!running) return this.start(key, compute);
      try {
        return await running;
      } catch (error) {
        // The pane that computed it was superseded, not this one.
        if (!isInterrupt(error)) throw error;
      }
    }
  }

  /** Whether it is there, or on its way. */
  has(key: string): boolean {
    return this.entries.has(key);
  }

  private async start<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const entries = this.entries;
    const running = compute();
    entries.set(key, running);
    const oldest = entries.size > this.limit ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    try {
      return await running;
    } catch (error) {
      if (entries.get(key) === running) entries.delete(key);
      throw error;
    }
  }

  /** After an import, a correlation or a change of marks (`marks`: of these alone). What still runs for the old version is not kept. */
  clear(only?: 'marks'): void {
    if (only === undefined) this.version++;
    this.entries = new Map();
  }
}
