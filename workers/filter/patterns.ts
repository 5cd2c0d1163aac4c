/** Whether the regular expressions of a filter are right: only RE2 can say, and it is asked before any row is read. */
import type { Connection } from '../case/database';
import { ExhibitError } from '../contract/errors';
import type { Parsed } from '../contract/filter';
import { sql } from '../contract/sql';

/** Rejects with `filter`, and the place of the first that is none. */
export async function checkPatterns(connection: Connection, { patterns }: Parsed): Promise<void> {
  for (const { from, to, value } of patterns) {
    try {
      await connection.all(sql`SELECT regexp_matches('', ${value})`);
    } catch (error) {
      const why = (error as Error).message.replace(/^.*Error: /, '');
      throw new ExhibitError('filter', `Column ${from + 1}: this is no regular expression of RE2 (${why}).`, {
        from,
        to,
        expected: ['a regular expression'],
      });
    }
  }
}
