/**
 * Openers of sessions that no API server tells of: logins over ssh, telnet and at a console, what enters a container from its node (docker exec, nsenter), and
 * shells that entered a container without any call that fits. Their session is the process itself and all below it; the outermost one counts.
 */
import type { Connection } from '../case/database';
import { join, raw, type Sql, sql } from '../contract/sql';
import { findEngineRoots } from './engine-exec';
import type { Answer, Attempt, Input } from './input';
import type { Root } from './roots';
import type { Forest } from './tree';

export type OpenerKind = 'ssh' | 'telnet' | 'console' | 'engine' | 'nsenter' | 'login-shell' | 'entered-shell';

export interface Opener {
  readonly key: number;
  readonly scope: number;
  /** Seconds since the base; of its process. */
  readonly time: number;
  readonly kind: OpenerKind;
  readonly cmdline: string | null;
}

/** Where nothing else is said a session's root is its own originator; what the model leaves out keeps it below certainty itself. */
const SURE = 0.9999;
/** A shell from outside is what it is; that no call of the evidence opened it is an inference. */
const UNCLAIMED = 0.9;

const list = (...names: readonly string[]): Sql => join(names.map((name) => sql`${name}`));
const SHELLS = list('sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'csh', 'tcsh', 'fish', 'busybox');
const SSH = list('sshd', 'sshd-session', 'sshd-auth', 'dropbear');
const TELNET = list('telnetd', 'in.telnetd');
const ENGINES = list('docker', 'podman', 'nerdctl', 'crictl', 'ctr');
const ENTERING = sql`${ENGINES}, 'nsenter'`;
/** Runs at each login by itself (PAM). */
const BY_ITSELF = '(run-parts|update-motd|unix_chkpwd|systemd)';
/** A shell without a script or command of its own: only options, or the plain name. */
const BARE = '^\\S+( +-(l|i|li|il|-login|-norc|-noprofile))*$';

const kindOf = (runtime: string, outside: Sql): Sql => sql`CASE
    WHEN a.parent IN (${SSH}) AND a.comm NOT IN (${SSH}) AND NOT coalesce(regexp_matches(a.cmdline, ${BY_ITSELF}), false) THEN 'ssh'
    WHEN a.parent IN (${TELNET}) AND a.comm <> 'login' THEN 'telnet'
    WHEN a.parent = 'login' THEN 'console'
    WHEN a.comm = 'nsenter' THEN 'nsenter'
    WHEN a.comm IN (${ENGINES}) AND regexp_matches(a.cmdline, '^\\S+ (\\S+ )*?exec ') THEN 'engine'
    WHEN a.comm IN (${SHELLS}) AND (a.entered OR regexp_matches(a.parent, ${runtime}) OR ${outside}) AND (a.tty > 0 OR regexp_matches(a.cmdline, ${BARE})) THEN 'entered-shell'
    WHEN starts_with(a.cmdline, '-') AND a.comm IN (${SHELLS}) THEN 'login-shell'
  END`;

/**
 * In order of time.
 * @param runtime names of container runtimes, as a pattern
 * @param hosts scopes of nodes whose runtimes' own execs are recorded: whether a shell there, whose parent has no name, entered a container is only known from the tree
 */
export async function readOpeners(
  connection: Connection,
  seconds: Sql,
  runtime: string,
  hosts: ReadonlySet<number>,
): Promise<readonly Opener[]> {
  const outside =
    hosts.size === 0
      ? sql`false`
      : sql`(a.parent IS NULL AND NOT coalesce(starts_with(a.cmdline, '-'), false) AND a.scope IN (${join([...hosts].map((scope) => sql`${scope}`))}))`;
  // Materialized: else the patterns are asked of every command.
  const rows = await connection.all<{ key: bigint; scope: number; time: number; opener: OpenerKind; cmdline: string | null }>(sql`
    WITH likely AS MATERIALIZED (
      SELECT a.key, a.scope, a.time, a.started, a.content, a.comm, a.cmdline, a.parent, a.entered, a.tty
      FROM activity a
      WHERE a.kind = 'cmd' AND a.time IS NOT NULL AND a.scope IS NOT NULL
        AND (a.entered IS NOT FALSE AND a.comm IN (${SHELLS}) OR a.comm IN (${ENTERING}) OR a.parent IN (${SSH}, ${TELNET}, 'login'))
    )
    SELECT a.key, a.scope, ${seconds} AS time, ${kindOf(runtime, outside)} AS opener, CASE WHEN opener = 'engine' THEN a.cmdline END AS cmdline
    FROM likely a
    WHERE opener IS NOT NULL
    ORDER BY ${raw('a.time, a.content, a.key')}`);
  return rows.map(({ key, scope, time, opener, cmdline }) => ({ key: Number(key), scope, time, kind: opener, cmdline }));
}

/**
 * Answers of openers: their own process, unless it lies in a session already, or an originator could have opened it. Those that open nothing are left out of `kept`.
 * @param contested roots that an originator might be the cause of, or that are a probe's
 */
export function settleOpeners(
  input: Input,
  forest: Forest,
  roots: readonly Root[],
  answers: readonly Answer[],
  contested: ReadonlySet<number>,
): { readonly answers: readonly Answer[]; readonly kept: readonly number[] } {
  const { attempts, subjects } = input;
  const processes = processesOf(attempts, subjects, forest);
  const started = findEngineRoots(input, forest, roots, answers, (root) => !contested.has(root));
  /** Whose a process is, by originator. */
  const held = new Map(
    answers.flatMap(({ root, heads, confidence }, number) =>
      (root >= 0 && confidence >= 0.5 ? [root, ...heads] : heads).map((process) => [process, number] as const),
    ),
  );
  const rootOf = new Map(roots.map((root, i) => [root.process, i]));
  const entered = (process: number): boolean => {
    const root = rootOf.get(process);
    return root !== undefined && !contested.has(root) && isFromOutside(roots[root] as Root);
  };
  const settled = [...answers];
  const kept: number[] = [];
  for (const [number, { opener }] of attempts.entries()) {
    if (opener === null) {
      kept.push(number);
      continue;
    }
    const process = processes.get(number) ?? -1;
    if (process < 0 || (opener === 'entered-shell' && !entered(process))) continue;
    const heads = started.get(number)?.images.slice(0, 1) ?? [];
    const outer = holderOf(forest, process, held);
    for (const head of heads) held.set(head, outer ?? number);
    if (outer !== undefined) {
      const answer = settled[outer] as Answer;
      if (heads.length > 0) settled[outer] = { ...answer, heads: [...answer.heads, ...heads] };
      continue;
    }
    held.set(process, number);
    kept.push(number);
    const confidence = opener === 'entered-shell' ? UNCLAIMED : SURE;
    const place = subjects.place[forest.row[process] as number] as number;
    settled[number] = { ...(answers[number] as Answer), root: process, place, confidence, nothing: null, heads };
  }
  return { answers: settled, kept };
}

const isFromOutside = ({ outer, probe, entry }: Root): boolean =>
  (outer === 'runtime' || outer === 'entered') && !probe && !entry;

/** Who holds a process, or one above it. */
function holderOf(forest: Forest, process: number, held: ReadonlyMap<number, number>): number | undefined {
  for (let at = process, steps = 0; at >= 0 && steps < 10_000; at = forest.parent[at] as number, steps++) {
    const holder = held.get(at);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** Process of each opener's own row. */
function processesOf(attempts: readonly Attempt[], subjects: Input['subjects'], forest: Forest): ReadonlyMap<number, number> {
  const wanted = new Map<number, number>();
  attempts.forEach(({ key, opener }, number) => {
    if (opener !== null) wanted.set(key, number);
  });
  const found = new Map<number, number>();
  if (wanted.size === 0) return found;
  for (let row = 0; row < subjects.size; row++) {
    const number = wanted.get(subjects.key[row] as number);
    if (number !== undefined) found.set(number, forest.ofRow[row] as number);
  }
  return found;
}
