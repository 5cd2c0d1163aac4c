/**
 * The one table of attributes (design section 3): what an analyst types, sees as columns and reads in exports.
 * The filter compiler, the queries, the details panel, the exports and the reports are all driven by it.
 */

export type AttributeType = 'text' | 'number' | 'time' | 'address' | 'list' | 'addresses' | 'choice' | 'flag';

/** Where the value lies: a column of that table of `case/schema.ts`, or derived by an expression of the query layer. */
export type AttributeHome = 'activity' | 'scope' | 'actor' | 'policy' | 'link' | 'mark' | 'finding' | 'derived';

export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly home: AttributeHome;
  /** Column in its home table, where it differs from the name (SQL keywords, internal forms). */
  readonly column?: string;
  /** Falco field names and Sysdig scope names that mean the same in a filter. */
  readonly aliases?: readonly string[];
  /** For a choice: its values in rank order; `<` and `>` on a choice follow this order. */
  readonly choices?: readonly string[];
  /** Heading in details and reports. */
  readonly group: 'activity' | 'scope' | 'process' | 'net' | 'file' | 'request' | 'policy';
  /** One phrase for completion, glossary and `exhibit formats`. */
  readonly help: string;
}

export const KINDS = ['cmd', 'net', 'file', 'exec', 'api', 'policy'] as const;
export type Kind = (typeof KINDS)[number];
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const PRECISIONS = ['s', 'ms', 'us', 'ns'] as const;
export const RESULTS = ['ok', 'refused', 'failed', 'unknown'] as const;
export const DIRECTIONS = ['in', 'out'] as const;
export const TRISTATE = ['yes', 'no', 'unknown'] as const;

type Rest = Partial<Pick<Attribute, 'aliases' | 'choices' | 'column' | 'home'>>;
const of =
  (group: Attribute['group'], home: AttributeHome) =>
  (name: string, type: AttributeType, help: string, rest: Rest = {}): Attribute => ({ name, type, home, group, help, ...rest });

const any = of('activity', 'activity');
const scope = of('scope', 'scope');
const proc = of('process', 'activity');
const net = of('net', 'activity');
const file = of('file', 'activity');
const request = of('request', 'activity');
const actor = of('request', 'actor');
const policy = of('policy', 'policy');

export const ATTRIBUTES: readonly Attribute[] = [
  any('time', 'time', 'when it happened, UTC; of an API event when the request was received'),
  any('precision', 'choice', 'the digits that the source wrote', { choices: PRECISIONS }),
  any('end', 'time', 'when it ended, as far as the evidence says'),
  any('duration', 'number', 'end minus time, in seconds', { home: 'derived' }),
  any('kind', 'choice', 'what sort of activity', { choices: KINDS }),
  any('label', 'text', 'kube exec, kube cp, shell, ssh and so on'),
  any('id', 'text', 'evidence, member and record that tell it', { home: 'derived' }),
  any('evidence', 'text', 'E1, E2 and so on', { home: 'derived' }),
  any('member', 'text', 'file inside the evidence', { home: 'derived' }),
  any('record', 'text', 'place inside the member', { home: 'derived' }),
  any('format', 'text', 'format of the source', { home: 'derived' }),
  any('session', 'text', 'the session it belongs to, as the originator’s id', { home: 'link' }),
  any('confidence', 'number', 'how sure that link is, 0 to 1', { home: 'link' }),
  any('interactive', 'choice', 'terminal, ssh or telnet, or below a session’s root', { choices: TRISTATE, home: 'derived' }),
  any('result', 'choice', 'how it went', { choices: RESULTS }),
  any('errno', 'number', 'error number of a failed call'),
  any('process', 'text', 'id of the process, unique even when pids come back', { home: 'derived' }),
  any('count', 'number', 'how many the source folded into this one'),
  any('flags', 'list', 'what was estimated, incomplete or odd about it'),
  any('tag', 'list', 'the analyst’s tags', { home: 'mark' }),
  any('note', 'list', 'the analyst’s notes', { home: 'mark' }),
  any('finding', 'list', 'findings that cite it: the rule, or one finding’s id', { home: 'finding' }),

  scope('cluster', 'text', 'cluster name'),
  scope('namespace', 'text', 'Kubernetes namespace', { aliases: ['k8s.ns.name', 'kubernetes.namespace.name'] }),
  scope('workload', 'text', 'the owning workload’s name'),
  scope('workloadkind', 'text', 'Deployment, DaemonSet, Job and so on'),
  scope('deployment', 'text', 'deployment name', { aliases: ['k8s.deployment.name', 'kubernetes.deployment.name'] }),
  scope('pod', 'text', 'pod name', { aliases: ['k8s.pod.name', 'kubernetes.pod.name'] }),
  scope('container', 'text', 'container name', { aliases: ['container.name'] }),
  scope('containerid', 'text', 'container id, compared on its first 12 digits', { aliases: ['container.id'] }),
  scope('image', 'text', 'container image', { aliases: ['container.image.repository'] }),
  scope('host', 'text', 'host name as the agent wrote it', { aliases: ['evt.hostname'] }),
  scope('hostip', 'address', 'address of the host'),
  scope('mac', 'text', 'hardware address of the host'),
  scope('node', 'text', 'Kubernetes node name'),

  proc('comm', 'text', 'command', { aliases: ['proc.name'] }),
  proc('cmdline', 'text', 'full command line', { aliases: ['proc.cmdline'] }),
  proc('exe', 'text', 'path of the executable', { aliases: ['proc.exepath'] }),
  proc('cwd', 'text', 'working directory', { aliases: ['proc.cwd'] }),
  proc('pid', 'number', 'process id on the host', { aliases: ['proc.pid'] }),
  proc('ppid', 'number', 'parent’s process id', { aliases: ['proc.ppid'] }),
  proc('vpid', 'number', 'process id inside the container', { aliases: ['proc.vpid'] }),
  proc('parent', 'text', 'parent’s command', { aliases: ['proc.pname'] }),
  proc('ancestors', 'list', 'commands of the ancestors, nearest first', { aliases: ['proc.aname'] }),
  proc('uid', 'number', 'user id', { aliases: ['user.uid'] }),
  proc('username', 'text', 'user name on the host or in the container', { aliases: ['user.name'] }),
  proc('loginuid', 'number', 'audit login user id', { aliases: ['user.loginuid'] }),
  proc('loginname', 'text', 'audit login user name', { aliases: ['user.loginname'] }),
  proc('shellid', 'number', 'pid of the login shell', { aliases: ['proc.loginshellid'] }),
  proc('sid', 'number', 'session leader’s pid', { aliases: ['proc.sid'] }),
  proc('tty', 'number', 'controlling terminal (kernel device number); 0 is none', { aliases: ['proc.tty'] }),
  proc('entityid', 'text', 'the agent’s own process id'),

  net('direction', 'choice', 'in or out, seen from the process', { choices: DIRECTIONS }),
  net('l4proto', 'text', 'tcp, udp and so on', { aliases: ['fd.l4proto'] }),
  net('client', 'address', 'client address', { aliases: ['fd.cip'] }),
  net('clientport', 'number', 'client port', { aliases: ['fd.cport'] }),
  net('server', 'address', 'server address', { aliases: ['fd.sip'] }),
  net('serverport', 'number', 'server port', { aliases: ['fd.sport'] }),
  net('domain', 'list', 'names that the source gave for the peer'),

  file('file', 'text', 'file name'),
  file('directory', 'text', 'directory', { aliases: ['fd.directory'] }),
  file('path', 'text', 'whole path', { aliases: ['fd.name'] }),
  file('mode', 'text', 'read, write, create, delete, rename, chmod and so on'),

  request('verb', 'text', 'Kubernetes verb', { aliases: ['ka.verb'] }),
  request('resource', 'text', 'resource', { aliases: ['ka.target.resource'] }),
  request('subresource', 'text', 'subresource', { aliases: ['ka.target.subresource'] }),
  request('name', 'text', 'name of the object', { aliases: ['ka.target.name'] }),
  request('apigroup', 'text', 'API group; the core group is empty and absent'),
  request('command', 'list', 'argv of an exec, in order', { aliases: ['ka.uri.param[command]'] }),
  actor('user', 'text', 'Kubernetes user', { aliases: ['ka.user.name'] }),
  actor('groups', 'list', 'groups of the user', { aliases: ['ka.user.groups'] }),
  actor('impersonated', 'text', 'the user acted as', { aliases: ['ka.impuser.name'] }),
  actor('impersonatedgroups', 'list', 'groups acted with'),
  actor('clouduser', 'text', 'cloud principal behind the user'),
  actor('identitybasis', 'text', 'what the identity rests on: certificate, token, pod and so on'),
  actor('useragent', 'text', 'client program, as it claims', { aliases: ['ka.useragent'] }),
  actor('sourceaddresses', 'addresses', 'addresses; only the last was seen by the server', { aliases: ['ka.sourceips'] }),
  request('code', 'number', 'HTTP status', { aliases: ['ka.response.code'] }),
  request('reason', 'text', 'reason of a failure', { aliases: ['ka.response.reason'] }),
  request('decision', 'text', 'authorization decision', { aliases: ['ka.auth.decision'] }),
  request('decisionreason', 'text', 'why it was allowed or refused'),
  request('action', 'text', 'verb and resource in one word, such as CreatePods'),
  request('requesturi', 'text', 'request URI', { aliases: ['ka.uri'] }),
  request('auditid', 'text', 'audit id; a client may choose it', { aliases: ['ka.auditid'] }),
  request('level', 'text', 'audit level'),
  request('stage', 'text', 'stage of the kept record', { aliases: ['ka.stage'] }),

  policy('rule', 'text', 'the agent’s rule that matched'),
  policy('severity', 'choice', 'severity of the rule', { choices: SEVERITIES }),
  policy('severityraw', 'text', 'the source’s own word for it'),
  policy('tags', 'list', 'tags of the rule'),
  policy('origin', 'text', 'which agent and source the hit came from'),
];

/** What an activity carries with it: all but findings, which rules have of it. */
export const CARRIED: readonly Attribute[] = ATTRIBUTES.filter(({ home }) => home !== 'finding');

const byName = new Map(ATTRIBUTES.flatMap((a) => [a.name, ...(a.aliases ?? [])].map((name) => [name, a] as const)));

/** The attribute of that name or alias; undefined where there is none. */
export const attribute = (name: string): Attribute | undefined => byName.get(name);
