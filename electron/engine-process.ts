/** The main process's side of the engine: starts its utility process and hands out ports to it. */
import { MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';
import type { Engine } from '../workers/contract/engine';
import { built } from '../workers/shell/folders';
import { ENGINE_METHODS } from '../workers/transport/methods';
import { link, remote } from '../workers/transport/rpc';
import { mainPortPipe } from './ports';

/** Who gets a port: a window, by its number, or the shell itself, which may call everything. */
export interface Customer {
  readonly window: number | null;
}

export interface EngineProcess {
  readonly engine: Engine;
  /** A port for a window; what it may call is decided in the utility process. */
  portFor(window: number): MessagePortMain;
  /** Closes the case, then ends the process. */
  close(): Promise<void>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

export function startEngineProcess(): EngineProcess {
  const child = utilityProcess.fork(built('electron/engine.js'), [], {
    serviceName: 'Exhibit engine',
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const portTo = (customer: Customer): MessagePortMain => {
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage(customer, [port2]);
    return port1;
  };
  const own = link(mainPortPipe(portTo({ window: null })));
  const engine = remote<Engine, keyof Engine>(own.channel('engine'), ENGINE_METHODS);
  return {
    engine,
    ended,
    portFor: (window) => portTo({ window }),
    close: async () => {
      await Promise.race([engine.close().catch(() => {}), ended]);
      child.kill();
      await ended;
    },
  };
}
