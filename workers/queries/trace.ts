/** A session told in order, with its identity, its processes, and what the evidence could not have shown. */
import type { ActivityJson, RecordPlace } from '../contract/activity';
import type { Coverage } from '../contract/coverage';
import { ExhibitError } from '../contract/errors';
import { groupBy } from '../contract/group';
import { CERTAIN } from '../contract/session';
import { join, raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { ProcessJson, Trace, TraceFold, TraceRequest } from '../contract/trace';
import { FORMATS } from '../formats/index';
import { coverage } from './coverage';
import { envelopeLimits } from './envelopes';
import { identityChain } from './identity';
import { resolve } from './resolve';
import { originators, readInTime } from './rows';
import { select } from './select';
import { type SessionRow, sessionRows, toldOf } from './session-rows';
import { sessionRowsOf } from './sessions';
import type { Source } from './source';
import { foldedRows, traceKeys } from './trace-rows';

/** Takes the id of a session or of any activity in it. Throws `usage` or `not-found`. */
export async function trace(source: Source, id: string, request: TraceRequest = {}): Promise<Trace> {
  const session = await sessionNamed(source, id);
  if (!session) {
    throw new ExhibitError('not-found', `${id.slice(0, 200)} belongs to no session: no exec in this evidence leads to it.`, {
      at: id.slice(0, 200),
    });
  }
  const { originator, activities, folds, more } = await toldIn(source, session, request);
  const processes = await processesOf(source, session, activities, more > 0);
  const [told] = await toldOf(source, [session]);
  const sources = await coverageOf(source, session, originator, activities);
  return {
    session: originator.id,
    label: session.label,
    originator,
    confidence: session.confidence,
    certain: session.confidence !== null && session.confidence >= CERTAIN,
    why: told?.why ?? [],
    rivals: told?.rivals ?? [],
    considered: told?.considered ?? [],
    identity: identityOf(originator),
    chain: await identityChain(source, originator, session.key),
    root: processes.find(({ process, depth }) => process === session.root && depth === 0) ?? null,
    processes,
    activities,
    more,
    ...(request.folded ? { folds } : {}),
    limits: [
      credentialLimit(originator),
      ...(told?.limits ?? []),
      ...(await limitsOf(source, sources, [originator, ...activities])),
    ],
    coverage: [...sources, ...untold(session)],
  };
}

/** By its originator's id it is found at once; any other is looked for. */
async function sessionNamed(source: Source, id: string): Promise<SessionRow | undefined> {
  const number = (await originators(source)).numbers.get(id);
  const [session] =
    number === undefined
      ? await sessionRowsOf(source, (await resolve(source, id)).key)
      : await sessionRows(source, sql`s.session = ${number}`);
  return session;
}

/** The originator, and what is below it in time order: read in one go, which is what a trace's time goes into. */
async function toldIn(
  source: Source,
  session: SessionRow,
  { folded, alone, first }: TraceRequest,
): Promise<Pick<Trace, 'originator' | 'activities' | 'more'> & { readonly folds: readonly TraceFold[] }> {
  const { keys, more } = await traceKeys(source, session, first);
  const rows = folded ? await foldedRows(source, session, keys, await keyOf(source, alone)) : undefined;
  const told = await readInTime(source, [session.key, ...(rows?.map(({ key }) => key) ?? keys)], session.session);
  const folds = new Map(
    rows?.flatMap(({ key, n, last, records }) =>
      n === 1 ? [] : [[key, { count: n, last: last === null ? null : formatTime(last), records }] as const],
    ),
  );
  const below = [...told].filter(([key]) => key !== session.key);
  return {
    originator: told.get(session.key) as ActivityJson,
    activities: below.map(([, activity]) => activity),
    folds: below.flatMap(([key, { id }]) => {
      const fold = folds.get(key);
      return fold ? [{ id, ...fold }] : [];
    }),
    more,
  };
}

const NOBODY = -1n;
/** An id comes from an address and may name nothing any more: then nothing has to stand by itself. */
const keyOf = async (source: Source, id: string | undefined): Promise<bigint> =>
  id === undefined
    ? NOBODY
    : resolve(source, id).then(
        ({ key }) => key,
        () => NOBODY,
      );

/** Each with every record that tells of its image: its start, its exit, rule hits on it. @param some only those of these activities, and the root */
async function processesOf(
  { connection }: Source,
  { session, root }: SessionRow,
  activities: readonly ActivityJson[],
  some: boolean,
): Promise<readonly ProcessJson[]> {
  const wanted = new Set([root, ...activities.map(({ process }) => process)].filter((process) => typeof process === 'string'));
  const named = some ? sql` AND process IN (${join([...wanted])})` : raw('');
  if (some && wanted.size === 0) return [];
  const rows = await select(
    connection,
    {
      process: 'VARCHAR',
      parent: 'VARCHAR?',
      pid: 'BIGINT?',
      ppid: 'BIGINT?',
      comm: 'VARCHAR?',
      cmdline: 'VARCHAR?',
      start: 'TIMESTAMP_NS?',
      end: 'TIMESTAMP_NS?',
      depth: 'INTEGER',
    },
    sql`
      SELECT process, parent, pid::BIGINT AS pid, ppid::BIGINT AS ppid, comm, cmdline, start, "end", depth
      FROM process
      WHERE session = ${session}${named}
      ORDER BY start, depth, process`,
  );
  const images = groupBy(
    activities.filter(({ kind }) => kind === 'cmd'),
    (activity) => activity.process as string | undefined,
  );
  const records = (process: string): readonly RecordPlace[] =>
    (images.get(process) ?? []).flatMap((activity) => activity.records);
  return rows.map(({ start, end, pid, ppid, ...row }) => ({
    ...row,
    pid: pid === null ? null : Number(pid),
    ppid: ppid === null ? null : Number(ppid),
    start: start === null ? null : formatTime(start),
    end: end === null ? null : formatTime(end),
    records: records(row.process),
  }));
}

function identityOf(originator: ActivityJson): Trace['identity'] {
  const text = (name: string): string | null => (originator[name] as string | undefined) ?? null;
  const list = (name: string): readonly string[] => (originator[name] as readonly string[] | undefined) ?? [];
  return {
    user: text('user'),
    groups: list('groups'),
    impersonated: text('impersonated'),
    clouduser: text('clouduser'),
    sourceaddresses: list('sourceaddresses'),
    useragent: text('useragent'),
    basis: text('identitybasis'),
  };
}

/** Whose acts they are, as far as the evidence goes: never a person's. */
function credentialLimit({ kind, user, loginuid, uid }: ActivityJson): string {
  if (typeof user === 'string') return `The acts are those of the credential ${user}, not of a person.`;
  if (kind === 'exec' || kind === 'api') return 'The record of the call names no user: whose acts these are is not shown.';
  const account = loginuid ?? uid;
  return account === undefined
    ? 'No call to an API server opened this session, and no record names an account: whose acts these are is not shown.'
    : `No call to an API server opened this session: its acts are those of user id ${String(account)} of its host, not of a person.`;
}

/** Sources that could have told of this session: of its hosts where they are known, else all. Gaps outside its time are left out. */
async function coverageOf(
  source: Source,
  session: SessionRow,
  originator: ActivityJson,
  activities: readonly ActivityJson[],
): Promise<readonly Coverage[]> {
  const own = [originator, ...activities];
  const hosts = new Set(
    own.flatMap((activity) => [activity.node, activity.host, activity.cluster]).filter((place) => place !== undefined),
  );
  const isOwn = ({ place }: Coverage): boolean => place === null || activities.length === 0 || hosts.has(place);
  const from = session.first === null ? '' : formatTime(session.first);
  const to = session.last === null ? '9' : formatTime(session.last);
  return (await coverage(source))
    .filter(isOwn)
    .map((one) => ({ ...one, gaps: one.gaps.filter((gap) => gap.from <= to && gap.to >= from) }));
}

/** What these formats cannot carry, and where a source was silent meanwhile. */
async function limitsOf(source: Source, sources: readonly Coverage[], told: readonly ActivityJson[]): Promise<string[]> {
  // Of a call with nothing below it every source might have told something; else those say enough that did.
  const isAlone = told.length === 1;
  const own = new Set(isAlone ? sources.map(({ format }) => format) : told.map(({ format }) => format));
  const gaps = sources.flatMap(({ source: name, gaps: of }) =>
    of.map(({ from, to }) => `${name} is silent from ${from} to ${to}; what happened then would not show here.`),
  );
  const formats = FORMATS.filter(({ id }) => own.has(id)).flatMap(({ limits }) => limits);
  return [...gaps, ...formats, ...(await envelopeLimits(source, isAlone ? undefined : told))];
}

/** No source of this kind tells what goes through a terminal. */
const untold = ({ root }: SessionRow): readonly Coverage[] =>
  root === null
    ? []
    : [
        {
          source: 'What was typed',
          format: '',
          place: null,
          state: 'absent',
          detail: 'Shell built-ins leave no process.',
          first: null,
          last: null,
          rejected: 0,
          selects: null,
          gaps: [],
        },
      ];
