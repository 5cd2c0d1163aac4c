/** Whether the tables of a case still say what its import and its analysis wrote: the digests over them, computed again. */
import type { Connection } from '../case/database';
import type { JournalEntry } from '../case/journal';
import type { VerifyCheck } from '../contract/verify';
import { CORRELATOR_VERSION } from '../correlate/correlate';
import { analysisDigest, caseDigests, recomputedSum, storedSum } from './digest';
import { orderMembers } from './staged';

const isCommitted = ({ detail }: JournalEntry): boolean => ['done', 'recovered'].includes(String(detail.outcome));

export async function verifyDigests(connection: Connection): Promise<VerifyCheck[]> {
  await orderMembers(connection, []);
  const [stored, now] = [await storedSum(connection), await recomputedSum(connection)];
  const ok = stored === now;
  return [
    {
      what: 'The activities are those that the import wrote',
      ok,
      detail: ok ? `Their sum is ${now}.` : `Their sum was ${stored} and is now ${now}: rows of the database were changed.`,
    },
  ];
}

/** The case digest against the one that the journal has of the last import, or the last change of settings. */
export async function verifyCounts(connection: Connection, journal: readonly JournalEntry[]): Promise<VerifyCheck[]> {
  const said = journal.findLast((entry) => ['import', 'settings'].includes(entry.what) && isCommitted(entry));
  const before = said?.detail.digest;
  if (typeof before !== 'string') return [];
  const now = (await caseDigests(connection)).digest;
  const ok = now === before;
  return [
    {
      what: 'The case digest is the one that the journal has',
      ok,
      detail: ok
        ? `${now}.`
        : `Entry ${said?.seq} says ${before}; it is now ${now}: evidence, members or their counts were changed.`,
    },
  ];
}

/** Sessions and links against the digest that was stored with them, by whatever version of the correlator found them. */
export async function verifyAnalysis(
  connection: Connection,
  stored: { readonly digest: string | undefined; readonly of: string | undefined },
): Promise<VerifyCheck[]> {
  const what = 'Sessions and links are those that were found';
  const version = Number(/^[0-9a-f]{64} correlate (\d+)$/.exec(stored.of ?? '')?.[1] ?? Number.NaN);
  if (!(version <= CORRELATOR_VERSION)) {
    const isEmpty = (await connection.one('SELECT 1 FROM session UNION ALL SELECT 1 FROM link LIMIT 1')) === undefined;
    const by =
      stored.of === undefined
        ? 'does not say by what they were found'
        : `says that “${stored.of}” found them, which no version does`;
    return isEmpty && stored.of === undefined ? [] : [{ what, ok: false, detail: `The database ${by}.` }];
  }
  const now = await analysisDigest(connection, [`correlate ${version}`]);
  const ok = now === stored.digest;
  return [
    {
      what,
      ok,
      detail: ok
        ? `Their digest is ${now}.`
        : `Their digest was ${stored.digest} and is now ${now}: rows of the database were changed.`,
    },
  ];
}
