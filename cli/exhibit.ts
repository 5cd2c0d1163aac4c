/** Wires the command line to its process. bin/exhibit.cjs starts it. */
import { startEngine } from '../workers/host';
import type { Io } from './io';
import { run } from './main';

const { stdout, stderr } = process;
const interrupt = new AbortController();
/** A terminal and npm may both pass on one Ctrl-C; only a later one means: at once. */
const ONE_REQUEST_MS = 1000;
let askedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted && Date.now() - askedAt > ONE_REQUEST_MS) process.exit(1);
    askedAt ||= Date.now();
    interrupt.abort();
  });
}

// Who reads our results may stop reading (`| head`): there is nothing more to do then.
stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(0);
  stderr.write(`exhibit: The result could not be written (${code}).\n`);
  process.exit(1);
});
// Work does not end because nobody reads what is said of it.
stderr.on('error', () => {});

const CLEAR_LINE = '\r\u001b[K';
let passing = false;
const clear = () => {
  if (passing) stderr.write(CLEAR_LINE);
  passing = false;
};

const io: Io = {
  out: (text) => {
    clear();
    return new Promise((resolve) => stdout.write(text, () => resolve()));
  },
  note: (line) => {
    clear();
    stderr.write(`${line}\n`);
  },
  status: (line) => {
    if (!stderr.isTTY) return;
    stderr.write(`${CLEAR_LINE}${line.slice(0, (stderr.columns ?? 80) - 1)}`);
    passing = true;
  },
  terminal: stdout.isTTY === true,
  startEngine,
  interrupted: interrupt.signal,
};

process.exitCode = await run(process.argv.slice(2), io);
clear();
process.exit();
