/**
 * The socket that a process holding a case writable listens on, so that a command line can read the case meanwhile (contract section
 * 6): a unix socket in a folder for the owner alone, or a named pipe on Windows. The first 32 bytes of a connection are the key.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ExhibitError } from '../contract/errors';
import { decodeOr } from './browser';
import { encode } from './codec';
import type { Pipe } from './link';
import { READER_METHODS, type ReaderEngine } from './methods';
import { expose, link, remote } from './rpc';

const KEY_BYTES = 32;
/** A report with thousands of pages stays far below it. */
const MAX_FRAME = 512 * 1024 * 1024;
const KEY_WAIT_MS = 2000;

/** Cuts a stream of bytes into frames, each with its length (u32, little-endian) in front. False: a frame is beyond the bound. */
function frameReader(onFrame: (frame: Uint8Array) => void): (part: Buffer) => boolean {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = 4;
  return (part) => {
    parts.push(part);
    size += part.length;
    if (size < needed) return true;
    let rest = parts.length === 1 ? part : Buffer.concat(parts, size);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0);
      onFrame(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
    parts = [rest];
    size = rest.length;
    needed = size < 4 ? 4 : 4 + rest.readUInt32LE(0);
    return needed <= MAX_FRAME;
  };
}

export const socketPipe = (socket: Socket): Pipe => ({
  send: (frame) => {
    if (!socket.writable) return;
    const bytes = encode(frame);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(bytes.length);
    socket.cork();
    socket.write(head);
    socket.write(bytes);
    socket.uncork();
  },
  listen: (onFrame, onClose) => {
    const damaged = () => void socket.destroy();
    const read = frameReader((bytes) => onFrame(decodeOr(bytes, damaged)));
    socket.on('data', (part: Buffer) => {
      if (!read(part)) damaged();
    });
    socket.on('error', damaged);
    socket.on('close', onClose);
  },
  close: () => void socket.destroy(),
});

/** The first bytes of a connection; undefined where it closes or waits too long before that. */
function readKey(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const read = () => {
      const key: unknown = socket.read(KEY_BYTES);
      if (Buffer.isBuffer(key)) finish(key);
    };
    const stop = () => finish();
    const finish = (key?: Buffer) => {
      clearTimeout(timer);
      socket.off('readable', read).off('error', stop).off('close', stop);
      resolve(key);
    };
    const timer = setTimeout(stop, KEY_WAIT_MS);
    socket.on('readable', read).on('error', stop).on('close', stop);
  });
}

const sameKey = (a: Buffer, b: Buffer): boolean => {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** A path that nobody listens on yet, for the lock file: in a folder of its own, or a named pipe on Windows. */
export function newSocketPath(): string {
  const name = `exhibit-${randomBytes(8).toString('hex')}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name, 'socket');
}

export interface ServedSocket {
  close(): Promise<void>;
}

/**
 * Serves the reading calls of an engine to other processes of the same user.
 * @param path of `newSocketPath`
 * @param key 32 bytes in hex, as the lock file has them
 */
export async function serveSocket(engine: ReaderEngine, path: string, key: string): Promise<ServedSocket> {
  const folder = process.platform === 'win32' ? undefined : dirname(path);
  if (folder) await mkdir(folder, { mode: 0o700 });
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer(async (socket) => {
    sockets.add(socket);
    const given = await readKey(socket);
    if (!given || !sameKey(given, Buffer.from(key, 'hex'))) {
      sockets.delete(socket);
      socket.destroy();
      return;
    }
    const over = link(socketPipe(socket));
    expose<keyof ReaderEngine>(engine, over.channel('engine'), READER_METHODS, `reader-${++connections}`);
    await over.closed;
    sockets.delete(socket);
  });
  server.unref(); // does not keep a process alive that is otherwise done
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));

  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface ConnectedSocket {
  readonly engine: ReaderEngine;
  readonly closed: Promise<void>;
  close(): void;
}

/** Connects to what a lock file names. Rejects with `unavailable` where nobody listens (any more) or the key is wrong. */
export async function connectSocket(path: string, key: string): Promise<ConnectedSocket> {
  const socket = connect(path);
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.write(Buffer.from(key, 'hex'));
    const over = link(socketPipe(socket));
    const engine = remote<ReaderEngine, keyof ReaderEngine>(over.channel('engine'), READER_METHODS);
    await engine.version(); // a wrong key shows here
    return { engine, closed: over.closed, close: () => over.close() };
  } catch {
    socket.destroy();
    throw new ExhibitError('unavailable', 'The process that holds the case does not answer.', { at: path });
  }
}
