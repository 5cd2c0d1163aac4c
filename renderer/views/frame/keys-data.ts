/** Keys as a person reads them. */

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
  Escape: 'Esc',
  ContextMenu: 'Menu',
};

/** `Ctrl+Shift+z` is `Ctrl Shift Z`. */
export const keyText = (key: string): string =>
  key
    .split(/\+(?=.)/)
    .map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');

/** `J / ↓`: the first two. */
export const keysText = (keys: readonly string[]): string => keys.slice(0, 2).map(keyText).join(' / ');
