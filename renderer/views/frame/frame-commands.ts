/** What can be done in every view. */
import { VIEWS } from '../../state/address';
import type { Command } from '../../state/commands.svelte';
import type { AppState } from '../../state/context';
import { VIEW_ENTRIES } from '..';

interface Frame {
  readonly palette: () => void;
  readonly shortcuts: () => void;
}

export function frameCommands({ workbench, theme }: Pick<AppState, 'workbench' | 'theme'>, frame: Frame): readonly Command[] {
  const isOpen = () => workbench.info !== undefined;
  const views = VIEWS.filter((name) => VIEW_ENTRIES[name].under === undefined).map((name): Command => {
    const { title, key } = VIEW_ENTRIES[name];
    return {
      id: `view.${name}`,
      title,
      group: 'Go to',
      words: 'view open go',
      ...(key === undefined ? {} : { keys: [key] }),
      when: () => name === 'welcome' || isOpen(),
      run: () => workbench.router.go({ view: name }),
    };
  });
  return [
    ...views,
    {
      id: 'frame.palette',
      title: 'Find or run: commands, views, sessions, filters',
      group: 'Everywhere',
      keys: ['Ctrl+k'],
      whileTyping: true,
      keyOnly: true,
      run: frame.palette,
    },
    {
      id: 'frame.shortcuts',
      title: 'Shortcuts',
      group: 'Everywhere',
      keys: ['?'],
      words: 'keyboard help keys',
      run: frame.shortcuts,
    },
    { id: 'theme.dark', title: 'Dark theme', group: 'Look', words: 'colour', run: () => theme.choose('dark') },
    { id: 'theme.light', title: 'Light theme', group: 'Look', words: 'colour', run: () => theme.choose('light') },
    { id: 'theme.system', title: 'Theme of the system', group: 'Look', words: 'colour', run: () => theme.choose('system') },
  ];
}
