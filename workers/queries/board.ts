/** The analyst's marks at their places in time, and where filters find them. */
import type { ActivityJson, BoardEntry, Mark } from '../contract/engine';
import { tryParseId } from '../contract/id';
import { parseRangeTarget } from '../contract/marks';
import { type Sql, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { LINKED } from '../filter/places';
import { resolve } from './resolve';
import { readActivities } from './rows';
import { sessionRows } from './session-rows';
import { ofActivity } from './sessions';
import type { RowKey } from './slice';
import type { Source } from './source';

/** In time order; undated ones, and those whose record is not in the case, last, in the order made. */
export async function board(source: Source, marks: readonly Mark[]): Promise<readonly BoardEntry[]> {
  const rows = await rowsOf(source, marks);
  const read = new Map<bigint, ActivityJson>();
  const keys = [...new Map([...rows.values()].map((row) => [row.key, row])).values()];
  for (const [i, activity] of (await readActivities(source, keys)).entries()) read.set((keys[i] as RowKey).key, activity);
  const entries: BoardEntry[] = [];
  for (const mark of marks) entries.push(await entryOf(source, mark, rows.get(mark.target), read));
  const place = ({ time }: BoardEntry) => time ?? '~';
  return entries.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

async function entryOf(
  source: Source,
  mark: Mark,
  row: RowKey | undefined,
  read: ReadonlyMap<bigint, ActivityJson>,
): Promise<BoardEntry> {
  const nothing = { mark, time: null, end: null, activity: null, label: null };
  if (mark.on === 'range') {
    const range = parseRangeTarget(mark.target);
    return range ? { ...nothing, time: formatTime(range.from), end: formatTime(range.to) } : nothing;
  }
  const activity = row && read.get(row.key);
  if (!row || !activity) return nothing;
  const told = { mark, activity, label: null, time: textOf(activity.time), end: textOf(activity.end) };
  if (mark.on !== 'session') return told;
  const [session] = await sessionRows(source, ofActivity(row.key));
  if (!session) return told;
  return {
    ...told,
    label: session.label,
    time: session.first === null ? told.time : formatTime(session.first),
    end: session.last === null ? told.end : formatTime(session.last),
  };
}

const textOf = (time: unknown): string | null => (typeof time === 'string' ? time : null);

/** Activities that marks are on, by target; targets that this case does not have are left out. */
async function rowsOf(source: Source, marks: readonly Mark[]): Promise<ReadonlyMap<string, RowKey>> {
  const rows = new Map<string, RowKey>();
  for (const { on, target } of marks) {
    if (on === 'range' || rows.has(target) || !tryParseId(target)) continue;
    const row = await resolve(source, target).catch(() => undefined);
    if (row) rows.set(target, row);
  }
  return rows;
}

/**
 * Replaces the marks that filters see: `tag` holds tags, `note` notes and reasons. One on a session counts for each of its activities, one on a stretch of
 * time for none. The caller clears `Kept` after it.
 */
export async function placeMarks(source: Source, marks: readonly Mark[]): Promise<void> {
  const { connection } = source;
  const rows = await rowsOf(source, marks);
  await connection.run('DELETE FROM kept.mark');
  for (const { on, target, kind, text } of marks) {
    const row = rows.get(target);
    if (!row || kind === 'bookmark') continue;
    const named = kind === 'tag' ? 'tag' : 'note';
    await connection.run(sql`
      INSERT INTO kept.mark
      SELECT key, ${named}, ${text} FROM (${on === 'session' ? activitiesOf(row.key) : sql`SELECT CAST(${row.key} AS BIGINT) AS key`})`);
  }
}

/** Keys of the activities of the session that a row opens or belongs to, and the row's own. */
const activitiesOf = (key: bigint): Sql => sql`
  SELECT CAST(${key} AS BIGINT) AS key
  UNION
  SELECT l.key
  FROM link l
  WHERE ${LINKED} AND l.session IN (SELECT o.session FROM link o WHERE o.key = CAST(${key} AS BIGINT))`;
