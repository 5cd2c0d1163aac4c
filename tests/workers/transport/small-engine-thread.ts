/** The small engine in a thread of its own. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { portPipe } from '../../../workers/transport/ports';
import { expose, link } from '../../../workers/transport/rpc';
import { SMALL_METHODS, smallEngine } from './small-engine';

expose(smallEngine(), link(portPipe(parentPort as MessagePort)).channel('engine'), SMALL_METHODS, 'thread');
