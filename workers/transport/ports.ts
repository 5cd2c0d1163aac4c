/** Pipes over Node's worker threads. Frames are cloned by the platform; typed arrays that are given away move without a copy. */
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Pipe } from './link';

/** From inside a thread (`parentPort`), or over one end of a MessageChannel. */
export const portPipe = (port: MessagePort): Pipe => ({
  send: (frame, transfer) => port.postMessage(frame, [...transfer]),
  listen: (onFrame, onClose) => {
    port.on('message', onFrame);
    port.on('close', onClose);
  },
  close: () => port.close(),
});

/** From the thread that started it. A thread that died closes the pipe. */
export const workerPipe = (worker: Worker): Pipe => ({
  send: (frame, transfer) => worker.postMessage(frame, [...transfer]),
  listen: (onFrame, onClose) => {
    worker.on('message', onFrame);
    worker.on('error', (error) => process.stderr.write(`exhibit: a worker thread failed: ${error.stack ?? error.message}\n`));
    worker.on('exit', onClose);
  },
  close: () => void worker.terminate(),
});
