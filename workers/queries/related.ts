/**
 * What else the evidence tells of the same process, its parent and children, its session, its user and its peer. Each group is a filter, so that what is
 * counted here is what the list shows for it. Pids stand in the filters beside process ids: small numbers prune where long texts must be read.
 */
import type { ActivityJson } from '../contract/activity';
import type { RelatedGroup } from '../contract/detail';
import { quote } from '../contract/filter-print';
import { join, raw, type Sql, sql } from '../contract/sql';
import { SUMMARISED } from '../contract/summary';
import { formatTime, parseTime } from '../contract/time';
import { timestamp } from '../filter/test';
import { inView, window } from './in-view';
import { ALL, type Among, type Kin, kinOf } from './kin';
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

interface Group extends Pick<RelatedGroup, 'group' | 'of' | 'filter'> {
  readonly known?: Occurrences;
  /** All activities where absent. */
  readonly among?: Among;
}

/** What an activity may have in common with others; each attribute takes a fraction of a millisecond to plan. */
const SHARED = 'pid ppid comm parent node host entityid user loginname direction client server sourceaddresses'.split(' ');

/** Takes the id of any record that tells the activity. Throws `usage` or `not-found`. */
export async function related(source: Source, id: string): Promise<readonly RelatedGroup[]> {
  const row = await resolve(source, id);
  const [activity] = (await readActivities(source, [row], SHARED)) as [ActivityJson];
  const kin = await kinOf(source, row, activity);
  const groups = [...(kin ? await processGroups(source, row, activity, kin) : []), ...(await otherGroups(source, activity))];
  const found: Found[] = [];
  for (const group of groups) found.push(await findIn(source, row, group));
  await kin?.drop();
  // Read in one go: what a reading costs hardly depends on how many rows it is of.
  const keys = [...new Set(found.flatMap(({ near }) => near))];
  const told = await readActivities(
    source,
    keys.map((key) => ({ key })),
    ['time', ...SHARED, ...SUMMARISED],
  );
  const activities = new Map(told.map((read, i) => [keys[i], read]));
  return groups.flatMap(({ group, of, filter }, i): readonly RelatedGroup[] => {
    const { count, near } = found[i] as Found;
    const rows = near.map((key) => activities.get(key) as ActivityJson).toSorted(inTime);
    return rows.length === 0 ? [] : [{ group, of, filter, count, rows }];
  });
}

/** Undated last. */
const inTime = (a: ActivityJson, b: ActivityJson): number => {
  const [one, two] = [a.time, b.time].map((time) => parseTime(String(time ?? '')) ?? LATEST) as [bigint, bigint];
  return one < two ? -1 : one > two ? 1 : 0;
};
const LATEST = 2n ** 63n;

interface Found {
  readonly count: number;
  /** Keys of the nearest. */
  readonly near: readonly bigint[];
}

const MINUTE = 60_000_000_000n;
/** How much wider the next stretch is where too few lay in one. */
const WIDER = 16n;

/** Where the count is known, what is near is looked for in a stretch that should hold twice as many as are wanted, then in wider ones. */
async function findIn(source: Source, own: RowKey, { filter, known, among = ALL }: Group): Promise<Found> {
  const { first, last } = known ?? {};
  if (!known || own.time === null || typeof first !== 'bigint' || typeof last !== 'bigint')
    return scan(source, own, (await inView(source, { filter })).condition, among);
  const expected = ((last - first) * BigInt(2 * FEW)) / BigInt(known.count);
  for (let around = expected < MINUTE ? MINUTE : expected; ; around *= WIDER) {
    const from: bigint = own.time - around < first ? first : own.time - around;
    const to: bigint = own.time + around > last ? last + 1n : own.time + around + 1n;
    const within = join([known.holds, ...window(from, to)], ' AND ');
    const { near } = from < to ? await scan(source, own, within, ALL) : { near: [] };
    if (near.length === FEW || (from === first && to > last)) return { count: known.count, near };
  }
}

/** How many activities a condition on a row `a` holds for, and which of them are nearest to this one. */
async function scan({ connection }: Source, own: RowKey, condition: Sql, { table, given }: Among): Promise<Found> {
  const apart = own.time === null ? raw('a.key') : sql`abs(epoch_ns(a.time) - CAST(${own.time} AS BIGINT))`;
  const { count, near } = await selectOne(
    connection,
    { count: 'BIGINT', near: 'BIGINT[]?' },
    sql`
      ${given}
      SELECT count(*) AS count, arg_min(a.key, ${apart}, ${FEW}) FILTER (WHERE a.key <> ${raw(String(own.key))}) AS near
      FROM ${table} a
      WHERE ${condition}`,
  );
  return { count: Number(count), near: near ?? [] };
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

async function processGroups(source: Source, row: RowKey, activity: ActivityJson, kin: Kin): Promise<readonly Group[]> {
  const { pid, process, among } = kin;
  const parent = await parentOf(source, row, activity, kin);
  const comm = textOf(activity.comm) ?? `pid ${pid}`;
  const groups: Group[] = [];
  if (parent) groups.push({ group: 'parent', of: textOf(activity.parent) ?? `pid ${parent.pid}`, filter: parent.filter, among });
  if (process !== undefined) {
    groups.push({ group: 'process', of: comm, filter: `pid=${pid} process=${quote(process)}`, among });
    const children = await childrenOf(source, process, kin);
    if (children) groups.push({ group: 'children', of: comm, filter: children, among });
    return groups;
  }
  const life = await lifeOf(source, activity, pid, row.time, kin);
  if (!life) return groups;
  groups.push({ group: 'process', of: comm, filter: `pid=${pid} ${life}`, among });
  return [...groups, { group: 'children', of: comm, filter: `ppid=${pid} kind=cmd ${life}`, among }];
}

/** The parent's process where it is known, else what ran under its pid. */
async function parentOf(
  source: Source,
  { time }: RowKey,
  activity: ActivityJson,
  kin: Kin,
): Promise<{ readonly pid: number; readonly filter: string } | undefined> {
  const { parent, ppid: pid } = kin;
  if (pid === undefined) return undefined;
  if (parent !== undefined) return { pid, filter: `pid=${pid} process=${quote(parent)}` };
  const life = await lifeOf(source, activity, pid, time, kin);
  return life === undefined ? undefined : { pid, filter: `pid=${pid} ${life}` };
}

/** Filter of the processes that name this one as their parent; undefined where there are none. */
async function childrenOf({ connection }: Source, process: string, { pid, among }: Kin): Promise<string | undefined> {
  const rows = await select(
    connection,
    { process: 'VARCHAR' },
    sql`
      SELECT DISTINCT process
      FROM (
        SELECT process FROM process WHERE ppid = ${pid} AND parent = ${process}
        UNION ALL
        SELECT entityid FROM ${among.table} WHERE ppid = ${pid} AND parententity = ${process} AND entityid IS NOT NULL
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
async function lifeOf(
  source: Source,
  activity: ActivityJson,
  pid: number,
  time: bigint | null,
  { among }: Kin,
): Promise<string | undefined> {
  const seat = (['node', 'host'] as const).find((name) => typeof activity[name] === 'string');
  if (seat === undefined || time === null) return undefined;
  const where = `${seat}=${quote(String(activity[seat]))}`;
  const { condition } = await inView(source, { filter: `kind=cmd pid=${pid} ${where}` });
  const at = timestamp(time);
  const { from, to } = await selectOne(
    source.connection,
    { from: 'TIMESTAMP_NS?', to: 'TIMESTAMP_NS?' },
    sql`
      ${among.given}
      SELECT max(a.time) FILTER (WHERE a.time <= ${at}) AS "from", min(a.time) FILTER (WHERE a.time > ${at}) AS "to"
      FROM ${among.table} a
      WHERE ${condition}`,
  );
  const bound = (is: '>=' | '<', ns: bigint | null) => (ns === null ? [] : [`time${is}${quote(formatTime(ns))}`]);
  return [where, ...bound('>=', from), ...bound('<', to)].join(' ');
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
