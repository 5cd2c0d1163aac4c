/** What an event tells, as the object that `scap.ts` projects: one level, absent where not known. */
import type { Capture } from './capture';
import type { CaptureEvent } from './event';
import type { Task } from './tasks';

/** What a call tells beside the process that made it. */
export interface Told {
  readonly kind: 'cmd' | 'net' | 'file';
  readonly label?: string;
  readonly result?: 'ok' | 'failed' | 'unknown';
  readonly errno?: number;
  readonly end?: string;
  /** Records of one key are one activity; rank 0 comes first. */
  readonly merge?: string;
  readonly rank?: number;
  readonly exitcode?: number;
  readonly cmdline?: string;
  readonly exe?: string;
  readonly direction?: 'in' | 'out';
  readonly l4proto?: string;
  readonly client?: string;
  readonly clientport?: number;
  readonly server?: string;
  readonly serverport?: number;
  readonly path?: string;
  readonly mode?: string;
  /** What was estimated, incomplete or odd. */
  readonly notes?: readonly string[];
}

/** How a call went, by what it gave back: negative is an error number. */
export function outcome(res: number | undefined): Pick<Told, 'result' | 'errno'> {
  if (res === undefined) return { result: 'unknown' };
  return res < 0 ? { result: 'failed', errno: -res } : { result: 'ok' };
}

/** Not set: -1 in 32 bits. */
export const UNSET_ID = 0xffff_ffff;
const isSet = (id: number | undefined): id is number => id !== undefined && id !== UNSET_ID;

/** One line of JSON. */
export function tell(capture: Capture, event: CaptureEvent, thread: Task, told: Told): string {
  const { tasks, users, containers } = capture;
  const process = tasks.process(thread);
  const parent = tasks.parentOf(process);
  const lineage = tasks.lineage(process);
  const container = containers.get(process.container);
  return JSON.stringify({
    time: String(event.time),
    call: event.layout?.call,
    host: capture.host,
    hostip: capture.hostip,
    containerid: process.container,
    container: container?.name,
    image: container?.image,
    namespace: container?.namespace,
    pod: container?.pod,
    comm: thread.comm ?? process.comm,
    cmdline: process.cmdline,
    exe: process.exe,
    cwd: process.cwd,
    pid: process.pid,
    ppid: parent?.pid ?? (process.parent > 0 ? process.parent : undefined),
    vpid: process.vpid,
    parent: parent?.comm ?? lineage.ancestors[0],
    ancestors: lineage.ancestors.length > 0 ? lineage.ancestors : undefined,
    uid: isSet(process.uid) ? process.uid : undefined,
    username: users.name(process.uid, process.container),
    loginuid: isSet(process.loginuid) ? process.loginuid : undefined,
    loginname: users.name(process.loginuid, undefined),
    shellid: lineage.shell,
    sid: process.sid,
    tty: process.tty,
    entityid: process.image?.id,
    parententity: process.image?.pid === process.pid ? lineage.image : undefined,
    entered: lineage.entered,
    started: process.image && String(process.image.since),
    ...told,
  });
}
