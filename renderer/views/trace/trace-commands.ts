/** What can be done in a trace, by key and by the palette. */

import type { Kind } from '../../../workers/contract/attributes';
import { KIND_NAMES, SHOWN_KINDS } from '../../data/kinds';
import type { Command } from '../../state/commands.svelte';

/** The parts of the view that commands reach into. */
export interface Parts {
  readonly move: (by: number) => void;
  readonly toEnd: (side: 1 | -1) => void;
  readonly toggleRaw: () => void;
  /** The raw record where it is shown, else the trace. */
  readonly close: () => void;
  readonly show: () => void;
  /** Undefined in a case that is only read. */
  readonly bookmark: (() => void) | undefined;
  readonly toggleKind: (kind: Kind) => void;
  readonly toggleStory: () => void;
  /** Kinds of which the session has any. */
  readonly kinds: () => ReadonlySet<Kind>;
}

export function traceCommands({
  move,
  toEnd,
  toggleRaw,
  close,
  show,
  bookmark,
  toggleKind,
  toggleStory,
  kinds,
}: Parts): readonly Command[] {
  const key = (id: string, title: string, keys: readonly string[], run: () => void, more: Partial<Command> = {}): Command => ({
    id: `trace.${id}`,
    title,
    group: 'Trace',
    keys,
    run,
    ...more,
  });
  const only = { keyOnly: true };
  return [
    key('next', 'Next activity', ['j', 'ArrowDown'], () => move(1), only),
    key('previous', 'Activity before', ['k', 'ArrowUp'], () => move(-1), only),
    key('first', 'First activity', ['Home'], () => toEnd(-1), only),
    key('last', 'Last activity', ['End'], () => toEnd(1), only),
    key('raw', 'The raw record, or the transcript again', ['r'], toggleRaw),
    key('story', 'As a story, or as a table', ['v'], toggleStory),
    key('show', 'Show in Activity', ['Enter'], show),
    ...(bookmark ? [key('bookmark', 'Bookmark this activity, or no longer', ['b'], bookmark, { group: 'Marks' })] : []),
    key('back', 'Back to the transcript, then to the sessions', ['Escape'], close),
    ...SHOWN_KINDS.map((kind, i) =>
      key(`kind.${kind}`, `${KIND_NAMES[kind]} on or off`, [String(i + 1)], () => toggleKind(kind), {
        when: () => kinds().has(kind),
      }),
    ),
  ];
}
