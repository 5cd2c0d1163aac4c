/** What the case tells of an entry beyond the list: its sessions, its commands, the first of what it cites. */
import type { ActivityJson } from '../../../workers/contract/activity';
import { MOST_CITED } from '../../../workers/contract/findings';
import type { WindowEngine } from '../../../workers/transport/methods';
import type { Entry } from './policy-data';

export interface Seen {
  /** By session, most frequent first; `session` null: activities of none. */
  readonly sessions: readonly { readonly session: string | null; readonly count: number }[];
  readonly commands: readonly string[];
  readonly rows: readonly ActivityJson[];
}
const MOST_COMMANDS = 8;

export async function seenOf(engine: WindowEngine, { filter }: Pick<Entry, 'filter'>): Promise<Seen> {
  const [{ groups }, commands, { rows }] = await Promise.all([
    engine.count({ filter, by: ['session'] }),
    engine.values({ filter, attribute: 'comm', limit: MOST_COMMANDS, pane: 'entry commands' }),
    engine.page({ filter, limit: MOST_CITED, pane: 'entry rows' }),
  ]);
  return {
    sessions: groups
      .map(({ session, count }) => ({ session: typeof session === 'string' ? session : null, count }))
      .sort((a, b) => b.count - a.count),
    commands: commands.map(({ value }) => value),
    rows,
  };
}
