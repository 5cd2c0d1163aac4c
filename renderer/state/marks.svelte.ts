import type { BoardEntry, Mark, NewMark } from '../../workers/contract/marks';
import type { WindowEngine } from '../../workers/transport/methods';
import { type Failure, failureOf } from './failure';
import { Slot } from './slot.svelte';

interface Done {
  /** What undoing it says: `Note taken back`. */
  readonly title: string;
  readonly undo: () => Promise<unknown>;
}

const WORDS: Readonly<Record<Mark['kind'], string>> = { note: 'Note', tag: 'Tag', bookmark: 'Bookmark', reason: 'Reason' };
const MOST_UNDO = 100;

/** The analyst's own marks: read once for the case, changed by verbs that can be undone one after another. */
export class Marks {
  readonly board = new Slot<readonly BoardEntry[]>();
  failure: Failure | undefined = $state.raw();
  /** What was done last, for reading: `Tag added`. */
  said = $state('');
  /** Grows with each change, so that what shows marks asks anew. */
  revision = $state(0);
  #done: readonly Done[] = $state.raw([]);

  /** @param onChange what filters may see has changed */
  constructor(
    private readonly engine: Pick<WindowEngine, 'board' | 'mark' | 'remark' | 'unmark' | 'restore'>,
    private readonly onChange: () => void,
  ) {}

  readonly entries: readonly BoardEntry[] = $derived.by(() => this.board.value ?? []);
  /** Tags in use, each once. */
  readonly tags: readonly string[] = $derived.by(() =>
    [...new Set(this.entries.filter(({ mark }) => mark.kind === 'tag').map(({ mark }) => mark.text))].sort(),
  );
  /** Ids of the activities that are bookmarked. */
  readonly bookmarked: ReadonlySet<string> = $derived.by(
    () =>
      new Set(
        this.entries.flatMap(({ mark, activity }) =>
          mark.kind === 'bookmark' && mark.on === 'activity' ? [activity?.id ?? mark.target] : [],
        ),
      ),
  );
  readonly undoable: boolean = $derived.by(() => this.#done.length > 0);

  /** For a case that was just opened, or whose contents changed. */
  load(revision: number): void {
    this.board.ask(`marks ${revision}`, () => this.engine.board());
  }

  /** Somebody changed marks: where it was not this window, it shows them. */
  async renew(): Promise<void> {
    const board = await this.engine.board();
    if (JSON.stringify(board) !== JSON.stringify(this.board.value)) this.#changed(async () => board);
  }

  #changed(board: () => Promise<readonly BoardEntry[]>): void {
    this.revision++;
    this.board.ask(`marks changed ${this.revision}`, board);
    this.onChange();
  }

  forget(): void {
    this.board.clear();
    this.#done = [];
    this.said = '';
    this.failure = undefined;
  }

  /** Marks on an activity, or on a session where `session` is given; by any record that tells it. */
  on(id: string, place: Mark['on'] = 'activity'): readonly Mark[] {
    return this.entries
      .filter(({ mark, activity }) => mark.on === place && (mark.target === id || activity?.id === id))
      .map(({ mark }) => mark);
  }

  add(mark: NewMark): Promise<boolean> {
    return this.#change(`${WORDS[mark.kind]} added`, async () => {
      const made = await this.engine.mark(mark);
      return () => this.engine.unmark(made.mark);
    });
  }

  /** One mark on each of many activities, as one change: all of them, or none. */
  addAll(targets: () => Promise<readonly string[]>, mark: Omit<NewMark, 'target'>): Promise<boolean> {
    return this.#change(`${WORDS[mark.kind]}s added`, async () => {
      const made: string[] = [];
      const takeBack = async () => {
        for (const one of made) await this.engine.unmark(one);
      };
      try {
        for (const target of await targets()) made.push((await this.engine.mark({ ...mark, target })).mark);
      } catch (error) {
        await takeBack();
        throw error;
      }
      return takeBack;
    });
  }

  change({ mark, text: before, kind }: Mark, text: string): Promise<boolean> {
    return this.#change(`${WORDS[kind]} changed`, async () => {
      await this.engine.remark(mark, text);
      return () => this.engine.remark(mark, before);
    });
  }

  remove({ mark, kind }: Mark): Promise<boolean> {
    return this.#change(`${WORDS[kind]} taken back`, async () => {
      await this.engine.unmark(mark);
      return () => this.engine.restore(mark);
    });
  }

  /** Sets a bookmark, or takes it away. */
  async toggleBookmark(id: string): Promise<void> {
    const [set] = this.on(id).filter(({ kind }) => kind === 'bookmark');
    await (set ? this.remove(set) : this.add({ target: id, kind: 'bookmark', text: '' }));
  }

  async undo(): Promise<void> {
    const last = this.#done.at(-1);
    if (!last) return;
    this.#done = this.#done.slice(0, -1);
    await this.#run(`Undone: ${last.title.toLowerCase()}`, async () => void (await last.undo()));
  }

  async #change(title: string, work: () => Promise<() => Promise<unknown>>): Promise<boolean> {
    return this.#run(title, async () => {
      const undo = await work();
      this.#done = [...this.#done, { title, undo }].slice(-MOST_UNDO);
    });
  }

  async #run(title: string, work: () => Promise<void>): Promise<boolean> {
    this.failure = undefined;
    try {
      await work();
      this.said = title;
      this.#changed(() => this.engine.board());
      return true;
    } catch (error) {
      this.failure = failureOf(error);
      this.said = '';
      return false;
    }
  }
}
