/**
 * Tetragon's JSON export: one object a line with one of the `process_*` keys. Field facts: cilium/tetragon api/v1/tetragon/*.proto.
 *
 * - argv[0] as typed is not recorded: `comm` is the last part of the binary's path, and `cmdline` that and the arguments.
 * - `exec_id` is base64 of node, monotonic start and pid: new at each execve, never reused: a key given by the source. An exit is merged
 *   into the exec of that id.
 * - `pod.container.pid` is the process id inside the container. `in_init_tree` false means entered from outside (kubectl exec, nsenter).
 * - A tracing policy says what Tetragon observes, not that it is wrong: its name becomes `rule` only where the policy also acted
 *   (anything but posting the event) or carries a message or tags, which is how its author says so. What it saw is a connection or a
 *   file where an argument says so; anything else (setuid, a capability, a kernel module) is a `policy` activity labelled with the function.
 */
import { basename, dirname, flags, instant, precisionOf, texts, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const PROCESS: Columns = {
  exec_id: 'text',
  pid: 'integer',
  uid: 'integer',
  auid: 'integer',
  cwd: 'text',
  binary: 'text',
  arguments: 'text',
  flags: 'text',
  start_time: 'time',
  parent_exec_id: 'text',
  docker: 'text',
  in_init_tree: 'boolean',
  user: new Body({ name: 'text' }),
  pod: {
    namespace: 'text',
    name: 'text',
    workload: 'text',
    workload_kind: 'text',
    container: { id: 'text', name: 'text', pid: 'integer', maybe_exec_probe: 'boolean', image: { name: 'text' } },
  },
};
const PARENT: Columns = { exec_id: 'text', pid: 'integer', binary: 'text' };
const both = { process: PROCESS, parent: PARENT, ancestors: 'json' } as const;
const policy = { policy_name: 'text', action: 'text', message: 'text', tags: 'texts' } as const;
const socket = {
  source_ip: 'text',
  source_port: 'integer',
  destination_ip: 'text',
  destination_port: 'integer',
  protocol: 'text',
  socket_cookie: 'text',
  destination_names: 'texts',
} as const;

/** The first of `process_*` present decides; each names what happened in its own way. */
const EVENTS = {
  process_exec: { ...both },
  process_exit: { ...both, signal: 'text', status: 'integer', time: 'time' },
  process_kprobe: { ...both, ...policy, function_name: 'text', args: 'json', return: 'json' },
  process_tracepoint: { ...both, ...policy, subsys: 'text', event: 'text', args: 'json' },
  process_uprobe: { ...both, ...policy, path: 'text', symbol: 'text', args: 'json' },
  process_lsm: { ...both, ...policy, function_name: 'text', args: 'json' },
  process_usdt: { ...both, ...policy, provider: 'text', name: 'text', args: 'json' },
  process_connect: { ...both, ...socket },
  process_accept: { ...both, ...socket },
  process_listen: { ...both, ip: 'text', port: 'integer', protocol: 'text', socket_cookie: 'text' },
  process_bind: { ...both, ip: 'text', port: 'integer', protocol: 'text', socket_cookie: 'text' },
  process_close: { ...both, ...socket },
  process_loader: { path: 'text' },
  process_throttle: { type: 'text' },
  rate_limit_info: { number_of_dropped_process_events: 'integer' },
} as const satisfies Columns;
const KEYS = Object.keys(EVENTS) as readonly (keyof typeof EVENTS)[];

const withProcess = KEYS.filter((key) => 'process' in EVENTS[key]);

const columns: Columns = { time: 'time', node_name: 'text', cluster_name: 'text', ...EVENTS };

const observed = ['process_kprobe', 'process_tracepoint', 'process_uprobe', 'process_lsm', 'process_usdt'] as const;
const sockets = ['process_connect', 'process_accept', 'process_close'] as const;
const listeners = ['process_listen', 'process_bind'] as const;
const of = (keys: readonly string[], field: string) => `coalesce(${keys.map((key) => `e.${key}."${field}"`).join(', ')})`;

/** Builds that were not told a node's name write none, but the agent has put one into `exec_id`. */
const NODE = `nullif(regexp_extract(TRY(from_base64(p.exec_id))::VARCHAR, '^([A-Za-z0-9._-]+):[0-9]+:[0-9]+$', 1), '')`;

/** The first argument of a kind: `file_arg`, `sock_arg` and so on. */
const argument = (kind: string, field: string) => `(args ->> '$[*].${kind}.${field}')[1]`;
/** An accepting function tells the new socket in what it returns; every other in its arguments. */
const SOCK = (field: string) =>
  `coalesce(e.process_kprobe."return" ->> '$.sock_arg.${field}', ${argument('sock_arg', field)}, ${argument('skb_arg', field)})`;
/** A path is an argument of its own kind; a system call has it as text. */
const FILE_CALL = '(open|creat|unlink|rename|mkdir|rmdir|link|chmod|chown|mknod|truncate)';
const FILE = `coalesce(${argument('file_arg', 'path')}, ${argument('path_arg', 'path')}, ${argument('linux_binprm_arg', 'path')},
        CASE WHEN regexp_matches(function, '${FILE_CALL}') THEN nullif((args ->> '$[*].string_arg')[1], '') END)`;
/** Functions that say who opens a connection; of an LSM program without the kernel's prefix. */
const connects = [
  'tcp_connect',
  '__sys_connect',
  '__x64_sys_connect',
  'sys_enter_connect',
  'security_socket_connect',
  'socket_connect',
  'tcp_close',
  'tcp_sendmsg',
];
const accepts = ['inet_csk_accept', 'security_socket_accept', 'socket_accept', '__x64_sys_accept4'];
const binds = [
  'security_socket_bind',
  'socket_bind',
  'security_socket_listen',
  'socket_listen',
  '__x64_sys_bind',
  '__x64_sys_listen',
];
const names = (list: readonly string[]) => list.map((item) => `'${item}'`).join(', ');

const MODES: readonly (readonly [pattern: string, mode: string])[] = [
  ['unlink|rmdir', 'delete'],
  ['rename', 'rename'],
  ['chmod', 'chmod'],
  ['chown', 'chown'],
  ['truncate', 'write'],
  ['mkdir|mknod|symlink|path_link|inode_create', 'create'],
  ['write', 'write'],
  ['read|mmap', 'read'],
  ['bprm', 'execute'],
  ['open|fd_install', 'open'],
];

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN event IN ('process_exec', 'process_exit') AND p.exec_id IS NOT NULL THEN concat_ws(chr(31), 'process', coalesce(node, ''), p.exec_id)
    WHEN connection AND p.exec_id IS NOT NULL AND (cookie IS NOT NULL OR server IS NOT NULL)
      THEN concat_ws(chr(31), 'socket', coalesce(node, ''), p.exec_id, coalesce(cookie, concat_ws(' ', client, clientport, server, serverport)))
  END AS merge,
  CASE WHEN event IN ('process_exit', 'process_close') OR function = 'tcp_close' THEN 1 ELSE 0 END::UTINYINT AS rank,
  coalesce(event IN ('process_exec', 'process_exit') AND p.exec_id IS NOT NULL, false) AS keyed,
  CASE
    WHEN event IS NULL THEN 'rejected: not a Tetragon event'
    WHEN event = 'process_loader' THEN 'ignored: a binary or library that was loaded'
    WHEN event = 'process_throttle' THEN 'ignored: Tetragon throttled a cgroup, events are missing'
    WHEN event = 'rate_limit_info' THEN 'ignored: Tetragon dropped events beyond its rate limit'
  END AS skip,

  CASE WHEN stale THEN coalesce(started, told) ELSE told END AS time,
  ${precisionOf('CASE WHEN stale THEN coalesce(p.start_time, e.time) ELSE e.time END')} AS precision,
  CASE WHEN event = 'process_exit' THEN coalesce(${instant('e.process_exit.time')}, told) WHEN event = 'process_close' OR function = 'tcp_close' THEN told END AS "end",
  CASE WHEN event IN ('process_exec', 'process_exit') THEN 'cmd' WHEN net THEN 'net' WHEN path IS NOT NULL THEN 'file' ELSE 'policy' END AS kind,
  CASE WHEN listening THEN CASE WHEN contains(coalesce(function, event), 'bind') THEN 'bind' ELSE 'listen' END WHEN NOT net AND path IS NULL THEN function END AS label,
  CASE WHEN event = 'process_exec' THEN 'ok' WHEN action = 'KPROBE_ACTION_OVERRIDE' THEN 'refused' WHEN TRY_CAST(e.process_kprobe."return" ->> '$.int_arg' AS INTEGER) < 0 THEN 'failed' ELSE 'unknown' END::VARCHAR AS result,
  nullif(-least(TRY_CAST(e.process_kprobe."return" ->> '$.int_arg' AS INTEGER), 0), 0) AS errno,
  ${flags(
    ["event = 'process_exit' OR event = 'process_close' OR function = 'tcp_close'", 'start not recorded'],
    ["stale AND event = 'process_exec'", 'running before Tetragon started'],
    ["contains(p.flags, 'truncArgs')", 'arguments cut'],
    ["contains(p.flags, 'errorCWD')", 'working directory unsure'],
    ['stale AND started IS NULL', 'time is not that of the start'],
    ['coalesce(CASE WHEN stale THEN started END, told) IS NULL', 'undated'],
    ["e.process_exit.signal <> ''", 'ended by a signal'],
  )} AS flags,

  coalesce(e.cluster_name, cluster) AS cluster,
  p.pod.namespace AS namespace,
  coalesce(p.pod.workload, CASE WHEN p.pod.workload_kind IS NOT NULL THEN p.pod.name END) AS workload,
  p.pod.workload_kind AS workloadkind,
  CASE WHEN p.pod.workload_kind = 'Deployment' THEN p.pod.workload END AS deployment,
  p.pod.name AS pod,
  p.pod.container.name AS container,
  coalesce(regexp_extract(p.pod.container.id, '[^/]*$'), nullif(p.docker, '')) AS containerid,
  p.pod.container.image.name AS image,
  node AS host,
  node,

  comm, cmdline, p."binary" AS exe, p.cwd AS cwd,
  ${within('p.pid', 'UINTEGER')} AS pid,
  ${within('q.pid', 'UINTEGER')} AS ppid,
  ${within('p.pod.container.pid', 'UINTEGER')} AS vpid,
  ${basename('q."binary"')} AS parent,
  -- Beyond the parent only where Tetragon was told to add them.
  CASE WHEN above <> '[]' THEN list_filter(list_concat([${basename('q."binary"')}], list_transform(from_json(above, '[{"binary":"VARCHAR"}]'), lambda a: ${basename('a."binary"')})), lambda name: name <> '') END AS ancestors,
  ${userId('p.uid')} AS uid,
  p."user".name AS username,
  ${userId('p.auid')} AS loginuid,
  p.exec_id AS entityid,
  coalesce(p.parent_exec_id, q.exec_id) AS parententity,
  CASE WHEN p.pod.container.id IS NOT NULL OR p.docker <> '' THEN p.in_init_tree = 'false' END AS entered,
  CASE WHEN p.pod.container.maybe_exec_probe IS NOT NULL THEN p.pod.container.maybe_exec_probe = 'true' END AS probe,
  started,
  TRY_CAST(e.process_exit.status AS INTEGER) AS exitcode,

  CASE WHEN net THEN direction END AS direction,
  CASE WHEN net THEN lower(regexp_replace(coalesce(${of([...sockets, ...listeners], 'protocol')}, ${SOCK('protocol')}, CASE WHEN starts_with(function, 'tcp') OR function = 'inet_csk_accept' THEN 'tcp' END), '^IPPROTO_', '')) END AS l4proto,
  client, ${within('clientport', 'USMALLINT')} AS clientport,
  server, ${within('serverport', 'USMALLINT')} AS serverport,
  nullif(${texts(of(sockets, 'destination_names'))}, []) AS domain,

  CASE WHEN NOT net AND path IS NOT NULL THEN ${basename('path')} END AS file,
  CASE WHEN NOT net AND path IS NOT NULL THEN ${dirname('path')} END AS directory,
  CASE WHEN NOT net THEN path END AS path,
  CASE WHEN NOT net AND path IS NOT NULL THEN mode END AS mode,

  CASE WHEN detection THEN policy END AS rule,
  CASE WHEN detection THEN ${texts(of(observed, 'tags'))} END AS tags,
  CASE WHEN detection THEN 'tetragon' END AS origin
FROM (
  SELECT
    *,
    coalesce(list_contains([${names([...sockets, ...listeners])}], event) OR list_contains([${names([...connects, ...accepts, ...binds])}], function) OR sockaddr IS NOT NULL, false) AS net,
    coalesce(event IN (${names(listeners)}) OR list_contains([${names(binds)}], function), false) AS listening,
    event IN ('process_connect', 'process_close') OR function IN ('tcp_connect', 'tcp_close') AS connection,
    CASE WHEN event = 'process_accept' OR event IN (${names(listeners)}) OR list_contains([${names([...accepts, ...binds])}], function) THEN 'in' ELSE 'out' END AS direction,
    CASE WHEN event = 'process_accept' THEN theirs WHEN list_contains([${names(accepts)}], function) THEN theirs WHEN event IN (${names(listeners)}) OR list_contains([${names(binds)}], function) THEN NULL ELSE ours END AS client,
    CASE WHEN event = 'process_accept' THEN theirport WHEN list_contains([${names(accepts)}], function) THEN theirport WHEN event IN (${names(listeners)}) OR list_contains([${names(binds)}], function) THEN NULL ELSE ourport END AS clientport,
    CASE WHEN event IN (${names(listeners)}) THEN ${of(listeners, 'ip')} WHEN list_contains([${names(binds)}], function) THEN coalesce(${argument('sockaddr_arg', 'addr')}, ours) WHEN event = 'process_accept' OR list_contains([${names(accepts)}], function) THEN ours ELSE theirs END AS server,
    CASE WHEN event IN (${names(listeners)}) THEN ${of(listeners, 'port')} WHEN list_contains([${names(binds)}], function) THEN coalesce(${argument('sockaddr_arg', 'port')}, ourport) WHEN event = 'process_accept' OR list_contains([${names(accepts)}], function) THEN ourport ELSE theirport END AS serverport,
    policy IS NOT NULL AND (message IS NOT NULL OR tagged OR action NOT IN ('KPROBE_ACTION_POST', 'KPROBE_ACTION_UNKNOWN')) AS detection,
    CASE
      WHEN function IN ('security_file_permission', 'file_permission') THEN CASE (args ->> '$[*].int_arg')[1] WHEN '4' THEN 'read' WHEN '2' THEN 'write' END
      ${MODES.map(([pattern, mode]) => `WHEN regexp_matches(function, '${pattern}') THEN '${mode}'`).join('\n      ')}
    END AS mode
  FROM (
    SELECT
      *,
      ${instant('e.time')} AS told,
      ${instant('p.start_time')} AS started,
      -- Found running when Tetragon started, or told by its end alone: the record's own time is another one.
      event = 'process_exit' OR (event = 'process_exec' AND contains(p.flags, 'procFS')) AS stale,
      ${basename('p."binary"')} AS comm,
      nullif(concat_ws(' ', nullif(${basename('p."binary"')}, ''), nullif(p.arguments, '')), '') AS cmdline,
      coalesce(${of(sockets, 'source_ip')}, ${SOCK('saddr')}) AS ours,
      coalesce(${of(sockets, 'source_port')}, ${SOCK('sport')}) AS ourport,
      coalesce(${of(sockets, 'destination_ip')}, ${SOCK('daddr')}, ${argument('sockaddr_arg', 'addr')}) AS theirs,
      coalesce(${of(sockets, 'destination_port')}, ${SOCK('dport')}, ${argument('sockaddr_arg', 'port')}) AS theirport,
      coalesce(${of([...sockets, ...listeners], 'socket_cookie')}, ${SOCK('cookie')}) AS cookie,
      coalesce(${SOCK('saddr')}, ${argument('sockaddr_arg', 'addr')}) AS sockaddr,
      ${FILE} AS path
    FROM (
      SELECT
        ${PLACE}, f, e, p, q, zone, cluster,
        CASE ${KEYS.map((key) => `WHEN e.${key} IS NOT NULL THEN '${key}'`).join(' ')} END AS event,
        CASE WHEN e.node_name <> '' THEN e.node_name ELSE ${NODE} END AS node,
        coalesce(e.process_kprobe.function_name, e.process_lsm.function_name, e.process_tracepoint.event, e.process_uprobe.symbol, e.process_usdt.name) AS function,
        ${of(withProcess, 'ancestors')} AS above,
        ${of(observed, 'args')} AS args,
        nullif(${of(observed, 'policy_name')}, '') AS policy,
        nullif(${of(observed, 'message')}, '') AS message,
        coalesce(json_array_length(${of(observed, 'tags')}), 0) > 0 AS tagged,
        ${of(observed, 'action')} AS action
      FROM record
    )
  )
)`;

const isTetragon = (record: Readonly<Record<string, unknown>>): boolean =>
  KEYS.filter((key) => isObject(record[key])).length === 1 && ('time' in record || 'node_name' in record);

export const tetragon: Format = {
  id: 'tetragon',
  title: 'Tetragon events',
  version: 4,
  recognisedBy: 'exactly one of process_exec, process_exit, process_kprobe and so on, beside time and node_name',
  trees: true,
  limits: [
    'Tetragon records no terminal and no session id.',
    'Export filters and throttling leave events out; a parent may be one that was never logged.',
    'Connections and files are there only where a tracing policy asked for them.',
    'argv[0] as typed is not recorded: the command is named by its binary.',
  ],
  columns,
  shared: { p: withProcess.map((key) => [key, 'process']), q: withProcess.map((key) => [key, 'parent']) },
  detect: ({ records }) => share(records, isTetragon),
  project,
};
