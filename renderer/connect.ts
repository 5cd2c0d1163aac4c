import type { Handle, Shell } from '../workers/contract/shell';
import { connectPorts, connectWebSocket } from '../workers/transport/browser';
import type { WindowEngine } from '../workers/transport/methods';
import { upload } from './upload';

/** The way to an engine and a shell, whichever shell that is. */
export interface Connection {
  readonly engine: WindowEngine;
  readonly shell: Shell;
  /** Turns what was dropped or chosen in the page into a handle; `onShare` tells how much of it has been handed over, 0 to 1. */
  drop(files: readonly File[], onShare: (share: number) => void): Promise<Handle>;
  /** Whether `drop` takes a dropped folder as it is; else its files are handed over one by one. */
  readonly takesFolders: boolean;
  /** Resolves when the engine is gone. */
  readonly closed: Promise<void>;
}

/** What the desktop shell's preload script puts into the window. */
interface Desktop {
  /** The shell alone learns the paths of dropped files. */
  drop(files: readonly File[]): Promise<Handle>;
  /** Tells the preload script that the page listens: the ports follow as a message. */
  ready(): void;
}
declare global {
  interface Window {
    readonly exhibit?: Desktop;
  }
}

/** Connects to the shell that shows this page. Rejects with `unavailable` where nobody answers. */
export async function connect(): Promise<Connection> {
  const desktop = window.exhibit;
  if (desktop) {
    const ports = await portsOf(desktop);
    return { ...connectPorts(ports), takesFolders: true, drop: (files) => desktop.drop(files) };
  }
  const { protocol, host } = window.location;
  const served = await connectWebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/engine`);
  return { ...served, takesFolders: false, drop: upload };
}

const portsOf = (desktop: Desktop): Promise<{ readonly engine: MessagePort; readonly shell: MessagePort }> =>
  new Promise((resolve) => {
    window.addEventListener('message', function listen(event) {
      const [engine, shell] = event.ports;
      if (event.source !== window || event.data !== 'exhibit-ports' || !engine || !shell) return;
      window.removeEventListener('message', listen);
      resolve({ engine, shell });
    });
    desktop.ready();
  });
