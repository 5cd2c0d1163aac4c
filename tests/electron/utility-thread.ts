/** Electron's utility process as a thread: `process.parentPort` brings messages with ports, as Electron's does. */
import { EventEmitter } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { PortMain } from './stand-in';

const messages = new EventEmitter();
const waiting: unknown[] = [];
parentPort?.on('message', ({ data, ports }: { data: unknown; ports: readonly MessagePort[] }) => {
  const message = { data, ports: ports.map((port) => new PortMain(port)) };
  if (messages.listenerCount('message') > 0) messages.emit('message', message);
  else waiting.push(message);
});
messages.on('newListener', () => queueMicrotask(() => waiting.splice(0).map((message) => messages.emit('message', message))));
Object.assign(process, { parentPort: messages });

await import('../../electron/engine');
