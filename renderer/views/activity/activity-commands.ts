/** What can be done in the Activity view, by key and by the palette. */
import { KINDS } from '../../../workers/contract/attributes';
import { KIND_NAMES, SHOWN_KINDS } from '../../data/kinds';
import { SCALES, UNFILTERED } from '../../state/address';
import type { Command } from '../../state/commands.svelte';
import { DENSITIES, type Density, type Prefs } from '../../state/prefs.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import { sortedName, sortOf } from './list-columns';
import { reportCommands } from './report-commands';
import { rowCommands } from './row-commands';
import { GROUPINGS, groupingName } from './scope-data';
import { timeCommands } from './time-commands';

/** The parts of the view that commands reach into. */
export interface Parts {
  readonly list: () =>
    | {
        readonly move: (by: number) => void;
        readonly page: (direction: 1 | -1) => void;
        readonly end: (side: 1 | -1) => void;
        readonly center: () => void;
        /** What Enter does with the selected row. */
        readonly enter: () => void;
        readonly menu: () => void;
        readonly focus: () => void;
      }
    | undefined;
  readonly typeWindow: () => void;
  readonly focusFilter: () => void;
  readonly openSaved: () => void;
  readonly focusTree: () => void;
  readonly ownGrouping: () => void;
  readonly prefs: Prefs;
  readonly toggleRecord: () => void;
  readonly chooseColumns: () => void;
  /** The columns shown. */
  readonly columns: readonly string[];
  /** The hierarchy where it lies over the rest, else the details. */
  readonly close: () => void;
  readonly say: (text: string) => void;
}

export const activityCommands = (workbench: Workbench, parts: Parts): readonly Command[] => [
  ...listCommands(workbench, parts),
  ...rowCommands(workbench, parts.say),
  ...reportCommands(workbench, parts.say),
  ...timeCommands(workbench, parts.typeWindow),
  ...filterCommands(workbench, parts),
  ...lookCommands(workbench, parts),
];

export function listCommands(
  workbench: Workbench,
  {
    list,
    toggleRecord,
    chooseColumns,
    columns,
    close,
  }: Pick<Parts, 'list' | 'toggleRecord' | 'chooseColumns' | 'columns' | 'close'>,
): readonly Command[] {
  const key = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
    id: `list.${id}`,
    title,
    group: 'List',
    keys,
    keyOnly: true,
    run,
  });
  const command = (id: string, title: string, run: () => void, more: Partial<Command> = {}): Command => ({
    id: `list.${id}`,
    title,
    group: 'List',
    run,
    ...more,
  });
  return [
    key('next', 'Next row', ['j', 'ArrowDown'], () => list()?.move(1)),
    key('previous', 'Row before', ['k', 'ArrowUp'], () => list()?.move(-1)),
    key('pageDown', 'A screen further', ['PageDown'], () => list()?.page(1)),
    key('pageUp', 'A screen back', ['PageUp'], () => list()?.page(-1)),
    key('first', 'First row', ['Home'], () => list()?.end(-1)),
    key('last', 'Last row', ['End'], () => list()?.end(1)),
    key('center', 'The selected row in the middle', ['g'], () => list()?.center()),
    key('enter', 'Trace, or what a folded row holds', ['Enter'], () => list()?.enter()),
    key('close', 'Close what lies over the list', ['Escape'], close),
    key('menu', 'The menu of the row', ['m', 'ContextMenu', 'Shift+F10'], () => list()?.menu()),
    key('focus', 'To the list', ['l'], () => list()?.focus()),
    command('trace', 'Trace the session', () => trace(workbench), {
      keys: ['t'],
      onRow: true,
      when: () => typeof workbench.selected?.session === 'string',
    }),
    command('record', 'The raw record', toggleRecord, {
      keys: ['r'],
      onRow: true,
      when: () => workbench.address.at !== undefined,
    }),
    command('columns', 'Columns and density', chooseColumns, { words: 'choose width compact comfortable' }),
    command('order', 'Latest first, or earliest first: the order turned round', () => workbench.sortBy(workbench.address.sort), {
      words: 'sort newest oldest descending ascending reverse',
    }),
    ...['time', ...columns].map((column) =>
      command(`sort ${column}`, `Sort by ${sortedName(sortOf(column))}`, () => workbench.sortBy(sortOf(column)), {
        words: 'order column',
      }),
    ),
  ];
}

function trace({ selected, router }: Workbench): void {
  if (typeof selected?.session === 'string') router.go({ view: 'trace', session: selected.session, at: selected.id });
}

function filterCommands(workbench: Workbench, { focusFilter, openSaved }: Parts): readonly Command[] {
  const { router } = workbench;
  const command = (id: string, title: string, run: () => void, more: Partial<Command> = {}): Command => ({
    id: `filter.${id}`,
    title,
    group: 'Filter',
    run,
    ...more,
  });
  return [
    command('focus', 'Type a filter', focusFilter, { keys: ['/'] }),
    command('saved', 'Saved filters, questions and history', openSaved, { keys: ['s'], words: 'bookmark recent' }),
    command('undo', 'Undo', () => router.undo(), { keys: ['Ctrl+z'], when: () => router.canUndo, words: 'back filter' }),
    command('redo', 'Redo', () => router.redo(), { keys: ['Ctrl+Shift+z', 'Ctrl+y'], when: () => router.canRedo }),
    command('clear', 'Clear filter and scope', () => router.go(UNFILTERED), { words: 'everything everywhere reset' }),
    command(
      'interactive',
      'Interactive activity only, or all',
      () => router.go({ interactive: !workbench.address.interactive }),
      { keys: ['i'], words: 'tty terminal' },
    ),
    ...SHOWN_KINDS.flatMap((kind, i): Command[] => [
      command(`kind ${kind}`, `${KIND_NAMES[kind]} on or off`, () => workbench.toggleKind(kind, false, KINDS), {
        keys: [String(i + 1)],
        words: 'kind line switch',
      }),
      command(`only ${kind}`, `${KIND_NAMES[kind]} alone`, () => workbench.toggleKind(kind, true, KINDS), {
        words: 'only kind solo',
      }),
    ]),
  ];
}

/** How the view shows things: what the hierarchy groups by, the graph's scale, how dense rows are. */
function lookCommands(workbench: Workbench, { prefs, ownGrouping, focusTree }: Parts): readonly Command[] {
  const { router } = workbench;
  const hierarchy = { group: 'Hierarchy', words: 'tree group by' } as const;
  const densities = Object.keys(DENSITIES) as readonly Density[];
  return [
    { id: 'list.tree', title: 'To the hierarchy', group: 'List', keys: ['h'], keyOnly: true, run: focusTree },
    {
      id: 'list.fold',
      title: 'Fold repeats, or show every row',
      group: 'List',
      keys: ['f'],
      words: 'like same count noise',
      run: () => router.go({ fold: !workbench.address.fold }),
    },
    ...[...GROUPINGS.map(({ by }) => by), ...prefs.groupings].map(
      (by): Command => ({ ...hierarchy, id: `by.${by.join()}`, title: groupingName(by), run: () => router.go({ by }) }),
    ),
    { ...hierarchy, id: 'by.own', title: 'Own grouping…', run: ownGrouping },
    ...SCALES.map(
      (scale): Command => ({
        id: `scale.${scale}`,
        title: scale === 'auto' ? 'Scale chosen by what is shown' : `${scale === 'log' ? 'Logarithmic' : 'Linear'} scale`,
        group: 'Graph',
        run: () => router.go({ scale }, 'replace'),
      }),
    ),
    ...densities.map(
      (density): Command => ({
        id: `density.${density}`,
        title: `Rows ${density}`,
        group: 'List',
        words: 'density height',
        run: () => {
          prefs.density = density;
        },
      }),
    ),
  ];
}
