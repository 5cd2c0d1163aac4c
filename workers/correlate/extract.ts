/** From the case to typed arrays: only pods and hosts where an originator is, only what may lie outside a container's init tree. */
import type { Connection } from '../case/database';
import { join, raw, type Sql, sql } from '../contract/sql';
import { FORMATS } from '../formats/index';
import { namesOfCommand } from './argv';
import { readColumns } from './columns';
import { type Composite, mayBePart, readComposites } from './composites';
import { engineExecOf, isNamedBy } from './engine-exec';
import { joinsOwn } from './entries';
import { type Attempt, BIT, type Input, SUBJECT, type Text } from './input';
import { type Opener, readOpeners } from './openers';
import { asked, type OriginatorRow, startsProcess } from './originators';
import { type Place, type Places, podKey, resolvePlaces, type ScopeRow } from './places';
import { IS_RUNTIME, LET_INTO, readLetIn } from './runtime-exec';
import { readContainers } from './told';
import { joinTwins } from './twins';

/** Processes that ran this long before the first originator of their pod can still be what a pid means. */
const BEFORE_SECONDS = 600;
/** Parents outside a container: what starts processes in it for a container engine. */
const RUNTIME = '^(runc|crun|youki|runsc|kata|conmon|containerd|docker|dockerd|cri-o|crio|podman|nerdctl|lxc)([-:.\\[].*)?$';
/** 31 bits; -1 where there is none (`hash` of NULL is a number as any other). */
const NAME_HASH = (column: string): string =>
  `CASE WHEN a.${column} IS NULL THEN -1 ELSE hash(a.${column}) % 2147483648 END::INTEGER`;
/** Longer command lines are compared on this part. */
const TEXT_LENGTH = 4096;

const NOTHING: Awaited<ReturnType<typeof readLetIn>> = { rows: [], hosts: new Set() };

interface AttemptRow extends OriginatorRow {
  readonly format: string | null;
  readonly auditid: string | null;
  readonly cluster: string | null;
  readonly log: string;
  readonly time: number;
  readonly ready: number | null;
  readonly end: number | null;
}

export interface Extract extends Input {
  /** Zero of all times: ns since the epoch. */
  readonly base: bigint;
  /** Titles of sources whose records of processes name no container. */
  readonly bare: readonly string[];
}

const seconds = (column: string, base: bigint): Sql => sql`((epoch_ns(${raw(column)}) - ${base}::BIGINT) / 1e9)::DOUBLE`;

/** Undefined where nothing opens a session. Leaves the temporary table `correlate_scope` behind, which `write.ts` uses again. */
export async function extract(connection: Connection): Promise<Extract | undefined> {
  const has = await connection.one<{ base: bigint | null; calls: boolean; commands: boolean }>(sql`
    SELECT
      coalesce(min(epoch_ns(time)) FILTER (WHERE kind = 'exec'), min(epoch_ns(time))) AS base,
      coalesce(bool_or(kind = 'exec'), false) AS calls,
      coalesce(bool_or(kind = 'cmd'), false) AS commands
    FROM activity`);
  const base = BigInt(has?.base ?? 0n);
  const calls = has?.calls ? await readAttempts(connection, base) : [];
  const scopes = await connection.all<Row<ScopeRow>>(SCOPES);
  const entered = has?.commands ? await readLetIn(connection, scopes) : NOTHING;
  const openers = has?.commands
    ? await readOpeners(connection, seconds('coalesce(a.started, a.time)', base), RUNTIME, entered.hosts)
    : [];
  if (calls.length === 0 && openers.length === 0) return undefined;
  const known = [...scopes, ...entered.rows];
  const isNameless = known.some(({ containerid, pod }) => containerid !== null && pod === null);
  const { places, ofScope } = resolvePlaces(known, isNameless ? await readContainers(connection) : []);
  const used = await markScopes(connection, calls, openers, { places, ofScope }, base, entered.hosts);
  await markLetIn(connection, entered.rows, ofScope);
  const attempts = inOrder(calls, openers, places, ofScope);
  const firsts = await readFirsts(connection, places, base);
  await connection.run(sql`CREATE OR REPLACE TEMP TABLE correlate_subject AS ${subjectsOf(base)}`);
  const subjects = await readColumns(
    connection,
    sql`SELECT key, start, "end", entity, parent, "text", comm, above, pid, ppid, vpid, tty, sid, shell, place, "into", bits FROM correlate_subject ORDER BY start, record, content, key`,
    SUBJECT,
  );
  const texts = used ? await readTexts(connection) : [];
  for (const table of ['subject', 'let_in']) await connection.run(sql`DROP TABLE ${raw(`correlate_${table}`)}`);
  const bare = calls.length > 0 ? await readBare(connection) : [];
  return { base, bare, attempts, places, firsts, subjects, texts };
}

type Row<T> = T & Readonly<Record<string, unknown>>;

/** A member's path without its date, number and compression, so that a rotated log stays one. */
const LOG = raw(
  `regexp_replace(coalesce(nullif(m.path, ''), m.name, ''), '([-_.]?\\d{4}-?\\d{2}-?\\d{2}[-_T0-9:.%A-FZ]*|\\.\\d+|\\.(gz|zst|log|json|jsonl|ndjson))+$', '')`,
);

const SCOPES = sql`
  WITH told AS (
    SELECT DISTINCT scope, member FROM activity
    WHERE kind = 'cmd' AND scope IN (SELECT scope FROM scope WHERE host IS NULL AND node IS NULL)
  ), nameless AS (
    SELECT scope, min(${LOG}) AS log FROM told JOIN member m USING (member) GROUP BY scope HAVING count(DISTINCT ${LOG}) = 1
  )
  SELECT scope, cluster, namespace, pod, container, containerid, host, node, log
  FROM scope LEFT JOIN nameless USING (scope)
  ORDER BY scope`;

/** Originators in order of time. Where nothing names the API server, the log stands in for it. */
async function readAttempts(connection: Connection, base: bigint): Promise<readonly Attempt[]> {
  const rows = await connection.all<Row<AttemptRow>>(sql`
    SELECT
      a.key, a.subresource, a.label, a.command, a.requesturi, a.code, a.result::VARCHAR AS result, a.stage, a.name, a.auditid, m.format,
      s.cluster, s.namespace, s.pod, s.container,
      coalesce(s.cluster, '') || ' ' || ${LOG} AS log,
      ${seconds('a.time', base)} AS time, ${seconds('a.ready', base)} AS ready,
      CASE WHEN a.stage IN ('ResponseComplete', 'Panic') OR a.stage IS NULL THEN ${seconds('a."end"', base)} END AS "end"
    FROM activity a
    JOIN member m USING (member)
    LEFT JOIN scope s USING (scope)
    WHERE a.kind = 'exec'
    ORDER BY a.time NULLS LAST, a.content, a.record, a.item, a.k`);
  const calls = rows.map((row) => ({ row, ...asked(row) }));
  const composites = rows.some(mayBePart) ? await readComposites(connection) : new Map<number, Composite>();
  const hashes = await hashNames(connection, [...new Set(calls.flatMap(({ argv }) => namesOfCommand(argv)))]);
  const attempts = calls.map(({ row, ...call }) => ({
    ...call,
    comms: namesOfCommand(call.argv).flatMap((name) => hashes.get(name) ?? []),
    key: Number(row.key),
    auditid: row.auditid,
    opener: null,
    engine: null,
    composite: composites.get(Number(row.key)) ?? null,
    cluster: row.cluster,
    log: row.log.trim(),
    time: row.time ?? Number.NaN,
    ready: row.ready ?? Number.NaN,
    end: row.end ?? Number.NaN,
    twins: [],
  }));
  const formats = new Map(rows.map(({ key, format }) => [Number(key), format]));
  return joinTwins(attempts, (key) => formats.get(key) ?? null);
}

/** Names as `SUBJECT.above` has them. */
async function hashNames(connection: Connection, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const hashes = new Map<string, number>();
  for (let at = 0; at < names.length; at += 2_000) {
    const batch = join(names.slice(at, at + 2_000).map((name) => sql`(${name})`));
    const rows = await connection.all<{ name: string; hash: number }>(
      sql`SELECT a.name, ${raw(NAME_HASH('name'))} AS hash FROM (VALUES ${batch}) a(name)`,
    );
    for (const { name, hash } of rows) hashes.set(name, hash);
  }
  return hashes;
}

/** Openers among the calls, in order of time. */
function inOrder(
  calls: readonly Attempt[],
  openers: readonly Opener[],
  places: readonly Place[],
  ofScope: ReadonlyMap<number, number>,
): readonly Attempt[] {
  const own = openers.map(({ key, scope, time, kind, cmdline }): Attempt => {
    const place = places[ofScope.get(scope) ?? -1];
    const { namespace = null, pod = null, container = null, cluster = null, host = null } = place ?? {};
    const asked = { namespace, pod, container, argv: null, tty: null, barren: null } as const;
    return {
      ...asked,
      key,
      auditid: null,
      cluster,
      log: host ?? '',
      time,
      ready: Number.NaN,
      end: Number.NaN,
      opener: kind,
      engine: cmdline === null ? null : engineExecOf(cmdline),
      composite: null,
      comms: [],
      twins: [],
    };
  });
  if (own.length === 0) return calls;
  const at = ({ time }: Attempt): number => (Number.isNaN(time) ? Number.POSITIVE_INFINITY : time);
  return [...calls, ...own].sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

/** Fills `correlate_scope`: scopes of pods that a call names, and of where an opener ran, each with its place, since when it matters, and whether its init tree does too. */
async function markScopes(
  connection: Connection,
  attempts: readonly Attempt[],
  openers: readonly Opener[],
  { places, ofScope }: Places,
  base: bigint,
  entered: ReadonlySet<number>,
): Promise<boolean> {
  const since = new Map<string, number>();
  const earlier = (key: string, time: number) => since.set(key, Math.min(since.get(key) ?? Number.POSITIVE_INFINITY, time));
  for (const attempt of attempts) {
    if (!startsProcess(attempt) && !joinsOwn(attempt)) continue;
    earlier(podKey(attempt.namespace, attempt.pod), attempt.time);
  }
  const whole = new Set(
    attempts.filter(joinsOwn).map(({ namespace, pod, container }) => `${podKey(namespace, pod)}\0${container}`),
  );
  const keyOf = ({ namespace, pod, host }: Place): string => (pod === '' ? `host ${host}` : podKey(namespace, pod));
  for (const { scope, time, cmdline } of openers) {
    const place = places[ofScope.get(scope) ?? -1];
    if (place) earlier(keyOf(place), time);
    const exec = cmdline === null ? null : engineExecOf(cmdline);
    if (!place || !exec) continue;
    for (const other of places) if (isNamedBy(other, exec, place.host)) earlier(keyOf(other), time);
  }
  const first = attempts.find(startsProcess);
  if (first) for (const scope of entered) earlier(keyOf(places[ofScope.get(scope) as number] as Place), first.time);
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE correlate_scope (scope INTEGER, place INTEGER, since BIGINT, whole BOOLEAN)',
  );
  const appender = await connection.raw.createAppender('correlate_scope', undefined, 'temp');
  for (const [scope, number] of ofScope) {
    const place = places[number] as Place;
    const from = since.get(keyOf(place));
    if (from === undefined) continue;
    appender.appendInteger(scope);
    appender.appendInteger(number);
    appender.appendBigInt(base + BigInt(Math.floor((from - BEFORE_SECONDS) * 1e9)));
    appender.appendBoolean(whole.has(`${keyOf(place)}\0${place.container}`));
    appender.endRow();
  }
  appender.closeSync();
  return since.size > 0;
}

async function readBare(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.all<{ format: string }>(sql`
    SELECT m.format
    FROM (SELECT DISTINCT member, scope FROM activity WHERE kind = 'cmd') a JOIN member m USING (member) LEFT JOIN scope s USING (scope)
    GROUP BY m.format
    HAVING bool_and(s.containerid IS NULL AND s.pod IS NULL)
    ORDER BY m.format`);
  return rows.flatMap(({ format }) => FORMATS.find(({ id }) => id === format)?.title ?? []);
}

/** Fills `correlate_let_in`: the place of each container, by its id, that a node's runtime entered. */
async function markLetIn(connection: Connection, rows: readonly ScopeRow[], ofScope: ReadonlyMap<number, number>): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE correlate_let_in (id VARCHAR, place INTEGER)');
  const appender = await connection.raw.createAppender('correlate_let_in', undefined, 'temp');
  for (const [id, scope] of new Map(rows.map(({ containerid, scope }) => [containerid as string, scope]))) {
    appender.appendVarchar(id);
    appender.appendInteger(ofScope.get(scope) as number);
    appender.endRow();
  }
  appender.closeSync();
}

/** The first process of a container id is its entry point, even where it is not vpid 1 (shared process namespaces); not one that another started in it: then the agent began later. */
async function readFirsts(connection: Connection, places: readonly Place[], base: bigint): Promise<Input['firsts']> {
  const rows = await connection.all<{ place: number; start: number; comm: number; init: boolean }>(sql`
    SELECT c.place, min(${seconds('coalesce(a.started, a.time)', base)}) AS start,
      arg_min(CASE WHEN a.vpid = 1 OR coalesce(regexp_matches(a.parent, ${RUNTIME}), true) THEN ${raw(NAME_HASH('comm'))} ELSE -1 END, a.time) AS comm,
      bool_or(coalesce(a.vpid = 1, false)) AS init
    FROM activity a JOIN correlate_scope c USING (scope)
    WHERE a.kind = 'cmd'
    GROUP BY ALL`);
  const byPlace = new Map(rows.map((row) => [row.place, row]));
  return places.map((_, i) => {
    const row = byPlace.get(i);
    return { start: row?.start ?? Number.NaN, comm: row?.comm ?? -1, init: row?.init ?? false };
  });
}

const TEXT_HASH = `hash(left(a.cmdline, ${TEXT_LENGTH}), a.exe, a.comm)`;

/** Formats whose `entered` is true of the whole tree below what entered; elsewhere a child of it is told as one that did not enter itself. */
const TREES = FORMATS.filter(({ trees }) => trees).map(({ id }) => sql`${id}`);
const ofTrees = sql`a.member IN (SELECT member FROM member WHERE format IN (${join(TREES)}))`;

/** Records of one moment (whole seconds, where a source writes no more) are in the order in which they were written. A command is a process image; any other row tells of one only where the agent gives no ids of its own. */
const subjectsOf = (base: bigint): Sql => sql`
  SELECT
    a.key::DOUBLE                                                     AS key,
    ${seconds("CASE WHEN a.kind = 'cmd' THEN coalesce(a.started, a.time) ELSE a.time END", base)} AS start,
    coalesce(CASE WHEN a.kind = 'cmd' THEN ${seconds('a."end"', base)} END, 'NaN'::DOUBLE) AS "end",
    CASE WHEN a.entityid IS NULL THEN 0::UBIGINT ELSE hash(a.entityid) END       AS entity,
    CASE WHEN a.parententity IS NULL THEN 0::UBIGINT ELSE hash(a.parententity) END AS parent,
    ${raw(TEXT_HASH)}                                                 AS "text",
    ${raw(NAME_HASH('comm'))}                  AS comm,
    ${raw(NAME_HASH('parent'))}                AS above,
    ${raw(['pid', 'ppid', 'vpid', 'tty', 'sid', 'shellid'].map((c) => `coalesce(a.${c} % 2147483648, -1)::INTEGER AS ${c === 'shellid' ? 'shell' : c}`).join(', '))},
    c.place,
    coalesce(l.place, -1)                                             AS "into",
    ( coalesce(a.entered, false)::INTEGER * ${BIT.ENTERED}
    + coalesce(a.probe, false)::INTEGER * ${BIT.PROBE}
    + (a.kind = 'cmd')::INTEGER * ${BIT.CMD}
    + coalesce(NOT regexp_matches(a.parent, ${RUNTIME}), false)::INTEGER * ${BIT.INNER}
    + coalesce(regexp_matches(a.parent, ${RUNTIME}), false)::INTEGER * ${BIT.OUTER}
    + coalesce(NOT a.entered OR a.vpid = 1, false)::INTEGER * ${BIT.INSIDE}
    + ${raw(IS_RUNTIME)}::INTEGER * ${BIT.RUNTIME} )::INTEGER AS bits,
    a.record,
    a.content
  FROM activity a JOIN correlate_scope c USING (scope) LEFT JOIN correlate_let_in l ON l.id = ${raw(LET_INTO)}
  WHERE a.time >= make_timestamp_ns(c.since)
    AND (c.whole OR a.entered IS NOT FALSE OR a.entityid IS NULL OR NOT (${ofTrees}))
    AND (a.kind = 'cmd' OR (a.entityid IS NULL AND a.kind IN ('net', 'file', 'policy')
      AND (a.pid IS NOT NULL OR a.tty > 0 OR regexp_matches(a.parent, ${RUNTIME}))))`;

/** Texts of images whose parent is not in the same container, or that took its place on its process id: no other can be a root or an image of one. */
async function readTexts(connection: Connection): Promise<Text[]> {
  const rows = await connection.all<Row<Text & { hash: bigint }>>(sql`
    WITH above AS (
      SELECT entity, place, min(pid) AS lowest, max(pid) AS highest FROM correlate_subject WHERE entity <> 0 AND bits & ${BIT.RUNTIME}::INTEGER = 0 GROUP BY ALL
    ), wanted AS MATERIALIZED (
      SELECT s."text" AS hash, min(s.key)::BIGINT AS key
      FROM correlate_subject s LEFT JOIN above p ON p.entity = s.parent AND p.place = s.place
      WHERE s.bits & ${BIT.CMD | BIT.OUTER}::INTEGER <> 0 AND (p.entity IS NULL OR (p.lowest = s.pid AND p.highest = s.pid))
      GROUP BY ALL
    )
    SELECT w.hash, left(a.cmdline, ${TEXT_LENGTH}::INTEGER) AS cmdline, a.exe, a.comm
    FROM wanted w JOIN activity a ON a.key = w.key`);
  return rows.map(({ hash, cmdline, exe, comm }) => ({
    low: Number(hash & 0xffff_ffffn),
    high: Number(hash >> 32n),
    cmdline,
    exe,
    comm,
  }));
}
