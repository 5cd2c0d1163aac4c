/** The engine's thread: exposes the engine to whoever started it. */
import { parentPort } from 'node:worker_threads';
import { CaseEngine } from './engine';
import { ENGINE_METHODS } from './transport/methods';
import { portPipe } from './transport/ports';
import { expose, link } from './transport/rpc';

if (!parentPort) throw new Error('engine-thread runs in a worker thread');
expose(new CaseEngine(), link(portPipe(parentPort)).channel('engine'), ENGINE_METHODS);
