/**
 * The case's own list of known addresses. It lives in the journal: each change is one entry with the whole list, and the last one holds. So who knew
 * what when can always be told, and there is no second file to agree with.
 */
import { parseRange } from '../contract/address';
import type { KnownRange } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import type { Journal, JournalEntry } from './journal';

const WHAT = 'known';
const MOST = 1_000;
const LONGEST_NAME = 200;

export function knownIn(entries: readonly JournalEntry[]): readonly KnownRange[] {
  const last = entries.findLast(({ what }) => what === WHAT);
  return (last?.detail.addresses as readonly KnownRange[] | undefined) ?? [];
}

/** Throws `usage` where one is no address or range, or there are too many. An unchanged list leaves no entry. */
export function storeKnown(journal: Journal, known: readonly KnownRange[]): readonly KnownRange[] {
  const addresses = known.map(({ range, name }) => ({ range: range.trim(), name: name.trim().slice(0, LONGEST_NAME) }));
  const wrong = addresses.find(({ range }) => !parseRange(range));
  if (wrong) {
    throw new ExhibitError('usage', `“${wrong.range.slice(0, 100)}” is no address or range; write one like 198.51.100.0/24.`, {
      at: wrong.range.slice(0, 100),
    });
  }
  if (addresses.length > MOST) throw new ExhibitError('usage', `A case knows at most ${MOST} addresses and ranges of its own.`);
  if (JSON.stringify(addresses) !== JSON.stringify(knownIn(journal.entries))) journal.append(WHAT, { addresses });
  return addresses;
}
