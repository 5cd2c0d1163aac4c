/** The serving end of a WebSocket. Who may connect at all is the HTTP server's business (cli/serve). */
import type { WebSocket } from 'ws';
import type { Shell } from '../contract/shell';
import { decodeOr } from './browser';
import { encode } from './codec';
import type { Pipe } from './link';
import { SHELL_METHODS, WINDOW_METHODS, type WindowEngine } from './methods';
import { expose, link } from './rpc';

export const serverPipe = (socket: WebSocket): Pipe => ({
  send: (frame) => {
    if (socket.readyState === socket.OPEN) socket.send(encode(frame));
  },
  listen: (onFrame, onClose) => {
    socket.on('message', (data, isBinary) => onFrame(isBinary ? decodeOr(data, () => socket.close()) : undefined));
    socket.on('error', () => socket.close());
    socket.on('close', onClose);
  },
  close: () => socket.close(),
});

let connections = 0;

/** Serves the engine and the shell to one window, each window in panes of its own. Resolves when it is gone. */
export function serveWebSocket(socket: WebSocket, engine: WindowEngine, shell: Shell): Promise<void> {
  const over = link(serverPipe(socket));
  expose<keyof WindowEngine>(engine, over.channel('engine'), WINDOW_METHODS, `window-${++connections}`);
  expose<keyof Shell>(shell, over.channel('shell'), SHELL_METHODS);
  return over.closed;
}
