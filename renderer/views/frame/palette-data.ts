import { ATTRIBUTES } from '../../../workers/contract/attributes';
import { parseFilter } from '../../../workers/contract/filter';
import { tryParseId } from '../../../workers/contract/id';
import type { AppState } from '../../state/context';
import { what, who } from '../sessions/sessions-data';

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly mono?: boolean;
  readonly run: () => void;
}
export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

/** What the typed text offers, best first; few of each. */
export function commandsOf({ workbench, theme }: AppState, text: string, onShortcuts: () => void): readonly PaletteGroup[] {
  const { router } = workbench;
  const typed = text.trim();
  const matches = (...words: readonly string[]) => words.join(' ').toLowerCase().includes(typed.toLowerCase());
  const open = workbench.info !== undefined;
  const commands: readonly PaletteItem[] = [
    ...(open
      ? [
          { id: 'activity', label: 'Activity', hint: 'view', run: () => router.go({ view: 'activity' }) },
          { id: 'sessions', label: 'Sessions', hint: 'view', run: () => router.go({ view: 'sessions' }) },
          { id: 'evidence', label: 'Evidence', hint: 'view', run: () => router.go({ view: 'evidence' }) },
          {
            id: 'clear',
            label: 'Clear filter and scope',
            run: () => router.go({ filter: '', off: [], scope: [], interactive: false }),
          },
          { id: 'all-time', label: 'Show all times', run: () => workbench.setWindow({}) },
          {
            id: 'api',
            label: workbench.address.kinds.includes('api') ? 'Switch API calls off' : 'Switch API calls on',
            run: () => workbench.toggleKind('api', false, ['cmd', 'net', 'file', 'exec', 'api', 'policy']),
          },
          {
            id: 'interactive',
            label: 'Interactive activity only',
            run: () => router.go({ interactive: !workbench.address.interactive }),
          },
        ]
      : []),
    { id: 'cases', label: 'Cases', hint: 'view', run: () => router.go({ view: 'welcome' }) },
    { id: 'dark', label: 'Dark theme', run: () => theme.choose('dark') },
    { id: 'light', label: 'Light theme', run: () => theme.choose('light') },
    { id: 'system', label: 'Theme of the system', run: () => theme.choose('system') },
    { id: 'shortcuts', label: 'Shortcuts', hint: '?', run: onShortcuts },
  ];
  const sessions = (workbench.sessions.value ?? [])
    .filter((s) => matches(s.label, who(s), what(s), s.session))
    .slice(0, 8)
    .map((s) => ({
      id: `session ${s.session}`,
      label: `${s.label}  ${who(s)} ran ${what(s)}`,
      hint: 'trace',
      run: () => router.go({ view: 'trace', session: s.session, at: undefined }),
    }));
  const attributes = (typed === '' || !open ? [] : ATTRIBUTES.filter((a) => a.name.startsWith(typed.toLowerCase())))
    .slice(0, 6)
    .map((a) => ({
      id: `attribute ${a.name}`,
      label: `${a.name} exists`,
      hint: a.help,
      mono: true,
      run: () => {
        router.go({ view: 'activity' });
        workbench.addTerm(`${a.name} exists`);
      },
    }));
  return [
    { title: 'Filter', items: open ? filterItems(workbench, typed) : [] },
    { title: 'Run', items: commands.filter((c) => matches(c.label)) },
    { title: 'Sessions', items: sessions },
    { title: 'Attributes', items: attributes },
  ].filter((group) => group.items.length > 0);
}

function filterItems(workbench: AppState['workbench'], typed: string): readonly PaletteItem[] {
  if (typed === '') return [];
  const id = tryParseId(typed);
  if (id) {
    return [
      {
        id: 'show',
        label: typed,
        hint: 'show this activity',
        mono: true,
        run: () => workbench.router.go({ view: 'activity', at: typed }),
      },
    ];
  }
  try {
    parseFilter(typed);
  } catch {
    return [];
  }
  const run = () => {
    workbench.router.go({ view: 'activity' });
    workbench.addTerm(typed);
  };
  return [{ id: 'filter', label: typed, hint: 'add to the filter', mono: true, run }];
}
