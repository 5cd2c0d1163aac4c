/** How the API servers and the agents told what happened: lines of their logs, and which of them belong to which session. */
import type { Call, Process, World } from './world';

/** Where the generated day begins. */
const MIDNIGHT = Date.UTC(2026, 4, 12, 8);

export const stamp = (seconds: number, digits: 3 | 6 | 9): string => {
  const whole = Math.floor(seconds);
  const rest = Math.floor((seconds - whole) * 1e9);
  return `${new Date(MIDNIGHT + whole * 1000).toISOString().slice(0, 19)}.${String(rest).padStart(9, '0').slice(0, digits)}Z`;
};
export const epochNs = (seconds: number): string =>
  String(BigInt(MIDNIGHT) * 1_000_000n + BigInt(Math.floor(seconds)) * 1_000_000_000n + BigInt(Math.floor((seconds % 1) * 1e9)));

interface Line {
  readonly at: number;
  readonly text: string;
  /** Audit id; undefined for what no session caused. */
  readonly session?: string;
  readonly root?: boolean;
}

export interface Told {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** By `path:line`, of the agents' records that sessions caused. */
  readonly caused: ReadonlyMap<string, string>;
  /** By audit id: places of the records of a session's root. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
  /** By `path:line`: the audit id of a record of an API server. */
  readonly asked: ReadonlyMap<string, string>;
}

export function tell(world: World, agentLines: (world: World, process: Process) => readonly Line[]): Told {
  const caused = new Map<string, string>();
  const asked = new Map<string, string>();
  const roots = new Map<string, string[]>();
  const files: { path: string; text: string }[] = [];
  const put = (path: string, lines: readonly Line[], each: (place: string, line: Line) => void): void => {
    const sorted = [...lines].sort((a, b) => a.at - b.at);
    for (const [i, line] of sorted.entries()) each(`${path}:${i + 1}`, line);
    files.push({ path, text: sorted.map(({ text }) => `${text}\n`).join('') });
  };
  for (const server of world.servers.keys()) {
    const calls = world.calls.filter((call) => call.server === server);
    const lines = calls.flatMap((call) => (world.scenario.audit === 'gke' ? gke : kubernetes)(world, call));
    put(`cp-${server + 1}/audit.log`, lines, (place, { session = '' }) => asked.set(place, session));
  }
  const { loss = 0 } = world.scenario;
  for (const node of new Set(world.processes.map((process) => process.node))) {
    const own = world.processes.filter((process) => process.node === node);
    const lines = own.flatMap((process) => agentLines(world, process)).filter(() => !world.chance.holds(loss));
    put(`${node.name}/${world.scenario.agent}.json`, lines, (place, { session, root }) => {
      if (session === undefined) return;
      caused.set(place, session);
      if (root) roots.set(session, [...(roots.get(session) ?? []), place]);
    });
  }
  return { files, caused, roots, asked };
}

function kubernetes(world: World, call: Call): Line[] {
  const { container, argv, tty, code } = call;
  const offset = world.servers[call.server] as number;
  const query = [
    ...argv.map((word) => ['command', word]),
    ['container', container.name],
    ['stdin', String(tty)],
    ['stdout', 'true'],
    ['tty', String(tty)],
  ];
  const path = `/api/v1/namespaces/${container.namespace}/pods/${container.pod}/exec`;
  const line = (stage: string, at: number): Line => ({
    at: at + offset,
    session: call.auditId,
    text: JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: call.auditId,
      stage,
      requestURI: `${path}?${new URLSearchParams(query.map(([k, v]) => [k as string, v as string]))}`,
      verb: 'create',
      user: { username: call.user, groups: ['system:authenticated'] },
      sourceIPs: ['192.0.2.44'],
      userAgent: 'kubectl/v1.33.1',
      objectRef: { resource: 'pods', namespace: container.namespace, name: container.pod, apiVersion: 'v1', subresource: 'exec' },
      ...(stage === 'RequestReceived' ? {} : { responseStatus: { metadata: {}, code } }),
      requestReceivedTimestamp: stamp(call.received + offset, 6),
      stageTimestamp: stamp(at + offset, 6),
      annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' },
    }),
  });
  return [
    ...(world.habits.received ? [line('RequestReceived', call.received)] : []),
    ...(code === 101 ? [line('ResponseStarted', call.ready)] : []),
    line('ResponseComplete', call.complete),
  ];
}

function gke(world: World, call: Call): Line[] {
  const { container, code } = call;
  const offset = world.servers[call.server] as number;
  const line = (at: number, first: boolean): Line => ({
    at: at + offset,
    session: call.auditId,
    text: JSON.stringify({
      insertId: `${call.auditId}${first ? 'a' : 'b'}`,
      logName: 'projects/demo/logs/cloudaudit.googleapis.com%2Factivity',
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        serviceName: 'k8s.io',
        methodName: 'io.k8s.core.v1.pods.exec.create',
        resourceName: `core/v1/namespaces/${container.namespace}/pods/${container.pod}/exec`,
        authenticationInfo: { principalEmail: `${call.user}@example.com` },
        requestMetadata: { callerIp: '192.0.2.44', callerSuppliedUserAgent: 'kubectl/v1.33.1' },
        status: first || code === 101 ? {} : { code: 7 },
      },
      operation: { id: call.auditId, producer: 'k8s.io', ...(first ? { first: true } : { last: true }) },
      resource: { type: 'k8s_cluster', labels: { cluster_name: 'demo', location: 'x', project_id: 'demo' } },
      labels: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' },
      timestamp: stamp(at + offset, 6),
    }),
  });
  return code === 101 ? [line(call.received, true), line(call.complete, false)] : [line(call.received, true)];
}

const baseName = (word: string): string => word.slice(word.lastIndexOf('/') + 1);
const binaryOf = (word: string): string => (word.startsWith('/') ? word : `/usr/bin/${word}`);

/** process_exec and process_exit. The runtime's own process is named as parent and not logged. */
export function tetragon(_: World, process: Process): Line[] {
  const { node, life, parent } = process;
  if (!life) return [];
  const id = (p: Process): string =>
    Buffer.from(`${p.node.name}:${Math.floor((p.start + 9e6) * 1e9)}:${p.pid}`).toString('base64');
  const outside = Buffer.from(`${node.name}:${Math.floor((process.start + 8.99e6) * 1e9)}:77`).toString('base64');
  const told = {
    exec_id: id(process),
    pid: process.pid,
    uid: 0,
    cwd: '/',
    binary: binaryOf(process.argv[0] as string),
    arguments: process.argv
      .slice(1)
      .map((word) => (/\s/.test(word) ? `"${word}"` : word))
      .join(' '),
    flags: 'execve rootcwd clone',
    start_time: stamp(process.start + node.offset, 9),
    auid: 4294967295,
    pod: {
      namespace: life.container.namespace,
      name: life.container.pod,
      container: {
        id: `containerd://${life.id}`,
        name: life.container.name,
        start_time: stamp(life.from, 3),
        pid: process.vpid,
        ...(process.probe ? { maybe_exec_probe: true } : {}),
      },
      workload: life.container.pod.replace(/-[^-]*$/, ''),
      workload_kind: 'Deployment',
    },
    docker: life.id.slice(0, 31),
    parent_exec_id: parent ? id(parent) : outside,
    tid: process.pid,
    in_init_tree: process.init,
  };
  const above = parent
    ? { exec_id: id(parent), pid: parent.pid, binary: binaryOf(parent.argv[0] as string) }
    : { exec_id: outside, pid: 77, binary: process.init ? '/usr/bin/containerd-shim-runc-v2' : '/usr/bin/runc' };
  const line = (key: string, at: number): Line => ({
    at: at + node.offset,
    session: process.session,
    root: parent === undefined,
    text: JSON.stringify({ [key]: { process: told, parent: above }, node_name: node.name, time: stamp(at + node.offset, 9) }),
  });
  return [line('process_exec', process.start), line('process_exit', process.end)];
}

/** A rule for every spawned process: no exits, no ids beyond pid and ppid. */
export function falco({ habits }: World, process: Process): Line[] {
  const { node, life, parent, forked } = process;
  if (!life) return [];
  const at = process.start + node.offset;
  const name = baseName(process.argv[0] as string);
  const fields = {
    'container.id': life.id.slice(0, 12),
    'container.name': life.container.name,
    'evt.type': 'execve',
    'k8s.ns.name': life.container.namespace,
    'k8s.pod.name': life.container.pod,
    'proc.cmdline': [name, ...process.argv.slice(1)].join(' '),
    'proc.name': name,
    'proc.pid': process.pid,
    'proc.ppid': parent
      ? parent.pid + (forked ? 1_000_000 + (process.pid % 5) : 0)
      : habits.ownRuntime
        ? process.pid + 2_000_000
        : 77,
    'proc.pname': parent ? baseName(parent.argv[0] as string) : process.init ? 'containerd-shim' : 'runc',
    'proc.tty': process.tty ? 34816 + process.pts : 0,
    ...(habits.namesVpid ? { 'proc.vpid': process.vpid } : {}),
    ...(habits.namesSid ? { 'proc.sid': (process.leader ?? process).vpid } : {}),
    'user.name': 'root',
  };
  const event = {
    hostname: node.name,
    output: `Spawned ${name}`,
    output_fields: fields,
    priority: 'Notice',
    rule: 'Spawned process',
    source: 'syscall',
    tags: [],
    time: stamp(at, 9),
  };
  return [{ at, session: process.session, root: parent === undefined, text: JSON.stringify(event) }];
}
