/** How the API servers and the agents told what happened: lines of their logs, and which of them belong to which session. */
import type { Scenario } from './scenario';
import { type Call, type Connection, clockOf, type Process, type World } from './world';

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

/** How an agent tells of a process and of a connection. */
export interface Agent {
  readonly process: (world: World, process: Process) => readonly Line[];
  readonly connection: (world: World, connection: Connection) => readonly Line[];
}

export function tell(world: World): Told {
  const caused = new Map<string, string>();
  const asked = new Map<string, string>();
  const roots = new Map<string, string[]>();
  const files: { path: string; text: string }[] = [];
  const put = (path: string, lines: readonly Line[], each: (place: string, line: Line) => void): void => {
    const sorted = [...lines].sort((a, b) => a.at - b.at);
    if (world.scenario.shuffled) world.chance.shuffle(sorted);
    for (const [i, line] of sorted.entries()) each(`${path}:${i + 1}`, line);
    files.push({ path, text: sorted.map(({ text }) => `${text}\n`).join('') });
  };
  for (const server of world.scenario.oneLog ? [0] : world.servers.keys()) {
    const calls = world.calls.filter((call) => world.scenario.oneLog || call.server === server);
    const all = calls.flatMap((call) => (world.scenario.audit === 'gke' ? gke : kubernetes)(world, call));
    const lines = all.filter(() => !world.chance.holds(world.scenario.auditLoss ?? 0));
    const folder = world.scenario.twins ? `cluster-${server + 1}/cp` : `cp-${server + 1}`;
    const ask = (place: string, { session = '' }: Line) => asked.set(place, session);
    const cut = world.scenario.rotated ? world.scenario.seconds / 2 : Number.POSITIVE_INFINITY;
    put(
      `${folder}/audit.log`,
      lines.filter(({ at }) => at < cut),
      ask,
    );
    if (world.scenario.rotated)
      put(
        `${folder}/audit-2026-05-12T09-30-00.000.log`,
        lines.filter(({ at }) => at >= cut),
        ask,
      );
  }
  const { loss = 0 } = world.scenario;
  const agents = agentsOf(world.scenario);
  for (const node of new Set(world.processes.map((process) => process.node))) {
    const own = world.processes.filter((process) => process.node === node);
    const net = world.connections.filter(({ process }) => process.node === node);
    const folder = world.scenario.twins ? `cluster-${node.cluster + 1}/` : '';
    for (const [name, agent] of agents) {
      const lines = [
        ...own.flatMap((process) => agent.process(world, process)),
        ...net.flatMap((connection) => agent.connection(world, connection)),
      ].filter(() => !world.chance.holds(loss));
      put(`${folder}${node.name}/${name}.json`, lines, (place, { session, root }) => {
        if (session === undefined) return;
        caused.set(place, session);
        if (root) roots.set(session, [...(roots.get(session) ?? []), place]);
      });
    }
  }
  return { files, caused, roots, asked };
}

const agentsOf = ({ agent, both }: Scenario): readonly (readonly [name: string, agent: Agent])[] => [
  ...(agent === 'tetragon' || both ? ([['tetragon', tetragon]] as const) : []),
  ...(agent === 'falco' || both ? ([['falco', falco]] as const) : []),
];

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
      verb: call.verb,
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
  const { only } = world.scenario;
  if (only) {
    const at = { ResponseComplete: call.complete, ResponseStarted: call.ready, RequestReceived: call.received }[only];
    return only === 'ResponseStarted' && code !== 101 ? [line('ResponseComplete', call.complete)] : [line(only, at)];
  }
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

const execId = ({ node, start, pid }: Process): string =>
  Buffer.from(`${node.name}:${Math.floor((start + 9e6) * 1e9)}:${pid}`).toString('base64');
const firstImage = (process: Process): Process => (process.replaced ? firstImage(process.replaced) : process);
/** The runtime's own process, which is named as parent and not logged. */
const outsideOf = (process: Process): Process => ({ ...process, start: firstImage(process).start - 0.01, pid: 77 });

function told({ scenario }: World, process: Process): { readonly process: object; readonly parent: object } | undefined {
  const { node, life, parent } = process;
  if (!life) return undefined;
  const above = parent
    ? { exec_id: execId(parent), pid: parent.pid, binary: binaryOf(parent.argv[0] as string) }
    : {
        exec_id: execId(outsideOf(process)),
        pid: 77,
        binary: process.init ? '/usr/bin/containerd-shim-runc-v2' : '/usr/bin/runc',
      };
  const own = {
    exec_id: execId(process),
    pid: process.pid,
    uid: 0,
    cwd: '/',
    binary: binaryOf(process.argv[0] as string),
    arguments: process.argv
      .slice(1)
      .map((word) => (/\s/.test(word) ? `"${word}"` : word))
      .join(' '),
    flags: process.replaced ? 'execve rootcwd' : 'execve rootcwd clone',
    start_time: stamp(clockOf(node, process.start), 9),
    auid: 4294967295,
    pod: {
      namespace: life.container.namespace,
      name: life.container.pod,
      container: {
        id: `containerd://${life.id}`,
        name: life.container.name,
        start_time: stamp(life.from, 3),
        ...(scenario.lean ? {} : { pid: process.vpid }),
        ...(process.probe && !scenario.lean ? { maybe_exec_probe: true } : {}),
      },
      workload: life.container.pod.replace(/-[^-]*$/, ''),
      workload_kind: 'Deployment',
    },
    docker: life.id.slice(0, 31),
    parent_exec_id: above.exec_id,
    tid: process.pid,
    ...(scenario.lean ? {} : { in_init_tree: process.init }),
  };
  return { process: own, parent: above };
}

/** process_exec and process_exit; of an image that another replaced no exit. */
export const tetragon: Agent = {
  process(world, process) {
    const { node } = process;
    const both = told(world, process);
    if (!both) return [];
    const line = (key: string, at: number): Line => ({
      at: clockOf(node, at),
      session: process.session,
      root: process.parent === undefined,
      text: JSON.stringify({ [key]: both, node_name: node.name, time: stamp(clockOf(node, at), 9) }),
    });
    return [line('process_exec', process.start), ...(world.replaced.has(process) ? [] : [line('process_exit', process.end)])];
  },
  connection(world, { process, at, address, port }) {
    const { node } = process;
    const both = told(world, process);
    if (!both) return [];
    const socket = {
      family: 'AF_INET',
      type: 'SOCK_STREAM',
      protocol: 'IPPROTO_TCP',
      saddr: '10.1.0.7',
      daddr: address,
      dport: port,
    };
    const event = { ...both, function_name: 'tcp_connect', args: [{ sock_arg: socket }], action: 'KPROBE_ACTION_POST' };
    const time = clockOf(node, at);
    const text = JSON.stringify({ process_kprobe: event, node_name: node.name, time: stamp(time, 9) });
    return [{ at: time, session: process.session, text }];
  },
};

function fieldsOf({ habits, scenario }: World, process: Process): object | undefined {
  const { life, parent, forked } = process;
  if (!life) return undefined;
  const name = baseName(process.argv[0] as string);
  const pname = parent ? baseName(parent.argv[0] as string) : process.init ? 'containerd-shim' : 'runc';
  return {
    'container.id': life.id.slice(0, 12),
    'container.name': life.container.name,
    'k8s.ns.name': life.container.namespace,
    'k8s.pod.name': life.container.pod,
    'proc.cmdline': [name, ...process.argv.slice(1)].join(' '),
    'proc.name': name,
    'proc.pid': process.pid,
    'proc.ppid': parent
      ? parent.pid + (forked ? 1_000_000 + (process.pid % 5) : 0)
      : habits.ownRuntime
        ? firstImage(process).pid + 2_000_000
        : 77,
    ...(scenario.lean ? {} : { 'proc.pname': pname }),
    'proc.tty': process.tty ? 34816 + process.pts : 0,
    ...(habits.namesVpid ? { 'proc.vpid': process.vpid } : {}),
    ...(habits.namesSid ? { 'proc.sid': (process.leader ?? process).vpid } : {}),
    'user.name': 'root',
  };
}

function alert(process: Process, at: number, rule: string, fields: object): Line[] {
  const { node, session, parent } = process;
  const time = clockOf(node, at);
  const event = {
    hostname: node.name,
    output: rule,
    output_fields: fields,
    priority: 'Notice',
    rule,
    source: 'syscall',
    tags: [],
    time: stamp(time, 9),
  };
  return [{ at: time, session, root: parent === undefined && rule === SPAWNED, text: JSON.stringify(event) }];
}
const SPAWNED = 'Spawned process';
/** What rules of the kind that Falco ships look for. */
const isCaught = ({ tty, argv }: Process): boolean =>
  (tty && /(^|\/)(ba|a)?sh$/.test(argv[0] as string)) || /curl|passwd|token|key/.test(argv.join(' '));

/** A rule for every spawned process: no exits, no ids beyond pid and ppid; and one for connections. */
export const falco: Agent = {
  process(world, process) {
    const fields = fieldsOf(world, process);
    if (world.scenario.sparse && !isCaught(process)) return [];
    return fields ? alert(process, process.start, SPAWNED, { ...fields, 'evt.type': 'execve' }) : [];
  },
  connection(world, { process, at, address, port }) {
    const fields = fieldsOf(world, process);
    if (!fields) return [];
    const peer = {
      'evt.type': 'connect',
      'fd.name': `10.1.0.7:40000->${address}:${port}`,
      'fd.cip': '10.1.0.7',
      'fd.cport': 40000,
    };
    const server = { 'fd.sip': address, 'fd.sport': port, 'fd.l4proto': 'tcp' };
    return alert(process, at, 'Outbound connection', { ...fields, ...peer, ...server });
  },
};
