/** Sessions in view: those of which any activity, the originator among them, is in view. */

import type { ActivityJson } from '../contract/activity';
import { KINDS, type Kind } from '../contract/attributes';
import { CERTAIN, type SessionSummary } from '../contract/session';
import { join, raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { Pane, View } from '../contract/view';
import { LINKED } from '../filter/places';
import { inView } from './in-view';
import { originators, readActivities } from './rows';
import { select } from './select';
import { type SessionRow, sessionRows, toldOf } from './session-rows';
import type { Source } from './source';

export async function sessions(source: Source, request: View & Pane): Promise<readonly SessionSummary[]> {
  const view = await inView(source, request);
  return source.kept.get(`sessions ${view.key}`, async () => {
    const wanted =
      view.unfiltered && !view.windowed
        ? raw('TRUE')
        : sql`s.session IN (SELECT l.session FROM link l JOIN activity a ON a.key = l.key WHERE ${LINKED} AND ${view.condition})`;
    return summaries(source, await sessionRows(source, wanted));
  });
}

/** The session that an activity opens or belongs to; null where there is none. */
export async function sessionOf(source: Source, key: bigint): Promise<SessionSummary | null> {
  const [row] = await sessionRowsOf(source, key);
  return row ? ((await summaries(source, [row]))[0] ?? null) : null;
}

/** Sessions of an activity: one at most. */
export async function sessionRowsOf(source: Source, key: bigint): Promise<readonly SessionRow[]> {
  const links = await select(
    source.connection,
    { key: 'BIGINT', session: 'INTEGER?', confidence: 'DOUBLE?' },
    sql`SELECT key, session, confidence FROM link WHERE key = ${raw(String(key))}`,
  );
  if (links.length === 0) return [];
  const { isLinked } = await originators(source);
  const numbers = links.filter(isLinked).flatMap(({ session }) => session ?? []);
  return numbers.length === 0 ? [] : sessionRows(source, sql`s.session IN (${join(numbers)})`);
}

async function summaries(source: Source, rows: readonly SessionRow[]): Promise<readonly SessionSummary[]> {
  const counts = await countsOf(source, rows);
  const told = await toldOf(source, rows);
  const originators = await readActivities(source, rows);
  return rows.map((row, i) => {
    const originator = originators[i] as ActivityJson;
    const { why = [], rivals = [] } = told[i] ?? {};
    return {
      session: originator.id,
      label: row.label,
      originator,
      confidence: row.confidence,
      certain: row.confidence !== null && row.confidence >= CERTAIN,
      rivals,
      why,
      user: (originator.user as string | undefined) ?? null,
      counts: counts.get(row.session) ?? {},
      first: row.first === null ? null : formatTime(row.first),
      last: row.last === null ? null : formatTime(row.last),
    };
  });
}

/** Activities by kind, in the order of kinds. Of a few sessions read directly, of many kept for all. */
async function countsOf(source: Source, rows: readonly SessionRow[]): Promise<ReadonlyMap<number, SessionSummary['counts']>> {
  const few = rows.length <= 10;
  const read = () => readCounts(source, few ? rows.map(({ session }) => session) : undefined);
  return few ? read() : source.kept.get('session counts', read);
}

async function readCounts(
  { connection }: Source,
  of?: readonly number[],
): Promise<ReadonlyMap<number, SessionSummary['counts']>> {
  if (of?.length === 0) return new Map();
  const found = await select(
    connection,
    { session: 'INTEGER', kind: 'VARCHAR', count: 'BIGINT' },
    sql`
      SELECT l.session, a.kind::VARCHAR AS kind, count(*) AS count
      FROM link l
      JOIN activity a ON a.key = l.key
      WHERE ${of ? sql`l.session IN (${join(of.map((n) => sql`CAST(${n} AS INTEGER)`))})` : raw('TRUE')}
      GROUP BY ALL`,
  );
  const counts = new Map<number, { [K in Kind]?: number }>();
  for (const kind of KINDS) {
    for (const row of found)
      if (row.kind === kind) counts.set(row.session, { ...counts.get(row.session), [kind]: Number(row.count) });
  }
  return counts;
}
