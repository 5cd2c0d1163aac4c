/** The correlator's thread: takes one input, answers one output, ends. */
import { parentPort } from 'node:worker_threads';
import { buffersOf } from './columns';
import type { Input } from './input';
import { solve } from './solve';

parentPort?.once('message', (input: Input) => {
  const output = solve(input);
  parentPort?.postMessage(output, [...buffersOf(output.found), ...buffersOf({ roots: output.roots })]);
});
