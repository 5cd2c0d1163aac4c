/** Falco's alerts. */
import { type Agent, baseName, firstImage, type Line, stamp } from './line';
import { clockOf, type Process, type World } from './world';

function fieldsOf({ habits, scenario }: World, process: Process): object | undefined {
  const { life, parent, forked } = process;
  if (!life) return undefined;
  const name = baseName(process.argv[0] as string);
  const pname = parent ? baseName(parent.argv[0] as string) : process.init ? 'containerd-shim' : 'runc';
  return {
    'container.id': life.id.slice(0, 12),
    'container.name': life.container.name,
    'k8s.ns.name': life.container.namespace,
    'k8s.pod.name': life.container.pod,
    'proc.cmdline': [name, ...process.argv.slice(1)].join(' '),
    'proc.name': name,
    'proc.pid': process.pid,
    'proc.ppid': parent
      ? parent.pid + (forked ? 1_000_000 + (process.pid % 5) : 0)
      : habits.ownRuntime
        ? firstImage(process).pid + 2_000_000
        : 77,
    ...(scenario.lean ? {} : { 'proc.pname': pname }),
    'proc.tty': process.tty ? 34816 + process.pts : 0,
    ...(habits.namesVpid ? { 'proc.vpid': process.vpid } : {}),
    ...(habits.namesSid ? { 'proc.sid': (process.leader ?? process).vpid } : {}),
    'user.name': 'root',
  };
}

function alert(process: Process, at: number, rule: string, fields: object): Line[] {
  const { node, session, parent } = process;
  const time = clockOf(node, at);
  const event = {
    hostname: node.name,
    output: rule,
    output_fields: fields,
    priority: 'Notice',
    rule,
    source: 'syscall',
    tags: [],
    time: stamp(time, 9),
  };
  return [{ at: time, session, root: parent === undefined && rule === SPAWNED, text: JSON.stringify(event) }];
}
const SPAWNED = 'Spawned process';
/** What rules of the kind that Falco ships look for. */
const isCaught = ({ tty, argv }: Process): boolean =>
  (tty && /(^|\/)(ba|a)?sh$/.test(argv[0] as string)) || /curl|passwd|token|key/.test(argv.join(' '));

/** A rule for every spawned process: no exits, no ids beyond pid and ppid; and one for connections. */
export const falco: Agent = {
  process(world, process) {
    const fields = fieldsOf(world, process);
    if (world.scenario.sparse && !isCaught(process)) return [];
    return fields ? alert(process, process.start, SPAWNED, { ...fields, 'evt.type': 'execve' }) : [];
  },
  connection(world, { process, at, address, port }) {
    const fields = fieldsOf(world, process);
    if (!fields) return [];
    const peer = {
      'evt.type': 'connect',
      'fd.name': `10.1.0.7:40000->${address}:${port}`,
      'fd.cip': '10.1.0.7',
      'fd.cport': 40000,
    };
    const server = { 'fd.sip': address, 'fd.sport': port, 'fd.l4proto': 'tcp' };
    return alert(process, at, 'Outbound connection', { ...fields, ...peer, ...server });
  },
};
