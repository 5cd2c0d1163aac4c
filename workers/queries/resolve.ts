/** An id to the activity that it names: any of the records that tell an activity does, also after a better one took the first place. */
import { ExhibitError } from '../contract/errors';
import { parseId } from '../contract/id';
import { sql } from '../contract/sql';
import { isActivity } from '../filter/places';
import { select } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';

const SHAPE = { key: 'BIGINT', time: 'TIMESTAMP_NS?' } as const;

/** Throws `usage` where the text is no id, `not-found` where no activity has it. */
export async function resolve(source: Source, text: string): Promise<RowKey> {
  const id = parseId(text);
  const [kept] = await select(
    source.connection,
    SHAPE,
    sql`SELECT a.key, a.time FROM activity a WHERE ${isActivity(id)} LIMIT 1`,
  );
  if (kept) return kept;
  const [cited] = await select(
    source.connection,
    SHAPE,
    sql`
      SELECT a.key, a.time
      FROM activity a
      WHERE a.key IN (
        SELECT c.key
        FROM citation c
        JOIN member m ON m.member = c.member
        WHERE m.evidence = CAST(${id.evidence} AS INTEGER) AND m.path = ${id.member}
          AND c.record = CAST(${id.record} AS BIGINT) AND c.item IS NOT DISTINCT FROM CAST(${id.item ?? null} AS VARCHAR)
      )
      ORDER BY a.key
      LIMIT 1`,
  );
  if (cited) return cited;
  throw new ExhibitError('not-found', `No activity in this case is told by ${text.slice(0, 200)}.`, { at: text.slice(0, 200) });
}
