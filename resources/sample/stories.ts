import { dayOfWork } from './day-of-work';
import { HOUR, MINUTE, placeOf, SECOND } from './log';
import { runSession, type SessionPlan, step } from './session';
import type { TruthLogin, TruthSession } from './truth';
import type { World } from './world';

const MIRROR = '198.51.100.80';

export interface Told {
  readonly sessions: readonly (() => TruthSession)[];
  readonly logins: readonly (() => TruthLogin)[];
}

/** The stories of the doc comment in generate.ts. In the small sample only those near the first. */
export function tellStories(world: World): Told {
  const { size } = world.options;
  const plans = [...download(world), ...(size === 'full' ? [bench(world), ...dayOfWork(world), kubectlRun(world)] : [])];
  const sessions = [...plans, ...(world.options.traps.sameCommandSameSecond ? sameSecond(world) : [])].map((plan) =>
    runSession(world, plan),
  );
  return { sessions, logins: size === 'full' ? [hostCapture(world)] : [] };
}

/** Story 1 and its traps: a second person in the same pod at the same time, running bash and curl too. */
function download(world: World): SessionPlan[] {
  const { story } = world.options;
  const container = world.container('prod-eu', 'billing', 'billing-api');
  const host = new URL(story.url).hostname;
  const user = world.human(story.user, 'dev-billing', story.from);
  const second = world.human(story.second, 'oncall', story.secondFrom, 'kubectl/v1.30.9 (darwin/arm64) kubernetes/e4b6ae1');
  const run = `${story.target}/.cache/run.sh`;
  const shared = { container, tty: true } as const;
  return [
    {
      ...shared,
      story: 'download',
      user,
      command: story.command,
      at: world.storyAt,
      transport: 'websocket',
      rest: 4.48,
      steps: [
        step(8.26, ['curl', '-sSL', '-o', story.download, story.url], 0.62, {
          acts: [
            { connect: host, port: 443, after: 0.028, lasts: 0.55, odd: true },
            { write: story.download, after: 0.54 },
          ],
        }),
        step(10.79, ['tar', '-xzf', story.download, '-C', story.target], 0.071, {
          children: [step(0.0029, ['gzip', '-d'], 0.049)],
          acts: [{ write: run, after: 0.05 }],
        }),
        step(26.76, ['shred', '-u', story.history], 0.02, {
          alert: 'history',
          acts: [
            { write: story.history, after: 0.002 },
            { remove: story.history, after: 0.0037 },
          ],
        }),
      ],
    },
    {
      ...shared,
      story: 'second person',
      user: second,
      command: ['bash'],
      at: world.storyAt - Math.round(2.7 * SECOND),
      transport: 'spdy',
      rest: 21.3,
      steps: [
        step(6.4, ['ls', '-la', '/var/log/app'], 0.006),
        step(9.15, ['curl', '-s', 'http://10.96.20.15:8080/healthz'], 0.09, {
          acts: [{ connect: '10.96.20.15', port: 8080, after: 0.011 }],
        }),
        step(3.2, ['grep', '-c', 'ERROR', '/var/log/app/current.log'], 0.03),
      ],
    },
  ];
}

/** Story 2: the shell that installs and launches Apache Bench; its connections are made in traffic.ts's manner, one by one. */
function bench(world: World): SessionPlan {
  const container = world.container('prod-eu', 'shop', 'storefront');
  const { story } = world.options;
  const random = world.random.fork('bench');
  const target = '10.96.12.40';
  const burst = (lasts: number, n: number) =>
    Array.from({ length: n }, () => ({ connect: target, port: 80, after: random.between(0.05, lasts - 0.5) })).sort(
      (a, b) => a.after - b.after,
    );
  const ab = (minutes: number, n: number, c: number) =>
    step(20, ['ab', '-n', String(n), '-c', String(c), `http://${target}/`], minutes * 60, {
      alert: 'newBinary',
      acts: burst(minutes * 60, n),
    });
  const at = 11 * HOUR + 57 * MINUTE + 20.118204 * SECOND;
  return {
    story: 'bench',
    user: world.human(story.user, 'dev-billing', story.from),
    container,
    command: ['bash'],
    tty: true,
    at: Math.round(at),
    transport: 'websocket',
    rest: 31,
    steps: [
      step(5.1, ['apk', 'add', '--no-cache', 'apache2-utils'], 6.3, {
        alert: 'packageManager',
        acts: [
          { connect: MIRROR, port: 443, after: 0.14, lasts: 4.8, odd: true },
          { write: '/usr/bin/ab', after: 5.9 },
        ],
      }),
      step(4.2, ['ab', '-V'], 0.01, { alert: 'newBinary' }),
      step(110, ['ab', '-n', '200', '-c', '2', `http://${target}/`], 12, { alert: 'connectionPeak', acts: burst(12, 200) }),
      ab(58, 7200, 10),
      ab(59, 7400, 10),
      ab(58, 7300, 12),
    ],
  };
}

/** kubectl run -it: the pod is created and its entry point joined; no process of its own. */
function kubectlRun(world: World): SessionPlan {
  const at = 16 * HOUR + 20 * MINUTE;
  const user = world.human('mira', 'dev-shop', '203.0.113.24', 'kubectl/v1.31.0 (windows/amd64) kubernetes/9edcffc');
  const image = 'platform/netdebug:1.4.0';
  const container = world.newPod(world.container('prod-eu', 'shop', 'cart'), 'net-debug', at + 2 * SECOND, image);
  const { namespace, node, pod } = container;
  const life = world.life(container, at + 3 * SECOND);
  const shim = node.spawn({
    at: at + SECOND,
    argv: ['/usr/bin/containerd-shim-runc-v2', '-namespace', 'k8s.io', '-id', life.id],
    silent: true,
  });
  const init = node.spawn({ at: at + 2 * SECOND, argv: ['sh'], parent: shim, container, life, inInitTree: true });
  for (const [n, argv] of [
    ['nslookup', 'cart.shop.svc'],
    ['curl', '-s', 'http://10.96.12.40/'],
  ].entries()) {
    const process = node.spawn({ at: at + (12 + n * 9) * SECOND, argv, parent: init, container, life, inInitTree: true });
    if (argv[0] === 'curl') node.connect(process, process.start + 9e6, '10.96.12.40', 80);
    node.exit(process, process.start + 60e6);
  }
  node.exit(init, at + 300 * SECOND);
  shim.until = init.until;
  const spec = {
    containers: [{ name: pod, image, args: ['sh'], stdin: true, stdinOnce: true, tty: true }],
    restartPolicy: 'Never',
  };
  const request = { kind: 'Pod', apiVersion: 'v1', metadata: { name: pod, namespace, labels: { run: pod } }, spec };
  const uri = `/api/v1/namespaces/${namespace}/pods`;
  const server = world.serverOf('prod-eu', world.random.fork('kubectl-run'));
  const created = { user, resource: 'pods', namespace, name: pod };
  server.call({
    ...created,
    at,
    verb: 'create',
    uri: `${uri}?fieldManager=kubectl-run`,
    code: 201,
    level: 'RequestResponse',
    request,
  });
  server.call({ ...created, at: at + 0.2 * SECOND, verb: 'get', uri: `${uri}/${pod}`, code: 200 });
  const attach = {
    story: 'kubectl run',
    kind: 'attach',
    user,
    container,
    command: [],
    tty: true,
    transport: 'websocket',
    steps: [],
  } as const;
  return { ...attach, joins: init, at: at + 2.4 * SECOND, rest: 297.6 };
}

/** Two people, one command, one container, one second. */
function sameSecond(world: World): SessionPlan[] {
  const at = world.storyAt + Math.round(9.3 * MINUTE);
  const container = world.container('prod-eu', 'payments', 'gateway', 1);
  const users = [world.human('oncall-1', 'oncall', '203.0.113.60'), world.human('oncall-3', 'oncall', '203.0.113.62')];
  return users.map((user, n) => ({
    story: 'same second',
    user,
    container,
    command: ['sh'],
    tty: true,
    at: at + n * Math.round(0.31 * SECOND),
    transport: n === 0 ? 'websocket' : 'spdy',
    rest: 11 + n * 23,
    steps: [step(4 + n, n === 0 ? ['cat', '/proc/net/tcp'] : ['ls', '/run/gateway'], 0.01)],
  }));
}

/** Story 5 on a host: no Kubernetes involved, the login is the origin. */
function hostCapture(world: World): () => TruthLogin {
  const node = world.nodes[2]!;
  const at = 18 * HOUR + 11 * MINUTE;
  const sshd = node.spawn({ at, argv: ['sshd', '-D', '-R'] });
  const shell = node.spawn({ at: at + 0.4 * SECOND, argv: ['bash'], parent: sshd, cwd: '/home/ops', uid: 1001, auid: 1001 });
  const dump = node.spawn({
    at: at + 22 * SECOND,
    argv: ['tcpdump', '-i', 'any', '-c', '2000', 'port', '5432'],
    parent: shell,
    cwd: '/home/ops',
    auid: 1001,
  });
  node.exit(dump, at + 81 * SECOND);
  node.exit(shell, at + 95 * SECOND);
  node.exit(sshd, at + 95.1 * SECOND);
  const processes = [sshd, shell, dump];
  return () => ({
    node: node.name,
    processes: processes.map((p) => ({
      execId: p.execId,
      parentExecId: p.parent?.execId ?? '',
      node: node.name,
      pid: p.pid,
      argv: p.argv,
      exec: placeOf(p.exec),
      exit: placeOf(p.exit),
    })),
  });
}
