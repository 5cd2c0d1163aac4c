/** The list's columns: what they are called, how wide they are, what their cells say and filter by. */

import type { ActivityJson } from '../../../workers/contract/activity';
import { ATTRIBUTES, attribute } from '../../../workers/contract/attributes';
import type { SessionSummary } from '../../../workers/contract/session';
import { quoteWords } from '../../../workers/contract/shell-words';
import type { Dated } from '../../data/clock';
import { PLACE, WHAT } from '../../state/address';
import { type Equation, firstOf, type RowText, rowOf, scopeOf, subjectOf } from './list-data';

export interface ColumnOption {
  readonly name: string;
  readonly title: string;
  readonly help: string;
}

const OWN: readonly ColumnOption[] = [
  { name: 'kind', title: 'Kind', help: 'icon and label: kube exec, command, out, write…' },
  { name: WHAT, title: 'Summary', help: 'the activity in one line' },
  { name: PLACE, title: 'Scope', help: 'namespace and pod, or host' },
  { name: 'user', title: 'User', help: 'the user of the session, else of the request, else on the host' },
  { name: 'session', title: 'Session', help: 'S-14 and so on' },
];
const OWN_NAMES = new Set(OWN.map(({ name }) => name));

/** All that can be chosen: the five above, then every attribute by its own name. */
export const COLUMN_OPTIONS: readonly ColumnOption[] = [
  ...OWN,
  ...ATTRIBUTES.filter(({ name }) => name !== 'time' && !OWN_NAMES.has(name)).map(({ name, help }) => ({
    name,
    title: name,
    help,
  })),
];

export const titleOf = (column: string): string => OWN.find(({ name }) => name === column)?.title ?? column;

/** What the list is sorted by, in words. */
export const sortedName = (sort: string): string =>
  sort === 'time' ? 'time' : titleOf(sort === 'who' ? 'user' : sort).toLowerCase();

/** What sorts the list by a column as it is shown: the user is that of the session, too. */
export const sortOf = (column: string): string => (column === 'user' ? 'who' : column);

const TIME_PX: Readonly<Record<Dated, number>> = { time: 158, day: 206, date: 234 };
/** ` +02:00` behind a time. */
const OFFSET_PX = 48;
const WIDTHS = new Map<string, number>([
  ['kind', 100],
  [PLACE, 106],
  ['user', 84],
  ['session', 64],
  ['cmdline', 320],
  ['path', 240],
  ['id', 240],
  ['useragent', 240],
]);
/** With the five columns of its own and the details beside it, the list fits a window of 1280 px. */
const LEAST_WHAT_PX = 146;
/** Shares of what is left beside a summary's: names of pods and users are whole in a wide window. */
const SHARES: ReadonlyMap<string, string> = new Map([
  [PLACE, '0.5fr'],
  ['user', '0.1fr'],
]);
/** Below the buttons at the head's end. */
const END_PX = 44;

/** Width of a column in px where nobody set one; undefined for the one that takes what is left. */
export function widthOf(column: string): number | undefined {
  if (column === WHAT) return undefined;
  const type = attribute(column)?.type;
  return WIDTHS.get(column) ?? (type === 'number' || type === 'choice' ? 76 : type === 'time' ? 190 : 130);
}

export interface Layout {
  /** CSS grid columns, the time's first. */
  readonly template: string;
  /** Narrower than this the list scrolls sideways. */
  readonly leastPx: number;
}

/** The summary takes what is left, with shares for scope and user; without a summary the last column does. */
export function layoutOf(
  columns: readonly string[],
  set: (column: string) => number | undefined,
  dated: Dated = 'time',
  offset = false,
): Layout {
  const last = columns.length - 1;
  const grows = columns.findIndex((column) => column === WHAT && set(column) === undefined);
  const growing = grows < 0 ? last : grows;
  const sizes = columns.map((column) => set(column) ?? widthOf(column) ?? LEAST_WHAT_PX);
  const shareOf = (column: string) => (set(column) === undefined && grows >= 0 ? SHARES.get(column) : undefined);
  const parts = columns.map((column, i) => {
    const share = i === growing ? '1fr' : shareOf(column);
    return share === undefined ? `${sizes[i]}px` : `minmax(${sizes[i]}px, ${share})`;
  });
  const time = set('time') ?? TIME_PX[dated] + (offset ? OFFSET_PX : 0);
  return {
    template: [`${time}px`, ...parts, `${END_PX}px`].join(' '),
    leastPx: sizes.reduce((sum, px) => sum + px, time + END_PX),
  };
}

/** What `=` and `!=` on a cell work with; undefined where there is nothing that a filter could name. */
export function equationOf(a: ActivityJson, column: string): Equation | undefined {
  switch (column) {
    case WHAT:
      return subjectOf(a);
    case 'kind':
      return a.label === undefined ? { attribute: 'kind', value: a.kind } : { attribute: 'label', value: String(a.label) };
    case PLACE:
      return firstOf(a, ['pod', 'deployment', 'workload', 'namespace', 'host', 'node', 'cluster']);
    case 'user':
      return firstOf(a, ['impersonated', 'user', 'session', 'username', 'loginname']);
    default: {
      const [of, value] = [attribute(column), a[column]];
      if (!of || of.type === 'time' || column === 'duration' || value === undefined || value === null) return undefined;
      if (!Array.isArray(value)) return { attribute: column, value: String(value) };
      if (column === 'command') return { attribute: column, value: quoteWords(value.map(String)) };
      return value.length === 1 ? { attribute: column, value: String(value[0]) } : undefined;
    }
  }
}

/** A cell as text: what is copied, and what the columns of attributes show. */
export function textOf(a: ActivityJson, column: string, session?: SessionSummary, row: RowText = rowOf(a, session)): string {
  switch (column) {
    case WHAT:
      return [row.lead, row.text].filter(Boolean).join(' ');
    case 'kind':
      return row.word;
    case PLACE:
      return scopeOf(a).whole;
    case 'user':
      return row.user;
    case 'session':
      return session?.label ?? '';
    default: {
      const value = a[column];
      if (value === undefined || value === null) return '';
      if (!Array.isArray(value)) return String(value);
      return column === 'command' ? quoteWords(value.map(String)) : value.join(', ');
    }
  }
}
