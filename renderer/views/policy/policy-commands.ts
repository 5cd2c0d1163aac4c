/** What can be done in the view of policy hits and findings, for its keys and the palette. */
import type { Command } from '../../state/commands.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import { type Entry, ORIGINS, RULES_OPEN, respondTo, showThese, toggled } from './policy-data';

type Narrow = (change: { readonly find?: string; readonly only?: readonly string[] }) => void;

/**
 * @param chosen the entry that is selected
 * @param ownRules opens the case's own rules
 */
export function policyCommands(
  workbench: Workbench,
  chosen: () => Entry | undefined,
  narrow: Narrow,
  ownRules: () => void,
): readonly Command[] {
  const of = (id: string, title: string, run: (entry: Entry) => void, keys: readonly string[]): Command => ({
    id: `policy.${id}`,
    title,
    group: 'Policy & findings',
    keys,
    when: () => chosen() !== undefined,
    run: () => {
      const entry = chosen();
      if (entry) run(entry);
    },
  });
  const only = () => workbench.address.only;
  const shown = (id: string, title: string, next: () => readonly string[], words: string): Command => ({
    id: `policy.${id}`,
    title,
    group: 'Policy & findings',
    words,
    run: () => narrow({ only: next() }),
  });
  const besides = ORIGINS as readonly string[];
  return [
    of('respond', 'Respond: the activity around it', (entry) => workbench.router.go(respondTo(entry)), ['e', 'Enter']),
    of('show', 'Show these: its filter in the bar', (entry) => workbench.router.go(showThese(entry)), ['s']),
    of('trace', 'Trace who did it', (entry) => void traceOf(workbench, entry), ['t']),
    ...ORIGINS.map((origin) =>
      shown(
        `only ${origin}`,
        origin === 'Exhibit' ? 'Only what Exhibit’s rules found' : 'Only what agents’ rules hit',
        () => [...only().filter((name) => !besides.includes(name)), origin],
        'origin findings hits filter',
      ),
    ),
    shown(
      'grave',
      'Only critical and high',
      () => [...only().filter((name) => besides.includes(name)), 'critical', 'high'],
      'severity filter',
    ),
    shown('rules', 'Rules that this evidence cannot answer', () => toggled(only(), RULES_OPEN), 'not evaluated absence silence'),
    { id: 'policy.own', title: 'Own rules…', group: 'Policy & findings', words: 'add detection yaml file folder', run: ownRules },
    {
      id: 'policy.all',
      title: 'All policy hits and findings',
      group: 'Policy & findings',
      run: () => narrow({ find: '', only: [] }),
    },
  ];
}

/** The session of the finding, else the one in which most of it happened. */
async function traceOf({ engine, router, sessionById }: Workbench, { filter }: Entry): Promise<void> {
  const { groups } = await engine.count({ filter, by: ['session'] });
  const [most] = groups.filter(({ session }) => sessionById.has(String(session))).sort((a, b) => b.count - a.count);
  if (most) router.go({ view: 'trace', session: String(most.session), at: undefined });
}
