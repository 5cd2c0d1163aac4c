/** Calls on files by name. */
import type { Capture } from '../capture';
import type { CaptureEvent } from '../event';
import { QUIET } from '../event-table';
import { resolvePath } from '../paths';
import type { Task } from '../tasks';
import { outcome, type Told } from '../told';
import { directoryOf } from './directory';

/** Flags of an open as captures write them, which are not the kernel's. */
const OPEN = { read: 1, write: 2, create: 4, created: 1 << 14 } as const;

function modeOf(flags: number | undefined): string {
  if (flags === undefined) return 'open';
  if (flags & (OPEN.create | OPEN.created)) return 'create';
  if (flags & OPEN.write) return 'write';
  return flags & OPEN.read ? 'read' : 'open';
}

export function open(event: CaptureEvent, { tasks }: Capture, thread: Task): Told {
  const process = tasks.process(thread);
  const res = event.int('res');
  const named = event.text('path');
  const path = named && resolvePath(named, directoryOf(process, event.int('dirfd')));
  if (res !== undefined && res >= 0) {
    process.descriptors.set(res, path === undefined ? {} : { path });
    if (res % 256 === 255) tasks.weigh(process);
  }
  const mode = event.layout?.call === 'creat' ? 'create' : modeOf(event.int('flags'));
  return { kind: 'file', ...outcome(res), mode, ...pathOf(named, path) };
}

/** What else is done to a file by its name. `path` is what was acted on; the label tells the other name of a rename or link. */
const acting =
  (mode: string) =>
  (event: CaptureEvent, { tasks }: Capture, thread: Task): Told => {
    const process = tasks.process(thread);
    const named = event.text('path');
    const path = named && resolvePath(named, directoryOf(process, event.int('dirfd')));
    const next = event.text('newpath');
    const target = event.text('target');
    const to = next && (resolvePath(next, directoryOf(process, event.int('newdirfd'))) ?? next);
    const label = to !== undefined ? `to ${to}` : target !== undefined ? `to ${target}` : undefined;
    return { kind: 'file', ...outcome(event.int('res')), mode, label, ...pathOf(named, path) };
  };

/** On a descriptor: the path is the one that it was opened by. */
const actingOpen =
  (mode: string) =>
  (event: CaptureEvent, { tasks }: Capture, thread: Task): Told => {
    const path = tasks.process(thread).descriptors.get(event.int('fd') ?? -1)?.path;
    return { kind: 'file', ...outcome(event.int('res')), mode, ...pathOf(path, path) };
  };

/** A relative path whose directory is not known stays as it was written, and says so. */
function pathOf(named: string | undefined, path: string | undefined): Pick<Told, 'path' | 'notes'> {
  if (path !== undefined) return { path };
  return named === undefined
    ? { notes: ['path not recorded'] }
    : { path: named.replace(/^(\.\/+)+(?=.)/, ''), notes: ['relative path'] };
}

export const create = acting('create');
export const remove = acting('delete');
export const rename = acting('rename');
export const chmod = acting('chmod');
export const fchmod = actingOpen('chmod');
export const chown = acting('chown');
export const fchown = actingOpen('chown');

/** A copy of a descriptor. */
export function duplicate(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const { descriptors } = tasks.process(thread);
  const res = event.int('res') ?? -1;
  const known = descriptors.get(event.int('fd') ?? -1);
  if (res >= 0 && known) descriptors.set(res, known);
  return QUIET;
}

/** The last close of a connection that was told completes it. */
export function close(event: CaptureEvent, { tasks }: Capture, thread: Task): Told | string {
  const fd = event.int('fd');
  if (fd === undefined || (event.int('res') ?? 0) < 0) return QUIET;
  const connection = tasks.process(thread).descriptors.delete(fd)?.connection;
  if (connection === undefined || connection.holders > 0) return QUIET;
  const { merge, ends } = connection;
  return { kind: 'net', ...ends, result: 'unknown', end: String(event.time), merge, rank: 1, notes: ['start not recorded'] };
}

export function closeRange(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const [first, last] = [event.int('first'), event.int('last')];
  if (first !== undefined && last !== undefined && event.int('res') === 0) {
    tasks.process(thread).descriptors.deleteRange(first, last);
  }
  return QUIET;
}
