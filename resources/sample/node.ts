import { falcoHit, falcoSpawn } from './falco';
import { type At, type Calendar, DAY, type Log, type Mark, SECOND } from './log';
import type { Random } from './random';

/** One run of a container; a restart makes another with a new id. */
export interface Life {
  readonly id: string;
  readonly from: At;
  readonly until: At;
  lastVpid: number;
  init?: Process;
}

export interface Container {
  readonly cluster: string;
  readonly node: Node;
  readonly namespace: string;
  readonly workload: string;
  readonly workloadKind: string;
  readonly pod: string;
  readonly podUid: string;
  readonly ip: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly lives: Life[];
  /** Commands of its exec probes. */
  readonly probes: string[][];
}

/** A pseudo-terminal of a container: /dev/pts/0 is free again once its session ended. */
export interface Terminal {
  readonly life: Life;
  readonly from: At;
  until: At;
  /** Kernel device number, 34816 + n. */
  number: number;
}

/** One process image; an execve makes another with a new exec_id. Its ids are known once the node settled. */
export class Process {
  pid = 0;
  vpid = 0;
  /** When the pid is free again. */
  until = Number.POSITIVE_INFINITY;
  exec?: Mark;
  exit?: Mark;
  private written?: object;

  constructor(
    readonly node: Node,
    readonly spawn: Spawn,
    readonly binary: string,
  ) {}

  get start(): At {
    return this.spawn.at;
  }
  get argv(): readonly string[] {
    return this.spawn.argv;
  }
  get parent(): Process | undefined {
    return this.spawn.parent;
  }
  get container(): Container | undefined {
    return this.spawn.container;
  }
  get life(): Life | undefined {
    return this.spawn.life;
  }
  get tty(): number {
    return this.spawn.terminal?.number ?? 0;
  }
  get execId(): string {
    return this.node.execId(this.start, this.pid);
  }
  /** The image before it in the same process. */
  get replaced(): Process | undefined {
    return this.spawn.replaces ? this.parent : undefined;
  }

  /** As Tetragon writes it. */
  toJSON(): object {
    this.written ??= processJson(this);
    return this.written;
  }
}

export interface Spawn {
  readonly at: At;
  readonly argv: readonly string[];
  readonly parent?: Process;
  readonly container?: Container;
  readonly life?: Life;
  readonly cwd?: string;
  readonly terminal?: Terminal;
  readonly uid?: number;
  readonly auid?: number;
  /** Started below the container's entry point. */
  readonly inInitTree?: boolean;
  /** execve without fork: the pid stays. */
  readonly replaces?: boolean;
  /** The export filter of the agent leaves it out (host processes). */
  readonly silent?: boolean;
}

const PATHS = new Map<string, string>([
  ...['bash', 'sh', 'tar', 'gzip', 'ps', 'cat', 'ls', 'grep', 'sleep', 'env', 'rm', 'df', 'date'].map(
    (n) => [n, `/bin/${n}`] as const,
  ),
  ['apk', '/sbin/apk'],
  ['runc', '/usr/bin/runc'],
  ['sshd', '/usr/sbin/sshd'],
]);

export const commOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const binaryOf = (word: string): string => (word.startsWith('/') ? word : (PATHS.get(word) ?? `/usr/bin/${word}`));

/** argv[1..] in one string, words with blanks in quotes: Tetragon's `arguments`. */
const argumentsOf = (argv: readonly string[]): string =>
  argv
    .slice(1)
    .map((word) => (/\s/.test(word) || word === '' ? `"${word}"` : word))
    .join(' ');

export interface NodeLogs {
  readonly tetragon?: Log;
  /** A Falco rule that logs every spawned process. */
  readonly falcoAll?: Log;
  /** Falco with its usual rules: hits only. */
  readonly falco?: Log;
}

/** A machine: hands out process ids and writes what its agents see. */
export class Node {
  private readonly processes: Process[] = [];
  private readonly terminals: Terminal[] = [];
  private readonly bootedBefore: number;

  constructor(
    readonly name: string,
    readonly cluster: string,
    readonly clusterName: string | undefined,
    readonly address: string,
    /** Clock error in nanoseconds. */
    readonly offset: number,
    readonly logs: NodeLogs,
    readonly calendar: Calendar,
    readonly random: Random,
    private readonly pidMax: number,
  ) {
    this.bootedBefore = random.between(30, 60) * DAY;
  }

  spawn(spawn: Spawn): Process {
    const process = new Process(this, spawn, binaryOf(spawn.argv[0]!));
    this.processes.push(process);
    if (spawn.silent) return process;
    const seen = spawn.at + this.offset + this.random.int(2_000, 60_000);
    process.exec =
      this.logs.tetragon?.push(seen, this.event('process_exec', { process, parent: process.parent }, seen)) ??
      this.logs.falcoAll?.push(seen, { toJSON: () => falcoSpawn(this, process, seen) });
    return process;
  }

  /** A terminal for a session in a container. */
  terminal(life: Life, from: At): Terminal {
    const terminal = { life, from, until: Number.POSITIVE_INFINITY, number: 0 };
    this.terminals.push(terminal);
    return terminal;
  }

  /** Hands out process ids and terminals in the order of time, as the kernel did; before the logs are written. */
  settle(): void {
    const held = new Map<number, At>();
    let last = this.random.int(2_000, 30_000);
    const free = (at: At): number => {
      do {
        last += this.random.int(1, 24);
        if (last > this.pidMax) last = 300 + this.random.int(0, 40);
      } while ((held.get(last) ?? Number.NEGATIVE_INFINITY) > at);
      return last;
    };
    for (const process of this.processes.toSorted((a, b) => a.start - b.start)) {
      const { replaced, life } = process;
      process.pid = replaced?.pid ?? free(process.start);
      held.set(process.pid, process.until);
      if (life) process.vpid = replaced?.vpid ?? ++life.lastVpid;
    }
    for (const terminal of this.terminals.toSorted((a, b) => a.from - b.from)) {
      const used = this.terminals.filter(
        (t) => t.life === terminal.life && t.number > 0 && t.from <= terminal.from && t.until > terminal.from,
      );
      terminal.number = 34816;
      while (used.some((t) => t.number === terminal.number)) terminal.number++;
    }
  }

  exit(process: Process, at: At): void {
    for (let image: Process | undefined = process; image; image = image.replaced) image.until = at;
    const seen = at + this.offset;
    const event = { process, parent: process.parent, time: this.calendar.nanos(seen) };
    process.exit = this.logs.tetragon?.push(seen, this.event('process_exit', event, seen));
  }

  /** A kprobe of one of the tracing policies; undefined where no Tetragon runs. */
  kprobe(process: Process, at: At, functionName: string, args: readonly object[], policy: string): Mark | undefined {
    const seen = at + this.offset;
    const action = 'KPROBE_ACTION_POST';
    const told = { function_name: functionName, args, action, policy_name: policy, return_action: action };
    const event = this.event('process_kprobe', { process, parent: process.parent, ...told }, seen);
    return this.logs.tetragon?.push(seen, event);
  }

  /** tcp_connect, and tcp_close after `seconds` where the policy selects the port. */
  connect(process: Process, at: At, address: string, port: number, seconds?: number): Mark[] {
    const sock = this.socket(process.container?.ip ?? this.address, address, this.random.int(32768, 60999), port);
    const opened = this.kprobe(
      process,
      at,
      'tcp_connect',
      [{ sock_arg: { ...sock, state: 'TCP_SYN_SENT' } }],
      'outbound-connections',
    );
    const closed =
      seconds === undefined
        ? undefined
        : this.kprobe(
            process,
            at + seconds * SECOND,
            'tcp_close',
            [{ sock_arg: { ...sock, state: 'TCP_ESTABLISHED' } }],
            'outbound-connections',
          );
    return [opened, closed].flatMap((mark) => mark ?? []);
  }

  /** inet_csk_accept returns the new socket: our side is the source. */
  accept(process: Process, at: At, client: string, port: number): void {
    const sock = this.socket(process.container?.ip ?? this.address, client, port, this.random.int(32768, 60999));
    const seen = at + this.offset;
    const action = 'KPROBE_ACTION_POST';
    const result = { sock_arg: { ...sock, state: 'TCP_ESTABLISHED' } };
    const told = {
      function_name: 'inet_csk_accept',
      return: result,
      action,
      policy_name: 'inbound-connections',
      return_action: action,
    };
    this.logs.tetragon?.push(seen, this.event('process_kprobe', { process, parent: process.parent, ...told }, seen));
  }

  write(process: Process, at: At, path: string): Mark | undefined {
    const args = [{ file_arg: { path, permission: '-rw-r--r--' } }, { int_arg: 2 }];
    return this.kprobe(process, at, 'security_file_permission', args, 'file-changes');
  }

  unlink(process: Process, at: At, path: string): Mark | undefined {
    return this.kprobe(process, at, 'security_path_unlink', [{ path_arg: { path, permission: '-rw-------' } }], 'file-changes');
  }

  /** An alert of Falco's usual rules, where Falco runs. */
  alert(
    process: Process,
    at: At,
    rule: Parameters<typeof falcoHit>[2],
    more: Parameters<typeof falcoHit>[4] = {},
  ): Mark | undefined {
    const seen = at + this.offset + this.random.int(1_000, 40_000);
    return this.logs.falco?.push(seen, { toJSON: () => falcoHit(this, process, rule, seen, more) });
  }

  execId(at: At, pid: number): string {
    return Buffer.from(`${this.name}:${Math.floor(at + this.bootedBefore)}:${pid}`).toString('base64');
  }

  private socket(saddr: string, daddr: string, sport: number, dport: number): object {
    const cookie = String(18446619000000000000n + BigInt(this.random.word()) * 64n);
    return { family: 'AF_INET', type: 'SOCK_STREAM', protocol: 'IPPROTO_TCP', saddr, daddr, sport, dport, cookie };
  }

  private event(kind: string, event: object, seen: At): object {
    return { [kind]: event, node_name: this.name, time: this.calendar.nanos(seen), cluster_name: this.clusterName };
  }
}

/** Tetragon compares the command with those of the container's probes; a person who runs the same command is marked too. */
function isProbe(container: Container, binary: string, argv: readonly string[]): boolean {
  return container.probes.some(
    (probe) => commOf(binary) === commOf(probe[0]!) && argv.slice(1).join('\0') === probe.slice(1).join('\0'),
  );
}

function processJson(process: Process): object {
  const { node, spawn, life, container, binary, argv, parent, pid } = process;
  const args = argumentsOf(argv);
  const cwd = spawn.cwd ?? '/';
  const flags = ['execve', ...(cwd === '/' ? ['rootcwd'] : []), ...(spawn.replaces ? [] : ['clone'])];
  return {
    exec_id: process.execId,
    pid,
    uid: spawn.uid ?? 0,
    cwd,
    binary,
    arguments: args === '' ? undefined : args,
    flags: flags.join(' '),
    start_time: node.calendar.nanos(process.start + node.offset),
    auid: spawn.auid ?? 4294967295,
    pod: container && life ? podJson(container, life, process.vpid, isProbe(container, binary, argv), node.calendar) : undefined,
    docker: life?.id.slice(0, 31),
    parent_exec_id: parent?.execId ?? node.execId(-29 * DAY, 1),
    refcnt: 1,
    tid: pid,
    in_init_tree: life ? (spawn.inInitTree ?? false) : undefined,
  };
}

function podJson(container: Container, life: Life, vpid: number, probe: boolean, calendar: Calendar): object {
  return {
    namespace: container.namespace,
    name: container.pod,
    uid: container.podUid,
    container: {
      id: `containerd://${life.id}`,
      name: container.name,
      image: { id: `${container.image.split(':')[0]}@sha256:${container.imageId}`, name: container.image },
      start_time: calendar.seconds(life.from),
      pid: vpid,
      maybe_exec_probe: probe ? true : undefined,
    },
    pod_labels: { app: container.workload },
    workload: container.workload,
    workload_kind: container.workloadKind,
  };
}
