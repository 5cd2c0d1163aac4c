/** The scope hierarchy, or any other: counts of every level, parents first; or those groups whose names have a text, at any depth, and what leads to them. */
import { type Attribute, attribute } from '../contract/attributes';
import { type Group, type GroupsRequest, MOST_FOUND } from '../contract/count';
import { ExhibitError } from '../contract/errors';
import { sql } from '../contract/sql';
import type { View } from '../contract/view';
import { asSearched } from '../filter/compile';
import { condition } from '../filter/places';
import { type InView, inView } from './in-view';
import type { Source } from './source';
import { type Tally, tally, textOf } from './tally';

/** More groups than anyone reads; a path over process ids would otherwise give one a row. */
const MOST_GROUPS = 200_000;

export function groups(source: Source, request: GroupsRequest): Promise<readonly Group[]> {
  const { contains } = request;
  return contains ? found(source, request, contains) : all(source, request, request.path);
}

async function all(source: Source, request: View, names: readonly string[]): Promise<readonly Group[]> {
  const path = pathOf(names);
  const view = await inView(source, request);
  return source.kept.get(`groups ${JSON.stringify(names)} ${view.key}`, async () => {
    const levels = new Map<string, { path: readonly (string | null)[]; count: number }>();
    for (const leaf of leavesOf(path, await tally(source, view, path, { most: MOST_GROUPS }))) {
      for (let depth = 1; depth <= leaf.path.length; depth++) {
        const key = keyOf(leaf.path.slice(0, depth));
        const group = levels.get(key);
        if (group) group.count += leaf.count;
        else levels.set(key, { path: leaf.path.slice(0, depth), count: leaf.count });
      }
    }
    return [...levels.values()].sort((a, b) => comparePaths(a.path, b.path));
  });
}

const leavesOf = (path: readonly Attribute[], tallies: readonly Tally[]): readonly Group[] =>
  tallies.map(({ values, count }) => ({ path: path.map((of, i) => textOf(of, values[i])), count }));

const keyOf = (path: Group['path']): string => JSON.stringify(path);

/**
 * Levels above the last are what a tree shows of itself, and kept. The last may have a value a row: of it, only rows with the text are grouped, which
 * the dictionaries are asked for first. Scopes are counted already.
 */
async function found(source: Source, request: GroupsRequest, text: string): Promise<readonly Group[]> {
  const path = pathOf(request.path);
  const scoped = path.every(({ home }) => home === 'scope');
  const above = await all(source, request, scoped ? request.path : request.path.slice(0, -1));
  const groups = scoped ? above : [...above, ...(await lastWith(source, await inView(source, request), path, text))];
  const wanted = text.toLowerCase();
  const hits = groups
    .filter((group) => group.path.at(-1)?.toLowerCase().includes(wanted))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_FOUND);
  const leading = new Set(hits.flatMap((hit) => hit.path.map((_, i) => keyOf(hit.path.slice(0, i + 1)))));
  return groups.filter((group) => leading.has(keyOf(group.path))).toSorted((a, b) => comparePaths(a.path, b.path));
}

async function lastWith(source: Source, view: InView, path: readonly Attribute[], text: string): Promise<readonly Group[]> {
  const last = path.at(-1);
  if (!last) return [];
  const searched = asSearched(last);
  const has = searched
    ? sql`${view.condition} AND ${condition(searched, { operator: 'contains', value: text })}`
    : view.condition;
  return leavesOf(path, await tally(source, { ...view, condition: has }, path, { most: MOST_GROUPS }));
}

/** Attributes by name or alias; throws `usage` for what is none. */
export function pathOf(names: readonly string[]): readonly Attribute[] {
  if (names.length > 8) throw new ExhibitError('usage', 'A path has at most eight levels; leave some out.');
  return names.map((name) => {
    const found = attribute(name);
    if (found) return found;
    throw new ExhibitError('usage', `There is no attribute “${name.slice(0, 100)}”; see the list in the guide.`, { at: name });
  });
}

/** Parents first, then by text; absent last. */
function comparePaths(a: Group['path'], b: Group['path']): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one, two] = [a[i] as string | null, b[i] as string | null];
    if (one === two) continue;
    if (one === null) return 1;
    if (two === null) return -1;
    return one < two ? -1 : 1;
  }
  return a.length - b.length;
}
