export type Theme = 'system' | 'dark' | 'light';
const NAME = 'exhibit.theme';

/** Follows the system until the analyst chooses; the choice stays on this machine. */
export class ThemeChoice {
  choice: Theme = $state('system');
  #systemLight = $state(false);
  readonly shown: 'dark' | 'light' = $derived.by(() =>
    this.choice === 'system' ? (this.#systemLight ? 'light' : 'dark') : this.choice,
  );

  constructor(window: Window) {
    const query = window.matchMedia('(prefers-color-scheme: light)');
    this.#systemLight = query.matches;
    query.addEventListener('change', (event) => {
      this.#systemLight = event.matches;
    });
    const kept = window.localStorage.getItem(NAME);
    if (kept === 'dark' || kept === 'light') this.choice = kept;
  }

  /** Dark, light, and back to the system's own. */
  next(): void {
    this.choose(
      this.choice === 'system' ? (this.shown === 'dark' ? 'light' : 'dark') : this.choice === 'dark' ? 'light' : 'dark',
    );
  }

  choose(theme: Theme): void {
    this.choice = theme;
    if (theme === 'system') localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, theme);
  }
}
