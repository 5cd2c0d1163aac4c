import type { Call, User } from './audit';
import { type At, DAY, MINUTE, placesOf, SECOND } from './log';
import type { Container, Node, Process } from './node';
import { enter } from './session';
import type { TruthProbe } from './truth';
import type { World } from './world';

/** Entry points of all containers: running before the day began, told again when they restart. */
export function startContainers(world: World): void {
  for (const container of world.containers) {
    for (const life of container.lives) {
      const shim = container.node.spawn({
        at: life.from,
        argv: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'k8s.io', '-id', life.id],
        silent: true,
      });
      const silent = life.from < world.window.from;
      const argv = [`/opt/${container.name}/bin/${container.name}`, '--config', `/etc/${container.name}/app.yaml`];
      life.init = container.node.spawn({ at: life.from, argv, parent: shim, container, life, inInitTree: true, silent });
      shim.until = life.until;
      life.init.until = life.until;
    }
  }
}

/** Exec probes of the kubelet: they enter the container as an exec does, without an API call. */
export function runProbes(world: World): (() => TruthProbe)[] {
  if (!world.options.traps.probes) return [];
  const { story } = world.options;
  const at = (namespace: string, workload: string, n: number, argv: readonly string[], every: number, first?: At) =>
    probe(world, world.container('prod-eu', namespace, workload, n), argv, every, first);
  return [
    at('billing', 'billing-api', 0, story.command, 60, world.storyAt + Math.round(0.41 * SECOND)),
    at('billing', 'billing-api', 1, story.command, 120),
    at('billing', 'ledger-db', 0, ['pg_isready', '-h', '127.0.0.1', '-p', '5432'], 90),
    at('payments', 'gateway', 0, ['/bin/grpc_health_probe', '-addr=:8080'], 120),
    at('payments', 'gateway', 1, ['sh', '-c', 'test -S /run/gateway/ready'], 180),
  ];
}

function probe(world: World, container: Container, argv: readonly string[], every: number, passing?: At): () => TruthProbe {
  const { node } = container;
  const random = world.random.fork(`probe/${container.pod}`);
  container.probes.push([...argv]);
  const period = every * SECOND;
  const phase = (passing ?? Math.round(random.between(0, period))) % period;
  const starts: Process[] = [];
  for (let due = world.window.from - (world.window.from % period) + phase; due < world.window.to; due += period) {
    const at = due + Math.round(random.logNormal(0.07, 0.3) * SECOND);
    const life = world.life(container, at);
    if (at < life.from) continue;
    const process = node.spawn({ at, argv, parent: enter(container, life, at), container, life });
    node.exit(process, at + Math.round(random.logNormal(0.011, 0.5) * SECOND));
    starts.push(process);
  }
  const { cluster, namespace, pod, name } = container;
  return () => ({
    cluster,
    namespace,
    pod,
    container: name,
    argv,
    everySeconds: every,
    runs: placesOf(starts.flatMap((p) => p.exec ?? [])),
  });
}

/** Story 3: a loop below a container's entry point that runs ps again and again. */
export function runNoisyPs(world: World, everySeconds: number): void {
  const container = world.container('prod-eu', 'shop', 'cart');
  const random = world.random.fork('ps');
  const { node } = container;
  for (let at = world.window.from + 7 * SECOND; at < world.window.to; at += everySeconds * SECOND) {
    const start = Math.round(at + random.between(0, 0.4) * SECOND);
    const life = world.life(container, start);
    if (start < life.from) continue;
    const process = node.spawn({
      at: start,
      argv: ['ps', '-eo', 'pid,ppid,rss,args'],
      parent: life.init,
      container,
      life,
      inInitTree: true,
    });
    node.exit(process, start + random.int(9e6, 40e6));
  }
}

/** Jobs that people would see every day: the invoice run every two hours. */
export function runJobs(world: World): void {
  const container = world.container('prod-eu', 'billing', 'invoice-cron');
  const random = world.random.fork('jobs');
  const { node } = container;
  for (let at = world.window.from + 5 * MINUTE; at < world.window.to; at += 120 * MINUTE) {
    const life = world.life(container, at);
    for (const [n, argv] of [
      ['sh', '/opt/invoice/run.sh'],
      ['date', '-u'],
      ['gzip', '-9', '/tmp/invoices.csv'],
      ['curl', '-sf', '-T', '/tmp/invoices.csv.gz', 'https://10.96.31.8/upload'],
    ].entries()) {
      const start = at + n * random.int(1, 4) * SECOND;
      const process = node.spawn({ at: start, argv, parent: life.init, container, life, inInitTree: true });
      if (argv[0] === 'gzip') node.write(process, start + 5e6, '/tmp/invoices.csv.gz');
      if (argv[0] === 'curl') node.connect(process, start + 9e6, '10.96.31.8', 443, 0.5);
      node.exit(process, start + random.int(10e6, 900e6));
    }
  }
}

/** Busier by day. */
const tide = (at: At): number => 0.55 + 0.45 * Math.sin((at / DAY - 0.3) * 2 * Math.PI);

/** Connections and files of the services themselves. @param connections how many over a day, about */
export function runServices(world: World, connections: number, files: number): void {
  const random = world.random.fork('services');
  const services = world.containers.filter((c) => c.workloadKind !== 'CronJob');
  const span = world.window.to - world.window.from;
  const each = (count: number, happen: (container: Container, init: Process, node: Node, at: At) => void) => {
    for (let n = 0; n < (count * span) / DAY; n++) {
      const at = Math.round(random.between(world.window.from, world.window.to));
      const container = random.pick(services);
      const { init, from } = world.life(container, at);
      if (init && at > from && random.chance(tide(at))) happen(container, init, container.node, at);
    }
  };
  each(connections, (container, init, node, at) => {
    const peer = random.pick(services.filter((c) => c.cluster === container.cluster));
    if (random.chance(0.4)) node.accept(init, at, peer.ip, 8080);
    else if (random.chance(0.25))
      node.connect(init, at, `10.96.${random.int(0, 40)}.${random.int(2, 250)}`, 443, random.between(0.02, 9));
    else node.connect(init, at, peer.ip, 8080);
  });
  each(files, (container, init, node, at) => {
    node.write(
      init,
      at,
      random.pick([
        `/var/log/${container.name}/current.log`,
        `/var/lib/${container.name}/wal/00000${random.int(100, 999)}`,
        '/tmp/.lock',
      ]),
    );
  });
  beacon(world, random.fork('beacon').int(0, 600));
}

/** Story 4: the ledger talks to an address nobody knows, every half hour. */
function beacon(world: World, jitter: number): void {
  const container = world.container('prod-eu', 'billing', 'ledger');
  for (let at = world.window.from + jitter * SECOND; at < world.window.to; at += 30 * MINUTE) {
    const { init } = world.life(container, at);
    if (init) container.node.connect(init, at, '192.0.2.77', 8443, 1.3);
  }
}

/** Ordinary API traffic. @param share of what a cluster of this size writes in a day */
export function runApi(world: World, share: number): void {
  const random = world.random.fork('api');
  const { from, to } = world.window;
  const paced =
    (factor: number): Every =>
    (seconds, happen) => {
      const period = (seconds / factor) * SECOND;
      for (let at = from + random.between(0, period); at < to; at += random.between(0.85, 1.15) * period) happen(Math.round(at));
    };
  // The laboratory is quieter, and its server writes RequestReceived too.
  const paceOf = (cluster: string) => paced(cluster === 'lab-us' ? share / 4 : share);
  const call = (cluster: string, rest: Partial<Call> & Pick<Call, 'at' | 'user' | 'verb' | 'uri' | 'resource'>) =>
    world.serverOf(cluster, random).call({ code: 200, ...rest });
  for (const node of world.nodes) kubeletCalls(world, node, paceOf(node.cluster), call);
  for (const cluster of ['prod-eu', 'lab-us']) controllerCalls(world, cluster, paceOf(cluster), call);
  for (const container of world.containers) {
    const every = paceOf(container.cluster);
    every(1800, (at) => call(container.cluster, podCall(world, container, at)));
    every(700, (at) => watch(world, container, at));
  }
}

type Every = (seconds: number, happen: (at: At) => void) => void;
type Caller = (cluster: string, rest: Partial<Call> & Pick<Call, 'at' | 'user' | 'verb' | 'uri' | 'resource'>) => unknown;

function kubeletCalls(world: World, node: Node, every: Every, call: Caller): void {
  const user = world.kubelet(node);
  const path = `/api/v1/nodes/${node.name}`;
  every(60, (at) =>
    call(node.cluster, {
      at,
      user,
      verb: 'patch',
      uri: `${path}/status?timeout=10s`,
      resource: 'nodes',
      subresource: 'status',
      name: node.name,
    }),
  );
  every(90, (at) =>
    call(node.cluster, {
      at,
      user,
      verb: 'get',
      uri: `${path}?resourceVersion=0&timeout=10s`,
      resource: 'nodes',
      name: node.name,
    }),
  );
  every(240, (at) => {
    const own = world.containers.filter((c) => c.node === node);
    const { namespace } = world.random.fork(`token/${node.name}/${at}`).pick(own);
    const uri = `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`;
    call(node.cluster, {
      at,
      user,
      verb: 'create',
      uri,
      resource: 'serviceaccounts',
      subresource: 'token',
      namespace,
      name: 'default',
      code: 201,
    });
  });
}

function controllerCalls(world: World, cluster: string, every: Every, call: Caller): void {
  const ops = world.serviceAccount('platform', 'argocd', '10.244.3.14', 'argocd-application-controller/v2.10.4');
  const cert = world.serviceAccount(
    'platform',
    'cert-manager',
    '10.244.1.31',
    'cert-manager-controller/v1.14.4 (linux/amd64) leader-election',
  );
  const scraper = world.serviceAccount('monitoring', 'prometheus', '10.244.1.90', 'Prometheus/2.51.0');
  const runner = world.serviceAccount('platform', 'ci-runner', '10.244.3.77', 'kubectl/v1.29.3 (linux/amd64) kubernetes/6813625');
  const lease = '/apis/coordination.k8s.io/v1/namespaces/platform/leases/cert-manager-controller';
  every(15, (at) =>
    call(cluster, {
      at,
      user: cert,
      verb: 'update',
      uri: lease,
      resource: 'leases',
      group: 'coordination.k8s.io',
      namespace: 'platform',
      name: 'cert-manager-controller',
    }),
  );
  for (const namespace of ['shop', 'billing', 'payments']) {
    every(120, (at) =>
      call(cluster, {
        at,
        user: ops,
        verb: 'list',
        uri: `/apis/apps/v1/namespaces/${namespace}/deployments?limit=500`,
        resource: 'deployments',
        group: 'apps',
        namespace,
      }),
    );
    every(300, (at) =>
      call(cluster, {
        at,
        user: scraper,
        verb: 'list',
        uri: `/api/v1/namespaces/${namespace}/endpoints?limit=500`,
        resource: 'endpoints',
        namespace,
      }),
    );
  }
  every(1500, (at) => rollout(world, cluster, at, runner, call));
  every(600, (at) =>
    call(cluster, {
      at,
      user: world.system('kube-controller-manager'),
      verb: 'create',
      uri: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      resource: 'subjectaccessreviews',
      group: 'authorization.k8s.io',
      code: 201,
    }),
  );
  const stranger: User = {
    username: 'system:anonymous',
    groups: ['system:unauthenticated'],
    address: '192.0.2.200',
    agent: 'curl/8.5.0',
    allowedBy: '',
  };
  every(5400, (at) =>
    call(cluster, {
      at,
      user: stranger,
      verb: 'list',
      uri: '/api/v1/secrets',
      resource: 'secrets',
      code: 403,
      message:
        'secrets is forbidden: User "system:anonymous" cannot list resource "secrets" in API group "" at the cluster scope',
    }),
  );
}

/** CI sets a new image; the controller scales the replica set. */
function rollout(world: World, cluster: string, at: At, runner: User, call: Caller): void {
  const random = world.random.fork(`rollout/${cluster}/${at}`);
  const { namespace, workload, image } = random.pick(
    world.containers.filter((c) => c.cluster === cluster && c.workloadKind === 'Deployment'),
  );
  const uri = `/apis/apps/v1/namespaces/${namespace}/deployments/${workload}?fieldManager=kubectl-set`;
  const target = { resource: 'deployments', group: 'apps', namespace, name: workload };
  const request = {
    spec: { template: { spec: { containers: [{ name: 'main', image: `${image}-b${random.int(100, 999)}` }] } } },
  };
  call(cluster, { at, user: runner, verb: 'get', uri: uri.split('?')[0]!, ...target });
  call(cluster, { at: at + random.int(20e6, 90e6), user: runner, verb: 'patch', uri, ...target, level: 'Request', request });
  const set = `${workload}-${random.text(10, 'bcdfghjklmnpqrstvwxz2456789')}`;
  const controller = world.system('serviceaccount:kube-system:deployment-controller');
  const replicas = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  call(cluster, {
    at: at + random.int(200e6, 500e6),
    user: controller,
    verb: 'create',
    uri: replicas,
    resource: 'replicasets',
    group: 'apps',
    namespace,
    name: set,
    code: 201,
  });
}

function podCall(world: World, container: Container, at: At): Call {
  const { namespace, pod, node } = container;
  const random = world.random.fork(`pod-call/${pod}/${at}`);
  const name = `${pod}.${random.hex(16)}`;
  const user = world.kubelet(node);
  if (random.chance(0.5))
    return {
      at,
      user,
      verb: 'create',
      uri: `/api/v1/namespaces/${namespace}/events`,
      resource: 'events',
      namespace,
      name,
      code: 201,
    };
  return {
    at,
    user,
    verb: 'patch',
    uri: `/api/v1/namespaces/${namespace}/pods/${pod}/status`,
    resource: 'pods',
    subresource: 'status',
    namespace,
    name: pod,
    code: 200,
  };
}

/** A watch that its client renews: RequestReceived may be omitted, ResponseStarted and ResponseComplete are told. */
function watch(world: World, container: Container, at: At): void {
  const random = world.random.fork(`watch/${container.pod}/${at}`);
  const { namespace, cluster } = container;
  const seconds = random.int(300, 599);
  const resource = random.pick(['configmaps', 'services', 'endpoints']);
  const uri = `/api/v1/namespaces/${namespace}/${resource}?allowWatchBookmarks=true&resourceVersion=${random.int(9_000_000, 9_999_999)}&timeoutSeconds=${seconds}&watch=true`;
  const user = world.serviceAccount(
    namespace,
    'default',
    container.ip,
    `${container.workload}/v0.0.0 (linux/amd64) kubernetes/$Format`,
  );
  const ended = at + seconds * SECOND;
  const call: Call = { at, user, verb: 'watch', uri, resource, namespace, code: 200 };
  world.serverOf(cluster, random).stream(call, at + random.int(1e6, 9e6), ended < world.window.to ? ended : undefined);
}
