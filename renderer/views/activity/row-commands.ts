/** What can be done with the selected row: its trace, its like, its copies. */
import type { ActivityJson } from '../../../workers/contract/engine';
import { likeTerms } from '../../../workers/contract/likeness';
import { grouped } from '../../data/numbers';
import type { Command } from '../../state/commands.svelte';
import { failureOf } from '../../state/failure';
import type { Workbench } from '../../state/workbench.svelte';
import { COPIED_AT_MOST, type CopyForm, copied, csvOf } from './row-copy';

const FORMS: readonly (readonly [form: CopyForm, title: string, said: string])[] = [
  ['row', 'Copy the row', 'Row copied'],
  ['csv', 'Copy as CSV', 'Row copied as CSV'],
  ['json', 'Copy as JSON', 'Row copied as JSON'],
  ['id', 'Copy the id', 'Id copied'],
];

export function rowCommands(workbench: Workbench, say: (text: string) => void): readonly Command[] {
  const row = () => workbench.selected;
  const sessionOf = (a: ActivityJson) => (typeof a.session === 'string' ? workbench.sessionById.get(a.session) : undefined);
  const copy = async (form: CopyForm, said: string) => {
    const activity = row();
    if (!activity) return;
    await navigator.clipboard.writeText(copied({ activity, session: sessionOf(activity) }, workbench.address.columns, form));
    say(said);
  };
  const copyAll = async () => {
    const columns = workbench.address.columns;
    try {
      const { rows, total } = await workbench.engine.page({ ...workbench.view(), limit: COPIED_AT_MOST });
      await navigator.clipboard.writeText(
        csvOf(
          rows.map((activity) => ({ activity, session: sessionOf(activity) })),
          columns,
        ),
      );
      say(
        rows.length < total
          ? `The first ${grouped(rows.length)} of ${grouped(total)} rows copied`
          : `${grouped(total)} rows copied`,
      );
    } catch (error) {
      say(failureOf(error).message);
    }
  };
  const here = { when: () => row() !== undefined, onRow: true } as const;
  return [
    {
      id: 'row.like',
      title: 'Show only what is like this',
      group: 'Like this',
      words: 'same repeats filter',
      ...here,
      run: () => {
        const activity = row();
        if (activity) workbench.addTerms(likeTerms(activity));
      },
    },
    {
      id: 'row.unlike',
      title: 'Leave out what is like this',
      group: 'Like this',
      words: 'exclude noise same repeats filter',
      keys: ['x'],
      ...here,
      run: () => {
        const activity = row();
        if (activity) workbench.addTerm(`not (${likeTerms(activity).join(' ')})`);
      },
    },
    ...FORMS.map(
      ([form, title, said]): Command => ({
        id: `copy.${form}`,
        title,
        group: 'Copy',
        words: 'clipboard',
        ...here,
        ...(form === 'row' ? { keys: ['Ctrl+c'], when: () => row() !== undefined && !window.getSelection()?.toString() } : {}),
        run: () => void copy(form, said),
      }),
    ),
    {
      id: 'copy.all',
      title: `Copy what is in view as CSV, at most ${grouped(COPIED_AT_MOST)} rows`,
      group: 'Copy',
      words: 'clipboard all export',
      run: () => void copyAll(),
    },
  ];
}
