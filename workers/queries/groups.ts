/** The scope hierarchy, or any other: counts of every level, parents first. */
import { type Attribute, attribute } from '../contract/attributes';
import type { Group, GroupsRequest } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import { inView } from './in-view';
import type { Source } from './source';
import { tally, textOf } from './tally';

/** More groups than anyone reads; a path over process ids would otherwise give one a row. */
const MOST_GROUPS = 200_000;

export async function groups(source: Source, request: GroupsRequest): Promise<readonly Group[]> {
  const path = pathOf(request.path);
  const view = await inView(source, request);
  return source.kept.get(`groups ${JSON.stringify(request.path)} ${view.key}`, async () => {
    const leaves = await tally(source, view, path, { most: MOST_GROUPS });
    const levels = new Map<string, { path: readonly (string | null)[]; count: number }>();
    for (const leaf of leaves) {
      const values = path.map((of, i) => textOf(of, leaf.values[i]));
      for (let depth = 1; depth <= values.length; depth++) {
        const key = JSON.stringify(values.slice(0, depth));
        const group = levels.get(key);
        if (group) group.count += leaf.count;
        else levels.set(key, { path: values.slice(0, depth), count: leaf.count });
      }
    }
    return [...levels.values()].sort((a, b) => comparePaths(a.path, b.path));
  });
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
