/** The utility process: hosts the engine's thread and serves it to every port that the main process hands over. */
import { startEngine } from '../workers/host';
import { ENGINE_METHODS, WINDOW_METHODS } from '../workers/transport/methods';
import { expose, link } from '../workers/transport/rpc';
import type { Customer } from './engine-process';
import { mainPortPipe } from './ports';

const host = startEngine();

process.parentPort.on('message', ({ data, ports }) => {
  const [port] = ports;
  if (!port) return;
  const { window } = data as Customer;
  const channel = link(mainPortPipe(port)).channel('engine');
  if (window === null) expose(host.engine, channel, ENGINE_METHODS);
  else expose(host.engine, channel, WINDOW_METHODS, `window-${window}`);
});

void host.closed.then(() => process.exit(1)); // without its thread this process is of no use
