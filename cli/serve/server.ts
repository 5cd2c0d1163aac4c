/** Serves the workbench and the engine to this machine's browser (design section 5). */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Engine } from '../../workers/contract/engine';
import { ExhibitError } from '../../workers/contract/errors';
import type { Shell } from '../../workers/contract/shell';
import type { ServedFile } from '../../workers/shell/files';
import { headersFor } from '../../workers/shell/headers';
import { serveWebSocket } from '../../workers/transport/websocket';
import { Access } from './access';
import type { Drops } from './drops';

/** Requests of a window are small; what is large comes by `POST /drop`. */
const MAX_MESSAGE = 4 * 1024 * 1024;

export interface Serving {
  /** With the key that the first visitor trades for a cookie. */
  readonly address: string;
  close(): Promise<void>;
}

export interface Served {
  readonly engine: Engine;
  readonly shell: Shell;
  readonly drops: Drops;
  readonly files: ReadonlyMap<string, ServedFile>;
}

const refuse = (response: ServerResponse, status: number, sentence: string): void =>
  void response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(sentence);

const ASK =
  'Open the address that Exhibit printed when it started; its key is good once. To get another one, start Exhibit again.\n';

export async function serveHttp(served: Served, port: number): Promise<Serving> {
  const server = createServer({ requestTimeout: 0, headersTimeout: 10_000 }); // a large bundle takes its time
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  const access = new Access(bound);
  const { WebSocketServer } = await import('ws'); // other commands need none
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });

  server.on('request', (request, response) => {
    answer(served, access, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, error instanceof ExhibitError ? 400 : 500, (error as Error).message);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (!mayConnect(access, request)) return refuseUpgrade(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => void serveWebSocket(webSocket, served.engine, served.shell));
  });

  return {
    address: `http://127.0.0.1:${bound}/?key=${access.key}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use; choose another with --port, or none' : error.message;
      reject(new ExhibitError('unavailable', `Port ${port} cannot be opened: ${why}.`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** Path and query as they were sent; a URL parser would make a host of `//name`, and throws on some. */
function targetOf({ url = '' }: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', ...query] = url.split('?');
  return { path, query: new URLSearchParams(query.join('?')) };
}

const mayConnect = (access: Access, request: IncomingMessage): boolean =>
  targetOf(request).path === '/engine' && access.isOurPage(request) && access.hasCookie(request);

const refuseUpgrade = (socket: Duplex): void => void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');

async function answer(served: Served, access: Access, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = access.hostOf(request);
  if (!host) return refuse(response, 421, 'This server answers to 127.0.0.1 alone.\n');
  for (const [name, value] of Object.entries(headersFor(`ws://${host}`))) response.setHeader(name, value);
  const { path, query } = targetOf(request);

  const key = query.get('key');
  if (request.method === 'GET' && path === '/' && key !== null) {
    const cookie = access.trade(key);
    if (!cookie && !access.hasCookie(request)) return refuse(response, 403, ASK);
    return void response.writeHead(303, { Location: '/', ...(cookie ? { 'Set-Cookie': cookie } : {}) }).end();
  }
  if (!access.hasCookie(request)) return refuse(response, 403, ASK);
  if (request.method === 'POST' && path === '/drop') return await drop(served.drops, access, query, request, response);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'There is nothing of that kind here.\n');
  const file = served.files.get(path);
  if (!file) return refuse(response, 404, 'There is nothing here.\n');
  response.writeHead(200, { 'Content-Type': file.type });
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

async function drop(
  drops: Drops,
  access: Access,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!access.isOurPage(request)) return refuse(response, 403, 'Files are taken from the workbench alone.\n');
  const handle = await drops.receive(query.get('name') ?? '', query.get('handle'), request);
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(handle));
}
