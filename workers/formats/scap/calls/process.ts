/** Calls that begin, change and end processes. */
import type { Capture } from '../capture';
import { containerOf } from '../containers';
import type { CaptureEvent } from '../event';
import { QUIET } from '../event-table';
import { resolvePath } from '../paths';
import type { Image } from '../tasks';
import { Task } from '../tasks';
import { outcome, type Told, UNSET_ID } from '../told';
import { directoryOf } from './directory';

const FLAG = { parent: 1 << 8, newPid: 1 << 6, thread: 1 << 13, vfork: 1 << 27, childInNamespace: 1 << 29 } as const;
/** A child made this long ago is another one: its end was not recorded. */
const STALE_NS = 2_000_000_000n;

const basename = (path: string | undefined): string | undefined => path?.slice(path.lastIndexOf('/') + 1);
const commOf = (event: CaptureEvent): string | undefined => event.text('comm') ?? basename(event.text('exe'));
const argsOf = (event: CaptureEvent): string =>
  event
    .texts('args')
    .map((argument) => ` ${argument}`)
    .join('');

/** The call returns twice: in the child (0) and in the caller (the child's id). The child's own event knows more and may be missing. */
export function clone(event: CaptureEvent, capture: Capture): string {
  const { tasks } = capture;
  const res = event.int('res') ?? -1;
  if (res < 0) return QUIET;
  const flags = event.int('flags') ?? 0;
  const caller = tasks.get(event.thread);
  if (res === 0) begin(event, capture, event.thread, event.int('ptid') ?? 0, flags);
  else if (caller && !knowsLess(event, capture, caller, flags)) begin(event, capture, res, caller.tid, flags);
  return QUIET;
}

/** The caller's side cannot say what the child is: its id is one of another namespace, or it is told before (vfork). */
function knowsLess(event: CaptureEvent, { tasks }: Capture, caller: Task, flags: number): boolean {
  if (flags & (FLAG.childInNamespace | FLAG.newPid | FLAG.parent | FLAG.vfork)) return true;
  if (event.layout?.call === 'vfork') return true;
  const vpid = tasks.process(caller).vpid;
  return vpid !== undefined && vpid !== caller.pid;
}

function begin(event: CaptureEvent, capture: Capture, tid: number, ptid: number, flags: number): void {
  const { tasks } = capture;
  const known = tasks.get(tid);
  if (known?.born !== undefined && event.time - known.born < STALE_NS) {
    known.vpid ??= event.int('vpid');
    return;
  }
  const isOwn = tid === event.thread;
  const caller = tasks.get(ptid);
  const above = caller && tasks.process(caller);
  const isThread = (flags & FLAG.thread) !== 0;
  const pid = isOwn ? (event.int('pid') ?? tid) : isThread ? (above?.pid ?? tid) : tid;
  const task = new Task(tid, pid, isThread ? (above?.parent ?? 0) : ptid);
  task.born = event.time;
  task.comm = commOf(event);
  if (!(isThread && pid !== tid)) inherit(task, above, event, isOwn);
  tasks.set(task);
  if (task.pid === task.tid) tasks.lineage(task);
}

/** A child is its parent's copy, but for what the event says. */
function inherit(task: Task, parent: Task | undefined, event: CaptureEvent, isOwn: boolean): void {
  const groups = event.texts('cgroups');
  task.args = argsOf(event);
  task.exe = parent?.exe;
  task.cwd = parent?.cwd ?? event.text('cwd');
  task.uid = event.int('uid') ?? parent?.uid;
  task.loginuid = parent?.loginuid;
  task.tty = parent?.tty;
  task.sid = parent?.sid;
  task.vpid = isOwn ? event.int('vpid') : parent?.vpid === undefined ? undefined : task.tid;
  task.container = groups.length > 0 ? containerOf(groups) : parent?.container;
  task.image = parent?.image;
  if (parent) task.descriptors = parent.descriptors.fork();
}

/** The image that the process runs from now on; a call that failed is told with what it asked for. */
export function execve(event: CaptureEvent, capture: Capture, thread: Task): Told {
  const { tasks } = capture;
  const res = event.int('res');
  const process = tasks.process(thread);
  if (res !== undefined && res < 0) return failed(event, process, res);
  const pid = event.int('pid') ?? process.pid;
  const before = { lineage: tasks.lineage(process), container: process.container };
  const filename = event.text('exepath') ?? event.text('filename');
  const groups = event.texts('cgroups');
  process.pid = pid;
  process.parent = event.int('ptid') ?? process.parent;
  process.comm = commOf(event);
  process.args = argsOf(event);
  process.exe = filename && resolvePath(filename, directoryOf(process, event.int('dirfd')));
  process.cwd = event.text('cwd') ?? process.cwd;
  process.tty = event.int('tty') ?? process.tty;
  process.loginuid = event.int('loginuid') ?? process.loginuid;
  process.uid = event.int('uid') ?? process.uid;
  if (groups.length > 0) process.container = containerOf(groups);
  process.image = imageOf(capture, pid, event.time);
  tasks.renew(process, before);
  if (thread !== process) tasks.delete(thread.tid);
  tasks.set(process);
  return { kind: 'cmd', ...outcome(res), merge: process.image.id, rank: 0 };
}

function failed(event: CaptureEvent, process: Task, res: number): Told {
  const asked = event.text('filename') ?? event.text('exe');
  const path = asked && resolvePath(asked, directoryOf(process, event.int('dirfd')));
  const name = basename(asked);
  return { kind: 'cmd', ...outcome(res), exe: path, cmdline: name === undefined ? undefined : name + argsOf(event) };
}

const imageOf = (capture: Capture, pid: number, since: bigint): Image => ({
  id: `${capture.host ?? ''}/${pid}@${since}`,
  pid,
  since,
});

/** A process's end completes the execve of its image. Where that came before the capture, the end is all that is told of it. */
export function exit(event: CaptureEvent, { tasks }: Capture, thread: Task): Told | string {
  tasks.delete(thread.tid);
  if (thread.pid !== thread.tid) return QUIET;
  thread.descriptors.release();
  const ownImage = thread.image?.pid === thread.pid ? thread.image : undefined;
  if (!ownImage && thread.born !== undefined) return 'ignored: the end of a process that executed nothing';
  const status = event.int('status') ?? 0;
  const signal = event.int('sig') ?? status & 0x7f;
  return {
    kind: 'cmd',
    result: 'unknown',
    end: String(event.time),
    exitcode: signal === 0 && event.int('status') !== undefined ? (status >> 8) & 0xff : undefined,
    merge: ownImage?.id,
    rank: 1,
    notes: signal === 0 ? ['start not recorded'] : ['start not recorded', 'ended by a signal'],
  };
}

/** Only the effective user id counts; 2^32-1 leaves it. */
export function setUser(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const uid = event.int('euid');
  if (event.int('res') === 0 && uid !== undefined && uid !== UNSET_ID) tasks.process(thread).uid = uid;
  return QUIET;
}

/** A new session has no terminal. */
export function setSession(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const process = tasks.process(thread);
  if ((event.int('res') ?? -1) >= 0) {
    process.sid = process.pid;
    process.tty = 0;
  }
  return QUIET;
}

export function changeDirectory(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const process = tasks.process(thread);
  const path = event.text('path');
  const fd = event.int('fd');
  if (event.int('res') === 0) {
    process.cwd =
      path !== undefined ? resolvePath(path, process.cwd) : fd !== undefined ? process.descriptors.get(fd)?.path : process.cwd;
  }
  return QUIET;
}
