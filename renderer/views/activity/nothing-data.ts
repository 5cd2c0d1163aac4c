import { KINDS } from '../../../workers/contract/attributes';
import { chips, removeTerm } from '../../../workers/contract/filter-edit';
import type { View } from '../../../workers/contract/view';
import type { Address } from '../../state/address';
import { joinFilter } from '../../state/filter-text';

/** One single change of what is in view. */
export interface Change {
  readonly name: string;
  /** The term that it switches off. */
  readonly term?: string;
  readonly to: Partial<Address>;
  readonly view: View;
}

export const viewOf = (a: Address): View => ({
  filter: joinFilter(a),
  kinds: a.kinds,
  ...(a.from === undefined ? {} : { from: a.from }),
  ...(a.to === undefined ? {} : { to: a.to }),
});

/**
 * Each single change that could show something where nothing is in view. The filter must parse.
 * @param shown what a view shows at an address
 */
export function changesOf(a: Address, shown: (a: Address) => View = viewOf): readonly Change[] {
  const change = (name: string, to: Partial<Address>, term?: string): Change => ({
    name,
    to,
    view: shown({ ...a, ...to }),
    ...(term === undefined ? {} : { term }),
  });
  return [
    ...chips(a.filter).map((chip) =>
      change('switch off', { filter: removeTerm(a.filter, chip), off: [...a.off, chip.text] }, chip.text),
    ),
    ...(a.scope.length > 0 ? [change('everywhere instead of this scope', { scope: [] })] : []),
    ...(a.from !== undefined || a.to !== undefined
      ? [change('all times instead of this window', { from: undefined, to: undefined })]
      : []),
    ...(a.interactive ? [change('all activity instead of interactive', { interactive: false })] : []),
    ...(a.kinds.length < KINDS.length ? [change('all kinds', { kinds: KINDS })] : []),
  ];
}
