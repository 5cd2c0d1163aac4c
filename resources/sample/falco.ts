import { type At, integer } from './log';
import { commOf, type Node, type Process } from './node';

/** Rules of Falco's own rule set, with their texts, and one local rule. */
export const RULES = {
  terminalShell: {
    rule: 'Terminal shell in container',
    priority: 'Notice',
    text: 'A shell was spawned in a container with an attached terminal',
    tags: ['T1059', 'container', 'maturity_stable', 'mitre_execution', 'shell'],
  },
  packetSocket: {
    rule: 'Packet socket created in container',
    priority: 'Notice',
    text: 'Packet socket was created in a container',
    tags: ['T1557.002', 'container', 'maturity_stable', 'mitre_credential_access', 'network'],
  },
  networkTool: {
    rule: 'Launch Suspicious Network Tool in Container',
    priority: 'Notice',
    text: 'Network tool launched in container',
    tags: ['T1595', 'container', 'maturity_incubating', 'mitre_execution', 'network', 'process'],
  },
  packageManager: {
    rule: 'Launch Package Management Process in Container',
    priority: 'Error',
    text: 'Package management process launched in container',
    tags: ['T1505', 'container', 'maturity_incubating', 'mitre_persistence', 'process', 'software_mgmt'],
  },
  newBinary: {
    rule: 'Drop and execute new binary in container',
    priority: 'Critical',
    text: 'Executing binary not part of base image',
    tags: ['PCI_DSS_11.5.1', 'TA0003', 'container', 'maturity_stable', 'mitre_persistence', 'process'],
  },
  history: {
    rule: 'Delete or rename shell history',
    priority: 'Warning',
    text: 'Shell history deleted or renamed',
    tags: ['T1070', 'container', 'filesystem', 'host', 'maturity_incubating', 'mitre_defense_evasion', 'process'],
  },
  outbound: {
    rule: 'Unexpected outbound connection destination',
    priority: 'Notice',
    text: 'Disallowed outbound connection destination',
    tags: ['TA0011', 'container', 'host', 'maturity_sandbox', 'mitre_command_and_control', 'network'],
  },
  connectionPeak: {
    rule: 'Load generator in production container',
    priority: 'Warning',
    text: 'A load generator opens connections from a production container',
    tags: ['container', 'local', 'mitre_impact', 'network'],
  },
} as const;

const SPAWNED = {
  rule: 'Spawned process',
  priority: 'Informational',
  text: 'Process spawned',
  tags: ['container', 'local', 'process'],
};

type Rule = (typeof RULES)[keyof typeof RULES] | typeof SPAWNED;
/** Fields that only some rules name: a connection or a file. */
export type More = { readonly [field: string]: string | number };

const cmdline = (process: Process): string => [commOf(process.argv[0]!), ...process.argv.slice(1)].join(' ');

/** One alert, with `json_output: true` and the process ids appended to every rule's output (`append_output`). */
export function falcoHit(node: Node, process: Process, rule: Rule, seen: At, more: More = {}): object {
  const { pid, parent } = process;
  return alert(node, process, rule, seen, { 'evt.type': 'execve', 'proc.pid': pid, 'proc.ppid': parent?.pid ?? 1, ...more });
}

/** An alert of a local rule that matches every spawned process in a container. */
export function falcoSpawn(node: Node, process: Process, seen: At): object {
  const { pid, vpid, parent, tty } = process;
  const tree = { 'proc.pid': pid, 'proc.ppid': parent?.pid ?? 1, 'proc.vpid': vpid };
  return alert(node, process, SPAWNED, seen, { 'evt.type': 'execve', ...tree, 'proc.tty': tty });
}

function alert(node: Node, process: Process, rule: Rule, seen: At, more: More): object {
  const time = node.calendar.nanos(seen);
  const { container, life, parent } = process;
  const [repository, tag] = container?.image.split(':') ?? [null, null];
  const fields = {
    'container.id': life?.id.slice(0, 12) ?? 'host',
    'container.image.repository': repository,
    'container.image.tag': tag,
    'container.name': container?.name ?? 'host',
    'evt.time.iso8601': integer(node.calendar.epoch(seen)),
    'k8s.ns.name': container?.namespace ?? null,
    'k8s.pod.name': container?.pod ?? null,
    'proc.cmdline': cmdline(process),
    'proc.exepath': process.binary,
    'proc.name': commOf(process.binary),
    'proc.pname': parent ? commOf(parent.binary) : null,
    'proc.tty': process.tty,
    'user.loginuid': -1,
    'user.name': 'root',
    'user.uid': 0,
    ...more,
  };
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  const told = `process=${fields['proc.name']} parent=${fields['proc.pname'] ?? '<NA>'} command=${fields['proc.cmdline']} terminal=${process.tty}`;
  const where = `container_id=${fields['container.id']} container_name=${fields['container.name']} k8s_pod_name=${container?.pod ?? '<NA>'}`;
  return {
    hostname: node.name,
    output: `${time.slice(11, 29)}: ${rule.priority} ${rule.text} | user=root ${told} ${where} k8s_ns_name=${container?.namespace ?? '<NA>'}`,
    output_fields: sorted,
    priority: rule.priority,
    rule: rule.rule,
    source: 'syscall',
    tags: rule.tags,
    time,
  };
}
