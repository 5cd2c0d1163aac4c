/** The real engine over every way that leads to it: the answers are the same, whatever lies between. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Holder, whoHolds } from '../../../workers/case/lock';
import type { Engine } from '../../../workers/contract/engine';
import type { Shell } from '../../../workers/contract/shell';
import { CaseEngine } from '../../../workers/engine';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { connectWebSocket } from '../../../workers/transport/browser';
import { connectSocket } from '../../../workers/transport/socket';
import { serveWebSocket } from '../../../workers/transport/websocket';
import { LINES } from '../../cli/bundle';

type Reading = Pick<Engine, 'info' | 'count' | 'groups' | 'query' | 'detail' | 'record' | 'sessions' | 'trace' | 'version'>;

let folder: string;
let host: HostedEngine;
const close: (() => Promise<unknown> | undefined)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
  await writeFile(join(folder, 'audit.log'), `${LINES.join('\n')}\n{\n`);
  host = startEngine();
  close.push(() => host.close());
  await host.engine.open({ dir: join(folder, 'a.exhibit'), create: true });
  await host.engine.import({ path: join(folder, 'audit.log') });
});
afterAll(async () => {
  for (const end of close.reverse()) await end();
  await rm(folder, { recursive: true });
});

const WAYS: readonly { readonly title: string; connect(): Promise<Reading> }[] = [
  { title: 'a worker thread', connect: async () => host.engine },
  {
    title: 'the socket in the lock file',
    connect: async () => {
      const { socket, key } = whoHolds(join(folder, 'a.exhibit/lock')) as Holder;
      const connected = await connectSocket(socket as string, key);
      close.push(async () => connected.close());
      return connected.engine;
    },
  },
  {
    title: 'a WebSocket',
    connect: async () => {
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
      server.on('connection', (socket) => void serveWebSocket(socket, host.engine, {} as Shell));
      await once(server, 'listening');
      vi.stubGlobal('WebSocket', WebSocket);
      const { engine } = await connectWebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      vi.unstubAllGlobals();
      close.push(async () => {
        for (const client of server.clients) client.terminate();
        server.close();
      });
      return engine;
    },
  },
];

/** What a reader can ask of a case. */
async function answersOf(engine: Reading) {
  const rows: unknown[] = [];
  const total = await engine.query({ filter: 'verb="get"' }, (batch) => void rows.push(...batch));
  return {
    version: await engine.version(),
    info: { ...(await engine.info()), readOnly: undefined },
    count: await engine.count({ from: 1_773_738_001_000_000_000n, by: ['verb'], bucketNs: 2_000_000_000n }),
    groups: await engine.groups({ path: ['namespace', 'pod'] }),
    rows,
    total,
    detail: await engine.detail('E1:2'),
    record: Buffer.from((await engine.record('E1:3')).places[0]?.bytes ?? []).toString(),
    sessions: await engine.sessions({}),
    trace: await engine.trace('E1:2'),
    refused: await engine.count({ filter: 'cmnd="x"' }).catch(({ code, message, place }) => ({ code, message, place })),
    absent: await engine.detail('E9:1').catch(({ code, message }) => ({ code, message })),
  };
}

describe.for(WAYS)('over $title', ({ connect }) => {
  test('every answer is the one that the engine gives directly', async () => {
    const engine = await connect();
    const over = await answersOf(engine);
    const direct = new CaseEngine();
    await host.engine.close(); // one process may write it
    await direct.open({ dir: join(folder, 'a.exhibit'), readOnly: true });
    const expected = await answersOf(direct);
    await direct.close();
    await host.engine.open({ dir: join(folder, 'a.exhibit') });

    expect(over).toEqual(expected);
    expect(over.rows).toHaveLength(3);
    expect(over.record).toBe(LINES[2]);
    expect(over.refused).toMatchObject({ code: 'filter', place: { from: 0 } });
  });
});

test('a wrong key is refused, and nothing is learnt from it', async () => {
  const { socket } = whoHolds(join(folder, 'a.exhibit/lock')) as Holder;

  await expect(connectSocket(socket as string, '00'.repeat(32))).rejects.toMatchObject({ code: 'unavailable' });
});
