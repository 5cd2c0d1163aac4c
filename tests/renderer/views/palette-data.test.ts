import { expect, test } from 'vitest';
import type { Command } from '../../../renderer/state/commands.svelte';
import { keysText, keyText } from '../../../renderer/views/frame/keys-data';
import { commandGroups, matches } from '../../../renderer/views/frame/palette-data';
import { shortcutGroups } from '../../../renderer/views/frame/shortcuts-data';

const command = (id: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: 'Test',
  run: () => undefined,
  ...more,
});
const ALL = [
  command('Zoom back', { keys: ['Backspace'], group: 'Time' }),
  command('Next row', { keys: ['j', 'ArrowDown'], keyOnly: true, group: 'List' }),
  command('Columns and density', { words: 'compact', group: 'List' }),
  command('Redo', { when: () => false }),
];

test.for([
  ['zoom', true],
  ['ba zo', true],
  ['oom', false],
  ['', true],
] as const)('“%s” finds Zoom back: %s', ([typed, found]) => {
  expect(matches(typed, 'Zoom back')).toBe(found);
});

test('the palette lists what can run now, by group, found by other words too', () => {
  expect(commandGroups(ALL, '').map(({ title, items }) => [title, items.map((i) => i.label)])).toEqual([
    ['Time', ['Zoom back']],
    ['List', ['Columns and density']],
  ]);
  const onRow = command('Trace the session', { group: 'List', onRow: true });
  expect(commandGroups([...ALL, onRow], '').map(({ title, items }) => [title, items.map((i) => i.label)])).toEqual([
    ['The selected activity', ['Trace the session']],
    ['Time', ['Zoom back']],
    ['List', ['Columns and density']],
  ]);
  expect(commandGroups(ALL, 'compact').flatMap(({ items }) => items.map((i) => i.id))).toEqual(['Columns and density']);
});

test('the page of shortcuts has every command with a key, and what the view’s widgets do', () => {
  const groups = shortcutGroups(ALL, 'activity');
  expect(groups.find(({ title }) => title === 'List')?.lines).toEqual([{ key: 'J / ↓', what: 'Next row' }]);
  expect(groups.map(({ title }) => title)).toContain('On the graph');
});

test('keys are written as they are printed on a keyboard', () => {
  expect(keyText('Ctrl+Shift+z')).toBe('Ctrl Shift Z');
  expect(keyText('+')).toBe('+');
  expect(keysText(['m', 'ContextMenu', 'Shift+F10'])).toBe('M / Menu');
});
