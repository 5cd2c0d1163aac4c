/**
 * Records that tell an event of themselves, without a system call or beside one: what user space reports (logins, sudo, services), what security modules refused, what
 * changed in audit itself. Their fields come in any order, and partly inside `msg='…'`.
 */
import { readAuoms } from './auoms';
import { fieldsOf, plainValue, unquoted } from './fields';
import type { AuditLine } from './line';
import { bounded, keysOf, numberOf, type Row, readNames, textIn } from './row';
import { syscallName } from './syscalls';
import { deviceNumber, ttyNumber } from './tty';

type Fields = ReadonlyMap<string, string>;

/** Fills what the SYSCALL record did not say. */
export function readTold(row: Row, line: AuditLine): void {
  if (line.type.startsWith('AUOMS_')) readAuoms(row, line);
  else readRecord(row, line);
}

function readRecord(row: Row, line: AuditLine): void {
  const fields = fieldsOf(line.body);
  readIdentity(row, fields);
  if (line.names !== '' && row.login === undefined && row.user === undefined) readNames(row, line.names);
  readPeer(row, fields);
  readRule(row, line, fields);
  const keys = keysOf(fields.get('key'));
  if (keys.length > 0) row.keys ??= keys;
  SPECIAL.get(line.type)?.(row, fields);
}

function readIdentity(row: Row, fields: Fields): void {
  row.pid ??= numberOf(fields.get('pid'));
  row.ppid ??= numberOf(fields.get('ppid'));
  row.auid ??= numberOf(fields.get('auid'));
  row.comm ??= textIn(row, fields.get('comm'));
  row.exe ??= textIn(row, fields.get('exe'));
  row.account = textIn(row, fields.get('acct'));
  // The account that a record is about, where it names one, not the daemon that reports it.
  row.uid ??= numberOf(fields.get('id')) ?? (row.account === undefined ? numberOf(fields.get('uid')) : undefined);
  row.success ??= outcome(fields.get('res') ?? fields.get('result'));
  const terminal = plainValue(fields.get('terminal') ?? fields.get('tty'));
  const tty = ttyNumber(fields.get('tty') === '(none)' ? '(none)' : terminal);
  row.tty ??= tty === undefined ? undefined : String(tty);
}

const YES = new Set(['success', 'yes', '1']);
const NO = new Set(['failed', 'no', '0']);
const outcome = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : YES.has(value) ? 'yes' : NO.has(value) ? 'no' : undefined;

function readPeer(row: Row, fields: Fields): void {
  row.remote = plainValue(fields.get('addr'));
  const hostname = textIn(row, fields.get('hostname'));
  if (hostname !== undefined && hostname !== row.remote) row.hostname = hostname;
}

/** Who judged the call, and how. AppArmor says it in a field, SELinux in words. */
function readRule(row: Row, { type, body }: AuditLine, fields: Fields): void {
  if (type.startsWith('ANOM_') || type === 'SECCOMP') row.rule = type;
  if (type !== 'AVC' && type !== 'USER_AVC') return;
  const verdict = unquoted(fields.get('apparmor') ?? '') || /\bavc: +(denied|granted)\b/.exec(body)?.[1];
  if (verdict === undefined) return;
  const isArmor = fields.has('apparmor');
  const operation = unquoted(fields.get('operation') ?? '') || /\{ ?([^{}]{1,256}?) ?\}/.exec(body)?.[1] || '';
  row.label = bounded(row, `${verdict.toLowerCase()}${operation === '' ? '' : ` ${operation}`}`);
  // Of a profile that was loaded, its name.
  if (verdict === 'STATUS') return;
  row.rule = `${isArmor ? 'AppArmor' : 'SELinux'} ${verdict.toLowerCase()}`;
  const name = textIn(row, fields.get('name'));
  row.path ??= textIn(row, fields.get('path')) ?? (name?.startsWith('/') ? name : undefined);
  row.success ??= enforced(verdict, isArmor || plainValue(fields.get('permissive')) === '0');
  if (row.path !== undefined)
    row.asked = isArmor ? armorMode(operation, unquoted(fields.get('requested_mask') ?? '')) : selinuxMode(operation);
  row.uid ??= numberOf(fields.get('fsuid'));
}

/** AppArmor's DENIED is enforced, since a profile that only complains says ALLOWED. An older SELinux does not say whether it only logs. */
const enforced = (verdict: string, isEnforced: boolean): string | undefined =>
  /^denied$/i.test(verdict) ? (isEnforced ? 'no' : undefined) : 'yes';

/** How a file was to be used: by AppArmor's operation, else the letters of its mask; by SELinux's permissions. The strongest come first. */
const ARMOR_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ...['unlink', 'rmdir'].map((name) => [name, 'delete'] as const),
  ...['rename_src', 'rename_dest'].map((name) => [name, 'rename'] as const),
  ...['mknod', 'mkdir', 'symlink', 'link'].map((name) => [name, 'create'] as const),
  ...(['chmod', 'chown'] as const).map((name) => [name, name] as const),
  ['truncate', 'write'],
  ['exec', 'execute'],
]);
const ARMOR_MASK = [...'dcwaxr'].map(
  (letter, i) => [letter, ['delete', 'create', 'write', 'write', 'execute', 'read'][i]] as const,
);
const SELINUX_PERMISSIONS = [
  ['unlink', 'delete'],
  ['rmdir', 'delete'],
  ['rename', 'rename'],
  ['create', 'create'],
  ['write', 'write'],
  ['append', 'write'],
  ['execute', 'execute'],
  ['read', 'read'],
  ['getattr', 'read'],
] as const;

const armorMode = (operation: string, mask: string): string | undefined =>
  ARMOR_OPERATIONS.get(operation) ?? ARMOR_MASK.find(([letter]) => mask.includes(letter))?.[1];

function selinuxMode(permissions: string): string | undefined {
  const asked = permissions.split(' ');
  return SELINUX_PERMISSIONS.find(([name]) => asked.includes(name))?.[1];
}

function userCommand(row: Row, fields: Fields): void {
  row.cmdline = textIn(row, fields.get('cmd'));
  row.cwd = textIn(row, fields.get('cwd'));
  row.label = 'sudo';
}

function keystrokes(row: Row, fields: Fields): void {
  row.cmdline = textIn(row, fields.get('data'));
  row.label = 'keystrokes';
  const [major, minor] = [fields.get('major'), fields.get('minor')].map((digits) => Number(digits ?? Number.NaN));
  if (Number.isInteger(major) && Number.isInteger(minor)) row.tty ??= String(deviceNumber(major as number, minor as number));
  row.uid ??= numberOf(fields.get('uid'));
}

/** Both directions of a connection's keys are told; the one to the client stands for both. */
function keysOfConnection(row: Row, fields: Fields): void {
  row.local = plainValue(fields.get('laddr'));
  row.localport = numberOf(fields.get('lport'));
  row.remoteport = numberOf(fields.get('rport'));
  if (fields.get('op') !== 'start' || row.local === undefined) row.skip = 'ignored: keys of a connection';
  else if (fields.get('direction') === 'from-client') row.skip = 'ignored: the other direction of a connection’s keys';
}

function keyOfConnection(row: Row): void {
  row.skip = 'ignored: keys of a connection';
}

function abnormalEnd(row: Row, fields: Fields): void {
  const signal = numberOf(fields.get('sig'));
  if (signal !== undefined) row.label = `ended by signal ${signal}`;
}

const SPECIAL: ReadonlyMap<string, (row: Row, fields: Fields) => void> = new Map([
  ['USER_CMD', userCommand],
  ['TTY', keystrokes],
  ['USER_TTY', keystrokes],
  ['CRYPTO_SESSION', keysOfConnection],
  ['CRYPTO_KEY_USER', keyOfConnection],
  ['ANOM_ABEND', abnormalEnd],
  [
    'SECCOMP',
    (row, fields) => {
      const call = fields.get('syscall');
      if (call !== undefined) row.syscall ??= syscallName(fields.get('arch'), call);
      row.success ??= 'no';
    },
  ],
]);
