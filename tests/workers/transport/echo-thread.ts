/** A thread of the tests: answers with an error's code, to show that sources import each other without extensions. */
import { parentPort, workerData } from 'node:worker_threads';
import { ExhibitError } from '../../../workers/contract/errors';

parentPort?.postMessage([new ExhibitError('failed', 'Nothing happened.').code, workerData]);
