import { tick } from 'svelte';

/**
 * Remembers what has the focus, for something that takes it and goes away again: the answer gives it back, to `instead` where what had
 * it is gone as well.
 */
export function focusBack(instead: () => HTMLElement | undefined = () => undefined): () => void {
  const before = document.activeElement;
  return () =>
    void tick().then(() => {
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      (isThere ? before : instead())?.focus();
    });
}
