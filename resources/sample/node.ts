import { falcoHit, falcoSpawn } from './falco';
import { type At, type Calendar, DAY, integer, type Log, type Mark, SECOND } from './log';
import type { Random } from './random';

/** One run of a container; a restart makes another with a new id. */
export interface Life {
  readonly id: string;
  readonly from: At;
  readonly until: At;
  lastVpid: number;
  /** Terminals in use now and before, for Falco's tty number. */
  terminals: number;
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

/** One process image; an execve makes another with a new exec_id. */
export interface Process {
  readonly execId: string;
  readonly pid: number;
  readonly argv: readonly string[];
  readonly binary: string;
  readonly start: At;
  readonly parent?: Process;
  readonly container?: Container;
  readonly life?: Life;
  readonly tty: number;
  readonly vpid: number;
  /** As Tetragon writes it. */
  readonly json: object;
  exec?: Mark;
  exit?: Mark;
}

export interface Spawn {
  readonly at: At;
  readonly argv: readonly string[];
  readonly parent?: Process;
  readonly container?: Container;
  readonly life?: Life;
  readonly cwd?: string;
  readonly tty?: number;
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
  ...['bash', 'sh', 'tar', 'gzip', 'ps', 'cat', 'ls', 'grep', 'sleep', 'env', 'rm', 'df', 'date'].map((n) => [n, `/bin/${n}`] as const),
  ['apk', '/sbin/apk'],
  ['runc', '/usr/bin/runc'],
  ['sshd', '/usr/sbin/sshd'],
]);

const commOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
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
  private lastPid: number;
  private readonly resident = new Set<number>();
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
    this.lastPid = random.int(2_000, Math.min(pidMax, 30_000));
    this.bootedBefore = random.between(3, 40) * DAY;
  }

  spawn(spawn: Spawn): Process {
    const { at, argv, parent, container, life } = spawn;
    const replaced = spawn.replaces ? parent : undefined;
    const pid = replaced?.pid ?? this.nextPid();
    const vpid = replaced?.vpid ?? (life ? ++life.lastVpid : 0);
    const execId = this.execId(at, pid);
    const binary = binaryOf(argv[0]!);
    const args = argumentsOf(argv);
    const cwd = spawn.cwd ?? '/';
    const flags = ['execve', ...(cwd === '/' ? ['rootcwd'] : []), ...(spawn.replaces ? [] : ['clone'])];
    const json = {
      exec_id: execId,
      pid,
      uid: spawn.uid ?? 0,
      cwd,
      binary,
      arguments: args === '' ? undefined : args,
      flags: flags.join(' '),
      start_time: this.calendar.nanos(at + this.offset),
      auid: spawn.auid ?? 4294967295,
      pod: container && life ? podJson(container, life, vpid, isProbe(container, binary, argv), this.calendar) : undefined,
      docker: life?.id.slice(0, 31),
      parent_exec_id: parent?.execId ?? this.execId(-this.bootedBefore + SECOND, 1),
      refcnt: 1,
      tid: pid,
      in_init_tree: life ? (spawn.inInitTree ?? false) : undefined,
    };
    const process: Process = { execId, pid, argv, binary, start: at, parent, container, life, tty: spawn.tty ?? 0, vpid, json };
    if (spawn.silent) return process;
    const seen = at + this.offset + this.random.int(2_000, 60_000);
    process.exec =
      this.logs.tetragon?.push(seen, this.event('process_exec', { process: json, parent: parent?.json }, seen)) ??
      this.logs.falcoAll?.push(seen, falcoSpawn(this, process, seen));
    return process;
  }

  exit(process: Process, at: At, ended: { status?: number; signal?: string } = {}): void {
    const seen = at + this.offset;
    const time = this.calendar.nanos(seen);
    const event = { process: process.json, parent: process.parent?.json, ...ended, time };
    process.exit = this.logs.tetragon?.push(seen, this.event('process_exit', event, seen));
  }

  /** A kprobe of one of the tracing policies; undefined where no Tetragon runs. */
  kprobe(process: Process, at: At, functionName: string, args: readonly object[], policy: string): Mark | undefined {
    const seen = at + this.offset;
    const action = 'KPROBE_ACTION_POST';
    const told = { function_name: functionName, args, action, policy_name: policy, return_action: action };
    const event = this.event('process_kprobe', { process: process.json, parent: process.parent?.json, ...told }, seen);
    return this.logs.tetragon?.push(seen, event);
  }

  /** tcp_connect, and tcp_close after `seconds` where the policy selects the port. */
  connect(process: Process, at: At, address: string, port: number, seconds?: number): Mark[] {
    const sock = this.socket(process.container?.ip ?? this.address, address, this.random.int(32768, 60999), port);
    const opened = this.kprobe(process, at, 'tcp_connect', [{ sock_arg: { ...sock, state: 'TCP_SYN_SENT' } }], 'outbound-connections');
    const closed =
      seconds === undefined
        ? undefined
        : this.kprobe(process, at + seconds * SECOND, 'tcp_close', [{ sock_arg: { ...sock, state: 'TCP_ESTABLISHED' } }], 'outbound-connections');
    return [opened, closed].flatMap((mark) => mark ?? []);
  }

  /** inet_csk_accept returns the new socket: our side is the source. */
  accept(process: Process, at: At, client: string, port: number): void {
    const sock = this.socket(process.container?.ip ?? this.address, client, port, this.random.int(32768, 60999));
    const seen = at + this.offset;
    const action = 'KPROBE_ACTION_POST';
    const result = { sock_arg: { ...sock, state: 'TCP_ESTABLISHED' } };
    const told = { function_name: 'inet_csk_accept', return: result, action, policy_name: 'inbound-connections', return_action: action };
    this.logs.tetragon?.push(seen, this.event('process_kprobe', { process: process.json, parent: process.parent?.json, ...told }, seen));
  }

  write(process: Process, at: At, path: string): Mark | undefined {
    const args = [{ file_arg: { path, permission: '-rw-r--r--' } }, { int_arg: 2 }];
    return this.kprobe(process, at, 'security_file_permission', args, 'file-changes');
  }

  unlink(process: Process, at: At, path: string): Mark | undefined {
    return this.kprobe(process, at, 'security_path_unlink', [{ path_arg: { path, permission: '-rw-------' } }], 'file-changes');
  }

  /** An alert of Falco's usual rules, where Falco runs. */
  alert(process: Process, at: At, rule: Parameters<typeof falcoHit>[2], more: Parameters<typeof falcoHit>[4] = {}): Mark | undefined {
    const seen = at + this.offset + this.random.int(1_000, 40_000);
    return this.logs.falco?.push(seen, falcoHit(this, process, rule, seen, more));
  }

  /** An entry point keeps its pid for the day. */
  keep(process: Process): void {
    this.resident.add(process.pid);
  }

  private nextPid(): number {
    do {
      this.lastPid += this.random.int(1, 24);
      if (this.lastPid > this.pidMax) this.lastPid = 300 + this.random.int(0, 40);
    } while (this.resident.has(this.lastPid));
    return this.lastPid;
  }

  private execId(at: At, pid: number): string {
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

export { commOf, integer };
