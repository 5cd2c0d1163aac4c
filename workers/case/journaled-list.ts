/**
 * A list that the case keeps in its journal: each change is one entry with the whole list, and the last one holds. So who changed what when can always be told,
 * and there is no second file to agree with.
 */
import type { Journal, JournalEntry } from './journal';

export class JournaledList<T> {
  /** @param what of the entries, @param field of their detail */
  constructor(
    private readonly what: string,
    private readonly field: string,
  ) {}

  in(entries: readonly JournalEntry[]): readonly T[] {
    const last = entries.findLast(({ what }) => what === this.what);
    return (last?.detail[this.field] as readonly T[] | undefined) ?? [];
  }

  /** An unchanged list leaves no entry. */
  store(journal: Journal, list: readonly T[]): readonly T[] {
    if (JSON.stringify(list) !== JSON.stringify(this.in(journal.entries))) journal.append(this.what, { [this.field]: list });
    return list;
  }
}
