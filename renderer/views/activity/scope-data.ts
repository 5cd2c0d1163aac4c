/** The hierarchy: groups with counts as a tree, and the rows of it that are open. */

import { attribute } from '../../../workers/contract/attributes';
import type { Group } from '../../../workers/contract/count';
import { equation } from '../../../workers/contract/filter-edit';
import type { ScopePath, ScopeStep } from '../../state/address';
import { scopeTerm } from '../../state/filter-text';

export interface Node {
  /** Values from the outermost level down. */
  readonly path: readonly (string | null)[];
  readonly key: string;
  readonly value: string | null;
  readonly count: number;
  readonly children: readonly Node[];
  /** There is something below it, here already or not. */
  readonly opens: boolean;
}

export const keyOf = (path: readonly (string | null)[]): string => JSON.stringify(path);
export const ROOT_KEY = keyOf([]);

/**
 * Groups come with parents first; siblings keep the order asked for.
 * @param levels how many levels there are in all; those that are not among the groups yet can still be opened
 */
export function treeOf(groups: readonly Group[], order: 'count' | 'name', levels: number): Node {
  const children = new Map<string, Group[]>();
  for (const group of groups) {
    const parent = keyOf(group.path.slice(0, -1));
    const siblings = children.get(parent);
    if (siblings) siblings.push(group);
    else children.set(parent, [group]);
  }
  const byOrder = (a: Group, b: Group) =>
    absentLast(a, b) || (order === 'count' ? b.count - a.count : 0) || nameOf(a).localeCompare(nameOf(b));
  const build = (path: readonly (string | null)[], count: number): Node => {
    const key = keyOf(path);
    // Below a level that is absent from the outermost on, nothing is told apart.
    const named = path.length === 0 || path.some((value) => value !== null);
    const below = named ? (children.get(key) ?? []) : [];
    const nodes = below.toSorted(byOrder).map((g) => build(g.path, g.count));
    const opens = nodes.length > 0 || (named && path.length < levels && !children.has(key));
    return { path, key, value: path.at(-1) ?? null, count, children: nodes, opens };
  };
  const total = groups.filter((g) => g.path.length === 1).reduce((sum, g) => sum + g.count, 0);
  return build([], total);
}

const nameOf = (group: Group): string => group.path.at(-1) ?? '';
const absentLast = (a: Group, b: Group): number => Number(a.path.at(-1) === null) - Number(b.path.at(-1) === null);

/** What is loaded, and what was found besides: found groups bring all that leads to them. */
export function withFound(loaded: readonly Group[], found: readonly Group[]): readonly Group[] {
  const here = new Set(loaded.map(({ path }) => keyOf(path)));
  return [...loaded, ...found.filter(({ path }) => !here.has(keyOf(path)))];
}

export interface Line {
  readonly node: Node;
  readonly depth: number;
  readonly open: boolean;
}

/** The lines to show: the tree opened where `open` says; while searching, whatever leads to a name that contains the text. */
export function linesOf(root: Node, open: ReadonlySet<string>, search: string): readonly Line[] {
  const lines: Line[] = [];
  const wanted = search.trim().toLowerCase();
  const visit = (node: Node, depth: number, inside: boolean): void => {
    const hit = inside || (wanted !== '' && (node.value ?? '').toLowerCase().includes(wanted));
    if (wanted !== '' && depth > 0 && !hit && !leads(node, wanted)) return;
    const isOpen = node.opens && (depth === 0 || open.has(node.key) || (wanted !== '' && !hit && node.children.length > 0));
    lines.push({ node, depth, open: isOpen });
    if (isOpen) for (const child of node.children) visit(child, depth + 1, hit);
  };
  visit(root, 0, false);
  return lines;
}

const leads = (node: Node, wanted: string): boolean =>
  node.children.some((child) => (child.value ?? '').toLowerCase().includes(wanted) || leads(child, wanted));

/** A node's path as scope. */
export const stepsOf = (path: readonly (string | null)[], by: readonly string[]): readonly ScopeStep[] =>
  path.map((value, i) => ({ attribute: by[i] as string, value }));

/** What is open at first: the outermost level where there are few, and the way to each chosen place. */
export function openAtFirst(root: Node, scope: readonly ScopePath[]): ReadonlySet<string> {
  const few = root.children.length <= 8 ? root.children.map((child) => child.key) : [];
  const ways = scope.flatMap((path) => path.slice(0, -1).map((_, i) => keyOf(path.slice(0, i + 1).map((step) => step.value))));
  return new Set([...few, ...ways]);
}

/** How many of the levels are scopes: their counts are kept ready, so all of them are asked for at once; what lies deeper comes as it is opened. */
export function levelsAtOnce(by: readonly string[]): number {
  const deeper = by.findIndex((name) => attribute(name)?.home !== 'scope');
  return Math.max(1, deeper < 0 ? by.length : deeper);
}

/** Open nodes whose children have to be asked for one by one. */
export const openBelow = (open: ReadonlySet<string>, by: readonly string[]): readonly (readonly (string | null)[])[] =>
  [...open]
    .map((key) => JSON.parse(key) as readonly (string | null)[])
    .filter((path) => path.length >= levelsAtOnce(by) && path.length < by.length);

/**
 * The term that keeps a place out. A name that occurs once needs no more than itself; one that lies under several parents takes them along.
 */
export function exclusionOf(root: Node, path: readonly (string | null)[], by: readonly string[]): string {
  const steps = stepsOf(path, by);
  const last = steps.at(-1);
  if (!last) return '';
  const isAlone = countAt(root, path.length, last.value) === 1;
  if (last.value === null && steps.length === 1) return `${last.attribute} exists`;
  const of = attribute(last.attribute);
  if (of && last.value !== null && isAlone && of.type !== 'list' && of.type !== 'addresses')
    return equation(of, '!=', last.value);
  return `not (${steps.map(scopeTerm).join(' ')})`;
}

const countAt = (node: Node, depth: number, value: string | null): number =>
  depth === 0 ? Number(node.value === value) : node.children.reduce((sum, child) => sum + countAt(child, depth - 1, value), 0);

/** Ways to group: the logical hierarchy of the seed, the whole logical one, infrastructure, people, machines. */
export const GROUPINGS: readonly { readonly name: string; readonly by: readonly string[] }[] = [
  { name: 'Namespace / deployment', by: ['namespace', 'deployment', 'pod'] },
  { name: 'Cluster / namespace / workload', by: ['cluster', 'namespace', 'workload', 'pod', 'container'] },
  { name: 'Cluster / node / pod', by: ['cluster', 'node', 'pod'] },
  { name: 'User / address', by: ['user', 'sourceaddresses', 'namespace'] },
  { name: 'Host / container', by: ['host', 'container', 'comm'] },
  { name: 'Format / host', by: ['format', 'host'] },
];

export const groupingName = (by: readonly string[]): string =>
  GROUPINGS.find((grouping) => grouping.by.join() === by.join())?.name ?? by.join(' / ');
