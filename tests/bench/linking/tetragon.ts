/** Tetragon's records. */
import { type Agent, binaryOf, firstImage, type Line, stamp } from './line';
import { clockOf, type Process, type World } from './world';

const execId = ({ node, start, pid }: Process): string =>
  Buffer.from(`${node.name}:${Math.floor((start + 9e6) * 1e9)}:${pid}`).toString('base64');
/** The runtime's own process, which is named as parent and not logged. */
const outsideOf = (process: Process): Process => ({ ...process, start: firstImage(process).start - 0.01, pid: 77 });

interface Event {
  readonly process: object;
  readonly parent: object;
}

function told({ scenario }: World, process: Process): Event | undefined {
  const { node, life, parent } = process;
  if (!life) return undefined;
  const before = scenario.runtimeTold ? process.replaced : undefined;
  const above = before
    ? { exec_id: execId(before), pid: before.pid, binary: binaryOf(before.argv[0] as string) }
    : parent
      ? { exec_id: execId(parent), pid: parent.pid, binary: binaryOf(parent.argv[0] as string) }
      : {
          exec_id: execId(outsideOf(process)),
          pid: 77,
          binary: process.init ? '/usr/bin/containerd-shim-runc-v2' : '/usr/bin/runc',
        };
  const own = {
    exec_id: execId(process),
    pid: process.pid,
    uid: 0,
    cwd: '/',
    binary: binaryOf(process.argv[0] as string),
    arguments: process.argv
      .slice(1)
      .map((word) => (/\s/.test(word) ? `"${word}"` : word))
      .join(' '),
    flags: process.replaced ? 'execve rootcwd' : 'execve rootcwd clone',
    start_time: stamp(clockOf(node, process.start), 9),
    auid: 4294967295,
    pod: {
      namespace: life.container.namespace,
      name: life.container.pod,
      container: {
        id: `containerd://${life.id}`,
        name: life.container.name,
        start_time: stamp(life.from, 3),
        ...(scenario.lean ? {} : { pid: process.vpid }),
        ...(process.probe && !scenario.lean ? { maybe_exec_probe: true } : {}),
      },
      workload: life.container.pod.replace(/-[^-]*$/, ''),
      workload_kind: 'Deployment',
    },
    docker: life.id.slice(0, 31),
    parent_exec_id: above.exec_id,
    tid: process.pid,
    ...(scenario.lean ? {} : { in_init_tree: process.init }),
  };
  return { process: own, parent: above };
}

/** The runtime's own image inside the container (`runc init`), and the command that takes its place on the same process id. */
function afterRuntime(process: Process, { process: own, parent }: Event): { readonly runtime: Event; readonly command: Event } {
  const start = process.start - 0.01;
  const image = {
    ...own,
    exec_id: execId({ ...process, start }),
    binary: '/proc/self/exe',
    arguments: 'init',
    start_time: stamp(clockOf(process.node, start), 9),
  };
  const command = { ...own, flags: 'execve rootcwd', parent_exec_id: image.exec_id };
  return { runtime: { process: image, parent }, command: { process: command, parent: image } };
}

const nodeOf = ({ scenario }: World, { node }: Process): object => (scenario.unnamed ? {} : { node_name: node.name });

/** process_exec and process_exit; of an image that another replaced no exit. */
export const tetragon: Agent = {
  process(world, process) {
    const { node } = process;
    const both = told(world, process);
    if (!both) return [];
    const line = (key: string, at: number, event: Event): Line => ({
      at: clockOf(node, at),
      session: process.session,
      root: process.parent === undefined,
      text: JSON.stringify({ [key]: event, ...nodeOf(world, process), time: stamp(clockOf(node, at), 9) }),
    });
    const isEntered = process.parent === undefined && !process.init && process.replaced === undefined;
    const { runtime, command } =
      world.scenario.runtimeTold && isEntered ? afterRuntime(process, both) : { runtime: undefined, command: both };
    return [
      // It is the runtime's: no session's.
      ...(runtime ? [{ ...line('process_exec', process.start - 0.01, runtime), session: undefined, root: false }] : []),
      line('process_exec', process.start, command),
      ...(world.replaced.has(process) ? [] : [line('process_exit', process.end, command)]),
    ];
  },
  connection(world, { process, at, address, port }) {
    const { node } = process;
    const both = told(world, process);
    if (!both) return [];
    const socket = {
      family: 'AF_INET',
      type: 'SOCK_STREAM',
      protocol: 'IPPROTO_TCP',
      saddr: '10.1.0.7',
      daddr: address,
      dport: port,
    };
    const event = { ...both, function_name: 'tcp_connect', args: [{ sock_arg: socket }], action: 'KPROBE_ACTION_POST' };
    const time = clockOf(node, at);
    const text = JSON.stringify({ process_kprobe: event, ...nodeOf(world, process), time: stamp(time, 9) });
    return [{ at: time, session: process.session, text }];
  },
};
