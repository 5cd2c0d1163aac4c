import type { CaseInfo, CaseState } from '../../workers/contract/case';
import type { Workbench } from './workbench.svelte';

/** What others change in the case that is open here, in another window or through another process, shows here, too. */
export class Others {
  /** The case as it was read last. */
  #seen: Omit<CaseState, 'revision'> | undefined;
  #revision: number | undefined;
  #busy = false;

  constructor(private readonly workbench: Workbench) {}

  saw({ case: name, journal }: CaseInfo): void {
    this.#seen = { case: name, ...journal };
    if (this.#revision === undefined) void this.catchUp();
  }

  /** To be called now and then. Costs next to nothing where the case is as it was. */
  async catchUp(): Promise<void> {
    const { info, imports, engine } = this.workbench;
    const seen = this.#seen;
    if (!seen || info?.readOnly || imports.running || this.#busy) return;
    this.#busy = true;
    try {
      const now = await engine.state();
      if (this.#seen === seen) await this.#take(seen, now);
    } catch {
      // Whoever asks next learns of it, and says so.
    } finally {
      this.#busy = false;
    }
  }

  async #take(seen: Omit<CaseState, 'revision'>, now: CaseState): Promise<void> {
    const { workbench } = this;
    const revision = this.#revision ?? now.revision;
    this.#revision = now.revision; // read before what is asked below: what changes meanwhile is seen the next time
    if (now.case !== seen.case || now.entries < seen.entries) {
      await workbench.open(() => workbench.engine.info());
    } else if (now.revision !== revision) await workbench.refresh();
    else if (now.head !== seen.head) await this.#takeEntries(seen.entries, now);
  }

  /** What the analyst keeps changed, not what the evidence tells. */
  async #takeEntries(from: number, now: CaseState): Promise<void> {
    const { workbench } = this;
    const entries = (await workbench.engine.journal()).slice(from);
    const whats = new Set(entries.map(({ what }) => what));
    if (whats.has('rules')) return workbench.refresh();
    this.#seen = now;
    workbench.journalMoved(now);
    if (whats.has('mark')) await workbench.marks.renew();
    if (whats.has('filters')) workbench.filters.renew();
  }
}
