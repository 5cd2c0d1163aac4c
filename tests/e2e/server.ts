/** The real `exhibit` for a test: its command line, and `exhibit serve` with a data folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin/exhibit.cjs');

/** Runs `exhibit ARGS` to its end and answers its stdout. */
export function exhibit(args: readonly string[], codes: readonly number[] = [0]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === null || !codes.includes(status)) throw new Error(`exhibit ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

export interface Served {
  readonly origin: string;
  /** With the key that is good once. */
  readonly address: string;
  readonly caseDir: string;
  /** Ends the server, and leaves its data folder. */
  end(): Promise<void>;
  /** Ends the server and removes its data folder. */
  close(): Promise<void>;
}

export interface ServeRequest {
  /** The sample case, as `npm start` opens it: a copy of the one that was prepared, where there is one. */
  readonly sample?: boolean;
  readonly caseDir?: string;
}

/** Serves with a data folder that nothing else uses. */
export async function serve({ sample, caseDir }: ServeRequest = {}): Promise<Served> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'exhibit-e2e-'));
  const sampleDir = join(dataFolder, 'exhibit/cases/sample.exhibit');
  const prepared = process.env.EXHIBIT_E2E_SAMPLE;
  if (sample && prepared) cpSync(prepared, sampleDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  const args = ['serve', '--no-open', ...(sample ? ['--sample'] : []), ...(caseDir === undefined ? [] : ['--case', caseDir])];
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, XDG_DATA_HOME: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await firstLine(child);
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  };
  return {
    address,
    origin: new URL(address).origin,
    caseDir: caseDir ?? sampleDir,
    end,
    close: async () => {
      await end();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('a server without stdout');
  return new Promise((found, failed) => {
    createInterface({ input: stdout }).once('line', found);
    child.once('exit', (code) => failed(new Error(`exhibit serve ended with ${code} before it served`)));
  });
}
