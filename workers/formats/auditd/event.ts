/**
 * The records of one event of Linux audit as one row for the columns of `../auditd.ts`. What a field means depends on the record it stands in: `a0` is hex text in
 * EXECVE and a pointer in SYSCALL. Nothing is guessed from a value alone.
 */
import { quoteWords } from '../../contract/shell-words';
import { readArguments } from './execve';
import { alwaysHex, Cursor, plainValue, unquoted, untrusted, utf8 } from './fields';
import { type AuditLine, isCarried } from './line';
import { chooseObject, type Item, resolved } from './paths';
import { bounded, keysOf, numberOf, numeric, type Row, readAddress, readNames, textIn } from './row';
import { EXECS, EXITS, FILE_MODES, syscallName } from './syscalls';
import { readTold } from './told';
import { ttyNumber } from './tty';

export interface AuditEvent {
  /** `SEC.MS:SERIAL`. */
  readonly stamp: string;
  readonly node: string;
  readonly lines: readonly AuditLine[];
}

/** Which exec a process is running, so that its exit can be told as the end of that one. */
export interface Processes {
  started(pid: string, stamp: string, exe: string | undefined): void;
  /** The stamp of the exec. */
  ended(pid: string, exe: string | undefined): string | undefined;
}

/** Records that only add to another of their event. */
export const PARTS: ReadonlySet<string> = new Set([
  ...['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'SOCKADDR', 'SOCKETCALL', 'PROCTITLE', 'EOE', 'BPRM_FCAPS', 'CAPSET', 'MMAP', 'IPC'],
  ...[
    'IPC_SET_PERM',
    'OBJ_PID',
    'FD_PAIR',
    'OPENAT2',
    'MQ_OPEN',
    'MQ_SENDRECV',
    'MQ_NOTIFY',
    'MQ_GETSETATTR',
    'AVC_PATH',
    'CONTAINER_ID',
  ],
]);

/** JSON for the format's columns. */
export function eventJson(event: AuditEvent, processes: Processes, notes: readonly string[] = []): string {
  const { lines } = event;
  const told = lines.find(({ type }) => !PARTS.has(type));
  const syscall = lines.find(({ type }) => type === 'SYSCALL');
  const main =
    told ?? syscall ?? lines.find(({ type }) => type === 'EXECVE') ?? lines.find(({ type }) => type === 'PATH') ?? lines[0];
  const dot = event.stamp.indexOf('.');
  const carried = isCarried(event.stamp);
  const row: Row = {
    ms: carried ? undefined : event.stamp.slice(0, dot) + event.stamp.slice(dot + 1, event.stamp.indexOf(':')).padStart(3, '0'),
    stamp: carried ? undefined : event.stamp,
    node: event.node === '' ? undefined : event.node,
    type: main?.type ?? '',
    notes: carried ? [...notes, 'no serial number'] : [...notes],
  };
  const call = syscall && readSyscall(row, syscall);
  if (told) readTold(row, told);
  if (!told && !syscall) withoutSyscall(row);
  readParts(row, lines, call);
  if (call) readProcess(row, call, carried ? undefined : event.stamp, processes);
  if (row.notes.length > 1) row.notes = [...new Set(row.notes)];
  return JSON.stringify(row);
}

function withoutSyscall(row: Row): void {
  if (row.type === 'EXECVE' || row.type === 'PATH') row.notes.push('SYSCALL record missing');
  else
    row.skip =
      row.type === 'EOE'
        ? 'ignored: the end of an event of which nothing else is here'
        : 'ignored: a part of an event without its system call';
}

interface Call {
  readonly name: string;
  readonly arch: string | undefined;
  /** The first two arguments are read as hex where a call needs them. */
  readonly args: readonly [string | undefined, string | undefined, string | undefined];
}

function readSyscall(row: Row, { body, names }: AuditLine): Call {
  const at = new Cursor(body);
  const arch = at.get(' arch=');
  const number = at.get(' syscall=') ?? '?';
  const known = syscallName(arch, number);
  // Of an architecture that is not known here, auditd may have.
  const name = /^syscall \d/.test(known) && names !== '' ? (plainValue(new Cursor(names).get(' SYSCALL=')) ?? known) : known;
  row.syscall = name;
  row.success = plainValue(at.get(' success='));
  row.exit = numeric(at.get(' exit='));
  const args = [at.get(' a0='), at.get(' a1='), at.get(' a2=')] as const;
  row.ppid = numberOf(at.get(' ppid='));
  row.pid = numberOf(at.get(' pid='));
  row.auid = numberOf(at.get(' auid='));
  row.uid = numberOf(at.get(' uid='));
  const tty = ttyNumber(unquoted(at.get(' tty=') ?? ''));
  row.tty = tty === undefined ? undefined : String(tty);
  row.comm = textIn(row, at.get(' comm='));
  row.exe = textIn(row, at.get(' exe='));
  const keys = keysOf(at.get(' key='));
  if (keys.length > 0) row.keys = keys;
  if (names !== '') readNames(row, names);
  return { name, arch, args };
}

const OPENS: ReadonlySet<string> = new Set(FILE_MODES.open);
const RENAMES: ReadonlySet<string> = new Set(FILE_MODES.rename);
const isExec = (name: string | undefined): boolean => EXECS.some((exec) => exec === name);

function readParts(row: Row, lines: readonly AuditLine[], call: Call | undefined): void {
  const items: Item[] = [];
  const execve: string[] = [];
  let cwd: string | undefined;
  let title: string | undefined;
  let how: string | undefined;
  // What ran is in exe; the files that the kernel opened for it tell nothing more.
  const ran = call !== undefined && isExec(call.name) && row.success === 'yes';
  for (const { type, body } of lines) {
    if (type === 'PATH') {
      if (!ran) items.push(itemOf(body));
    } else if (type === 'EXECVE') execve.push(body);
    else if (type === 'CWD') cwd ??= untrusted(new Cursor(body).get(' cwd='));
    else if (type === 'PROCTITLE') title ??= new Cursor(body).get(' proctitle=');
    else if (type === 'SOCKADDR') readAddress(row, untrusted(new Cursor(body).get(' saddr=')));
    else if (type === 'OPENAT2') how ??= new Cursor(body).get(' oflag=');
  }
  if (cwd !== undefined) row.cwd = bounded(row, utf8(cwd));
  readCommandLine(row, execve, title);
  row.flags = flagsOf(call, how);
  if (items.length === 0) return;
  const { object, renamed } = chooseObject(items, RENAMES.has(call?.name ?? ''));
  // A name relative to a directory that the program had open is not relative to where it works.
  const base = opensElsewhere(call) ? undefined : cwd;
  const full = (item: Item) => bounded(row, utf8(resolved(item.name as string, base)));
  if (object) row.path = full(object);
  row.nametype = object?.nametype;
  if (renamed) row.renamed = full(renamed);
}

function itemOf(body: string): Item {
  const at = new Cursor(body);
  const item = Number(at.get(' item='));
  const name = untrusted(at.get(' name='));
  const nametype = unquoted(at.get(' nametype=') ?? at.get(' objtype=') ?? '');
  return { item: Number.isFinite(item) ? item : 0, name, nametype };
}

/** The kernel keeps 128 bytes of a process title. */
const TITLE_BYTES = 127;

function readCommandLine(row: Row, execve: readonly string[], title: string | undefined): void {
  const read = readArguments(execve);
  if (read) {
    row.cmdline = bounded(row, quoteWords(read.argv.map(utf8)));
    if (read.cut) row.notes.push('arguments missing');
    return;
  }
  const bytes = title === undefined ? undefined : alwaysHex(title);
  if (bytes === undefined || row.cmdline !== undefined) return;
  const isArgv = bytes.includes('\0');
  row.cmdline = bounded(row, isArgv ? quoteWords(utf8(bytes.replace(/\0+$/, '')).split('\0')) : utf8(bytes));
  if (isExec(row.syscall)) row.notes.push('arguments from the process title');
  if (bytes.length >= TITLE_BYTES) row.notes.push('arguments cut');
}

/** Flags of open(2) as a number. */
function flagsOf(call: Call | undefined, how: string | undefined): string | undefined {
  if (!call || !OPENS.has(call.name)) return undefined;
  if (call.name === 'openat2')
    return how !== undefined && /^0?x?[0-9a-f]{1,12}$/.test(how)
      ? String(Number(how.startsWith('0x') ? how : `0o${how}`))
      : undefined;
  const hex = call.args[call.name === 'open' ? 1 : 2];
  return hex !== undefined && /^[0-9a-f]{1,8}$/.test(hex) ? String(Number.parseInt(hex, 16)) : undefined;
}

/** AT_FDCWD is -100, as 32 or 64 bits. */
const opensElsewhere = (call: Call | undefined): boolean =>
  call !== undefined && /at2?$/.test(call.name) && !/^(?:f{8})?ffffff9c$/.test(call.args[0] ?? '');

const THREAD = 0x10000;

/** What the call made of the process itself. */
function readProcess(row: Row, { name, args }: Call, stamp: string | undefined, processes: Processes): void {
  if (row.pid === undefined) return;
  if (isExec(name)) {
    if (row.success === 'yes' && stamp !== undefined) processes.started(row.pid, stamp, row.exe);
  } else if (EXITS.some((exit) => exit === name)) {
    if (stamp !== undefined) row.ended = processes.ended(row.pid, row.exe);
    const status = Number.parseInt(args[0] ?? '', 16);
    if (Number.isFinite(status)) row.exitcode = String(status & 0xff);
  } else if (/^(?:v?fork|clone3?)$/.test(name)) {
    if (name === 'clone' && (Number.parseInt((args[0] ?? '').slice(-8), 16) & THREAD) !== 0)
      row.skip = 'ignored: a thread was started';
    else if (Number(row.exit) > 0) row.child = row.exit;
  }
}
