/**
 * Files of one JSON document a line that are only ever appended to: the journal and the marks. A line counts once its line end is on the disk;
 * what a crash left behind it is a torn line.
 */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

export interface Lines {
  /** Complete lines, without their line ends. */
  readonly lines: readonly string[];
  /** Bytes behind the last line end. */
  readonly torn: Buffer;
  /** Size of the complete lines in bytes. */
  readonly size: number;
}

/** A file that does not exist has no lines. */
export function readLines(path: string): Lines {
  const bytes = readBytes(path);
  const size = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.toString('utf8', 0, size);
  return { lines: text === '' ? [] : text.slice(0, -1).split('\n'), torn: bytes.subarray(size), size };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Appends one line; it is on the disk when this returns. */
export function appendLine(path: string, line: string): void {
  const fd = openSync(path, 'a', 0o600);
  try {
    const bytes = Buffer.from(`${line}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Cuts a torn line off. */
export function cutTo(path: string, size: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, size);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
