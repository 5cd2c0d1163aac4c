/**
 * What tells of the machines themselves: somebody labels the nodes, whose API server writes each whole Node object into its log (its addresses among them); and
 * Auditbeat's file integrity module on the nodes of prod-eu, which watches a few folders of the host and says of which host, with its addresses and MAC.
 */
import { type At, DAY, HOUR, Log, MINUTE, SECOND } from './log';
import type { Node } from './node';
import type { World } from './world';

const WATCHED = [
  '/etc/resolv.conf',
  '/etc/kubernetes/kubelet.conf',
  '/etc/ssh/sshd_config',
  '/etc/cron.d/node-health',
  '/usr/bin/runc',
];
const CHANGES = [
  { action: 'updated', type: 'change' },
  { action: 'attributes_modified', type: 'change' },
  { action: 'created', type: 'creation' },
] as const;

export function tellHosts(world: World): void {
  for (const [n, node] of world.nodes.entries()) {
    label(world, node, 5 * HOUR + 32 * MINUTE + n * 1.9 * SECOND);
    if (node.cluster === 'prod-eu') watchFiles(world, node, n);
  }
}

/** kubectl label node: it reads the node, then patches it. Changes by people are logged with both bodies. */
function label(world: World, node: Node, at: At): void {
  const user = world.human('oncall-1', 'oncall', '203.0.113.60');
  const random = world.random.fork(`label/${node.name}`);
  const server = world.serverOf(node.cluster, random);
  const uri = `/api/v1/nodes/${node.name}`;
  const labels = { 'maintenance-window': '2026-03-18' };
  const call = { user, uri, resource: 'nodes', name: node.name, code: 200 };
  server.call({ ...call, at, verb: 'get' });
  server.call({
    ...call,
    at: at + 0.08 * SECOND,
    verb: 'patch',
    uri: `${uri}?fieldManager=kubectl-label`,
    level: 'RequestResponse',
    request: { metadata: { labels } },
    response: {
      kind: 'Node',
      apiVersion: 'v1',
      metadata: { name: node.name, uid: random.uuid(), labels: { 'kubernetes.io/hostname': node.name, ...labels } },
      spec: {},
      status: {
        addresses: [
          { type: 'InternalIP', address: node.address },
          { type: 'Hostname', address: node.name },
        ],
        nodeInfo: { kubeletVersion: 'v1.31.4', operatingSystem: 'linux', architecture: 'amd64' },
      },
    },
  });
}

/** Some changes a day, as the beat writes them to a file. */
function watchFiles(world: World, node: Node, n: number): void {
  const log = new Log('ecs', [{ path: `${node.cluster}/${node.name}/auditbeat.ndjson`, until: DAY }]);
  world.logs.push(log);
  const random = world.random.fork(`auditbeat/${node.name}`);
  const agent = { id: random.uuid(), ephemeral_id: random.uuid(), name: node.name, type: 'auditbeat', version: '8.17.3' };
  // MAC addresses for documentation (RFC 7042).
  const mac = `00-00-5E-00-53-${(0x10 + n).toString(16)}`;
  const host = {
    name: node.name,
    hostname: node.name,
    architecture: 'x86_64',
    os: {
      family: 'debian',
      kernel: '6.1.0-31-amd64',
      name: 'Debian GNU/Linux',
      platform: 'debian',
      type: 'linux',
      version: '12 (bookworm)',
    },
    id: random.hex(32),
    containerized: false,
    ip: [node.address],
    mac: [mac],
  };
  for (let at = random.between(5, 50) * MINUTE; at < world.window.to; at += random.between(70, 190) * MINUTE) {
    const { action, type } = random.pick(CHANGES);
    const path = random.pick(WATCHED);
    const seen = at + node.offset;
    const changed = world.calendar.nanos(seen);
    log.push(seen, {
      '@timestamp': `${changed.slice(0, 23)}Z`,
      '@metadata': { beat: 'auditbeat', type: '_doc', version: agent.version },
      ecs: { version: '8.0.0' },
      service: { type: 'file_integrity' },
      event: { kind: 'event', category: ['file'], type: [type], action: [action], module: 'file_integrity', dataset: 'file' },
      file: {
        path,
        type: 'file',
        inode: String(random.int(100_000, 999_999)),
        mode: '0644',
        uid: '0',
        gid: '0',
        owner: 'root',
        group: 'root',
        size: random.int(300, 9_000),
        mtime: `${changed.slice(0, 19)}.000Z`,
        ctime: `${changed.slice(0, 19)}.000Z`,
        hash: { sha256: random.hex(64) },
      },
      host,
      agent,
    });
  }
}
