import { mount } from 'svelte';
import App from './App.svelte';
import type { Connection } from './connect';
import { Commands } from './state/commands.svelte';
import { failureOf } from './state/failure';
import { Prefs } from './state/prefs.svelte';
import { Splits } from './state/splits.svelte';
import { ThemeChoice } from './state/theme.svelte';
import { Workbench } from './state/workbench.svelte';
import Failed from './widgets/Failed.svelte';

/** How often is looked whether somebody else changed the case. */
const FOLLOW_MS = 2000;

/** Makes the state once and hands it to the workbench; says so where there is no engine to talk to. */
export async function begin(target: HTMLElement, connect: () => Promise<Connection>): Promise<void> {
  const theme = new ThemeChoice(window);
  document.documentElement.dataset.theme = theme.shown;
  try {
    const workbench = new Workbench(await connect());
    const app = { workbench, theme, splits: new Splits(localStorage), commands: new Commands(), prefs: new Prefs(localStorage) };
    mount(App, { target, props: { app } });
    target.ariaBusy = null;
    await workbench.start();
    setInterval(() => {
      if (document.visibilityState === 'visible') void workbench.others.catchUp();
    }, FOLLOW_MS);
  } catch (error) {
    target.ariaBusy = null;
    mount(Failed, {
      target,
      props: { title: 'Exhibit cannot be reached', failure: failureOf(error), retry: () => window.location.reload() },
    });
  }
}
