import type { ViewName } from '../../state/address';
import type { Command } from '../../state/commands.svelte';
import { keysText } from './keys-data';

export interface ShortcutLine {
  readonly key: string;
  readonly what: string;
}
export interface ShortcutGroup {
  readonly title: string;
  readonly lines: readonly ShortcutLine[];
}

const group = (title: string, lines: readonly (readonly [key: string, what: string])[]): ShortcutGroup => ({
  title,
  lines: lines.map(([key, what]) => ({ key, what })),
});

/** What no command stands for: keys of one widget, and the mouse. */
const WIDGETS: { readonly [K in ViewName]?: readonly ShortcutGroup[] } = {
  activity: [
    group('In the filter', [
      ['Tab', 'Take the completion'],
      ['Enter', 'Add the term; on a chip: edit it'],
      ['Space', 'On a chip: switch off and on'],
      ['!', 'On a chip: negate'],
      ['Delete', 'On a chip: remove'],
    ]),
    group('On the graph', [
      ['Drag', 'Zoom into a stretch of time'],
      ['Wheel, pinch', 'Zoom where the pointer is'],
      ['Shift drag, middle drag', 'Move the window'],
      ['Double click', 'Zoom back'],
      ['← / →', 'Read one bucket after the other'],
      ['+ / -', 'Zoom at the bucket that is read'],
      ['Enter', 'Zoom into that bucket'],
      ['Alt click, Alt Enter', 'On the legend: this kind alone'],
    ]),
    group('In the hierarchy', [
      ['↑ ↓ ← →', 'Move, open and close'],
      ['Enter', 'Narrow to the place'],
      ['Space, Ctrl click', 'Add the place to those chosen'],
      ['A letter', 'Find in the hierarchy'],
      ['= / !', 'Put it into the filter, or keep it out'],
    ]),
  ],
};

/** Commands with keys in their groups, then what the view's widgets do. */
export function shortcutGroups(all: readonly Command[], view: ViewName): readonly ShortcutGroup[] {
  const groups = new Map<string, ShortcutLine[]>();
  for (const { keys, title, group: name } of all) {
    if (!keys || keys.length === 0) continue;
    const lines = groups.get(name) ?? [];
    groups.set(name, lines);
    lines.push({ key: keysText(keys), what: title });
  }
  return [...[...groups].map(([title, lines]) => ({ title, lines })), ...(WIDGETS[view] ?? [])];
}
