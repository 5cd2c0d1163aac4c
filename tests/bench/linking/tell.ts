/** How the API servers and the agents told what happened: lines of their logs, and which of them belong to which session. */
import { falco } from './falco';
import { type Agent, type Line, stamp } from './line';
import type { Scenario } from './scenario';
import { tetragon } from './tetragon';
import type { Call, World } from './world';

export interface Told {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** By `path:line`, of the agents' records that sessions caused. */
  readonly caused: ReadonlyMap<string, string>;
  /** By audit id: places of the records of a session's root. */
  readonly roots: ReadonlyMap<string, readonly string[]>;
  /** By `path:line`: the audit id of a record of an API server. */
  readonly asked: ReadonlyMap<string, string>;
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
    const own = world.processes.filter((process) => process.node === node && !(world.scenario.late && process.start < 0));
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
