import { expect, test } from 'vitest';
import { Commands, keyOf } from '../../../renderer/state/commands.svelte';

const pressed = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', true>> = {}) =>
  keyOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

test.for([
  ['j', {}, 'j'],
  ['J', { shiftKey: true }, 'Shift+j'],
  ['k', { ctrlKey: true }, 'Ctrl+k'],
  ['k', { metaKey: true }, 'Ctrl+k'],
  ['Z', { ctrlKey: true, shiftKey: true }, 'Ctrl+Shift+z'],
  ['?', { shiftKey: true }, '?'],
  ['ArrowLeft', { altKey: true }, 'Alt+ArrowLeft'],
  ['F10', { shiftKey: true }, 'Shift+F10'],
  [' ', {}, 'Space'],
] as const)('%s with %o is %s', ([key, held, name]) => {
  expect(pressed(key, held)).toBe(name);
});

function three() {
  const commands = new Commands();
  const ran: string[] = [];
  const command = (id: string, keys: readonly string[], more = {}) => ({
    id,
    title: id,
    group: 'Test',
    keys,
    run: () => ran.push(id),
    ...more,
  });
  commands.register([
    command('next', ['j', 'ArrowDown']),
    command('palette', ['Ctrl+k'], { whileTyping: true }),
    command('back', ['Backspace']),
    command('never', ['n'], { when: () => false }),
  ]);
  return { commands, ran, command };
}

test.for([
  ['j', 'none', ['next']],
  ['j', 'control', ['next']],
  ['j', 'text', []],
  ['ArrowDown', 'none', ['next']],
  ['ArrowDown', 'control', []],
  ['Backspace', 'control', ['back']],
  ['Backspace', 'text', []],
  ['Ctrl+k', 'text', ['palette']],
  ['n', 'none', []],
  ['x', 'none', []],
] as const)('%s with the focus on %s runs %o', ([key, focus, expected]) => {
  const { commands, ran } = three();

  expect(commands.press(key, focus)).toBe(expected.length > 0);
  expect(ran).toEqual(expected);
});

test('what a view registered last wins, until it is taken away', () => {
  const { commands, ran, command } = three();
  const away = commands.register([command('mine', ['j'])]);
  commands.press('j', 'none');
  away();
  commands.press('j', 'none');

  expect(ran).toEqual(['mine', 'next']);
});
