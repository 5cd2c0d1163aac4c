/** The case's own list of known addresses. */
import { parseRange } from '../contract/address';
import type { KnownRange } from '../contract/case';
import { ExhibitError } from '../contract/errors';
import type { Journal } from './journal';
import { JournaledList } from './journaled-list';

export const KNOWN = new JournaledList<KnownRange>('known', 'addresses');
const MOST = 1_000;
const LONGEST_NAME = 200;

/** Throws `usage` where one is no address or range, or there are too many. */
export function storeKnown(journal: Journal, known: readonly KnownRange[]): readonly KnownRange[] {
  const addresses = known.map(({ range, name }) => ({ range: range.trim(), name: name.trim().slice(0, LONGEST_NAME) }));
  const wrong = addresses.find(({ range }) => !parseRange(range));
  if (wrong) {
    throw new ExhibitError('usage', `“${wrong.range.slice(0, 100)}” is no address or range; write one like 198.51.100.0/24.`, {
      at: wrong.range.slice(0, 100),
    });
  }
  if (addresses.length > MOST) throw new ExhibitError('usage', `A case knows at most ${MOST} addresses and ranges of its own.`);
  return KNOWN.store(journal, addresses);
}
