import type { CaseInfo, JournalHead } from '../../workers/contract/case';
import type { Workbench } from './workbench.svelte';

/** Entries of the journal after which everything is asked anew. */
const CONTENTS: ReadonlySet<string> = new Set(['import', 'settings', 'known', 'rules']);

/** What others change in the case that is open here, in another window or through another process, shows here, too: the journal tells. */
export class Others {
  #seen: JournalHead | undefined;
  #busy = false;

  constructor(private readonly workbench: Workbench) {}

  /** The case as it was just read. */
  saw({ case: name, journal }: CaseInfo): void {
    this.#seen = { case: name, ...journal };
  }

  /** To be called now and then. Costs next to nothing where the journal stands as it was. */
  async catchUp(): Promise<void> {
    const seen = this.#seen;
    const { info, imports, engine } = this.workbench;
    if (!seen || info?.readOnly || imports.running || this.#busy) return;
    this.#busy = true;
    try {
      const now = await engine.journalHead();
      if (this.#seen === seen && now.head !== seen.head) await this.#take(seen, now);
    } catch {
      // Whoever asks next learns of it, and says so.
    } finally {
      this.#busy = false;
    }
  }

  async #take(seen: JournalHead, now: JournalHead): Promise<void> {
    const { workbench } = this;
    if (now.case !== seen.case || now.entries < seen.entries) {
      await workbench.open(() => workbench.engine.info());
      return;
    }
    this.#seen = now;
    const entries = (await workbench.engine.journal()).slice(seen.entries).filter(({ detail }) => detail.intent !== true);
    const whats = new Set(entries.map(({ what }) => what));
    if ([...whats].some((what) => CONTENTS.has(what))) return workbench.refresh();
    workbench.journalMoved(now);
    if (whats.has('mark')) await workbench.marks.renew();
    if (whats.has('filters')) workbench.filters.renew();
  }
}
