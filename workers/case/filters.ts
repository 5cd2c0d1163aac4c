/** The case's saved filters. Like the known addresses they live in the journal: each change is one entry with the whole list, and the last one holds. */
import type { SavedFilter } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import { parseFilter } from '../contract/filter';
import type { Journal, JournalEntry } from './journal';

const WHAT = 'filters';
const MOST = 200;
const LONGEST_NAME = 120;

export function filtersIn(entries: readonly JournalEntry[]): readonly SavedFilter[] {
  const last = entries.findLast(({ what }) => what === WHAT);
  return (last?.detail.filters as readonly SavedFilter[] | undefined) ?? [];
}

/** Throws `filter` where one has a mistake, `usage` where one has no name, two have the same, or there are too many. An unchanged list leaves no entry. */
export function storeFilters(journal: Journal, filters: readonly SavedFilter[]): readonly SavedFilter[] {
  const saved = filters.map(({ name, filter }) => ({ name: name.trim().slice(0, LONGEST_NAME), filter: filter.trim() }));
  if (saved.length > MOST)
    throw new ExhibitError('usage', `A case keeps at most ${MOST} filters; remove some that are not needed.`);
  for (const { filter } of saved) parseFilter(filter);
  if (saved.some(({ name, filter }) => name === '' || filter === '')) {
    throw new ExhibitError('usage', 'A saved filter needs a name and some text.');
  }
  if (new Set(saved.map(({ name }) => name)).size < saved.length) {
    throw new ExhibitError('usage', 'Another saved filter has this name; choose a different one.');
  }
  if (JSON.stringify(saved) !== JSON.stringify(filtersIn(journal.entries))) journal.append(WHAT, { filters: saved });
  return saved;
}
