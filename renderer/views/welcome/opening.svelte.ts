import type { CaseInfo } from '../../../workers/contract/case';
import type { Handle, Shell } from '../../../workers/contract/shell';
import type { Failure } from '../../state/failure';
import type { Workbench } from '../../state/workbench.svelte';

/** What did not open, why, and what can be done about it. */
export interface NotOpened {
  readonly what: string;
  readonly failure: Failure;
  readonly retry: () => void;
  /** Where it can at least be read. */
  readonly toRead?: () => void;
}

/** A case being opened from the welcome page, one at a time. */
export class Opening {
  /** Name of what is being opened; empty: nothing is. */
  busy = $state('');
  failed: NotOpened | undefined = $state.raw();

  constructor(
    private readonly workbench: Pick<Workbench, 'open'>,
    private readonly onFailed: () => void,
  ) {}

  /** Whether it opened. */
  open(what: string, how: (shell: Shell) => Promise<CaseInfo>): Promise<boolean> {
    return this.#attempt(what, how, () => void this.open(what, how));
  }

  case(which: Handle, readOnly = false): Promise<boolean> {
    return this.#attempt(
      which.name,
      (shell) => shell.openCase(which.handle, readOnly),
      () => void this.case(which, readOnly),
      readOnly ? undefined : () => void this.case(which, true),
    );
  }

  async #attempt(
    what: string,
    how: (shell: Shell) => Promise<CaseInfo>,
    retry: () => void,
    toRead?: () => void,
  ): Promise<boolean> {
    this.busy = what;
    this.failed = undefined;
    const failure = await this.workbench.open(how);
    this.busy = '';
    if (failure) {
      this.failed = { what, failure, retry, ...(toRead && failure.code === 'journal-damaged' ? { toRead } : {}) };
      this.onFailed();
    }
    return failure === undefined;
  }
}
