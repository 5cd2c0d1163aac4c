/**
 * Small logs of the three formats, told in time order: requests in one to three stages, execs that kubectl first tried as a websocket, processes
 * with their exits, alerts of which some are written twice. Seeded; names are invented.
 */
import { random } from '../../bench/generate-audit';

export interface Logs {
  readonly audit: readonly string[];
  readonly tetragon: readonly string[];
  readonly falco: readonly string[];
}

type Timed = readonly [us: number, line: string];

const START = Date.UTC(2026, 2, 17, 9) * 1000;
const time = (us: number): string =>
  `${new Date(Math.floor(us / 1000)).toISOString().slice(0, 19)}.${String(us % 1_000_000).padStart(6, '0')}Z`;
const inOrder = (lines: Timed[]): string[] => lines.sort((a, b) => a[0] - b[0]).map(([, line]) => line);

export function makeLogs(size: number, seed = 1): Logs {
  const next = random(seed);
  return { audit: inOrder(audit(next, size)), tetragon: inOrder(tetragon(next, size)), falco: inOrder(falco(next, size)) };
}

/** Stages of a request; `code` of the last. */
export function stages(of: {
  readonly id: string;
  readonly us: number;
  readonly took: number;
  readonly verb: string;
  readonly uri: string;
  readonly code: number;
  readonly subresource?: string;
  readonly user?: string;
  readonly names?: readonly ('RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic')[];
}): Timed[] {
  const {
    id,
    us,
    took,
    verb,
    uri,
    code,
    subresource,
    user = 'ann@lab.test',
    names = ['RequestReceived', 'ResponseComplete'],
  } = of;
  return names.map((stage) => {
    const at = stage === 'RequestReceived' ? us : stage === 'ResponseStarted' ? us + Math.floor(took / 2) : us + took;
    const event = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: id,
      stage,
      requestURI: uri,
      verb,
      user: { username: user, groups: ['lab', 'system:authenticated'] },
      sourceIPs: ['10.0.0.7'],
      userAgent: 'kubectl/v1.31.1',
      objectRef: { resource: 'pods', namespace: 'shop', name: 'web-1', apiVersion: 'v1', ...(subresource && { subresource }) },
      ...(stage !== 'RequestReceived' && { responseStatus: { metadata: {}, code } }),
      requestReceivedTimestamp: time(us),
      stageTimestamp: time(at),
    };
    return [at, JSON.stringify(event)] as const;
  });
}

function audit(next: () => number, size: number): Timed[] {
  const lines: Timed[] = [];
  for (let i = 0, us = START; lines.length < size; i++) {
    us += Math.floor(next() * 900_000);
    const id = `a-${i}-${Math.floor(next() * 1e9).toString(16)}`;
    const exec = `/api/v1/namespaces/shop/pods/web-1/exec?command=id&command=${i}&container=web&stdout=true`;
    const took = 1000 + Math.floor(next() * 20_000_000);
    const kind = next();
    if (kind < 0.15) {
      // A websocket that is refused, then the same call as a POST.
      const names = ['RequestReceived', 'ResponseComplete'] as const;
      lines.push(...stages({ id, us, took: 4000, verb: 'get', uri: exec, code: 403, subresource: 'exec', names }));
      lines.push(
        ...stages({
          id: `${id}-p`,
          us: us + 90_000,
          took,
          verb: 'create',
          uri: exec,
          code: 101,
          subresource: 'exec',
          names: ['RequestReceived', 'ResponseStarted', 'ResponseComplete'],
        }),
      );
    } else if (kind < 0.3) {
      lines.push(
        ...stages({
          id,
          us,
          took,
          verb: 'get',
          uri: exec,
          code: 101,
          subresource: 'exec',
          names: ['RequestReceived', 'ResponseStarted', 'ResponseComplete'],
        }),
      );
    } else {
      lines.push(...stages({ id, us, took, verb: 'update', uri: `/api/v1/namespaces/shop/pods/web-1?n=${i}`, code: 200 }));
    }
  }
  return lines;
}

function tetragon(next: () => number, size: number): Timed[] {
  const lines: Timed[] = [];
  for (let i = 0, us = START; lines.length < size; i++) {
    us += Math.floor(next() * 700_000);
    const process = {
      exec_id: Buffer.from(`node-1:${us}:${1000 + i}`).toString('base64'),
      pid: 1000 + i,
      uid: 0,
      cwd: '/',
      binary: next() < 0.5 ? '/bin/bash' : '/usr/bin/curl',
      arguments: `-c ${i}`,
      start_time: time(us),
      auid: 4294967295,
      parent_exec_id: Buffer.from('node-1:1:1').toString('base64'),
      pod: { namespace: 'shop', name: 'web-1', container: { id: 'containerd://00112233445566', name: 'web', pid: 7 } },
    };
    const end = us + 1000 + Math.floor(next() * 30_000_000);
    lines.push([us, JSON.stringify({ process_exec: { process }, node_name: 'node-1', time: time(us) })]);
    lines.push([
      end,
      JSON.stringify({ process_exit: { process, status: i % 3, time: time(end) }, node_name: 'node-1', time: time(end) }),
    ]);
  }
  return lines;
}

function falco(next: () => number, size: number): Timed[] {
  const lines: Timed[] = [];
  for (let i = 0, us = START; lines.length < size; i++) {
    us += Math.floor(next() * 500_000);
    const line = JSON.stringify({
      hostname: 'node-1',
      output: `A shell was spawned ${i}`,
      priority: 'Notice',
      rule: 'Terminal shell in container',
      source: 'syscall',
      tags: ['container', 'shell'],
      time: time(us),
      output_fields: {
        'container.id': '001122334455',
        'evt.time': us * 1000,
        'k8s.ns.name': 'shop',
        'k8s.pod.name': 'web-1',
        'proc.name': 'bash',
        'proc.cmdline': `bash -c ${i}`,
        'proc.pid': 1000 + i,
      },
    });
    lines.push([us, line]);
    // The source gives no key: written twice is counted twice.
    if (next() < 0.05) lines.push([us, line]);
  }
  return lines;
}
