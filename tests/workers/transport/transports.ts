/** Every way that a call can cross, as a pair of pipes whose ends lie in this process or in a thread of it. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { startWorker } from '../../../workers/threads';
import { domPortPipe, webSocketPipe } from '../../../workers/transport/browser';
import type { Pipe } from '../../../workers/transport/link';
import { portPipe, workerPipe } from '../../../workers/transport/ports';
import { expose, link, remote } from '../../../workers/transport/rpc';
import { socketPipe } from '../../../workers/transport/socket';
import { serverPipe } from '../../../workers/transport/websocket';
import { SMALL_METHODS, type SmallEngine, smallEngine } from './small-engine';

export interface Connected {
  /** Two clients of one engine. */
  readonly engine: SmallEngine;
  readonly second?: SmallEngine;
  /** Cuts the connection from the serving side. */
  cut(): Promise<void> | void;
  close(): Promise<void> | void;
}
export interface Transport {
  readonly title: string;
  connect(): Promise<Connected>;
}

const clientOf = (pipe: Pipe) => remote<SmallEngine, keyof SmallEngine>(link(pipe).channel('engine'), SMALL_METHODS);

/** Serves one engine to two clients over pairs of pipes. */
async function twice(pair: () => Promise<{ server: Pipe; client: Pipe }>, close: () => Promise<void> | void): Promise<Connected> {
  const engine = smallEngine();
  const pairs = [await pair(), await pair()] as const;
  pairs.forEach(({ server }, i) => {
    expose<keyof SmallEngine>(engine, link(server).channel('engine'), SMALL_METHODS, `window-${i}`);
  });
  const [first, second] = [clientOf(pairs[0].client), clientOf(pairs[1].client)];
  return {
    engine: first,
    second,
    cut: () => pairs[0].server.close(),
    close: async () => {
      for (const { server } of pairs) server.close();
      await close();
    },
  };
}

export const TRANSPORTS: readonly Transport[] = [
  {
    title: 'directly',
    connect: async () => ({ engine: smallEngine(), cut: () => {}, close: () => {} }),
  },
  {
    title: 'over a worker thread',
    connect: async () => {
      const worker = startWorker('../tests/workers/transport/small-engine-thread');
      const end = async () => void (await worker.terminate());
      return { engine: clientOf(workerPipe(worker)), cut: end, close: end };
    },
  },
  {
    title: 'over a MessagePort between threads',
    connect: () => {
      const pair = async () => {
        const { port1, port2 } = new MessageChannel();
        return { server: portPipe(port1 as never), client: portPipe(port2 as never) };
      };
      return twice(pair, () => {});
    },
  },
  {
    title: 'over a MessagePort between processes',
    connect: () => {
      const pair = async () => {
        const { port1, port2 } = new MessageChannel();
        return { server: domPortPipe(port1 as never), client: domPortPipe(port2 as never) };
      };
      return twice(pair, () => {});
    },
  },
  {
    title: 'over a WebSocket',
    connect: async () => {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
      await once(server, 'listening');
      const pair = async () => {
        const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
        return { server: serverPipe(socket), client: webSocketPipe(client as never) };
      };
      return twice(pair, () => new Promise((resolve) => server.close(() => resolve())));
    },
  },
  {
    title: 'over a local socket',
    connect: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
      const server = createServer().listen(join(folder, 'socket'));
      await once(server, 'listening');
      const pair = async () => {
        const client = connect(join(folder, 'socket'));
        const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
        return { server: socketPipe(socket), client: socketPipe(client) };
      };
      return twice(pair, async () => {
        await new Promise((resolve) => server.close(resolve));
        await rm(folder, { recursive: true });
      });
    },
  },
];
