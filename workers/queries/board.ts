/** The analyst's marks at their places in time, and where filters find them. */
import type { ActivityJson } from '../contract/activity';
import type { BoardEntry, Mark } from '../contract/marks';
import { parseRangeTarget } from '../contract/marks';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { LINKED } from '../filter/places';
import { given } from './given';
import { resolveAll } from './resolve';
import { readActivities } from './rows';
import { select } from './select';
import { type SessionRow, sessionRows } from './session-rows';
import type { RowKey } from './slice';
import type { Source } from './source';

/** What a mark is on: its activity (or the session's originator), and the session where it is on one. */
interface Marked {
  readonly activity: ActivityJson;
  readonly session: SessionRow | undefined;
}

/** In time order; undated ones, and those whose record is not in the case, last, in the order made. */
export async function board(source: Source, marks: readonly Mark[]): Promise<readonly BoardEntry[]> {
  const rows = await rowsOf(source, marks);
  const keys = [...new Map([...rows.values()].map((row) => [row.key, row])).values()];
  const activities = await readActivities(source, keys);
  const sessions = await sessionsOf(source, marks, rows);
  const marked = new Map(
    keys.map(({ key }, i): [bigint, Marked] => [key, { activity: activities[i] as ActivityJson, session: sessions.get(key) }]),
  );
  const entries = marks.map((mark) => entryOf(mark, marked.get(rows.get(mark.target)?.key ?? -1n)));
  const place = ({ time }: BoardEntry) => time ?? '~';
  return entries.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

function entryOf(mark: Mark, on: Marked | undefined): BoardEntry {
  const nothing = { mark, time: null, end: null, activity: null, label: null };
  if (mark.on === 'range') {
    const range = parseRangeTarget(mark.target);
    return range ? { ...nothing, time: formatTime(range.from), end: formatTime(range.to) } : nothing;
  }
  if (!on) return nothing;
  const { activity, session } = on;
  const told = { mark, activity, label: null, time: textOf(activity.time), end: textOf(activity.end) };
  if (mark.on !== 'session' || !session) return told;
  return {
    ...told,
    label: session.label,
    time: session.first === null ? told.time : formatTime(session.first),
    end: session.last === null ? told.end : formatTime(session.last),
  };
}

const textOf = (time: unknown): string | null => (typeof time === 'string' ? time : null);

/** Activities that marks are on, by target; targets that this case does not have are left out. */
const rowsOf = (source: Source, marks: readonly Mark[]): Promise<ReadonlyMap<string, RowKey>> =>
  resolveAll(source, [...new Set(marks.filter(({ on }) => on !== 'range').map(({ target }) => target))]);

/** Sessions that marks are on, by the key of the activity that the mark names. */
async function sessionsOf(
  source: Source,
  marks: readonly Mark[],
  rows: ReadonlyMap<string, RowKey>,
): Promise<ReadonlyMap<bigint, SessionRow>> {
  const targets = marks.filter(({ on, target }) => on === 'session' && rows.has(target)).map(({ target }) => target);
  if (targets.length === 0) return new Map();
  const keys = [...new Set(targets)].map((target) => ({ key: String(rows.get(target)?.key) }));
  const links = await select(
    source.connection,
    { key: 'BIGINT', session: 'INTEGER' },
    sql`SELECT l.key, l.session FROM link l WHERE l.key IN (SELECT key FROM ${given({ key: 'BIGINT' }, keys)}) AND ${LINKED}`,
  );
  const numbers = [...new Set(links.map(({ session }) => session))].map((session) => ({ session }));
  const found = await sessionRows(source, sql`s.session IN (SELECT session FROM ${given({ session: 'INTEGER' }, numbers)})`);
  const byNumber = new Map(found.map((row) => [row.session, row]));
  return new Map(
    links.flatMap(({ key, session }) => {
      const row = byNumber.get(session);
      return row ? [[key, row]] : [];
    }),
  );
}

/**
 * Replaces the marks that filters see: `tag` holds tags, `note` notes and reasons. One on a session counts for each of its activities, one on a stretch of
 * time for none. Whoever asks meanwhile sees the ones before. The caller runs one at a time, and clears `Kept` after it.
 */
export async function placeMarks(source: Source, marks: readonly Mark[]): Promise<void> {
  const rows = await rowsOf(source, marks);
  const placed = marks.flatMap(({ on, target, kind, text }) => {
    const row = rows.get(target);
    if (!row || kind === 'bookmark') return [];
    return [{ key: String(row.key), whole: on === 'session', kind: kind === 'tag' ? 'tag' : 'note', text }];
  });
  await source.connection.together(async () => {
    await source.connection.run('DELETE FROM kept.mark');
    if (placed.length === 0) return;
    await source.connection.run(sql`
      INSERT INTO kept.mark
      WITH placed AS MATERIALIZED (
        SELECT key, whole, kind, "text" FROM ${given({ key: 'BIGINT', whole: 'BOOLEAN', kind: 'VARCHAR', text: 'VARCHAR' }, placed)}
      )
      SELECT key, kind, "text" FROM placed
      UNION
      SELECT l.key, p.kind, p."text"
      FROM placed p
      JOIN link o ON o.key = p.key
      JOIN link l ON l.session = o.session
      WHERE p.whole AND ${LINKED}`);
  });
}
