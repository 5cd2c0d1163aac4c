/**
 * Everything that a person can do, each as one entry: found in the palette, listed on the page of shortcuts, run by its keys. A view
 * registers its commands while it is shown; what is always there is registered once.
 */

import { untrack } from 'svelte';

export interface Command {
  /** Unique among what is registered; the view's name in front, such as `activity.next`. */
  readonly id: string;
  /** What it does, as a person would say it: `Zoom back`. */
  readonly title: string;
  /** Heading in the palette and on the page of shortcuts. */
  readonly group: string;
  /** As `keyOf` names them, the first is shown: `j`, `ArrowDown`, `Ctrl+k` (Cmd as well), `Shift+e`, `?`. */
  readonly keys?: readonly string[];
  /** Other words by which the palette finds it. */
  readonly words?: string;
  /** What stands at the right in the palette; the first key where absent. */
  readonly hint?: string;
  /** Its keys work while a text is being typed, too. */
  readonly whileTyping?: boolean;
  /** A key alone: moving by a row is of no use in the palette. */
  readonly keyOnly?: boolean;
  /** Works on the selected row (`workbench.selected`): listed in the row's menu as well. */
  readonly onRow?: boolean;
  /** Whether it can run now; always where absent. */
  readonly when?: () => boolean;
  readonly run: () => void;
}

/** One name a key with its modifiers. Shift is named for letters and for keys that write nothing: `?` is `?` on every keyboard. */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const letter = /^\p{L}$/u.test(event.key);
  const key = letter ? event.key.toLowerCase() : event.key === ' ' ? 'Space' : event.key;
  const shift = event.shiftKey && (letter || key.length > 1);
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

/** What has the focus: a text takes nearly all keys, a control those that are not letters. */
export type Focus = 'text' | 'control' | 'none';

const TEXT =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"]';
const CONTROL = 'button, a, [role="tree"], [role="separator"], [role="application"], [role="listbox"], [role="tab"]';

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof Element)) return 'none';
  if (target.closest(TEXT)) return 'text';
  return target.closest(CONTROL) ? 'control' : 'none';
}

export class Commands {
  #groups: readonly (readonly Command[])[] = $state.raw([]);

  /** All that are registered, those registered first before others. */
  readonly all: readonly Command[] = $derived.by(() => this.#groups.flat());

  /** Adds commands and answers how to take them away again: what an `$effect` returns. */
  register(commands: readonly Command[]): () => void {
    // What an effect reads here would run it again.
    untrack(() => {
      this.#groups = [...this.#groups, commands];
    });
    return () => {
      this.#groups = untrack(() => this.#groups).filter((group) => group !== commands);
    };
  }

  /** Runs what the pressed key stands for; the one registered last wins. Answers whether there was anything. */
  press(key: string, focus: Focus): boolean {
    const command = this.all.findLast((c) => c.keys?.includes(key) && heard(c, key, focus) && (c.when?.() ?? true));
    command?.run();
    return command !== undefined;
  }
}

/** Keys that buttons, trees and plots have a use for themselves. */
const CONTROL_KEYS: ReadonlySet<string> = new Set([
  'Enter',
  'Space',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
  'PageUp',
  'PageDown',
]);

function heard(command: Command, key: string, focus: Focus): boolean {
  if (focus === 'text') return command.whileTyping === true;
  return focus === 'none' || !CONTROL_KEYS.has(key);
}
