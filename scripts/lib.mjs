/** What the scripts share. Node's own modules only: they run before anything is installed. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const inRoot = (path) => join(root, path);

/** Messages go to stderr: stdout belongs to results. */
export const say = (sentence) => void process.stderr.write(`${sentence}\n`);

/** A failure that is told in one sentence, without a stack. */
export class Told extends Error {}

/** npm ends the shell that it started us through, not us: whoever loses the parent is to end as well. */
const ORPHAN_CHECK_MS = 500;
const parent = process.ppid;

/**
 * Runs a program to its end and answers its exit code. Its stdout goes to our stderr unless `stdio` says otherwise.
 * Ctrl-C and a request to end are passed on, and waited for.
 */
export function run(command, args, { stdio = ['ignore', 2, 2], env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio, cwd, env: { ...process.env, ...env } });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
    const watch = setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, ORPHAN_CHECK_MS);
    const settle = (settled) => (value) => {
      clearInterval(watch);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass);
      settled(value);
    };
    child.on('error', settle(reject));
    child.on(
      'exit',
      settle((code) => resolve(code ?? 1)),
    );
  });
}

/** The same with its stdout as text. */
export function read(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 2],
      cwd: root,
      ...options,
      env: { ...process.env, ...options.env },
    });
    const parts = [];
    child.stdout.on('data', (part) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, text: Buffer.concat(parts).toString() }));
  });
}

/** A program of npm's, through the npm that came with this Node: on Windows it is a script that only a shell runs. */
export const npm = (args, options) =>
  process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], options) : run('npm', args, options);

/** The full path of the first of these programs that is installed. */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a script's main part; a told failure is one sentence and exit code 1. */
export async function main(work) {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
