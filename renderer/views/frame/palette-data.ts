/** What the typed text finds: a filter or an activity, commands, sessions, attributes; best first, few of each. */
import { ATTRIBUTES } from '../../../workers/contract/attributes';
import { parseFilter } from '../../../workers/contract/filter';
import { tokenize } from '../../../workers/contract/filter-tokens';
import { tryParseId } from '../../../workers/contract/id';
import { parseTime } from '../../../workers/contract/time';
import { toSecond } from '../../data/clock';
import { zones } from '../../data/zones';
import type { Command } from '../../state/commands.svelte';
import type { AppState } from '../../state/context';
import { what, whereOf, who } from '../sessions/sessions-data';
import { keyText } from './keys-data';

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  /** The label in parts where evidence wrote some: the direction of one moves no other. */
  readonly parts?: readonly string[];
  readonly hint?: string;
  readonly keys?: string;
  readonly mono?: boolean;
  readonly run: () => void;
}
export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}
type App = Pick<AppState, 'workbench' | 'commands'>;

export function found({ workbench, commands }: App, text: string): readonly PaletteGroup[] {
  const typed = text.trim();
  const open = workbench.info !== undefined;
  const filter = { title: 'As a filter', items: open ? filterItems(workbench, typed) : [] };
  // Any words are a filter; before everything else only what cannot be the name of something.
  const first = tryParseId(typed) !== undefined || tokenize(typed).some(({ type }) => type !== 'word');
  return [
    ...(first ? [filter] : []),
    ...commandGroups(commands.all, typed),
    { title: 'Sessions', items: open ? sessionItems(workbench, typed) : [] },
    { title: 'Zone of all times', items: open ? zoneItems(workbench, typed) : [] },
    { title: 'Attributes', items: open && typed !== '' ? attributeItems(workbench, typed) : [] },
    ...(first ? [] : [filter]),
  ].filter((group) => group.items.length > 0);
}

/** Whether each typed word begins a word of these texts. */
export function matches(typed: string, ...texts: readonly string[]): boolean {
  const words = texts
    .join(' ')
    .toLowerCase()
    .split(/[\s,:/_-]+/);
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return wanted.every((want) => words.some((word) => word.startsWith(want)));
}

/** What works on the selected row stands together, before everything else. */
const ON_ROW = 'The selected activity';

/** Commands that can run now, in their groups. */
export function commandGroups(all: readonly Command[], typed: string): readonly PaletteGroup[] {
  const groups = new Map<string, PaletteItem[]>([[ON_ROW, []]]);
  for (const command of all) {
    const { id, title, group, words = '', keys, hint, when, run } = command;
    if (command.keyOnly || !(when?.() ?? true) || !matches(typed, title, group, words)) continue;
    const under = command.onRow ? ON_ROW : group;
    const items = groups.get(under) ?? [];
    groups.set(under, items);
    const key = keys?.[0];
    items.push({
      id,
      label: title,
      run,
      ...(hint === undefined ? {} : { hint }),
      ...(key === undefined ? {} : { keys: keyText(key) }),
    });
  }
  return [...groups].filter(([, items]) => items.length > 0).map(([title, items]) => ({ title, items }));
}

/** A zone by its name; all begin with the word zone, so that typing it lists what there is. */
const zoneItems = (workbench: App['workbench'], typed: string): readonly PaletteItem[] =>
  (typed.length < 3 ? [] : zones())
    .filter((zone) => matches(typed, 'zone time', zone.replaceAll('_', ' '), zone))
    .slice(0, 8)
    .map((zone) => ({ id: `zone ${zone}`, label: zone, hint: 'zone', run: () => workbench.router.go({ zone }) }));

/** `2026-03-17 14:03:11 UTC` */
const momentOf = (time: unknown, zone: string): string => {
  const ns = parseTime(String(time ?? ''));
  return ns === undefined ? '' : `${toSecond(ns, zone)} ${zone}`;
};

const sessionItems = (workbench: App['workbench'], typed: string): readonly PaletteItem[] =>
  (workbench.sessions.value ?? [])
    .filter((s) => [s.label, who(s), what(s), s.session].join(' ').toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 8)
    .map((s) => ({
      id: `session ${s.session}`,
      label: `${s.label} ${who(s)} ran ${what(s)}`,
      parts: [s.label, who(s), 'ran', what(s)],
      hint: [whereOf(s.originator), momentOf(s.first ?? s.originator.time, workbench.address.zone), 'trace']
        .filter(Boolean)
        .join(' · '),
      run: () => workbench.router.go({ view: 'trace', session: s.session, at: undefined }),
    }));

const attributeItems = (workbench: App['workbench'], typed: string): readonly PaletteItem[] =>
  ATTRIBUTES.filter((a) => a.name.startsWith(typed.toLowerCase()))
    .slice(0, 6)
    .map((a) => ({
      id: `attribute ${a.name}`,
      label: `${a.name} exists`,
      hint: a.help,
      mono: true,
      run: () => {
        workbench.router.go({ view: 'activity' });
        workbench.addTerm(`${a.name} exists`);
      },
    }));

function filterItems(workbench: App['workbench'], typed: string): readonly PaletteItem[] {
  if (typed === '') return [];
  if (tryParseId(typed)) {
    const run = () => workbench.router.go({ view: 'activity', at: typed });
    return [{ id: 'show', label: typed, hint: 'show this activity', mono: true, run }];
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
