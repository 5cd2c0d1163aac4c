import type { Task } from '../tasks';

const CURRENT = -100;

/** The directory that relative paths of a call start from: that of its descriptor, else the current one. */
export const directoryOf = (process: Task, fd: number | undefined): string | undefined =>
  fd === undefined || fd === CURRENT ? process.cwd : process.descriptors.get(fd)?.path;
