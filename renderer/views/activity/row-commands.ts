/** What can be done with the selected row: its trace, its like, its copies. */
import { likeTerms, unlikeTerm } from '../../../workers/contract/likeness';
import { grouped } from '../../data/numbers';
import { toClipboard } from '../../state/clipboard';
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
  const copy = async (form: CopyForm, said: string) => {
    const activity = row();
    if (!activity) return;
    const text = copied({ activity, session: workbench.sessionOf(activity) }, workbench.address.columns, form);
    say(await toClipboard(text, said));
  };
  const copyAll = async () => {
    const columns = workbench.address.columns;
    try {
      const { rows, total } = await workbench.engine.page({ ...workbench.orderedView(), limit: COPIED_AT_MOST });
      const text = csvOf(
        rows.map((activity) => ({ activity, session: workbench.sessionOf(activity) })),
        columns,
      );
      const first = rows.length < total ? `The first ${grouped(rows.length)} of ` : '';
      say(await toClipboard(text, `${first}${grouped(total)} rows copied`));
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
        if (activity) workbench.addTerm(unlikeTerm(activity));
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
