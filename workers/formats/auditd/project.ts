/**
 * What an event of Linux audit becomes, whatever wrote it down: one projection over columns that each source fills in its own way.
 *
 * - A system call is told by its kind: execve a command, connect a connection, openat a file; anything else that a rule asked for (ptrace, mount, setuid) and what user
 *   space reports (logins, services) is a `policy` activity named by its call or its type of record.
 * - The key of a rule says what its author calls it, not that it is wrong: it is a tag. `rule` is what the kernel or a security module judged (AVC, SECCOMP, ANOM_…).
 * - A fork is told as the child, since a subshell runs nothing of its own that could be told later. An exit ends the exec that its process ran.
 * - A connection that goes on in the background (EINPROGRESS) has neither failed nor succeeded.
 */

import { basename, dirname, flags, userId, within } from '../expressions';
import { PLACE } from '../format';
import { EXECS, EXITS, FILE_MODES, NET_IN, NET_OUT } from './syscalls';

const names = (list: readonly string[]): string => `[${list.map((name) => `'${name}'`).join(', ')}]`;
const oneOf = (column: string, list: readonly string[]): string => `list_contains(${names(list)}, ${column})`;

/** Records that leave it to their system call what happened. */
const BY_CALL = [
  'SYSCALL',
  'EXECVE',
  'PATH',
  'AVC',
  'USER_AVC',
  'SECCOMP',
  'SELINUX_ERR',
  'AUOMS_EXECVE',
  'AUOMS_CONNECT',
  'AUOMS_SYSCALL',
  'AUOMS_EXECVE_FRAGMENT',
];
const NET_OTHER = ['getpeername', 'getsockname', 'socket', 'socketpair'];

const { open, ...others } = FILE_MODES;
const MODE = `CASE
      WHEN ${oneOf('syscall', open)} THEN CASE WHEN nametype = 'CREATE' THEN 'create' WHEN openflags IS NULL THEN 'open' WHEN openflags & 3 = 0 THEN 'read' ELSE 'write' END
      ${Object.entries(others)
        .map(([mode, calls]) => `WHEN ${oneOf('syscall', calls)} THEN '${mode}'`)
        .join('\n      ')}
      WHEN syscall IS NULL AND asked IS NOT NULL THEN asked
      WHEN type = 'PATH' THEN CASE nametype WHEN 'CREATE' THEN 'create' WHEN 'DELETE' THEN 'delete' END
    END`;

/**
 * @param inner SELECT … FROM record with `PLACE`, `f` (with the source's own notes), `cluster`, and these columns, VARCHAR but where it says otherwise:
 * `time` (TIMESTAMP_NS), `precision`, `stamp` (names the event on its host; NULL where it was lost), `host`, `node`, `type` (of the record that tells most, upper case), `rule`, `label`;
 * `syscall`, `success` (yes, no), `exit` (a whole number), `openflags` (INTEGER), `pid`, `ppid`, `child` (pid of the process that a fork made), `auid`, `login`, `uid`, `username`,
 * `tty` (a number), `comm`, `exe`, `cwd`, `cmdline`, `ended` (stamp of the exec that an exit ends), `exitcode`, `parent`;
 * `path`, `renamed`, `nametype`, `asked` (mode that a security module was asked for; of an event without a call);
 * `family`, `address`, `port`, `remote`, `remoteport`, `local`, `localport`, `hostname`; `namespace`, `pod`, `container`, `containerid`, `image`, `tags` (VARCHAR[]), `skip`.
 */
export const projectAudit = (inner: string): string => `
SELECT
  ${PLACE},
  k,
  CASE WHEN ended IS NOT NULL THEN concat_ws(chr(31), 'process', coalesce(host, ''), ended) WHEN ran AND stamp IS NOT NULL THEN concat_ws(chr(31), 'process', coalesce(host, ''), stamp) END AS merge,
  CASE WHEN ended IS NOT NULL THEN 1 ELSE 0 END::UTINYINT AS rank,
  stamp IS NOT NULL AS keyed,
  skip,

  time,
  precision,
  CASE WHEN gone THEN time END AS "end",
  kind,
  coalesce(label, CASE WHEN kind = 'policy' THEN CASE WHEN bycall AND syscall IS NOT NULL THEN syscall ELSE replace(lower(type), '_', ' ') END WHEN kind = 'net' AND NOT ${oneOf('syscall', ['connect', 'accept', 'accept4'])} THEN syscall END) AS label,
  CASE WHEN success = 'yes' THEN 'ok' WHEN success = 'no' AND errno IS DISTINCT FROM 115 THEN 'failed' ELSE 'unknown' END AS result,
  errno,
  ${flags(
    ['time IS NULL', 'undated'],
    ['gone', 'start not recorded'],
    ['errno = 115', 'connection in progress'],
    ["kind = 'net' AND address IS NOT NULL AND direction IS NULL", 'direction unknown'],
  )} AS flags,

  cluster, namespace, pod, container, containerid, image, host, node,

  comm, cmdline, exe, cwd,
  ${within('CASE WHEN child IS NULL THEN pid ELSE child END', 'UINTEGER')} AS pid,
  ${within('CASE WHEN child IS NULL THEN ppid ELSE pid END', 'UINTEGER')} AS ppid,
  CASE WHEN child IS NOT NULL THEN comm ELSE parent END AS parent,
  ${userId('uid')} AS uid,
  username,
  ${userId('auid')} AS loginuid,
  login AS loginname,
  ${within('tty', 'UINTEGER')} AS tty,
  ${within('exitcode', 'INTEGER')} AS exitcode,

  direction,
  CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp THEN 'tcp' WHEN NOT ${oneOf('family', ['ipv4', 'ipv6', 'unspecified'])} THEN family END END AS l4proto,
  CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp THEN remote WHEN direction = 'in' AND NOT ${oneOf('syscall', ['bind', 'listen'])} THEN address END END AS client,
  ${within(`CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp THEN remoteport WHEN direction = 'in' AND NOT ${oneOf('syscall', ['bind', 'listen'])} THEN port END END`, 'USMALLINT')} AS clientport,
  CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp THEN local WHEN direction IS DISTINCT FROM 'in' OR ${oneOf('syscall', ['bind', 'listen'])} THEN address END END AS server,
  ${within(`CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp THEN localport WHEN direction IS DISTINCT FROM 'in' OR ${oneOf('syscall', ['bind', 'listen'])} THEN port END END`, 'USMALLINT')} AS serverport,
  CASE WHEN hostname IS NOT NULL THEN [hostname] END AS domain,
  CASE WHEN kind = 'policy' AND remote IS NOT NULL THEN [remote] END AS sourceaddresses,

  ${basename('object')} AS file,
  ${dirname('object')} AS directory,
  object AS path,
  CASE WHEN kind = 'file' THEN mode END AS mode,

  rule,
  nullif(tags, []) AS tags,
  CASE WHEN rule IS NOT NULL THEN 'auditd' END AS origin
FROM (
  SELECT
    *,
    -- Of a command only what could not be run is a path worth telling; what ran is in exe.
    CASE WHEN kind = 'cmd' AND success IS DISTINCT FROM 'no' THEN NULL WHEN k = 2 THEN renamed ELSE path END AS object,
    kind = 'cmd' AND coalesce(${oneOf('syscall', EXITS)}, false) AS gone,
    kind = 'cmd' AND coalesce(${oneOf('syscall', EXECS)}, false) AND success = 'yes' AS ran,
    CASE WHEN kind = 'net' THEN CASE WHEN keyed_tcp OR (bycall AND ${oneOf('syscall', NET_IN)}) THEN 'in' WHEN ${oneOf('syscall', NET_OUT)} THEN 'out' END END AS direction
  FROM (
    SELECT
      *,
      CASE
        WHEN type IN ('EXECVE', 'USER_CMD', 'AUOMS_EXECVE', 'AUOMS_EXECVE_FRAGMENT') OR (bycall AND ${oneOf('syscall', [...EXECS, ...EXITS])}) THEN 'cmd'
        WHEN keyed_tcp OR (bycall AND (family IS NOT NULL OR ${oneOf('syscall', [...NET_OUT, ...NET_IN, ...NET_OTHER])})) THEN 'net'
        WHEN bycall AND (mode IS NOT NULL OR (path IS NOT NULL AND syscall IS NULL)) THEN 'file'
        ELSE 'policy'
      END AS kind
    FROM (
      SELECT
        *,
        unnest(CASE WHEN renamed IS NOT NULL THEN [1, 2] ELSE [1] END)::UTINYINT AS k,
        ${oneOf('type', BY_CALL)} AS bycall,
        type = 'CRYPTO_SESSION' AS keyed_tcp,
        CASE WHEN success = 'no' THEN nullif(-least(TRY_CAST("exit" AS INTEGER), 0), 0) END AS errno,
        ${MODE} AS mode
      FROM (${inner})
    )
  )
)`;
