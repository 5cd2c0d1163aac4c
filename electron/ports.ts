import type { MessagePortMain } from 'electron';
import { decodeOr } from '../workers/transport/browser';
import { encode } from '../workers/transport/codec';
import type { Pipe } from '../workers/transport/link';

/** A pipe of bytes over a port of Electron's main or utility process. */
export const mainPortPipe = (port: MessagePortMain): Pipe => ({
  send: (frame) => port.postMessage(encode(frame)),
  listen: (onFrame, onClose) => {
    port.on('message', ({ data }) => onFrame(decodeOr(data, () => port.close())));
    port.on('close', onClose);
    port.start();
  },
  close: () => port.close(),
});
