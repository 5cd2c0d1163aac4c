/**
 * One line of Linux audit: `[node=HOST ]type=T msg=audit(SEC.MS:SERIAL): fields`, as auditd writes it (audit-userspace src/auditd-event.c); `type=1300 audit(…): …` in
 * the kernel's ring and the journal; `type=AUOMS_EXECVE audit(…): …` of the Azure plugin. Whatever stands before `node=` or `type=` was put there by who carried it.
 * Behind 0x1D follow the names that auditd's ENRICHED format found for numbers on the machine itself. rsyslog writes that byte as `#035`, other carriers as something else or not at all.
 */

export interface AuditLine {
  readonly type: string;
  /** `SEC.MS:SERIAL` as written: of one node, the event's name. Behind `~` only the time of the line that carried the record (`journalRecord` of envelopes). */
  readonly stamp: string;
  readonly node: string;
  /** Begins with a blank. */
  readonly body: string;
  /** Names that were found for numbers, in upper-case fields; '' where there are none. */
  readonly names: string;
}

/** Kinds of records by number (include/uapi/linux/audit.h, audit-userspace lib/audit-records.h), for lines that do not name them. */
const TYPES: ReadonlyMap<number, string> = new Map([
  ...names(
    1100,
    'USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC USER_CHAUTHTOK USER_ERR CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP DAC_CHECK CHGRP_ID TEST TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK ACCT_UNLOCK USER_DEVICE SOFTWARE_UPDATE',
  ),
  ...names(
    1200,
    'DAEMON_START DAEMON_END DAEMON_ABORT DAEMON_CONFIG DAEMON_RECONFIG DAEMON_ROTATE DAEMON_RESUME DAEMON_ACCEPT DAEMON_CLOSE DAEMON_ERR',
  ),
  ...names(
    1300,
    'SYSCALL - PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD - EXECVE - IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS CAPSET MMAP NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE REPLACE KERN_MODULE FANOTIFY TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2 DM_CTRL DM_EVENT',
  ),
  ...names(
    1400,
    'AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL',
  ),
  ...names(1700, 'ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT'),
  ...names(
    1800,
    'INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE INTEGRITY_EVM_XATTR INTEGRITY_POLICY_RULE',
  ),
  ...names(1005, 'USER LOGIN'),
  ...names(2000, 'KERNEL'),
  ...names(2404, 'CRYPTO_KEY_USER - - CRYPTO_SESSION'),
]);

function names(first: number, list: string): (readonly [number, string])[] {
  return list.split(' ').flatMap((name, i) => (name === '-' ? [] : [[first + i, name] as const]));
}

const typeName = (type: string): string => {
  const number = /^(?:UNKNOWN\[)?(\d{1,6})\]?$/.exec(type)?.[1];
  return number === undefined ? type : (TYPES.get(Number(number)) ?? `UNKNOWN[${number}]`);
};

const STAMP = /^\d{1,10}\.\d{1,3}:\d{1,20}$/;
const TYPE = /^[A-Z][A-Z0-9_]{0,63}$|^(?:UNKNOWN\[)?\d{1,6}\]?$/;
const NODE = /(?:^|\s)node=(\S{1,255})\s+$/;
/** Who sent the line, where a syslog prefix was not taken off. */
const SYSLOG = /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{1,40}) (\S{1,255}) \S/;
/** `oc adm node-logs` puts the node's name alone before a line. */
const ALONE = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}) $/;
const RULE_OF_AUSEARCH = /^(?:-{4}|time->)/;
const GROUP_SEPARATOR = '\x1d';
/** Names up to the end of the line and what stands there for the separator. A value of the record itself never ends so: it would leave a quote open. */
const NAMES_AT_END =
  /(?:#035|\^\]|\\x1d| )?((?:ARCH|SADDR|[AO]?UID)=(?:"[^"]*"|\{[^}]*\}|[^\s"']+)(?: [A-Z_]+=(?:"[^"]*"|\{[^}]*\}|[^\s"']+))*)\s*$/;
/** How far before the end of a line they may begin. */
const LONGEST_NAMES = 2048;
/** How far into a line its record may begin. */
const LONGEST_PREFIX = 4096;

/** Kinds that were seen, as they are written, by the name that they get. */
const seen = new Map<string, string>();
const MOST_KINDS = 1000;

function kindOf(type: string): string | undefined {
  const known = seen.get(type);
  if (known !== undefined || !TYPE.test(type)) return known;
  const name = typeName(type);
  if (seen.size < MOST_KINDS) seen.set(type, name);
  return name;
}

let lastStamp = '';

/** A line as one character a byte; a text is its fate where it is no record. */
export function readLine(line: string): AuditLine | string {
  const header = line.indexOf('audit(');
  if (header < 0 || header > LONGEST_PREFIX) return notARecord(line);
  const close = line.indexOf(')', header);
  const stamp = close < 0 ? '' : line.slice(header + 6, close);
  if (!STAMP.test(stamp) && !isCarried(stamp))
    return `rejected: no time and serial number as audit(seconds.milliseconds:serial) in column ${header + 1}`;
  // Lines of one event mostly follow one another: they share one text.
  if (stamp !== lastStamp) lastStamp = stamp;
  const at = line.startsWith('type=') ? 0 : line.lastIndexOf('type=', header);
  if (at < 0) return `rejected: no type before column ${header + 1}`;
  const typeEnd = line.indexOf(' ', at);
  const type = kindOf(line.slice(at + 5, typeEnd));
  if (type === undefined) return `rejected: no record type in column ${at + 6}`;
  const start = line.charCodeAt(close + 1) === 58 ? close + 2 : close + 1;
  const split = line.indexOf(GROUP_SEPARATOR, start);
  const [end, names] = split < 0 ? namesAtEnd(line, start) : [split, ` ${line.slice(split + 1)}`];
  const text = line.slice(start, end);
  return {
    type,
    stamp: lastStamp,
    node: at === 0 ? '' : nodeOf(line.slice(0, at)),
    body: text.charCodeAt(0) === 32 ? text : ` ${text}`,
    names,
  };
}

/** Where the record ends, and its names, of a line without the separator. */
function namesAtEnd(line: string, start: number): readonly [end: number, names: string] {
  if (line.indexOf('UID=', start) < 0 && line.indexOf('SADDR=', start) < 0) return [line.length, ''];
  const from = Math.max(start, line.length - LONGEST_NAMES);
  const found = NAMES_AT_END.exec(line.slice(from));
  return found ? [from + found.index, ` ${found[1]}`] : [line.length, ''];
}

const nodeOf = (prefix: string): string => NODE.exec(prefix)?.[1] ?? SYSLOG.exec(prefix)?.[1] ?? ALONE.exec(prefix)?.[1] ?? '';

/** The stamp was lost on the way. */
export const isCarried = (stamp: string): boolean => stamp.charCodeAt(0) === 126;

const notARecord = (line: string): string =>
  RULE_OF_AUSEARCH.test(line)
    ? 'ignored: a line that ausearch puts between events'
    : 'rejected: no audit record (audit(seconds.milliseconds:serial) is not in the line)';
