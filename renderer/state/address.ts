/** What the address bar holds after `#`: everything that a view shows, so that back, forward, copy and a report's link bring it again. */
import { attribute, KINDS, type Kind } from '../../workers/contract/attributes';
import { isMadeColumn } from '../../workers/contract/page';
import { formatTime, parseTime } from '../../workers/contract/time';

export const VIEWS = ['welcome', 'activity', 'sessions', 'trace', 'flow', 'policy', 'board', 'questions', 'evidence'] as const;
export type ViewName = (typeof VIEWS)[number];

/** One level of a scope; `value` null: the attribute is absent. */
export interface ScopeStep {
  readonly attribute: string;
  readonly value: string | null;
}

/** A place in the hierarchy: at least one level. */
export type ScopePath = readonly ScopeStep[];

export interface Address {
  readonly view: ViewName;
  /** The filter bar's text. */
  readonly filter: string;
  /** Terms that are switched off but kept. */
  readonly off: readonly string[];
  /** Places of the hierarchy, each from the outermost level down; several are shown together. Empty: everywhere. */
  readonly scope: readonly ScopePath[];
  readonly interactive: boolean;
  /** Inclusive and exclusive, ns since the epoch. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly kinds: readonly Kind[];
  /** Attributes by which the hierarchy groups, outermost first. */
  readonly by: readonly string[];
  /** What the list is sorted by: `time`, an attribute or a made column of the contract; and whether turned round. */
  readonly sort: string;
  readonly descending: boolean;
  /** The list's columns after the time, in order. */
  readonly columns: readonly string[];
  /** The columns of the API flow's tables after the time, in order. */
  readonly calls: readonly string[];
  /** Like things of the list as one row with a count, most frequent first. */
  readonly fold: boolean;
  /** The graph's scale; `auto` is log where one bucket towers over the others. */
  readonly scale: Scale;
  /** IANA zone in which times are shown. */
  readonly zone: string;
  /** The selected activity. */
  readonly at?: string;
  /** The session in the trace view. */
  readonly session?: string;
  /** The question in the view of the auditor's questions. */
  readonly question?: string;
  /** The line of the policy view. */
  readonly finding?: string;
  /** What is typed to find something in the view's list, and which of its switches are on: of the view in front alone. */
  readonly find: string;
  readonly only: readonly string[];
}

export const SCALES = ['auto', 'linear', 'log'] as const;
export type Scale = (typeof SCALES)[number];

/** Columns that are no attribute: the activity in one line, and namespace and pod in one. */
export const WHAT = 'what';
export const PLACE = 'place';
export const DEFAULT_COLUMNS: readonly string[] = ['kind', WHAT, PLACE, 'user', 'session'];

export const DEFAULT_CALLS: readonly string[] = [
  'sourceaddresses',
  'user',
  'action',
  'resource',
  'namespace',
  'name',
  'command',
  'code',
  'useragent',
];

/** Everything but the other API calls, whose line is switched off until asked for (design section 6). */
export const DEFAULT_KINDS: readonly Kind[] = KINDS.filter((kind) => kind !== 'api');
export const DEFAULT_BY: readonly string[] = ['namespace', 'deployment', 'pod'];

export const HOME: Address = {
  view: 'welcome',
  filter: '',
  off: [],
  scope: [],
  interactive: false,
  kinds: DEFAULT_KINDS,
  by: DEFAULT_BY,
  sort: 'time',
  descending: false,
  columns: DEFAULT_COLUMNS,
  calls: DEFAULT_CALLS,
  fold: false,
  scale: 'auto',
  zone: 'UTC',
  find: '',
  only: [],
};

/** The bar, the hierarchy and the switch leave nothing out. */
export const UNFILTERED = { filter: '', off: [], scope: [], interactive: false } as const satisfies Partial<Address>;

/** The same at all times: what a jump to one activity begins with, so that it is in view. */
export const EVERYWHERE = { ...UNFILTERED, from: undefined, to: undefined } as const satisfies Partial<Address>;

export function printAddress(a: Address): string {
  const query = new URLSearchParams();
  if (a.filter !== '') query.set('filter', a.filter);
  for (const term of a.off) query.append('off', term);
  for (const [i, path] of a.scope.entries()) {
    if (i > 0) query.append('scope', NEXT_PATH);
    for (const { attribute: name, value } of path) query.append('scope', value === null ? name : `${name}=${value}`);
  }
  if (a.interactive) query.set('interactive', 'yes');
  if (a.from !== undefined) query.set('from', short(a.from));
  if (a.to !== undefined) query.set('to', short(a.to));
  if (a.view !== 'welcome' && a.view !== 'evidence') query.set('kinds', a.kinds.join(','));
  if (a.by.join() !== DEFAULT_BY.join()) query.set('by', a.by.join(','));
  if (a.sort !== 'time') query.set('sort', a.sort);
  if (a.descending) query.set('order', 'desc');
  if (a.columns.join() !== DEFAULT_COLUMNS.join()) query.set('columns', a.columns.join(','));
  if (a.calls.join() !== DEFAULT_CALLS.join()) query.set('calls', a.calls.join(','));
  if (a.fold) query.set('fold', 'yes');
  if (a.scale !== 'auto') query.set('scale', a.scale);
  if (a.zone !== 'UTC') query.set('zone', a.zone);
  if (a.at !== undefined) query.set('at', a.at);
  if (a.session !== undefined) query.set('session', a.session);
  if (a.question !== undefined) query.set('question', a.question);
  if (a.finding !== undefined) query.set('finding', a.finding);
  if (a.find !== '') query.set('find', a.find);
  for (const name of a.only) query.append('only', name);
  const text = query.toString();
  return `#/${a.view}${text === '' ? '' : `?${text}`}`;
}

/** Never throws: what cannot be read is left at its default, since an address comes from anywhere. */
export function parseAddress(hash: string): Address {
  const [path = '', text = ''] = split(hash.replace(/^#?\/?/, ''));
  const query = new URLSearchParams(text);
  const view = VIEWS.find((name) => name === path) ?? 'welcome';
  const [from, to] = [timeOf(query.get('from')), timeOf(query.get('to'))];
  const ordered = from === undefined || to === undefined || from < to;
  const by = listOf(query.get('by')).filter((name) => attribute(name) !== undefined);
  const kinds = query.has('kinds') ? KINDS.filter((kind) => listOf(query.get('kinds')).includes(kind)) : DEFAULT_KINDS;
  return {
    ...HOME,
    view,
    filter: query.get('filter') ?? '',
    off: query.getAll('off'),
    scope: pathsOf(query.getAll('scope')),
    interactive: query.get('interactive') === 'yes',
    ...(from !== undefined && ordered ? { from } : {}),
    ...(to !== undefined && ordered ? { to } : {}),
    kinds,
    by: by.length > 0 ? by : DEFAULT_BY,
    sort: sortOf(query.get('sort')),
    descending: query.get('order') === 'desc',
    columns: query.has('columns') ? columnsOf(listOf(query.get('columns'))) : DEFAULT_COLUMNS,
    calls: query.has('calls') ? columnsOf(listOf(query.get('calls'))) : DEFAULT_CALLS,
    fold: query.get('fold') === 'yes',
    scale: SCALES.find((scale) => scale === query.get('scale')) ?? 'auto',
    zone: zoneOf(query.get('zone')),
    ...optional('at', query.get('at')),
    ...optional('session', query.get('session')),
    ...optional('question', query.get('question')),
    ...optional('finding', query.get('finding')),
    find: query.get('find') ?? '',
    only: query.getAll('only'),
  };
}

const optional = <K extends string>(name: K, value: string | null): { readonly [N in K]?: string } =>
  (value === null ? {} : { [name]: value }) as { readonly [N in K]?: string };

function split(text: string): readonly [string, string] {
  const at = text.indexOf('?');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const listOf = (text: string | null): readonly string[] => (text === null || text === '' ? [] : text.split(','));

const timeOf = (text: string | null): bigint | undefined => (text === null ? undefined : parseTime(text));

function stepOf(text: string): readonly ScopeStep[] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  return attribute(name) === undefined ? [] : [{ attribute: name, value: at < 0 ? null : text.slice(at + 1) }];
}

/** Stands between two places in an address. */
const NEXT_PATH = '';

function pathsOf(texts: readonly string[]): readonly ScopePath[] {
  const paths: ScopeStep[][] = [[]];
  for (const text of texts) {
    if (text === NEXT_PATH) paths.push([]);
    else paths.at(-1)?.push(...stepOf(text));
  }
  return paths.filter((path) => path.length > 0);
}

const columnsOf = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name) => name === WHAT || name === PLACE || (attribute(name) !== undefined && name !== 'time'))),
];

const sortOf = (name: string | null): string =>
  name !== null && (isMadeColumn(name) || attribute(name) !== undefined) ? name : 'time';

function zoneOf(text: string | null): string {
  if (text === null) return 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    return 'UTC';
  }
}

/** RFC 3339 without the zeros that say nothing. */
const short = (ns: bigint): string => formatTime(ns).replace(/\.?0+Z$/, 'Z');
