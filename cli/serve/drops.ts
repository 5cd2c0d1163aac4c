/**
 * Files that a browser hands over: `POST /drop?name=…` begins a drop with one file and answers with its handle,
 * `POST /drop?handle=…&name=…` adds to it. They are streamed into a folder of this process and removed once they are sealed in a case.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ExhibitError } from '../../workers/contract/errors';
import type { Handle } from '../../workers/contract/shell';
import type { Chosen, Handles } from '../../workers/shell/handles';

const MAX_FILES = 100_000;
const MAX_DEPTH = 64;
const MAX_NAME_BYTES = 255;

/** The steps of a relative path. Throws `usage` for one that could lead elsewhere. */
export function stepsOf(name: string): readonly string[] {
  const steps = name.split('/');
  const isPlain = (step: string) =>
    step !== '' && step !== '.' && step !== '..' && !/[\\\0]/.test(step) && Buffer.byteLength(step) <= MAX_NAME_BYTES;
  if (steps.length > MAX_DEPTH || !steps.every(isPlain)) {
    throw new ExhibitError('usage', 'A dropped file has a name that cannot be taken: too long, too deep or leading elsewhere.');
  }
  return steps;
}

/** What evidence that several files make is called; with a name by chance it would be another each time. */
const SEVERAL = 'dropped files';

interface Drop {
  readonly handle: string;
  readonly folder: string;
  /** What was dropped: one name for a file or a folder, several for several. */
  readonly tops: Set<string>;
  files: number;
}

/** The one thing that was dropped, or the folder of all. */
function chosenOf({ folder, tops }: Drop): Chosen {
  const [top, ...more] = tops;
  if (top !== undefined && more.length === 0) return { name: top, path: join(folder, top) };
  return { name: `${tops.size} ${SEVERAL}`, path: folder };
}

export class Drops {
  private readonly drops = new Map<string, Drop>();
  private constructor(
    private readonly root: string,
    private readonly handles: Handles,
  ) {}

  /** `folder` holds one folder a process; those of processes that are gone are removed. */
  static async create(folder: string, handles: Handles): Promise<Drops> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const pid = Number(name.split('-')[0]);
      if (!isRunning(pid)) await rm(join(folder, name), { recursive: true, force: true });
    }
    return new Drops(await mkdtemp(join(folder, `${process.pid}-`)), handles);
  }

  /** Streams one file into a drop, a new one where no handle is given. Rejects with `usage` or `not-found`; half a file is removed. */
  async receive(name: string, handle: string | null, body: Readable): Promise<Handle> {
    const steps = stepsOf(name);
    const drop = handle === null ? await this.begin() : this.drops.get(handle);
    if (!drop) throw new ExhibitError('not-found', 'What was dropped is no longer at hand; drop it again.');
    if (++drop.files > MAX_FILES)
      throw new ExhibitError('bounds', `A drop has at most ${MAX_FILES} files; pack them into an archive.`);
    const path = join(drop.folder, ...steps);
    await mkdir(dirname(path), { recursive: true });
    try {
      await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new ExhibitError('usage', `Two dropped files have the name “${name}”; drop their folder instead.`);
      await rm(path, { force: true });
      throw error;
    }
    drop.tops.add(steps[0] as string);
    return { handle: drop.handle, name: chosenOf(drop).name };
  }

  private async begin(): Promise<Drop> {
    const folder = join(await mkdtemp(join(this.root, 'drop-')), SEVERAL);
    const handle = this.handles.lend(() => chosenOf(drop));
    const drop: Drop = { handle, folder, tops: new Set(), files: 0 };
    this.drops.set(handle, drop);
    return drop;
  }

  async remove(handle: string): Promise<void> {
    const drop = this.drops.get(handle);
    if (!drop) return;
    this.drops.delete(handle);
    this.handles.forget(handle);
    await rm(dirname(drop.folder), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
