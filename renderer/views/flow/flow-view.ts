/** What the flow and its tables are asked for: the window's own view, the search, and the switches of the view. */
import { KINDS } from '../../../workers/contract/attributes';
import { API_KINDS, HOUSEKEEPING } from '../../../workers/contract/flow';
import type { View } from '../../../workers/contract/view';
import type { Address } from '../../state/address';
import type { OrderedView } from '../../state/workbench.svelte';
import { type Change, changesOf, viewOf } from '../activity/nothing-data';
import { searchFilter } from './flow-search';

/** Switches of the view as they stand in the address. */
export const HIDE = 'hide';
export const ERRORS = 'errors';
export const ALL_CALLS = 'housekeeping';
const OPENED = 'open ';
const FAILED = 'result in (refused, failed)';

export interface FlowViews {
  /** The calls that are drawn: with what is not lit, unless that is hidden. */
  readonly drawn: View;
  /** Which of them are lit; all where absent. */
  readonly lit: string | undefined;
  /** The calls of the tables, and of those the ones that did not go well. */
  readonly calls: View;
  readonly errors: View;
  /** What is left out as housekeeping; undefined where it is shown. */
  readonly leftOut: View | undefined;
  readonly open: readonly string[];
}

/** @param view filter and window of the workbench */
export function viewsOf(view: View, { find, only }: Pick<Address, 'find' | 'only'>): FlowViews {
  const search = searchFilter(find);
  const own = only.includes(ALL_CALLS) ? '' : `not ${HOUSEKEEPING}`;
  const of = (...terms: readonly string[]): View => {
    const filter = [view.filter ?? '', ...terms].filter((term) => term !== '').join(' ');
    const { filter: _, ...rest } = view;
    return { ...rest, ...(filter === '' ? {} : { filter }), kinds: API_KINDS };
  };
  const hidden = search !== '' && only.includes(HIDE);
  return {
    drawn: hidden ? of(own, search) : of(own),
    lit: search === '' || hidden ? undefined : search,
    calls: of(own, search),
    errors: of(own, search, FAILED),
    leftOut: own === '' ? undefined : of(HOUSEKEEPING),
    open: only.filter((name) => name.startsWith(OPENED)).map((name) => name.slice(OPENED.length)),
  };
}

export const ordered = (view: View, { sort, descending }: Pick<Address, 'sort' | 'descending'>): OrderedView => ({
  ...view,
  sort,
  order: descending ? 'desc' : 'asc',
});

export const switched = (only: readonly string[], name: string): readonly string[] =>
  only.includes(name) ? only.filter((one) => one !== name) : [...only, name];

/** One stretch more of a fold. */
export const opened = (only: readonly string[], fold: string): readonly string[] => [...only, OPENED + fold];
export const closed = (only: readonly string[], fold: string): readonly string[] => only.filter((one) => one !== OPENED + fold);

/** Each single change that could show a call where none is in view. */
export function callChanges(a: Address, table: 'calls' | 'errors'): readonly Change[] {
  const shown = (at: Address) => viewsOf(viewOf(at), at)[table];
  const change = (name: string, to: Partial<Address>): Change => ({ name, to, view: shown({ ...a, ...to }) });
  return [
    ...(a.find === '' ? [] : [change('all calls instead of this search', { find: '' })]),
    ...(table === 'errors'
      ? [{ ...change('calls that went well too', {}), to: { only: switched(a.only, ERRORS) }, view: viewsOf(viewOf(a), a).calls }]
      : []),
    ...(a.only.includes(ALL_CALLS) ? [] : [change('with housekeeping', { only: [...a.only, ALL_CALLS] })]),
    ...changesOf({ ...a, kinds: KINDS }, shown),
  ];
}
