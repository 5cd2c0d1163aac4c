/** What each call does to what is known, and what it tells: an activity, or why it is none. */
import type { Capture } from '../capture';
import type { CaptureEvent } from '../event';
import type { Task } from '../tasks';
import type { Told } from '../told';
import * as file from './file';
import * as net from './net';
import * as own from './own';
import * as process from './process';

type Handler = (event: CaptureEvent, capture: Capture, thread: Task) => Told | string;

/** At the end of a call, by its name. */
export const CALLS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['execve', process.execve],
  ['execveat', process.execve],
  ...each(['clone', 'clone3', 'fork', 'vfork'], process.clone),
  ...each(['setuid', 'setreuid', 'setresuid'], process.setUser),
  ['setsid', process.setSession],
  ...each(['chdir', 'fchdir'], process.changeDirectory),
  ['socket', net.socket],
  ['connect', net.connect],
  ...each(['accept', 'accept4'], net.accept),
  ...each(['send', 'sendto', 'sendmsg'], net.send),
  ...each(['recvfrom', 'recvmsg'], net.receive),
  ...each(['open', 'openat', 'openat2', 'open_by_handle_at', 'creat'], file.open),
  ...each(['mkdir', 'mkdirat', 'mknod', 'mknodat', 'link', 'linkat', 'symlink', 'symlinkat'], file.create),
  ...each(['unlink', 'unlinkat', 'rmdir'], file.remove),
  ...each(['rename', 'renameat', 'renameat2'], file.rename),
  ...each(['chmod', 'fchmodat'], file.chmod),
  ['fchmod', file.fchmod],
  ...each(['chown', 'lchown', 'fchownat'], file.chown),
  ['fchown', file.fchown],
  ...each(['dup', 'dup2', 'dup3'], file.duplicate),
  ['close', file.close],
  ['close_range', file.closeRange],
]);

/** Told at once, without an end. */
export const EVENTS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['procexit', process.exit],
  ['container', own.container],
  ['useradded', own.user],
]);

function each(names: readonly string[], handler: Handler): [string, Handler][] {
  return names.map((name) => [name, handler]);
}
