/** Whether the tables of a case still say what its import and its analysis wrote: the digests over them, computed again. */
import type { Connection } from '../case/database';
import type { JournalEntry } from '../case/journal';
import type { VerifyCheck } from '../contract/verify';
import { CORRELATOR_VERSION } from '../correlate/correlate';
import { analysisDigest, caseDigests, recomputedSum, storedSum } from './digest';
import { orderMembers } from './staged';

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
  const said = journal.findLast(
    ({ what, detail }) => ['import', 'settings'].includes(what) && ['done', 'recovered'].includes(String(detail.outcome)),
  );
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

/** Sessions and links against the digest that was stored with them; nothing where another version of the correlator made them. */
export async function verifyAnalysis(
  connection: Connection,
  stored: { readonly digest: string | undefined; readonly of: string | undefined },
): Promise<VerifyCheck[]> {
  const version = `correlate ${CORRELATOR_VERSION}`;
  if (!stored.of?.endsWith(` ${version}`)) return [];
  const now = await analysisDigest(connection, [version]);
  const ok = now === stored.digest;
  return [
    {
      what: 'Sessions and links are those that were found',
      ok,
      detail: ok
        ? `Their digest is ${now}.`
        : `Their digest was ${stored.digest} and is now ${now}: rows of the database were changed.`,
    },
  ];
}
