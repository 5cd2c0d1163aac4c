import { createContext } from 'svelte';
import type { Commands } from './commands.svelte';
import type { Prefs } from './prefs.svelte';
import type { Splits } from './splits.svelte';
import type { ThemeChoice } from './theme.svelte';
import type { Workbench } from './workbench.svelte';

/** What `main.ts` makes once and every view is handed. */
export interface AppState {
  readonly workbench: Workbench;
  readonly theme: ThemeChoice;
  readonly splits: Splits;
  readonly commands: Commands;
  readonly prefs: Prefs;
}

export const [getApp, setApp] = createContext<AppState>();
