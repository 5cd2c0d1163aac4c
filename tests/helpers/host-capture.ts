/** Captures of a machine with two processes, on which a few things happen. */
import { type Block, captured, decoded, machine, processes, section } from './capture';
import { START } from './container-capture';

/** Its processes: the first of all, and a shell. */
export const HOST = [
  { pid: 1, comm: 'init' },
  { pid: 42, parent: 1, comm: 'bash', cwd: '/home/ada', uid: 1000, vpid: 42 },
];

/** What is decoded of a capture of the machine with these events. */
export const run = (...events: readonly Block[]) =>
  decoded(captured(section(), machine('node-1'), processes(9, HOST), ...events));

/** The activities that these events tell. */
export const tell = (...events: readonly Block[]) => run(...events).told;

/** So many milliseconds after the capture began. */
export const ms = (n: number): bigint => START + BigInt(n) * 1_000_000n;
