/**
 * How a window reaches the engine and its shell: over a WebSocket where it is served, over two MessagePorts in the desktop shell.
 * Nothing here needs Node.
 */
import { ExhibitError } from '../contract/errors';
import type { Shell } from '../contract/shell';
import { decode, encode } from './codec';
import type { Pipe } from './link';
import { SHELL_METHODS, WINDOW_METHODS, type WindowEngine, type Workbench } from './methods';
import { link, remote } from './rpc';

/** A `WebSocket` of the browser or of Node, open. */
export function webSocketPipe(socket: WebSocket): Pipe {
  socket.binaryType = 'arraybuffer';
  return {
    send: (frame) => {
      if (socket.readyState === socket.OPEN) socket.send(encode(frame));
    },
    listen: (onFrame, onClose) => {
      socket.addEventListener('message', ({ data }) => onFrame(decodeOr(data, () => socket.close())));
      socket.addEventListener('close', onClose);
    },
    close: () => socket.close(),
  };
}

/** The DOM's MessagePort, as far as it is needed. */
export interface DomPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message' | 'close', listener: (event: { readonly data?: unknown }) => void): void;
  start(): void;
  close(): void;
}

/** Frames cross as bytes: what Electron clones between processes is not all that threads clone. */
export const domPortPipe = (port: DomPort): Pipe => ({
  send: (frame) => port.postMessage(encode(frame)),
  listen: (onFrame, onClose) => {
    port.addEventListener('message', ({ data }) => onFrame(decodeOr(data, () => port.close())));
    port.addEventListener('close', onClose);
    port.start();
  },
  close: () => port.close(),
});

/** The frame, or undefined after calling `damaged`: a link closes on what is no frame. */
export function decodeOr(data: unknown, damaged: () => void): unknown {
  try {
    return decode(data instanceof Uint8Array ? data : new Uint8Array(data as ArrayBuffer));
  } catch {
    damaged();
    return undefined;
  }
}

/** Connects to `exhibit serve`; `url` is ws://127.0.0.1:PORT/engine. Rejects with `unavailable` where nobody answers. */
export function connectWebSocket(url: string): Promise<Workbench> {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.addEventListener('error', () =>
      reject(new ExhibitError('unavailable', 'Exhibit no longer answers. Start it again and open the address that it prints.')),
    );
    socket.addEventListener('open', () => {
      const over = link(webSocketPipe(socket));
      resolve({
        engine: remote<WindowEngine, keyof WindowEngine>(over.channel('engine'), WINDOW_METHODS),
        shell: remote<Shell, keyof Shell>(over.channel('shell'), SHELL_METHODS),
        closed: over.closed,
      });
    });
  });
}

/** Connects through the ports that the desktop shell's preload script hands over: one to the engine's process, one to the shell. */
export function connectPorts(ports: { readonly engine: DomPort; readonly shell: DomPort }): Workbench {
  const [toEngine, toShell] = [link(domPortPipe(ports.engine)), link(domPortPipe(ports.shell))];
  return {
    engine: remote<WindowEngine, keyof WindowEngine>(toEngine.channel('engine'), WINDOW_METHODS),
    shell: remote<Shell, keyof Shell>(toShell.channel('shell'), SHELL_METHODS),
    closed: Promise.race([toEngine.closed, toShell.closed]),
  };
}
