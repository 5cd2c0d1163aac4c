/**
 * What else the evidence tells of the same process, its parent and children, its session, its user and its peer. Each group is a filter, so that what is
 * counted here is what the list shows for it. Pids stand in the filters beside process ids: small numbers prune where long texts must be read.
 */
import type { ActivityJson } from '../contract/activity';
import type { RelatedGroup } from '../contract/detail';
import { quote } from '../contract/filter-print';
import { raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { timestamp } from '../filter/test';
import { inView } from './in-view';
import { type Occurrences, type Occurring, occurrencesOf } from './occurrences';
import { resolve } from './resolve';
import { readActivities } from './rows';
import { select, selectOne } from './select';
import type { RowKey } from './slice';
import type { Source } from './source';

/** Rows of each group. */
const FEW = 5;
/** A process with more children than this is told by its pid instead. */
const MOST_CHILDREN = 200;

type Group = Pick<RelatedGroup, 'group' | 'of' | 'filter'> & { readonly known?: Occurrences };

/** What an activity may have in common with others; each attribute takes a fraction of a millisecond to plan. */
const SHARED = 'pid ppid comm parent node host entityid user loginname direction client server sourceaddresses'.split(' ');

/** Takes the id of any record that tells the activity. Throws `usage` or `not-found`. */
export async function related(source: Source, id: string): Promise<readonly RelatedGroup[]> {
  const row = await resolve(source, id);
  const [activity] = (await readActivities(source, [row], SHARED)) as [ActivityJson];
  const groups = [...(await processGroups(source, row, activity)), ...(await otherGroups(source, activity))];
  const found: Found[] = [];
  for (const group of groups) found.push(await findIn(source, row, group));
  // Read in one go: what a reading costs hardly depends on how many rows it is of.
  const keys = [...new Map(found.flatMap(({ near }) => near).map((near) => [near.key, near])).values()];
  const activities = new Map((await readActivities(source, keys)).map((read, i) => [(keys[i] as RowKey).key, read]));
  return groups.flatMap((group, i): readonly RelatedGroup[] => {
    const { count, near } = found[i] as Found;
    const { group: of, of: name, filter } = group;
    const rows = near.map(({ key }) => activities.get(key) as ActivityJson);
    return near.length === 0 ? [] : [{ group: of, of: name, filter, count, rows }];
  });
}

interface Found {
  readonly count: number;
  /** In time order. */
  readonly near: readonly RowKey[];
}

const MINUTE = 60_000_000_000n;
const DAY = 1_440n * MINUTE;

/** Where the count is known, what is near is looked for near: a minute, an hour, a day around, then wherever it occurs at all. */
async function findIn(source: Source, own: RowKey, { filter, known }: Group): Promise<Found> {
  const { first, last } = known ?? {};
  if (!known || own.time === null || typeof first !== 'bigint' || typeof last !== 'bigint') return scan(source, own, filter);
  for (const around of [MINUTE, 60n * MINUTE, DAY]) {
    const [from, to] = [own.time - around, own.time + around + 1n];
    const { near } = await scan(source, own, filter, { from, to });
    if (near.length === FEW || (from <= first && to > last)) return { count: known.count, near };
  }
  return { count: known.count, near: (await scan(source, own, filter, { from: first, to: last + 1n })).near };
}

/** The count of a filter, and the rows nearest to this one. */
async function scan(
  source: Source,
  own: RowKey,
  filter: string,
  within: { readonly from?: bigint; readonly to?: bigint } = {},
): Promise<Found> {
  const { condition } = await inView(source, { filter, ...within });
  const apart = own.time === null ? raw('a.key') : sql`abs(epoch_ns(a.time) - CAST(${own.time} AS BIGINT))`;
  const rows = await select(
    source.connection,
    { count: 'BIGINT', key: 'BIGINT?', time: 'TIMESTAMP_NS?' },
    sql`
      SELECT f.count, n.near.key AS key, n.near.time AS time
      FROM (
        SELECT
          count(*)                                                                                                                    AS count,
          arg_min({key: a.key, time: a.time}, ${apart}, ${FEW}) FILTER (WHERE a.key <> CAST(${own.key} AS BIGINT))  AS near
        FROM activity a
        WHERE ${condition}
      ) f
      LEFT JOIN LATERAL (SELECT unnest(f.near) AS near) n ON TRUE
      ORDER BY n.near.time, n.near.key`,
  );
  const near = rows.flatMap(({ key, time }) => (key === null ? [] : [{ key, time }]));
  return { count: Number(rows[0]?.count ?? 0), near };
}

async function otherGroups(source: Source, activity: ActivityJson): Promise<readonly Group[]> {
  const { session, kind } = activity;
  const groups: Group[] = [];
  const opener = typeof session === 'string' && session !== activity.id ? await originator(source, session) : activity;
  if (typeof session === 'string') groups.push({ group: 'session', of: session, filter: `session=${quote(session)}` });
  const user = activity.user ?? opener?.user;
  const add = async (group: Group['group'], attribute: Occurring, value: unknown) => {
    if (typeof value !== 'string') return;
    const known = await occurrencesOf(source, attribute, value);
    groups.push({ group, of: value, filter: `${attribute}=${quote(value)}`, known });
  };
  if (user === undefined && typeof activity.loginname === 'string')
    groups.push({ group: 'user', of: activity.loginname, filter: `loginname=${quote(activity.loginname)}` });
  await add('user', 'user', user);
  if (kind !== 'net') await add('peer', 'sourceaddresses', seen(activity));
  else if (activity.direction === 'in') await add('peer', 'client', activity.client);
  else await add('peer', 'server', activity.server);
  return groups;
}

/** Of several source addresses, the one that the server saw. */
const seen = ({ sourceaddresses }: ActivityJson): unknown =>
  Array.isArray(sourceaddresses) ? sourceaddresses.at(-1) : undefined;

async function originator(source: Source, session: string): Promise<ActivityJson | undefined> {
  const [activity] = await readActivities(source, [await resolve(source, session)], ['user']);
  return activity;
}

async function processGroups(source: Source, row: RowKey, activity: ActivityJson): Promise<readonly Group[]> {
  const pid = numberOf(activity.pid);
  if (pid === undefined) return [];
  const process = textOf(activity.process);
  const parent = await parentOf(source, row, activity);
  const comm = textOf(activity.comm) ?? `pid ${pid}`;
  const groups: Group[] = [];
  if (parent) groups.push({ group: 'parent', of: textOf(activity.parent) ?? `pid ${parent.pid}`, filter: parent.filter });
  if (process !== undefined) {
    groups.push({ group: 'process', of: comm, filter: `pid=${pid} process=${quote(process)}` });
    const children = await childrenOf(source, process, pid);
    if (children) groups.push({ group: 'children', of: comm, filter: children });
    return groups;
  }
  const life = await lifeOf(source, activity, pid, row.time);
  if (!life) return groups;
  groups.push({ group: 'process', of: comm, filter: `pid=${pid} ${life}` });
  return [...groups, { group: 'children', of: comm, filter: `ppid=${pid} kind=cmd ${life}` }];
}

/** The session's tree knows a parent's process; else the agent's own id of it; else what ran under its pid. */
async function parentOf(
  source: Source,
  { key, time }: RowKey,
  activity: ActivityJson,
): Promise<{ readonly pid: number; readonly filter: string } | undefined> {
  const pid = numberOf(activity.ppid);
  if (pid === undefined || pid === 0) return undefined;
  const [known] = await select(
    source.connection,
    { parent: 'VARCHAR' },
    sql`
      SELECT coalesce(
        (SELECT any_value(p.parent) FROM link l JOIN process p ON p.process = l.process AND p.session = l.session WHERE l.key = CAST(${key} AS BIGINT)),
        (SELECT a.parententity FROM activity a WHERE a.key = CAST(${key} AS BIGINT))
      ) AS parent
      WHERE parent IS NOT NULL`,
  );
  if (known) return { pid, filter: `pid=${pid} process=${quote(known.parent)}` };
  const life = await lifeOf(source, activity, pid, time);
  return life === undefined ? undefined : { pid, filter: `pid=${pid} ${life}` };
}

/** Filter of the processes that name this one as their parent; undefined where there are none. */
async function childrenOf({ connection }: Source, process: string, pid: number): Promise<string | undefined> {
  const rows = await select(
    connection,
    { process: 'VARCHAR' },
    sql`
      SELECT DISTINCT process
      FROM (
        SELECT process FROM process WHERE parent = ${process} AND ppid = CAST(${pid} AS UINTEGER)
        UNION ALL
        SELECT entityid FROM activity WHERE ppid = CAST(${pid} AS UINTEGER) AND parententity = ${process} AND entityid IS NOT NULL
      )
      LIMIT ${MOST_CHILDREN + 1}`,
  );
  if (rows.length === 0) return undefined;
  const all = `kind=cmd ppid=${pid}`;
  return rows.length > MOST_CHILDREN ? all : `${all} process in (${rows.map((row) => quote(row.process)).join(', ')})`;
}

/**
 * Where a source gives processes no id: the stretch in which a pid meant what it means at this time, on this host. A pid's meaning changes with each start.
 * Undefined where host or time are unknown.
 */
async function lifeOf(source: Source, activity: ActivityJson, pid: number, time: bigint | null): Promise<string | undefined> {
  const seat = (['node', 'host'] as const).find((name) => typeof activity[name] === 'string');
  if (seat === undefined || time === null) return undefined;
  const where = `${seat}=${quote(String(activity[seat]))}`;
  const { condition } = await inView(source, { filter: `kind=cmd pid=${pid} ${where}` });
  const at = timestamp(time);
  const { from, to } = await selectOne(
    source.connection,
    { from: 'TIMESTAMP_NS?', to: 'TIMESTAMP_NS?' },
    sql`
      SELECT max(a.time) FILTER (WHERE a.time <= ${at}) AS "from", min(a.time) FILTER (WHERE a.time > ${at}) AS "to"
      FROM activity a
      WHERE ${condition}`,
  );
  const bound = (is: '>=' | '<', ns: bigint | null) => (ns === null ? [] : [`time${is}${quote(formatTime(ns))}`]);
  return [where, ...bound('>=', from), ...bound('<', to)].join(' ');
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
