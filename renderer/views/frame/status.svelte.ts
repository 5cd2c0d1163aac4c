import { createContext } from 'svelte';

export interface StatusPart {
  readonly strong?: string;
  /** Keys that do what the text says. */
  readonly keys?: readonly string[];
  readonly text: string;
}

const SAID_MS = 4000;

/** What the view in front says in the status line. */
export class Status {
  parts: readonly StatusPart[] = $state.raw([]);
  /** How many cases the welcome view lists. */
  welcome: number | undefined = $state();
  /** What was just done, such as `Row copied`; gone after a moment, and read aloud. */
  said: string = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    clearTimeout(this.#timer);
    this.said = text;
    this.#timer = setTimeout(() => {
      this.said = '';
    }, SAID_MS);
  }
}

export const [getStatus, setStatus] = createContext<Status>();
