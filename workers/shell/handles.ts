import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { ExhibitError } from '../contract/errors';
import type { Handle } from '../contract/shell';

/** What a handle stands for, asked when it is used: a drop grows after its handle was given. */
export interface Chosen {
  readonly name: string;
  readonly path: string;
}

/** Paths that a person chose or dropped, under names that say nothing. Only the shell can turn them back. */
export class Handles {
  private readonly chosen = new Map<string, () => Chosen>();
  private readonly byPath = new Map<string, string>();

  /** The handle of a path; the same path has one handle. */
  give(path: string): Handle {
    const name = basename(path);
    const handle = this.byPath.get(path) ?? this.lend(() => ({ name, path }));
    this.byPath.set(path, handle);
    return { handle, name };
  }

  lend(chosen: () => Chosen): string {
    const handle = randomBytes(16).toString('hex');
    this.chosen.set(handle, chosen);
    return handle;
  }

  /** Throws `not-found` for a handle that this shell never gave. */
  resolve(handle: string): Chosen {
    const chosen = this.chosen.get(handle);
    if (!chosen) throw new ExhibitError('not-found', 'What was chosen is no longer at hand; choose it again.');
    return chosen();
  }

  forget(handle: string): void {
    this.chosen.delete(handle);
  }
}
