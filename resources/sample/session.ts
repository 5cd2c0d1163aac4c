import type { Call, Stage, User } from './audit';
import { RULES } from './falco';
import { type At, type Mark, placeOf, placesOf, SECOND } from './log';
import type { Container, Life, Process } from './node';
import type { TruthConnection, TruthFile, TruthProcess, TruthSession, TruthStage } from './truth';
import type { World } from './world';

/** What a process does besides starting others; `after` in seconds from its start. */
export type Act =
  | { readonly connect: string; readonly port: number; readonly after: number; readonly lasts?: number; readonly odd?: boolean }
  | { readonly write: string; readonly after: number }
  | { readonly remove: string; readonly after: number };

/** A command in a session; waits in seconds from the end of the one before (children: from the parent's start). */
export interface Step {
  readonly wait: number;
  readonly argv: readonly string[];
  readonly lasts: number;
  readonly acts?: readonly Act[];
  readonly children?: readonly Step[];
  /** Left running: the next step does not wait for it, and it may outlive the session. */
  readonly background?: boolean;
  /** Images that replace it by execve without fork, one after another. */
  readonly becomes?: readonly (readonly string[])[];
  readonly alert?: keyof typeof RULES;
}

export const step = (wait: number, argv: readonly string[], lasts: number, more: Partial<Step> = {}): Step => ({
  wait,
  argv,
  lasts,
  ...more,
});

export interface SessionPlan {
  readonly story: string;
  readonly kind?: TruthSession['kind'];
  readonly user: User;
  readonly container: Container;
  readonly command: readonly string[];
  readonly tty: boolean;
  readonly at: At;
  readonly transport: TruthSession['transport'];
  readonly steps: readonly Step[];
  /** What the root does itself. */
  readonly acts?: readonly Act[];
  readonly becomes?: readonly (readonly string[])[];
  /** Seconds from the last step (or the start) to the root's exit. */
  readonly rest: number;
  readonly outcome?: 'refused' | 'no-process';
  /** The websocket GET is refused (the role names only `create`), kubectl repeats it as POST. */
  readonly refusedFirst?: boolean;
  /** The entry point that an attach joins. */
  readonly joins?: Process;
  /** It was still open when the logs were taken. */
  readonly open?: boolean;
}

interface Happened {
  readonly processes: { process: Process; end?: At; background: boolean }[];
  readonly connections: { process: Process; address: string; port: number; marks: Mark[] }[];
  readonly files: { process: Process; path: string; mode: 'write' | 'delete'; mark: Mark }[];
  readonly hits: Mark[];
}

/** Lets a session happen and returns what to say about it once the logs are written. */
export function runSession(world: World, plan: SessionPlan): () => TruthSession {
  const random = world.random.fork(`session/${plan.user.username}/${plan.container.pod}/${plan.at}`);
  const server = world.serverOf(plan.container.cluster, random);
  const repeats = plan.refusedFirst || (plan.outcome === 'refused' && plan.transport === 'websocket');
  const call = callOf(repeats ? { ...plan, transport: 'spdy' } : plan);
  const fallback = repeats ? server.call({ ...call, ...refused(plan, 'get'), verb: 'get' }, 0.004) : [];
  const at = plan.at + (repeats ? Math.round(random.between(0.08, 0.3) * SECOND) : 0);
  const final = { ...call, at };
  const happened: Happened = { processes: [], connections: [], files: [], hits: [] };

  if (plan.outcome === 'refused') {
    const stages = server.call({ ...final, ...refused(plan, call.verb) }, 0.004);
    return () => tell(plan, stages, fallback, happened, undefined);
  }
  const started = at + Math.round(random.between(0.012, 0.06) * SECOND);
  const life = world.life(plan.container, started);
  const kind = plan.kind ?? 'exec';
  const process = plan.outcome === 'no-process' || kind === 'attach' || kind === 'port-forward';
  const end = process ? started + Math.round(plan.rest * SECOND) : runRoot(world, plan, life, started, happened);
  const complete = end + Math.round(random.logNormal(0.028, 0.35) * SECOND);
  const stages = server.stream(final, started, plan.open ? undefined : complete);
  return () => tell(plan, stages, fallback, happened, end);
}

/** runc enters the container and becomes the command; returns when the root ended. */
function runRoot(world: World, plan: SessionPlan, life: Life, started: At, happened: Happened): At {
  const { container, command } = plan;
  const { node } = container;
  const random = world.random.fork(`root/${plan.user.username}/${container.pod}/${plan.at}`);
  const at = started + Math.round(random.logNormal(0.13, 0.55) * SECOND);
  const runc = enter(container, life, at, plan.tty);
  const terminal = plan.tty ? node.terminal(life, at) : undefined;
  const root = node.spawn({ at, argv: command, parent: runc, container, life, terminal });
  const entry = { process: root, background: false, end: undefined as At | undefined };
  happened.processes.push(entry);
  if (plan.tty && /sh$/.test(root.binary)) happened.hits.push(...marks(node.alert(root, at, RULES.terminalShell)));
  const acting = become(plan.becomes, root, at, happened);
  act(acting, at, plan.acts ?? [], happened);
  let clock = at;
  for (const step of plan.steps) clock = runStep(step, acting, clock, happened);
  const end = clock + Math.round(plan.rest * SECOND);
  if (!plan.open) node.exit(acting, end);
  entry.end = end;
  if (terminal) terminal.until = end;
  return end;
}

/** The runtime's own process, on the host: no agent exports it. */
export function enter(container: Container, life: Life, at: At, tty = false): Process {
  const { node } = container;
  const task = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${life.id}`;
  const id = node.random.hex(64);
  const n = node.random.int(1e8, 4e9);
  const argv = [
    'runc',
    '--root',
    '/run/containerd/runc/k8s.io',
    '--log',
    `${task}/log.json`,
    '--log-format',
    'json',
    '--systemd-cgroup',
  ];
  const console = tty ? ['--console-socket', `/tmp/pty${n}/pty.sock`] : [];
  const rest = ['exec', '--process', `/tmp/runc-process${n}`, ...console, '--detach', '--pid-file', `${task}/${id}.pid`, life.id];
  const runc = node.spawn({ at: at - node.random.int(40e6, 90e6), argv: [...argv, ...rest], cwd: task, silent: true });
  runc.until = at + SECOND;
  return runc;
}

function become(images: SessionPlan['becomes'], process: Process, at: At, happened: Happened): Process {
  let now = process;
  for (const [n, argv] of (images ?? []).entries()) {
    const { node } = process.container!;
    const { container, life, spawn } = process;
    now = node.spawn({
      at: at + (n + 1) * 1_700_000,
      argv,
      parent: now,
      container,
      life,
      terminal: spawn.terminal,
      replaces: true,
    });
    happened.processes.push({ process: now, background: false });
  }
  return now;
}

function runStep(step: Step, parent: Process, from: At, happened: Happened): At {
  const { container, life, spawn } = parent;
  const { node } = container!;
  const at = from + Math.round(step.wait * SECOND);
  const process = node.spawn({ at, argv: step.argv, parent, container, life, terminal: spawn.terminal });
  const end = at + Math.round(step.lasts * SECOND);
  happened.processes.push({ process, end, background: step.background ?? false });
  if (step.alert) happened.hits.push(...marks(node.alert(process, at, RULES[step.alert])));
  const acting = become(step.becomes, process, at, happened);
  act(acting, at, step.acts ?? [], happened);
  for (const child of step.children ?? []) runStep(child, acting, at, happened);
  node.exit(acting, end);
  return step.background ? at : end;
}

function act(process: Process, at: At, acts: readonly Act[], happened: Happened): void {
  const { node } = process.container!;
  for (const it of acts) {
    const when = at + Math.round(it.after * SECOND);
    if ('connect' in it) {
      happened.connections.push({
        process,
        address: it.connect,
        port: it.port,
        marks: node.connect(process, when, it.connect, it.port, it.lasts),
      });
      const fields = {
        'evt.type': 'connect',
        'fd.l4proto': 'tcp',
        'fd.name': `${process.container!.ip}:40000->${it.connect}:${it.port}`,
      };
      if (it.odd) happened.hits.push(...marks(node.alert(process, when, RULES.outbound, fields)));
    } else if ('write' in it) {
      for (const mark of marks(node.write(process, when, it.write)))
        happened.files.push({ process, path: it.write, mode: 'write', mark });
    } else {
      for (const mark of marks(node.unlink(process, when, it.remove)))
        happened.files.push({ process, path: it.remove, mode: 'delete', mark });
    }
  }
}

const marks = (mark: Mark | undefined): Mark[] => (mark ? [mark] : []);

/** The query of kubectl: command words in order, form-encoded by Go (sorted by key). */
function callOf({ user, container, command, tty, at, transport, kind = 'exec' }: SessionPlan): Call {
  const subresource = kind === 'cp' ? 'exec' : kind === 'port-forward' ? 'portforward' : kind;
  const encode = (word: string) =>
    encodeURIComponent(word)
      .replace(/%20/g, '+')
      .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const words = command.map((word) => `command=${encode(word)}`);
  const streams = tty ? ['stdin=true', 'stdout=true', 'tty=true'] : ['stderr=true', 'stdout=true'];
  const query = kind === 'port-forward' ? '' : `?${[...words, `container=${container.name}`, ...streams].join('&')}`;
  const { namespace, pod } = container;
  return {
    at,
    user,
    verb: transport === 'websocket' ? 'get' : 'create',
    uri: `/api/v1/namespaces/${namespace}/pods/${pod}/${subresource}${query}`,
    resource: 'pods',
    subresource,
    namespace,
    name: pod,
    code: 101,
    level: 'RequestResponse',
  };
}

function refused({ user, container }: SessionPlan, verb: string): { code: number; message: string } {
  const what = `cannot ${verb} resource "pods/exec" in API group "" in the namespace "${container.namespace}"`;
  return { code: 403, message: `pods "${container.pod}" is forbidden: User "${user.username}" ${what}` };
}

const stagesOf = (stages: readonly Stage[]): TruthStage[] =>
  stages.flatMap(({ stage, mark }) => {
    const place = placeOf(mark);
    return place ? [{ stage, place }] : [];
  });

function tell(
  plan: SessionPlan,
  stages: readonly Stage[],
  fallback: readonly Stage[],
  happened: Happened,
  end: At | undefined,
): TruthSession {
  const { container } = plan;
  const root = happened.processes[0]?.process;
  const told = stagesOf(stages);
  const processes: TruthProcess[] = happened.processes
    .toSorted((a, b) => a.process.start - b.process.start)
    .map(({ process, end: ended, background }) => ({
      execId: process.execId,
      parentExecId: process.parent?.execId ?? '',
      node: container.node.name,
      pid: process.pid,
      argv: process.argv,
      exec: placeOf(process.exec),
      exit: placeOf(process.exit),
      outlives: (background && end !== undefined && (ended ?? 0) > end) || undefined,
    }));
  const connections: TruthConnection[] = happened.connections.flatMap(({ process: { execId }, address, port, marks: m }) => {
    const places = placesOf(m);
    return places.length > 0 ? [{ execId, address, port, places }] : [];
  });
  const files: TruthFile[] = happened.files.flatMap(({ process: { execId }, path, mode, mark }) => {
    const place = placeOf(mark);
    return place ? [{ execId, path, mode, place }] : [];
  });
  const noProcess = plan.outcome ?? (root ? (placeOf(root.exec) ? 'ran' : 'unrecorded') : 'no-process');
  return {
    story: plan.story,
    kind: plan.kind ?? 'exec',
    transport: fallback.length > 0 ? 'spdy' : plan.transport,
    user: plan.user.username,
    sourceAddress: plan.user.address,
    cluster: container.cluster,
    namespace: container.namespace,
    pod: container.pod,
    container: container.name,
    command: plan.command,
    tty: plan.tty,
    outcome: noProcess,
    originator: told.at(-1)!.place,
    stages: told,
    fallback: fallback.length > 0 ? stagesOf(fallback) : undefined,
    root: root?.execId,
    joins: plan.joins?.execId,
    processes,
    connections,
    files,
    hits: placesOf(happened.hits),
  };
}
