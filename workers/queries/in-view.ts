/** The one meaning of a view. Every query of activities takes its condition from here, so that panes cannot disagree. */
import { attribute, KINDS } from '../contract/attributes';
import { ExhibitError } from '../contract/errors';
import { type Filter, parse, printFilter } from '../contract/filter';
import { attributesIn } from '../contract/filter-ast';
import { join, raw, type Sql, sql } from '../contract/sql';
import type { View } from '../contract/view';
import { placed } from '../detect/place';
import { compile, compileJoined, type Hints } from '../filter/compile';
import { checkPatterns } from '../filter/patterns';
import { timestamp } from '../filter/test';
import { presentAttributes } from './facts';
import type { Source } from './source';

export interface InView {
  /** Condition on a row `a` of `activity`: filter and kinds, without the window. */
  readonly matches: Sql;
  /** `matches` and the window. */
  readonly condition: Sql;
  /** `FROM activity a … WHERE …` with what leaves the rows for which `matches` holds, for whoever reads most of them. */
  readonly joined: { readonly joins: Sql; readonly matches: Sql };
  /** Equal for views that show the same. */
  readonly key: string;
  readonly from?: bigint;
  readonly to?: bigint;
  /** Whether a window is set: then activities without a time are left out. */
  readonly windowed: boolean;
  /** Nothing but, at most, a window: everything in it is shown. */
  readonly unfiltered: boolean;
  /** Of a window: the same without the window. */
  readonly around?: () => InView;
  /** Of a filter that mostly leaves out, such as `comm!="ps"`: the same view without it, and what it leaves out of that. Counts of the two give its own. */
  readonly less?: () => { readonly all: InView; readonly out: InView };
}

export async function inView(source: Source, view: View): Promise<InView> {
  const parsed = parse(view.filter ?? '');
  await checkPatterns(source.connection, parsed);
  const filter = parsed.filter;
  if (attributesIn(filter).has('finding')) await placed(source);
  const hints = await hintsFor(source, filter);
  const less = filter.type !== 'all' && leavesOut(filter) && view.from === undefined && view.to === undefined;
  return {
    ...viewOf(filter, view, hints),
    ...(less
      ? { less: () => ({ all: viewOf({ type: 'all' }, view, hints), out: viewOf({ type: 'not', part: filter }, view, hints) }) }
      : {}),
  };
}

function viewOf(filter: Filter, view: View, hints: Hints): InView {
  const kinds = view.kinds && KINDS.some((kind) => !view.kinds?.includes(kind)) ? [...new Set(view.kinds)].sort() : undefined;
  const narrowed = (condition: Sql) =>
    join(
      [condition, ...(kinds ? [kindsCondition(kinds)] : [])].map((c) => sql`(${c})`),
      ' AND ',
    );
  const matches = narrowed(compile(filter, hints));
  const { joins, condition } = compileJoined(filter, hints);
  const { from, to } = view;
  const unfiltered = filter.type === 'all' && !kinds;
  return {
    matches,
    condition: join([matches, ...window(from, to)], ' AND '),
    joined: { joins, matches: narrowed(condition) },
    key: JSON.stringify([
      printFilter(filter),
      kinds ?? null,
      from === undefined ? null : `${from}`,
      to === undefined ? null : `${to}`,
    ]),
    from,
    to,
    windowed: from !== undefined || to !== undefined,
    unfiltered,
    ...(from !== undefined || to !== undefined ? { around: () => viewOf(filter, { kinds }, hints) } : {}),
  };
}

/** Whether a filter, by its form, holds for most activities. */
function leavesOut(filter: Filter): boolean {
  switch (filter.type) {
    case 'not':
      return !leavesOut(filter.part);
    case 'and':
      return filter.parts.every(leavesOut);
    case 'or':
      return filter.parts.some(leavesOut);
    case 'compare':
      return filter.operator === '!=';
    case 'in':
      return filter.negated;
    default:
      return filter.type === 'all';
  }
}

function kindsCondition(kinds: readonly string[]): Sql {
  const unknown = kinds.find((kind) => !attribute('kind')?.choices?.includes(kind));
  if (unknown !== undefined) {
    throw new ExhibitError('usage', `There is no kind “${unknown}”; kinds are ${KINDS.join(', ')}.`, { expected: KINDS });
  }
  return kinds.length === 0 ? raw('FALSE') : sql`a.kind IN (${join(kinds.map((kind) => sql`CAST(${kind} AS kind)`))})`;
}

/** `from` inclusive, `to` exclusive. */
export const window = (from: bigint | undefined, to: bigint | undefined): readonly Sql[] => [
  ...(from === undefined ? [] : [sql`a.time >= ${timestamp(from)}`]),
  ...(to === undefined ? [] : [sql`a.time < ${timestamp(to)}`]),
];

export const hintsFor = async (source: Source, filter: Filter): Promise<Hints> =>
  searchesText(filter) ? { present: await presentAttributes(source) } : {};

function searchesText(filter: Filter): boolean {
  if (filter.type === 'and' || filter.type === 'or') return filter.parts.some(searchesText);
  return filter.type === 'not' ? searchesText(filter.part) : filter.type === 'text';
}
