/** Marks in words and icons, the same on the board, in details and on traces. */
import Bookmark from '@lucide/svelte/icons/bookmark';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import Tag from '@lucide/svelte/icons/tag';
import Ticket from '@lucide/svelte/icons/ticket';
import { KINDS, type Kind } from '../../../workers/contract/attributes';
import type { BoardEntry, Mark, MarkOn } from '../../../workers/contract/marks';
import { summary } from '../../../workers/contract/summary';
import { parseTime } from '../../../workers/contract/time';
import type { Icon } from '../../data/kinds';
import { type Address, DEFAULT_KINDS, EVERYWHERE } from '../../state/address';

export const MARK_ICONS: Readonly<Record<Mark['kind'], Icon>> = {
  bookmark: Bookmark,
  tag: Tag,
  note: MessageSquareText,
  reason: Ticket,
};
export const MARK_NAMES: Readonly<Record<Mark['kind'], string>> = {
  bookmark: 'Bookmark',
  tag: 'Tag',
  note: 'Note',
  reason: 'Reason or ticket',
};
export const MARK_KINDS = ['note', 'tag', 'bookmark', 'reason'] as const satisfies readonly Mark['kind'][];

/** What a mark can be put on here. */
export interface MarkTarget {
  readonly on: MarkOn;
  readonly target: string;
  /** `This activity`, `S-25`. */
  readonly name: string;
  /** Ids of all that it is put on, where that is more than `target`. */
  readonly all?: () => Promise<readonly string[]>;
}

/** Kinds that a person writes on it; bookmarks are set by a button of their own on activities. */
export const kindsFor = (on: MarkOn): readonly Mark['kind'][] =>
  on === 'session' ? ['reason', 'note', 'tag'] : on === 'range' ? ['note', 'tag', 'bookmark'] : ['note', 'tag'];

export interface BoardFilter {
  readonly text: string;
  readonly kinds: readonly Mark['kind'][];
}

export function matching(entries: readonly BoardEntry[], { text, kinds }: BoardFilter): readonly BoardEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ mark, activity, label }) => {
    if (kinds.length > 0 && !kinds.includes(mark.kind)) return false;
    const told = activity ? [summary(activity).text, activity.pod, activity.user] : [];
    const hay = [mark.text, mark.author, label ?? '', mark.target, ...told].join(' ').toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

/** Marks on the same thing, one after another, stand together. */
export function together(entries: readonly BoardEntry[]): readonly (readonly BoardEntry[])[] {
  const groups: BoardEntry[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const before = last?.[0];
    const same =
      before?.mark.on === entry.mark.on &&
      (before.activity?.id ?? before.mark.target) === (entry.activity?.id ?? entry.mark.target);
    if (last && same) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Where a mark leads: the activity in the list, the session’s trace, the stretch of time. Undefined where its record is not in the case. */
export function jumpTo({ mark, time, end, activity }: BoardEntry): Partial<Address> | undefined {
  if (mark.on === 'range') {
    const [from, to] = [parseTime(time ?? ''), parseTime(end ?? '')];
    return from === undefined || to === undefined ? undefined : { view: 'activity', ...EVERYWHERE, from, to, at: undefined };
  }
  if (!activity) return undefined;
  return mark.on === 'session'
    ? { view: 'trace', session: activity.id, at: undefined }
    : { view: 'activity', ...EVERYWHERE, fold: false, kinds: kindsWith(activity.kind), at: activity.id };
}

/** Those shown by default, and the one that is jumped to. */
const kindsWith = (wanted: Kind): readonly Kind[] => KINDS.filter((kind) => kind === wanted || DEFAULT_KINDS.includes(kind));

/** The day of an entry, for the headings of the board. */
export const dayOf = ({ time }: BoardEntry, date: (ns: bigint) => string): string => {
  const ns = parseTime(time ?? '');
  return ns === undefined ? 'Without a time' : date(ns);
};
