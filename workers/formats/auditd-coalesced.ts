/**
 * Linux audit events as go-libaudit joins them (aucoalesce, the core of Auditbeat's module), as JSON of its own. Field facts: elastic/go-libaudit aucoalesce/coalesce.go
 * and its golden files.
 *
 * - Records are folded into one object: which of two equal fields of different records it kept cannot be told, and of EXECVE only the arguments stay.
 * - Numbers are text, an errno is its name, an unset id is `unset`; with lookup of ids on, names stand in `user.names`.
 */
import { projectAudit } from './auditd/project';
import { ERRNO, FILE_MODES } from './auditd/syscalls';
import { instant, precisionOf } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const columns: Columns = {
  '@timestamp': 'time',
  sequence: 'integer',
  category: 'text',
  record_type: 'text',
  result: 'text',
  session: 'text',
  tags: 'texts',
  user: new Body({ ids: new Body({ auid: 'text', uid: 'text' }), names: new Body({ auid: 'text', uid: 'text' }) }),
  process: new Body({ pid: 'text', ppid: 'text', title: 'text', name: 'text', exe: 'text', cwd: 'text', args: 'texts' }),
  file: new Body({ path: 'text' }),
  paths: 'json',
  source: new Body({ ip: 'text', port: 'text', path: 'text' }),
  destination: new Body({ ip: 'text', port: 'text', path: 'text' }),
  data: new Body({
    ...Object.fromEntries(
      ['syscall', 'arch', 'exit', 'tty', 'a0', 'a1', 'a2', 'acct', 'cmd', 'cwd', 'terminal', 'hostname', 'apparmor'].map(
        (name) => [name, 'text' as const],
      ),
    ),
    ...Object.fromEntries(
      [
        'operation',
        'seresult',
        'laddr',
        'lport',
        'rport',
        'direction',
        'op',
        'socket_family',
        'socket_addr',
        'socket_port',
        'socket_path',
        'data',
      ].map((name) => [name, 'text' as const]),
    ),
  }),
};

const quotedWords = `array_to_string(list_transform(from_json(e.process.args, '["VARCHAR"]'), lambda w: CASE WHEN regexp_full_match(w, '[A-Za-z0-9_@%+=:,./-]+') THEN w ELSE concat('''', replace(w, '''', '''\\'''''), '''') END), ' ')`;
const set = (value: string): string => `nullif(nullif(${value}, 'unset'), '?')`;
const errnos = `MAP {${Object.entries(ERRNO)
  .map(([name, number]) => `'${name}': '-${number}'`)
  .join(', ')}}`;

/** A terminal's name as its number (auditd/tty.ts). */
const TTY = `CASE
      WHEN terminal = '(none)' THEN '0'
      WHEN regexp_full_match(terminal, '(/dev/)?pts/?[0-9]{1,3}') THEN (34816 + TRY_CAST(regexp_extract(terminal, '[0-9]+$') AS INTEGER) % 256 + (TRY_CAST(regexp_extract(terminal, '[0-9]+$') AS INTEGER) // 256) * 1048576)::VARCHAR
      WHEN regexp_full_match(terminal, '(/dev/)?tty[0-9]{1,2}') THEN (1024 + TRY_CAST(regexp_extract(terminal, '[0-9]+$') AS INTEGER))::VARCHAR
    END`;
const isRename = `list_contains([${FILE_MODES.rename.map((name) => `'${name}'`).join(', ')}], e.data.syscall)`;
const named = (type: string): string => `list_filter(items, lambda p: p.nametype = '${type}')`;

/** Relative names are below the working directory, as far as the event tells. */
const resolved = (path: string): string =>
  `CASE WHEN starts_with(${path}, '/') OR cwd IS NULL THEN ${path} ELSE rtrim(cwd, '/') || '/' || ${path} END`;

const inner = `
  SELECT
    *,
    CASE WHEN syscall = 'open' THEN TRY_CAST('0x' || a1 AS INTEGER) WHEN syscall = 'openat' THEN TRY_CAST('0x' || a2 AS INTEGER) END AS openflags,
    ${TTY} AS tty,
    ${resolved('plainpath')} AS path,
    ${resolved('plainrenamed')} AS renamed
  FROM (
    SELECT
      ${PLACE}, f, cluster,
      ${instant('e."@timestamp"')} AS time,
      ${precisionOf('e."@timestamp"')} AS precision,
      concat(epoch_ns(${instant('e."@timestamp"')}), ':', e.sequence) AS stamp,
      w.host AS host,
      w.node AS node,
      upper(e.record_type) AS type,
      CASE
        WHEN starts_with(e.record_type, 'anom_') OR e.record_type = 'seccomp' THEN upper(e.record_type)
        WHEN e.data.apparmor <> 'STATUS' THEN 'AppArmor ' || lower(e.data.apparmor)
        WHEN e.data.seresult IS NOT NULL THEN 'SELinux ' || e.data.seresult
      END AS rule,
      CASE
        WHEN e.record_type = 'user_cmd' THEN 'sudo'
        WHEN e.record_type IN ('tty', 'user_tty') THEN 'keystrokes'
        WHEN e.data.apparmor IS NOT NULL THEN concat_ws(' ', lower(e.data.apparmor), e.data.operation)
        WHEN e.data.seresult IS NOT NULL THEN e.data.seresult
      END AS label,
      e.data.syscall AS syscall,
      CASE e.result WHEN 'success' THEN 'yes' WHEN 'fail' THEN 'no' END AS success,
      coalesce(${errnos}[e.data."exit"], e.data."exit") AS "exit",
      e.data.a1 AS a1, e.data.a2 AS a2,
      e.process.pid AS pid,
      e.process.ppid AS ppid,
      CASE WHEN e.data.syscall IN ('fork', 'vfork', 'clone', 'clone3') AND TRY_CAST(e.data."exit" AS BIGINT) > 0 THEN e.data."exit" END AS child,
      ${set('e."user".ids.auid')} AS auid,
      ${set('e."user".names.auid')} AS login,
      CASE WHEN e.data.acct IS NULL THEN ${set('e."user".ids.uid')} END AS uid,
      coalesce(${set('e.data.acct')}, ${set('e."user".names.uid')}) AS username,
      coalesce(e.data.terminal, e.data.tty) AS terminal,
      e.process.name AS comm,
      e.process.exe AS exe,
      coalesce(e.process.cwd, e.data.cwd) AS cwd,
      coalesce(${quotedWords}, e.data.cmd, e.data.data, e.process.title) AS cmdline,
      CASE WHEN ${isRename} THEN coalesce(${named('DELETE')}[1].name, e.file.path) ELSE coalesce(${named('CREATE')}[-1].name, ${named('DELETE')}[-1].name, e.file.path, e.destination.path, e.data.socket_path) END AS plainpath,
      CASE WHEN ${isRename} THEN ${named('CREATE')}[-1].name END AS plainrenamed,
      CASE WHEN len(${named('CREATE')}) > 0 THEN 'CREATE' END AS nametype,
      NULL::VARCHAR AS asked,
      coalesce(e.data.socket_family, CASE WHEN e.data.syscall IS NOT NULL THEN CASE WHEN coalesce(e.destination.ip, e.source.ip) LIKE '%:%' THEN 'ipv6' WHEN coalesce(e.destination.ip, e.source.ip) IS NOT NULL THEN 'ipv4' WHEN coalesce(e.destination.path, e.source.path) IS NOT NULL THEN 'unix' END END) AS family,
      CASE WHEN e.data.syscall IS NOT NULL THEN coalesce(e.data.socket_addr, e.destination.ip, e.source.ip) END AS address,
      CASE WHEN e.data.syscall IS NOT NULL THEN coalesce(e.data.socket_port, e.destination.port, e.source.port) END AS port,
      CASE WHEN e.data.syscall IS NULL THEN e.source.ip END AS remote,
      e.data.rport AS remoteport,
      e.data.laddr AS "local",
      e.data.lport AS localport,
      nullif(${set('e.data.hostname')}, e.source.ip) AS hostname,
      NULL::VARCHAR AS ended, NULL::VARCHAR AS exitcode,
      NULL::VARCHAR AS namespace, NULL::VARCHAR AS pod, NULL::VARCHAR AS container, NULL::VARCHAR AS containerid, NULL::VARCHAR AS image, NULL::VARCHAR AS parent,
      from_json(e.tags, '["VARCHAR"]') AS tags,
      CASE
        WHEN e.record_type IS NULL OR e.sequence IS NULL THEN 'rejected: not an event of go-libaudit'
        WHEN e.record_type = 'crypto_key_user' OR (e.record_type = 'crypto_session' AND (e.data.op IS DISTINCT FROM 'start' OR e.data.laddr IS NULL)) THEN 'ignored: keys of a connection'
        WHEN e.record_type = 'crypto_session' AND e.data.direction = 'from-client' THEN 'ignored: the other direction of a connection’s keys'
      END AS skip
    FROM (SELECT *, from_json(e.paths, '[{"name":"VARCHAR","nametype":"VARCHAR"}]') AS items FROM record)
  )`;

const isCoalesced = (record: Readonly<Record<string, unknown>>): boolean =>
  typeof record.record_type === 'string' &&
  'sequence' in record &&
  (isObject(record.summary) || isObject(record.process) || typeof record.category === 'string');

export const auditdCoalesced: Format = {
  id: 'auditd-coalesced',
  title: 'Linux audit events of go-libaudit (JSON)',
  version: 2,
  recognisedBy: 'record_type and sequence with category, summary or process',
  limits: [
    'Linux audit records what its rules ask for: the absence of commands, connections or files proves nothing.',
    'Events carry no host, pod, namespace or container; process ids are those of the host.',
    'Ends of processes are not joined to their beginnings.',
    'Of a connection only the other end is recorded, and neither protocol nor own address.',
  ],
  selects: 'Only what its rules ask for.',
  columns,
  detect: ({ records }) => share(records, isCoalesced),
  project: projectAudit(inner),
};
