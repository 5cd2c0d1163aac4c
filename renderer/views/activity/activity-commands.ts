/** What can be done in the Activity view, by key and by the palette. */
import { KINDS } from '../../../workers/contract/attributes';
import type { Command } from '../../state/commands.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import { PRESETS, presetWindow, shiftWindow } from './window-data';

/** The parts of the view that commands reach into. */
export interface Parts {
  readonly list: () =>
    | {
        readonly move: (by: number) => void;
        readonly page: (direction: 1 | -1) => void;
        readonly end: (side: 1 | -1) => void;
        readonly center: () => void;
        readonly trace: () => void;
      }
    | undefined;
  readonly filter: () => { readonly focus: () => void } | undefined;
  readonly toggleRecord: () => void;
}

export function activityCommands(workbench: Workbench, { list, filter, toggleRecord }: Parts): readonly Command[] {
  const { router } = workbench;
  const inList = (id: string, title: string, keys: readonly string[], run: () => void, keyOnly = true): Command => ({
    id: `list.${id}`,
    title,
    group: 'List',
    keys,
    keyOnly,
    run,
  });
  const step = (direction: 1 | -1) => {
    const window = workbench.shownWindow;
    if (window) workbench.setWindow(shiftWindow(window, direction));
  };
  return [
    inList('next', 'Next row', ['j', 'ArrowDown'], () => list()?.move(1)),
    inList('previous', 'Row before', ['k', 'ArrowUp'], () => list()?.move(-1)),
    inList('pageDown', 'A screen further', ['PageDown'], () => list()?.page(1)),
    inList('pageUp', 'A screen back', ['PageUp'], () => list()?.page(-1)),
    inList('first', 'First row', ['Home'], () => list()?.end(-1)),
    inList('last', 'Last row', ['End'], () => list()?.end(1)),
    inList('center', 'The selected row in the middle', ['g'], () => list()?.center()),
    inList('trace', 'Trace the session of the selected row', ['t', 'Enter'], () => list()?.trace(), false),
    inList('record', 'The raw record', ['r'], toggleRecord, false),
    inList('close', 'Close the details', ['Escape'], () => workbench.select(undefined)),
    { id: 'filter.focus', title: 'Type a filter', group: 'Filter', keys: ['/'], run: () => filter()?.focus() },
    {
      id: 'filter.clear',
      title: 'Clear filter and scope',
      group: 'Filter',
      words: 'everything reset',
      run: () => router.go({ filter: '', off: [], scope: [], interactive: false }),
    },
    {
      id: 'filter.interactive',
      title: 'Interactive activity only, or all',
      group: 'Filter',
      words: 'tty terminal',
      run: () => router.go({ interactive: !workbench.address.interactive }),
    },
    {
      id: 'filter.api',
      title: 'API calls on or off',
      group: 'Filter',
      words: 'kind line kubernetes',
      run: () => workbench.toggleKind('api', false, KINDS),
    },
    { id: 'time.back', title: 'The window one step back', group: 'Time', keys: ['['], run: () => step(-1) },
    { id: 'time.on', title: 'The window one step on', group: 'Time', keys: [']'], run: () => step(1) },
    {
      id: 'time.zoomBack',
      title: 'Zoom back',
      group: 'Time',
      keys: ['Backspace'],
      when: () => workbench.zoomable > 0,
      run: () => workbench.zoomBack(),
    },
    { id: 'time.all', title: 'Show all times', group: 'Time', words: 'window', run: () => workbench.setWindow({}) },
    ...PRESETS.map(
      ({ name, ns }): Command => ({
        id: `time.${name}`,
        title: `A window of ${name}`,
        group: 'Time',
        when: () => workbench.extent !== undefined,
        run: () => {
          const { extent, address } = workbench;
          if (extent) workbench.setWindow(presetWindow(ns, address, extent));
        },
      }),
    ),
  ];
}
