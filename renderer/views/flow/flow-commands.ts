/** What can be done in the API flow, by key and by the palette. */
import type { ActivitiesExport } from '../../../workers/contract/export';
import type { Command } from '../../state/commands.svelte';
import { EXPORT_FORMATS, EXPORT_NAMES } from '../../state/save-activities';
import type { Workbench } from '../../state/workbench.svelte';
import { listCommands, type Parts } from '../activity/activity-commands';
import { rowCommands } from '../activity/row-commands';
import { timeCommands } from '../activity/time-commands';
import { ALL_CALLS, ERRORS, HIDE, switched } from './flow-view';

export interface FlowParts
  extends Pick<Parts, 'list' | 'toggleRecord' | 'chooseColumns' | 'columns' | 'close' | 'say' | 'typeWindow'> {
  readonly search: () => void;
  readonly focusFilter: () => void;
  readonly focusFlow: () => void;
  readonly save: (format: ActivitiesExport['format']) => void;
}

export const flowCommands = (workbench: Workbench, parts: FlowParts): readonly Command[] => [
  ...listCommands(workbench, parts),
  ...rowCommands(workbench, parts.say).filter(({ id }) => id !== 'copy.all'),
  ...timeCommands(workbench, parts.typeWindow),
  ...ownCommands(workbench, parts),
];

function ownCommands(workbench: Workbench, parts: FlowParts): readonly Command[] {
  const { router } = workbench;
  const command = (id: string, title: string, run: () => void, more: Partial<Command> = {}): Command => ({
    id: `flow.${id}`,
    title,
    group: 'API flow',
    run,
    ...more,
  });
  const toggle = (name: string) => () => router.go({ only: switched(workbench.address.only, name) }, 'replace');
  return [
    command('search', 'Search the API flow', parts.search, { keys: ['/'], words: 'find' }),
    command('filter', 'Type a filter', parts.focusFilter, { keys: ['p'] }),
    command('nodes', 'To the nodes', parts.focusFlow, { keys: ['h'] }),
    command('hide', 'Hide what does not match the search, or show it', toggle(HIDE), {
      keys: ['d'],
      when: () => workbench.address.find !== '',
    }),
    command('errors', 'Error events, or all API calls', toggle(ERRORS), { keys: ['y'], words: 'refused failed table' }),
    command('housekeeping', 'Housekeeping shown, or left out', toggle(ALL_CALLS), { words: 'lease renewals noise' }),
    command(
      'activity',
      'This call in Activity',
      () => router.go({ view: 'activity', kinds: [...new Set([...workbench.address.kinds, 'api' as const])] }),
      { keys: ['v'], onRow: true, when: () => workbench.selected !== undefined },
    ),
    ...EXPORT_FORMATS.map((format) =>
      command(format, `Save what the table shows as ${EXPORT_NAMES[format]}`, () => parts.save(format), {
        words: 'export download',
      }),
    ),
  ];
}
