/** The case's saved filters. */
import type { SavedFilter } from '../contract/case';
import { ExhibitError } from '../contract/errors';
import { parseFilter } from '../contract/filter';
import type { Journal } from './journal';
import { JournaledList } from './journaled-list';

export const FILTERS = new JournaledList<SavedFilter>('filters', 'filters');
const MOST = 200;
const LONGEST_NAME = 120;

/** Throws `filter` where one has a mistake, `usage` where one has no name, two have the same, or there are too many. */
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
  return FILTERS.store(journal, saved);
}
