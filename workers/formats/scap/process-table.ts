/**
 * The process table at the start of a capture, versions 1 to 9: the same order of fields, with more of them in each. Since version 9 an entry states its
 * length, so that fields may be added at its end. Field facts: falcosecurity/libs userspace/libscap/engine/savefile/scap_savefile.c.
 */
import { containerOf } from './containers';
import { Cursor } from './cursor';
import { Task } from './tasks';

/** Writers before libs 0.10 have at most these bytes behind `root`; later ones put two fields in front of them. */
const OLD_TAIL_BYTES = 29;

export function readProcesses(body: Buffer, version: number, receive: (task: Task) => void): void {
  const cursor = new Cursor(body);
  while (cursor.left >= 4) receive(readProcess(version < 9 ? cursor : cursor.part(cursor.u32() - 4), version));
}

function readProcess(cursor: Cursor, version: number): Task {
  const task = new Task(cursor.i64(), cursor.i64(), cursor.i64());
  if (version >= 6) task.sid = id(cursor.i64());
  if (version >= 8) cursor.skip(8);
  task.comm = cursor.text() || undefined;
  cursor.skipText();
  if (version >= 7) task.exe = cursor.text() || undefined;
  task.args = cursor
    .texts()
    .map((argument) => ` ${argument}`)
    .join('');
  task.cwd = cursor.text() || undefined;
  cursor.skip(12);
  task.uid = cursor.u32();
  cursor.skip(4);
  if (version >= 2) cursor.skip(28);
  if (version >= 3) cursor.skipText();
  if (version >= 4) {
    cursor.skip(8);
    task.vpid = id(cursor.i64());
    task.container = containerOf(cursor.texts());
  }
  if (version >= 5) cursor.skipText();
  if (version >= 9) readTail(cursor, task);
  return task;
}

function readTail(cursor: Cursor, task: Task): void {
  if (cursor.left > OLD_TAIL_BYTES) {
    cursor.skip(8);
    task.tty = cursor.u32();
  }
  if (cursor.left >= 4) task.loginuid = cursor.u32();
}

/** Negative where the writer did not know it. */
const id = (value: number): number | undefined => (value < 0 ? undefined : value);
