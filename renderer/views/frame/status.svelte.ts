import { createContext } from 'svelte';

export interface StatusPart {
  readonly strong?: string;
  readonly text: string;
}

/** What the view in front says in the status line. */
export class Status {
  parts: readonly StatusPart[] = $state.raw([]);
  /** How many cases the welcome view lists. */
  welcome: number | undefined = $state();
}

export const [getStatus, setStatus] = createContext<Status>();
