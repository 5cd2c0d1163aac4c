/**
 * Kubernetes audit NDJSON for benches: seeded, near time order, events of 1 KB in the median and 20 KB at the 99th percentile
 * (log-normal, the tail being request bodies), some requests told in two or three stages. Names are invented.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

export interface AuditFile {
  readonly path: string;
  readonly bytes: number;
  readonly seed?: number;
  /** First event, ms since the epoch. */
  readonly start?: number;
}

/** mulberry32: the same numbers on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(next: () => number, from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
const NAMESPACES = ['shop', 'billing', 'kube-system', 'monitoring', 'ingress', 'staging'];
const USERS = [
  'system:apiserver',
  'system:node:node-1',
  'system:node:node-2',
  'system:kube-scheduler',
  'ann@lab.test',
  'ben@lab.test',
];
const AGENTS = ['kube-apiserver/v1.31.1', 'kubelet/v1.31.1', 'kube-scheduler/v1.31.1', 'kubectl/v1.31.1', 'kubectl/v1.30.5'];
const RESOURCES = ['pods', 'configmaps', 'leases', 'endpoints', 'events', 'secrets', 'services'];
const VERBS = ['get', 'list', 'update', 'patch', 'create', 'watch'];
const FILLER = Array.from({ length: 4096 }, (_, i) => String.fromCharCode(97 + ((i * 7 + (i >> 5)) % 26))).join('');

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const micros = (ns: number) => new Date(Math.floor(ns / 1000)).toISOString().slice(0, 19);
const time = (us: number) => `${micros(us)}.${String(us % 1_000_000).padStart(6, '0')}Z`;

function body(next: () => number, bytes: number): object | undefined {
  if (bytes < 60) return undefined;
  const data: Record<string, string> = {};
  for (let left = bytes; left > 0; left -= 420) {
    const from = Math.floor(next() * 3600);
    data[`key-${Math.floor(next() * 1e9).toString(36)}`] = FILLER.slice(from, from + Math.min(400, left));
  }
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'settings' }, data };
}

/** The stages of one request as JSON lines. */
function request(next: () => number, us: number, n: number): string[] {
  const user = pick(next, USERS);
  const namespace = pick(next, NAMESPACES);
  const resource = pick(next, RESOURCES);
  const verb = pick(next, VERBS);
  const name = `${resource}-${Math.floor(next() * 900)}`;
  const id = `${Math.floor(next() * 0xffffffff)
    .toString(16)
    .padStart(8, '0')}-${(n & 0xffff).toString(16).padStart(4, '0')}-4${Math.floor(next() * 4096)
    .toString(16)
    .padStart(3, '0')}-a000-${Math.floor(next() * 281474976710656)
    .toString(16)
    .padStart(12, '0')}`;
  const took = 800 + Math.floor(next() * 40_000);
  const common = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Request',
    auditID: id,
    stage: 'RequestReceived',
    requestURI: `/api/v1/namespaces/${namespace}/${resource}/${name}?timeout=10s`,
    verb,
    user: {
      username: user,
      uid: `uid-${user.length}-0d6b1c`,
      groups: user.includes('@') ? ['lab:operators', 'system:authenticated'] : ['system:nodes', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=4be0d2c9a1f7'] },
    },
    sourceIPs: [`10.${Math.floor(next() * 4)}.0.${Math.floor(next() * 250)}`],
    userAgent: pick(next, AGENTS),
    objectRef: { resource, namespace, name, apiVersion: 'v1' },
    requestReceivedTimestamp: time(us),
  };
  const lines: string[] = [];
  if (next() < 0.12) lines.push(JSON.stringify({ ...common, level: 'Metadata', stageTimestamp: time(us) }));
  const complete = {
    ...common,
    stage: 'ResponseComplete',
    responseStatus: { metadata: {}, code: next() < 0.03 ? 404 : 200 },
    stageTimestamp: time(us + took),
    annotations: {
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "${namespace}-binding" of ClusterRole "${namespace}-role" to User "${user}"`,
    },
  };
  const base = JSON.stringify(complete);
  const size = 1000 * Math.exp(1.288 * normal(next));
  const object = body(next, Math.min(size, 200_000) - base.length);
  lines.push(object ? `${base.slice(0, -1)},"requestObject":${JSON.stringify(object)}}` : base);
  return lines;
}

/** Writes about `bytes` bytes; answers how many records they hold. */
export function generateAudit({ path, bytes, seed = 1, start = Date.UTC(2026, 2, 17) }: AuditFile): number {
  const next = random(seed);
  const file = openSync(path, 'w');
  let written = 0;
  let records = 0;
  let us = start * 1000;
  try {
    while (written < bytes) {
      let chunk = '';
      while (chunk.length < 1 << 20 && written + chunk.length < bytes) {
        us += Math.floor(next() * 400_000);
        for (const line of request(next, us, records)) {
          chunk += `${line}\n`;
          records++;
        }
      }
      written += writeSync(file, chunk);
    }
  } finally {
    closeSync(file);
  }
  return records;
}
