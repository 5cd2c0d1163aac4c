/**
 * Tracee's JSON, both generations: `trace.Event` (types/trace/trace.go) and the structured event (api/v1beta1/*.proto; single numbers may be wrapped in
 * `{value: n}`). Field facts: aquasecurity/tracee.
 *
 * - The pids without `host` are those of the process's own pid namespace; a parent outside the container is 0 there, which is how a process that entered
 *   from outside is told, unless the namespace is the host's.
 * - `hostName` is that of the UTS namespace: in a container the pod's, so it names the host only outside.
 * - Entity ids are 32-bit hashes that only compare on one host and hold over execve: they are written with the container's id, else the host's name, before
 *   them. `sched_process_exec`, the `execve` that succeeded and `sched_process_exit` of one entity merge in this order.
 * - `timestamp` is nanoseconds since the epoch; very old files have seconds with a fraction; some were written relative to the boot, and are undated.
 * - Packets are folded into their connection; a response into its request. Who is the client is told by the protocol, else taken from the ports and flagged.
 * - Policies select what Tracee records; a rule is only a signature (or detector) that matched. Severities: 0 info, 1 low, 2 medium, 3 high, 4 critical.
 */
import { known, modeOfFlags } from './agent-expressions';
import { basename, dirname, flags, instant, precisionOf, userId, within } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';
import { addressOf, arg, GIVEN, inside, NAMES, portOf, READ, socket, word } from './tracee/arguments';

const columns: Columns = {
  timestamp: 'json',
  eventName: 'text',
  eventId: 'text',
  processId: 'integer',
  parentProcessId: 'integer',
  hostProcessId: 'integer',
  hostParentProcessId: 'integer',
  threadStartTime: 'integer',
  userId: 'integer',
  processName: 'text',
  hostName: 'text',
  executable: new Body({ path: 'text' }),
  containerId: 'text',
  containerName: 'text',
  containerImage: 'text',
  podName: 'text',
  podNamespace: 'text',
  container: new Body({ id: 'text', name: 'text', image: 'text' }),
  kubernetes: new Body({ podName: 'text', podNamespace: 'text' }),
  returnValue: 'integer',
  processEntityId: 'integer',
  parentEntityId: 'integer',
  args: 'json',
  metadata: new Body({
    Properties: new Body({
      Severity: 'text',
      Category: 'text',
      Technique: 'text',
      external_id: 'text',
      signatureID: 'text',
      signatureName: 'text',
    }),
  }),

  name: 'text',
  id: 'text',
  workload: new Body({
    process: new Body({
      pid: 'json',
      host_pid: 'json',
      unique_id: 'json',
      entity_id: 'json',
      thread: new Body({ name: 'text', host_tid: 'json' }),
      real_user: new Body({ id: 'json' }),
      executable: new Body({ path: 'text' }),
      ancestors: 'json',
    }),
    container: new Body({ id: 'text', name: 'text', image: new Body({ name: 'text' }) }),
    k8s: new Body({ pod: new Body({ name: 'text' }), namespace: new Body({ name: 'text' }) }),
  }),
  data: 'json',
  threat: new Body({
    name: 'text',
    severity: 'text',
    mitre: new Body({ tactic: new Body({ name: 'text' }), technique: new Body({ id: 'text', name: 'text' }) }),
  }),
};

const PROCESS = 'e.workload.process';
/** A number that may be wrapped in `{value: n}`. */
const unwrapped = (number: string) => `coalesce(${number} ->> '$.value', ${number} ->> '$')`;
const ancestor = (field: string) => `(${PROCESS}.ancestors ->> '$[0].${field}')`;

const list = (...values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const FORKS = list('sched_process_fork', 'clone', 'clone3', 'fork', 'vfork');
const ON_DESCRIPTORS = list(
  ...'close dup dup2 dup3 read pread64 readv write pwrite64 writev vfs_read vfs_readv vfs_write vfs_writev lseek sys_enter sys_exit sched_switch mmap brk'.split(
    ' ',
  ),
);
const OWN = list('existing_container', 'init_namespaces', 'tracee_info');

const MODES: readonly (readonly [pattern: string, mode: string])[] = [
  ['unlink|rmdir', 'delete'],
  ['rename', 'rename'],
  ['chmod', 'chmod'],
  ['chown', 'chown'],
  ['mknod|mkdir|symlink|link|creat', 'create'],
  ['write|truncate|file_modification', 'write'],
  ['read|mmap|shared_object|load_elf', 'read'],
];
/** The process before this record, where it ends something. */
const END = `event = 'sched_process_exit' OR event IN ('net_flow_tcp_end', 'net_flow_end') OR answer`;
const tuple = `least(src, dst), greatest(src, dst), least(srcport, dstport), greatest(srcport, dstport)`;

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE
    WHEN event IN ('sched_process_exec', 'sched_process_exit') OR attempt AND returned = 0 THEN concat_ws(chr(31), 'tracee process', seat, coalesce(entity, 'pid ' || hostpid))
    WHEN message THEN concat_ws(chr(31), 'tracee message', seat, hostpid, ${tuple}, CASE WHEN NOT contains(event, '_http') THEN coalesce(${inside('proto_dns', '$.ID')}, asked[1]) END)
    WHEN packet OR flow THEN concat_ws(chr(31), 'tracee connection', seat, hostpid, l4, ${tuple})
  END AS merge,
  CASE
    WHEN event = 'sched_process_exit' THEN 2
    WHEN attempt OR answer OR event IN ('net_flow_tcp_end', 'net_flow_end') THEN 1
    WHEN packet AND NOT opening THEN 32
    ELSE 0
  END::UTINYINT AS rank,
  false AS keyed,
  CASE
    WHEN event IS NULL THEN 'rejected: not a Tracee event'
    WHEN list_contains([${FORKS}], event) THEN 'ignored: a process was forked'
    WHEN list_contains([${OWN}], event) THEN 'ignored: Tracee about itself'
    WHEN list_contains([${ON_DESCRIPTORS}], event) AND path IS NULL THEN 'ignored: a system call that names no file'
  END AS skip,

  CASE WHEN event = 'sched_process_exit' THEN coalesce(born, told) ELSE told END AS time,
  precision,
  CASE WHEN ${END} OR packet AND NOT opening THEN told END AS "end",
  kind,
  CASE WHEN kind = 'policy' OR list_contains(['security_socket_bind', 'bind', 'security_socket_listen', 'listen'], event) THEN event END AS label,
  CASE
    WHEN event = 'sched_process_exec' THEN 'ok'
    WHEN event = 'process_execute_failed' OR returned < 0 AND returned <> -115 AND NOT signature THEN 'failed'
    WHEN called AND returned IS NOT NULL THEN 'ok'
    ELSE 'unknown'
  END AS result,
  CASE WHEN returned BETWEEN -4095 AND -1 AND returned <> -115 AND NOT signature THEN -returned END::INTEGER AS errno,
  ${flags(
    [
      "event = 'sched_process_exit' OR answer OR packet AND NOT opening OR event IN ('net_flow_tcp_end', 'net_flow_end')",
      'start not recorded',
    ],
    ["event = 'sched_process_exit' AND born IS NULL", 'time is not that of the start'],
    ['told IS NULL AND stamp IS NOT NULL', 'time since the boot of the host'],
    ['told IS NULL', 'undated'],
    ['packet AND reply IS NULL AND side IS NOT NULL', 'client taken from the ports'],
    ['packet AND reply IS NULL AND side IS NULL', 'client unknown'],
  )} AS flags,

  cluster,
  namespace,
  pod,
  coalesce(${known('e.container.name')}, ${known('e.containerName')}, ${known('e.workload.container.name')}) AS container,
  containerid,
  coalesce(${known('e.container.image')}, ${known('e.containerImage')}, ${known('e.workload.container.image.name')}) AS image,
  coalesce(CASE WHEN containerid IS NULL THEN ${known('e.hostName')} END, w.node, w.host) AS host,
  w.node AS node,

  CASE WHEN attempt THEN left(${basename('path')}, 15) ELSE coalesce(${known('e.processName')}, ${known(`${PROCESS}.thread.name`)}, ${basename('executable')}) END AS comm,
  nullif(array_to_string(argv, ' '), '') AS cmdline,
  CASE WHEN ran THEN coalesce(path, executable) ELSE executable END AS exe,
  ${within('hostpid', 'UINTEGER')} AS pid,
  ${within(`coalesce(e.hostParentProcessId, ${ancestor('host_pid.value')}, ${ancestor('host_pid')})`, 'UINTEGER')} AS ppid,
  ${within('innerpid', 'UINTEGER')} AS vpid,
  coalesce(${ancestor('thread.name')}, ${basename(ancestor('executable.path'))}) AS parent,
  CASE WHEN ${PROCESS}.ancestors IS NOT NULL THEN nullif(list_filter(list_transform(from_json(${PROCESS}.ancestors, '[{"thread":{"name":"VARCHAR"},"executable":{"path":"VARCHAR"}}]'), lambda a: coalesce(a.thread.name, ${basename('a.executable.path')})), lambda name: name IS NOT NULL), []) END AS ancestors,
  ${userId(`coalesce(e.userId, ${unwrapped(`${PROCESS}.real_user.id`)})`)} AS uid,
  seat || '/' || entity AS entityid,
  seat || '/' || coalesce(nullif(e.parentEntityId, '0'), ${ancestor('unique_id.value')}, ${ancestor('unique_id')}, ${ancestor('entity_id')}) AS parententity,
  CASE WHEN containerid IS NOT NULL AND innerpid <> hostpid THEN e.parentProcessId = '0' AND innerpid <> '1' END AS entered,
  CASE WHEN event = 'sched_process_exit' THEN born END AS started,
  CASE WHEN event = 'sched_process_exit' THEN TRY_CAST(${word('exit_code')} AS INTEGER) END AS exitcode,

  CASE WHEN kind = 'net' THEN CASE
    WHEN regexp_matches(event, 'connect') OR ${word('conn_direction')} = 'outgoing' THEN 'out'
    WHEN regexp_matches(event, 'accept|bind|listen') OR ${word('conn_direction')} = 'incoming' THEN 'in'
    -- A packet that goes out as a request, or comes in as its answer, is of a connection of ours.
    WHEN passing IN ('1', 'INGRESS') THEN CASE swapped WHEN true THEN 'out' WHEN false THEN 'in' END
    WHEN passing IN ('2', '3', 'EGRESS') THEN CASE swapped WHEN true THEN 'in' WHEN false THEN 'out' END
  END END AS direction,
  CASE WHEN kind = 'net' THEN l4 END AS l4proto,
  CASE WHEN swapped THEN dst ELSE src END AS client,
  ${within('CASE WHEN swapped THEN dstport ELSE srcport END', 'USMALLINT')} AS clientport,
  CASE WHEN swapped THEN src ELSE dst END AS server,
  ${within('CASE WHEN swapped THEN srcport ELSE dstport END', 'USMALLINT')} AS serverport,
  nullif(asked, []) AS domain,

  CASE WHEN kind = 'file' THEN ${basename('path')} END AS file,
  CASE WHEN kind = 'file' THEN ${dirname('path')} END AS directory,
  CASE WHEN kind = 'file' THEN path WHEN kind = 'net' THEN (peer ->> '$.sun_path') END AS path,
  CASE WHEN kind = 'file' THEN mode END AS mode,

  CASE WHEN signature THEN coalesce(${known('e.metadata.Properties.signatureName')}, ${known('e.threat.name')}, event) END AS rule,
  CASE lower(level) WHEN '0' THEN 'info' WHEN 'info' THEN 'info' WHEN '1' THEN 'low' WHEN 'low' THEN 'low' WHEN '2' THEN 'medium' WHEN 'medium' THEN 'medium'
    WHEN '3' THEN 'high' WHEN 'high' THEN 'high' WHEN '4' THEN 'critical' WHEN 'critical' THEN 'critical' END AS severity,
  level AS severityraw,
  CASE WHEN signature THEN nullif(list_filter([
    ${['e.metadata.Properties.Category', 'e.metadata.Properties.Technique', 'e.metadata.Properties.external_id', 'e.metadata.Properties.signatureID', 'e.threat.mitre.tactic.name', 'e.threat.mitre.technique.name', 'e.threat.mitre.technique.id'].map(known).join(', ')}
  ], lambda tag: tag IS NOT NULL), []) END AS tags,
  CASE WHEN signature THEN 'tracee' END AS origin
FROM (
  SELECT
    *,
    CASE
      WHEN ran OR event = 'sched_process_exit' THEN 'cmd'
      WHEN src IS NOT NULL OR dst IS NOT NULL OR peer IS NOT NULL THEN 'net'
      WHEN path IS NOT NULL THEN 'file'
      ELSE 'policy'
    END AS kind,
    coalesce(reply, side) AS swapped,
    reply AND message AS answer,
CASE WHEN onwire OR peer IS NOT NULL OR own IS NOT NULL THEN coalesce(
      lower(${inside('proto_ipv4', '$.protocol')}),
      lower(${inside('proto_ipv6', '$.nextHeader')}),
      CASE ${inside('metadata', '$.protocol')} WHEN '6' THEN 'tcp' WHEN '17' THEN 'udp' END,
      CASE WHEN (peer ->> '$.sa_family') IN ('AF_UNIX', '1') THEN 'unix' END,
      CASE WHEN ${word('type')} = 'SOCK_STREAM' THEN 'tcp' WHEN ${word('type')} = 'SOCK_DGRAM' THEN 'udp' END,
      CASE WHEN regexp_matches(event, '_http|_tcp') THEN 'tcp' WHEN regexp_matches(event, '_udp') THEN 'udp' WHEN regexp_matches(event, '_icmp') THEN 'icmp' END
    ) END AS l4,
    CASE WHEN path IS NOT NULL THEN CASE
      ${MODES.slice(0, 5)
        .map(([pattern, mode]) => `WHEN regexp_matches(event, '${pattern}') THEN '${mode}'`)
        .join('\n      ')}
      WHEN opened IS NOT NULL THEN ${modeOfFlags('opened', 'TRY_CAST(opened AS BIGINT)')}
      ${MODES.slice(5)
        .map(([pattern, mode]) => `WHEN regexp_matches(event, '${pattern}') THEN '${mode}'`)
        .join('\n      ')}
    END END AS mode
  FROM (
    SELECT
      *,
      event IN ('execve', 'execveat') AS attempt,
      list_contains(['sched_process_exec', 'execve', 'execveat', 'process_execute_failed'], event) OR argv IS NOT NULL AS ran,
      signature IS FALSE AND TRY_CAST(e.eventId AS INTEGER) < 600 AS called,
      onwire AND packet AND coalesce(${inside('proto_tcp', '$.SYN')} = '1' AND ${inside('proto_tcp', '$.ACK')} = '0', false) AS opening,
      event IN ('net_flow_tcp_begin', 'net_flow_tcp_end', 'net_flow_end') AS flow,
      -- The packet goes from the server to the client; NULL where the protocol does not say.
      CASE
        WHEN NOT packet AND NOT message THEN false
        WHEN ${arg('proto_dns')} IS NOT NULL THEN ${inside('proto_dns', '$.QR')} = '1'
        WHEN ${arg('proto_http')} IS NOT NULL THEN ${inside('proto_http', '$.direction')} = 'response'
        WHEN ${inside('proto_tcp', '$.SYN')} = '1' THEN ${inside('proto_tcp', '$.ACK')} = '1'
        WHEN ends_with(event, '_response') THEN true
        WHEN ends_with(event, '_request') THEN false
        WHEN ${arg('proto_icmp')} IS NOT NULL OR ${arg('proto_icmpv6')} IS NOT NULL
          THEN ends_with(coalesce(${inside('proto_icmp', '$.typeCode')}, ${inside('proto_icmpv6', '$.typeCode')}), 'Reply')
      END AS reply,
      CASE
        WHEN TRY_CAST(srcport AS INTEGER) < 32768 AND TRY_CAST(dstport AS INTEGER) >= 32768 THEN true
        WHEN TRY_CAST(srcport AS INTEGER) >= 32768 AND TRY_CAST(dstport AS INTEGER) < 32768 THEN false
      END AS side
    FROM (
      SELECT
        *,
        CASE WHEN json_type(${arg('argv')}) = 'ARRAY' THEN from_json(${arg('argv')}, '["VARCHAR"]') END AS argv,
        CASE WHEN contains(${word('fd')}, '=/') AND regexp_matches(${word('fd')}, '^[0-9]+=/') THEN regexp_extract(${word('fd')}, '=(.*)$', 1)
          ELSE ${word('pathname', 'file_path', 'path', 'old_path', 'target', 'linkpath')} END AS path,
        ${word('flags')} AS opened,
        starts_with(event, 'net_packet_') AND NOT (starts_with(event, 'net_packet_dns') OR starts_with(event, 'net_packet_http')) AS packet,
        starts_with(event, 'net_packet_dns') OR starts_with(event, 'net_packet_http') AS message,
        CASE WHEN onwire THEN ${inside('metadata', '$.direction')} END AS passing,
        CASE WHEN onwire THEN coalesce(${word('src')}, ${inside('metadata', '$.src_ip')}) WHEN peer IS NOT NULL AND contains(event, 'accept') THEN ${addressOf('peer')} END AS src,
        CASE WHEN onwire THEN coalesce(${word('src_port')}, ${inside('metadata', '$.src_port')}) WHEN peer IS NOT NULL AND contains(event, 'accept') THEN ${portOf('peer')} END AS srcport,
        CASE WHEN onwire THEN coalesce(${word('dst')}, ${inside('metadata', '$.dst_ip')}) WHEN coalesce(peer, own) IS NOT NULL THEN CASE WHEN regexp_matches(event, 'connect|send') THEN ${addressOf('peer')} ELSE ${addressOf('own')} END END AS dst,
        CASE WHEN onwire THEN coalesce(${word('dst_port')}, ${inside('metadata', '$.dst_port')}) WHEN coalesce(peer, own) IS NOT NULL THEN CASE WHEN regexp_matches(event, 'connect|send') THEN ${portOf('peer')} ELSE ${portOf('own')} END END AS dstport,
        CASE WHEN onwire THEN list_filter(list_concat(
          from_json(CASE WHEN json_type(${arg('dst_dns')}) = 'ARRAY' THEN ${arg('dst_dns')} END, '["VARCHAR"]'),
          coalesce(${inside('proto_dns', '$.questions[*].name')}, []),
          coalesce(${inside('dns_questions', '$[*].query')}, ${inside('dns_questions', '$.questions[*].query')}, []),
          coalesce(${inside('dns_response', '$[*].query_data.query')}, []),
          [regexp_replace(nullif(coalesce(${inside('proto_http', '$.host')}, ${inside('http_request', '$.host')}), ''), ':[0-9]+$', '')]
        ), lambda name: name IS NOT NULL) END AS asked,
        CASE WHEN signature THEN coalesce(${known('e.metadata.Properties.Severity')}, ${known('e.threat.severity')}) END AS level
      FROM (
        SELECT
          *,
          CASE WHEN stamp > 100000000000000000 THEN TRY(make_timestamp_ns(stamp)) ELSE ${instant('stamptext')} END AS told,
          CASE WHEN stamp > 100000000000000000 THEN 'ns' ELSE ${precisionOf('stamptext')} END AS precision,
          CASE WHEN TRY_CAST(e.threadStartTime AS BIGINT) > 100000000000000000 THEN TRY(make_timestamp_ns(TRY_CAST(e.threadStartTime AS BIGINT))) END AS born,
          coalesce(containerid, ${known('e.hostName')}, w.node, '') AS seat,
          TRY_CAST(coalesce(e.returnValue, ${word('returnValue')}) AS BIGINT) AS returned,
          CASE WHEN NOT onwire THEN ${socket('remote_addr', 'addr')} END AS peer,
          ${socket('local_addr')} AS own
        FROM (
          SELECT
            *,
            coalesce(${known('e.eventName')}, ${known('e.name')}) AS event,
            coalesce(starts_with(e.eventName, 'net_') OR starts_with(e.name, 'net_'), false) AS onwire,
            coalesce(${known('e.metadata.Properties.signatureID')}, ${known('e.threat.name')}) IS NOT NULL OR coalesce(TRY_CAST(e.eventId AS INTEGER) >= 6000, false) AS signature,
            coalesce(${known('e.container.id')}, ${known('e.containerId')}, ${known('e.workload.container.id')}) AS containerid,
            coalesce(${known('e.kubernetes.podNamespace')}, ${known('e.podNamespace')}, ${known('e.workload.k8s.namespace.name')}) AS namespace,
            coalesce(${known('e.kubernetes.podName')}, ${known('e.podName')}, ${known('e.workload.k8s.pod.name')}) AS pod,
            coalesce(${known('e.executable.path')}, ${known(`${PROCESS}.executable.path`)}) AS executable,
            coalesce(e.hostProcessId, ${unwrapped(`${PROCESS}.host_pid`)}, ${unwrapped(`${PROCESS}.thread.host_tid`)}, ${unwrapped(`${PROCESS}.pid`)}) AS hostpid,
            coalesce(e.processId, ${unwrapped(`${PROCESS}.pid`)}) AS innerpid,
            coalesce(nullif(e.processEntityId, '0'), ${unwrapped(`${PROCESS}.unique_id`)}, ${unwrapped(`${PROCESS}.entity_id`)}) AS entity,
            CASE json_type(e.timestamp)
              WHEN 'OBJECT' THEN TRY(TRY_CAST((e.timestamp ->> '$.seconds') AS BIGINT) * 1000000000 + coalesce(TRY_CAST(e.timestamp ->> '$.nanos' AS BIGINT), 0))
              WHEN 'VARCHAR' THEN NULL
              WHEN 'DOUBLE' THEN TRY((TRY_CAST(e.timestamp ->> '$' AS DECIMAL(28, 9)) * 1000000000)::BIGINT)
              ELSE TRY_CAST(e.timestamp ->> '$' AS BIGINT)
            END AS stamp,
            CASE WHEN json_type(e.timestamp) = 'VARCHAR' THEN e.timestamp ->> '$' END AS stamptext,
            ${NAMES} AS names,
            ${GIVEN} AS "values"
          FROM (SELECT *, ${READ} FROM record)
        )
      )
    )
  )
)`;

function isTracee(record: Readonly<Record<string, unknown>>): boolean {
  if (typeof record.eventName === 'string')
    return 'hostProcessId' in record || ('processName' in record && 'timestamp' in record && 'args' in record);
  return (
    isObject(record.workload) &&
    typeof record.name === 'string' &&
    'timestamp' in record &&
    ('data' in record || 'policies' in record || 'threat' in record)
  );
}

export const tracee: Format = {
  id: 'tracee',
  title: 'Tracee events',
  version: 2,
  recognisedBy: 'eventName with hostProcessId, or workload with name, timestamp and data',
  limits: [
    'Tracee records the events that its policies select: the absence of anything else proves nothing.',
    'Tracee records no terminal, no session id, no login user and no working directory.',
    'Its process ids that are never used again are hashes of 32 bits: two processes of one container may share one.',
    'In a container it names the host by the pod’s own name: the node is not known from the record.',
  ],
  selects: 'Only the events that its policies select.',
  columns,
  detect: ({ records }) => share(records, isTracee),
  project,
};
