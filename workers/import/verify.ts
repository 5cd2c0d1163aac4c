/** Whether the tables of a case still say what its import wrote: the running sum over activities and citations, computed again. */
import type { Connection } from '../case/database';
import type { VerifyCheck } from '../contract/engine';
import { recomputedSum, storedSum } from './digest';
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
