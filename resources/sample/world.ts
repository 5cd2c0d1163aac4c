import { ApiServer, type User } from './audit';
import { type At, Calendar, DAY, HOUR, Log, MINUTE, SECOND } from './log';
import { type Container, type Life, Node } from './node';
import type { SampleOptions } from './options';
import { Random } from './random';
import type { Truth } from './truth';

/** Namespace, workload, kind, pods, container, image, node of the first pod. All invented. */
const WORKLOADS = [
  ['shop', 'storefront', 'Deployment', 2, 'web', 'shop/storefront:5.2.0', 2],
  ['shop', 'cart', 'Deployment', 2, 'cart', 'shop/cart:2.8.1', 1],
  ['shop', 'checkout', 'Deployment', 2, 'checkout', 'shop/checkout:2.1.4', 3],
  ['billing', 'billing-api', 'Deployment', 2, 'main', 'billing/api:3.4.1', 2],
  ['billing', 'ledger', 'Deployment', 2, 'ledger', 'billing/ledger:1.19.0', 1],
  ['billing', 'ledger-db', 'StatefulSet', 1, 'postgres', 'billing/postgres:16.2', 3],
  ['billing', 'invoice-cron', 'CronJob', 1, 'invoice', 'billing/invoice:1.2.0', 2],
  ['monitoring', 'prometheus', 'StatefulSet', 1, 'prometheus', 'monitoring/prometheus:2.51.0', 1],
  ['monitoring', 'grafana', 'Deployment', 1, 'grafana', 'monitoring/grafana:10.4.1', 3],
  ['monitoring', 'alertmanager', 'StatefulSet', 1, 'alertmanager', 'monitoring/alertmanager:0.27.0', 1],
  ['kube-system', 'coredns', 'Deployment', 2, 'coredns', 'kube-system/coredns:1.11.1', 1],
  ['kube-system', 'metrics-server', 'Deployment', 1, 'metrics-server', 'kube-system/metrics-server:0.7.1', 3],
  ['payments', 'gateway', 'Deployment', 2, 'gateway', 'payments/gateway:4.0.2', 2],
  ['payments', 'vault-sync', 'Deployment', 1, 'sync', 'payments/vault-sync:0.9.3', 3],
  ['platform', 'argocd', 'Deployment', 1, 'server', 'platform/argocd:2.10.4', 3],
  ['platform', 'cert-manager', 'Deployment', 1, 'controller', 'platform/cert-manager:1.14.4', 1],
] as const;

const LAB_WORKLOADS = [
  ['shop', 'storefront', 'Deployment', 1, 'web', 'shop/storefront:5.3.0-rc1', 1],
  ['billing', 'billing-api', 'Deployment', 1, 'main', 'billing/api:3.5.0-rc2', 1],
  ['platform', 'runner', 'Deployment', 1, 'runner', 'platform/runner:7.1.0', 1],
] as const;

/** Letters and digits of Kubernetes' generated names. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';
const NOVICE = ['system:authenticated'];

export interface Gap {
  readonly log: Log;
  readonly from: At;
  readonly to: At;
}

/** Clusters, nodes, pods and people, before anything happens. */
export class World {
  readonly random: Random;
  readonly calendar: Calendar;
  readonly servers: readonly ApiServer[];
  readonly nodes: readonly Node[];
  readonly containers: readonly Container[];
  readonly logs: Log[] = [];
  readonly gaps: Gap[] = [];
  readonly clusters: Truth['clusters'] = [
    { member: 'prod-eu/**', value: 'prod-eu' },
    { member: 'lab-us/**', value: 'lab-us' },
  ];
  /** What happens lies in this part of the day. */
  readonly window: { readonly from: At; readonly to: At };
  /** When the session of the seeds begins. */
  readonly storyAt: At;

  constructor(readonly options: SampleOptions) {
    this.random = new Random(String(options.seed));
    this.calendar = new Calendar(options.date);
    const [h, m, s] = options.story.at.split(':').map(Number) as [number, number, number];
    this.storyAt = h * HOUR + m * MINUTE + Math.round(s * 1e6) * 1000;
    this.window =
      options.size === 'full' ? { from: 0, to: DAY } : { from: this.storyAt - 40 * MINUTE, to: this.storyAt + 40 * MINUTE };
    this.nodes = ['node-1', 'node-2', 'node-3', 'lab-node-1'].map((name, i) => this.node(name, i));
    this.servers = [this.server('cp-1', 'prod-eu'), this.server('cp-2', 'prod-eu'), this.server('lab-cp-1', 'lab-us')];
    const prod = WORKLOADS.flatMap((workload) => this.pods('prod-eu', workload));
    this.containers = [...prod, ...LAB_WORKLOADS.flatMap((workload) => this.pods('lab-us', workload))];
  }

  /** The n-th container of a workload. */
  container(cluster: string, namespace: string, workload: string, n = 0): Container {
    const found = this.containers.filter((c) => c.cluster === cluster && c.namespace === namespace && c.workload === workload)[n];
    if (!found) throw new Error(`no container ${n} of ${cluster} ${namespace}/${workload}`);
    return found;
  }

  /** The API server that a client reaches. */
  serverOf(cluster: string, random: Random): ApiServer {
    return cluster === 'lab-us' ? this.servers[2]! : this.servers[random.int(0, 1)]!;
  }

  life(container: Container, at: At): Life {
    return container.lives.find((life) => at >= life.from && at < life.until) ?? container.lives.at(-1)!;
  }

  human(username: string, group: string, address: string, agent = 'kubectl/v1.31.4 (linux/amd64) kubernetes/a78aa47'): User {
    const credential = `X509SHA256=${this.random.fork(`credential/${username}`).hex(64)}`;
    return {
      username,
      groups: [group, ...NOVICE],
      extra: { 'authentication.kubernetes.io/credential-id': [credential] },
      address,
      agent,
      allowedBy: `RBAC: allowed by ClusterRoleBinding "${group}-exec" of ClusterRole "pod-exec" to Group "${group}"`,
    };
  }

  serviceAccount(namespace: string, name: string, address: string, agent: string): User {
    const username = `system:serviceaccount:${namespace}:${name}`;
    const random = this.random.fork(`credential/${username}`);
    return {
      username,
      uid: random.uuid(),
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, ...NOVICE],
      extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${random.uuid()}`] },
      address,
      agent,
      allowedBy: `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${name}" to ServiceAccount "${name}/${namespace}"`,
    };
  }

  kubelet(node: Node): User {
    return {
      username: `system:node:${node.name}`,
      groups: ['system:nodes', ...NOVICE],
      address: node.address,
      agent: 'kubelet/v1.31.4 (linux/amd64) kubernetes/a78aa47',
      allowedBy: '',
    };
  }

  system(name: string): User {
    return {
      username: `system:${name}`,
      groups: NOVICE,
      address: '10.0.0.11',
      agent: `${name}/v1.31.4 (linux/amd64) kubernetes/a78aa47/controller`,
      allowedBy: `RBAC: allowed by ClusterRoleBinding "system:${name}" of ClusterRole "system:${name}" to User "system:${name}"`,
    };
  }

  /** A pod that appears during the day. */
  newPod(like: Container, pod: string, at: At, image: string): Container {
    const random = this.random.fork(`pod/${pod}`);
    const lives: Life[] = [{ id: random.hex(64), from: at, until: 2 * DAY, lastVpid: 0 }];
    const ip = like.ip.replace(/\d+$/, String(random.int(180, 250)));
    return {
      ...like,
      pod,
      podUid: random.uuid(),
      ip,
      image,
      imageId: random.hex(64),
      name: pod,
      workload: pod,
      workloadKind: 'Pod',
      lives,
      probes: [],
    };
  }

  private log(...rest: ConstructorParameters<typeof Log>): Log {
    const log = new Log(...rest);
    this.logs.push(log);
    return log;
  }

  private offset(host: string): number {
    return Math.round(this.random.fork(`clock/${host}`).between(-1, 1) * this.options.traps.clockOffset * SECOND);
  }

  private node(name: string, i: number): Node {
    const { agent, size, traps } = this.options;
    const prod = name !== 'lab-node-1';
    const folder = `${prod ? 'prod-eu' : 'lab-us'}/${name}`;
    const lost = this.random.fork(`loss/${name}`);
    const gap = { from: 9 * HOUR + 12 * MINUTE, to: 10 * HOUR + 40 * MINUTE };
    const hasGap = name === 'node-3' && size === 'full';
    const loses = (at: At) => (hasGap && at >= gap.from && at < gap.to) || (traps.loss > 0 && lost.chance(traps.loss));
    const whole = (file: string) => [{ path: `${folder}/${file}`, until: DAY }];
    const tetragon = agent === 'tetragon' ? this.log('tetragon', whole('tetragon.log'), loses) : undefined;
    const falcoAll = agent === 'falco-all-exec' ? this.log('falco', whole('falco-exec.json'), loses) : undefined;
    const falco = name === 'node-2' ? this.log('falco', whole('falco.json')) : undefined;
    if (hasGap && tetragon) this.gaps.push({ log: tetragon, ...gap });
    const logs = { tetragon, falcoAll, falco };
    const address = prod ? `10.0.1.${11 + i}` : '10.8.1.11';
    const clusterName = prod ? 'prod-eu' : undefined;
    const pidMax = traps.pidReuse ? 32768 : 4194304;
    const random = this.random.fork(`node/${name}`);
    return new Node(
      name,
      prod ? 'prod-eu' : 'lab-us',
      clusterName,
      address,
      this.offset(name),
      logs,
      this.calendar,
      random,
      pidMax,
    );
  }

  private server(name: string, cluster: string): ApiServer {
    const current = { path: `${cluster}/${name}/audit.log`, until: DAY };
    const rotated = { path: `${cluster}/${name}/audit-${this.options.date}T12-00-07.112.log`, until: 12 * HOUR + 7.112 * SECOND };
    const parts = name === 'cp-1' && this.options.size === 'full' ? [rotated, current] : [current];
    const cut = cluster === 'lab-us' && this.options.size === 'full';
    const log = this.log('k8s-audit', parts, undefined, cut);
    return new ApiServer(name, log, this.offset(name), this.calendar, this.random.fork(`server/${name}`), cluster === 'lab-us');
  }

  private pods(cluster: string, workload: (typeof WORKLOADS)[number] | (typeof LAB_WORKLOADS)[number]): Container[] {
    const [namespace, owner, kind, pods, name, image, first] = workload;
    const random = this.random.fork(`pods/${cluster}/${namespace}/${owner}`);
    const hash = random.text(10, SAFE);
    const imageId = random.hex(64);
    return Array.from({ length: pods }, (_, n) => {
      const nodeIndex = cluster === 'lab-us' ? 3 : (first - 1 + n) % 3;
      const pod = kind === 'StatefulSet' ? `${owner}-${n}` : `${owner}-${hash}-${random.text(5, SAFE)}`;
      const ip = `10.244.${nodeIndex + 1}.${random.int(5, 170)}`;
      const lives = this.lives(random, kind === 'CronJob');
      const node = this.nodes[nodeIndex]!;
      const probes: string[][] = [];
      return {
        cluster,
        node,
        namespace,
        workload: owner,
        workloadKind: kind,
        pod,
        podUid: random.uuid(),
        ip,
        name,
        image,
        imageId,
        lives,
        probes,
      };
    });
  }

  /** One life, or two where the container restarts. */
  private lives(random: Random, never: boolean): Life[] {
    const life = (from: At, until: At): Life => ({ id: random.hex(64), from, until, lastVpid: 0 });
    const born = -random.between(1, 9) * DAY;
    const restarts = this.options.traps.restarts && !never && random.chance(0.25);
    const at = Math.round(random.between(this.window.from, this.window.to));
    const nearStory =
      Math.abs(at - this.storyAt) < 10 * MINUTE || (at > 11 * HOUR && at < 16 * HOUR && this.options.size === 'full');
    return restarts && !nearStory ? [life(born, at), life(at + 2 * SECOND, 2 * DAY)] : [life(born, 2 * DAY)];
  }
}
