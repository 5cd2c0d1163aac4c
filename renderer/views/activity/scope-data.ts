/** The hierarchy: groups with counts as a tree, and the rows of it that are open. */
import type { Group } from '../../../workers/contract/engine';
import type { ScopeStep } from '../../state/address';

export interface Node {
  /** Values from the outermost level down. */
  readonly path: readonly (string | null)[];
  readonly key: string;
  readonly value: string | null;
  readonly count: number;
  readonly children: readonly Node[];
}

export const keyOf = (path: readonly (string | null)[]): string => JSON.stringify(path);
export const ROOT_KEY = keyOf([]);

/** Groups come with parents first; siblings keep the order asked for. */
export function treeOf(groups: readonly Group[], order: 'count' | 'name'): Node {
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
    const own = path.length === 0 || path.at(-1) !== null || path.some((value) => value !== null);
    const below = own ? (children.get(key) ?? []) : [];
    return { path, key, value: path.at(-1) ?? null, count, children: below.toSorted(byOrder).map((g) => build(g.path, g.count)) };
  };
  const total = groups.filter((g) => g.path.length === 1).reduce((sum, g) => sum + g.count, 0);
  return build([], total);
}

const nameOf = (group: Group): string => group.path.at(-1) ?? '';
const absentLast = (a: Group, b: Group): number => Number(a.path.at(-1) === null) - Number(b.path.at(-1) === null);

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
    const isOpen = node.children.length > 0 && (depth === 0 || open.has(node.key) || (wanted !== '' && !hit));
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

/** What is open at first: the outermost level where there are few, and the way to the chosen scope. */
export function openAtFirst(root: Node, scope: readonly ScopeStep[]): ReadonlySet<string> {
  const few = root.children.length <= 8 ? root.children.map((child) => child.key) : [];
  const way = scope.map((_, i) => keyOf(scope.slice(0, i + 1).map((step) => step.value)));
  return new Set([...few, ...way.slice(0, -1)]);
}

/** Ways to group, the two hierarchies people need first: logical and infrastructure. */
export const GROUPINGS: readonly { readonly name: string; readonly by: readonly string[] }[] = [
  { name: 'Namespace / deployment', by: ['namespace', 'deployment', 'pod'] },
  { name: 'Cluster / namespace', by: ['cluster', 'namespace', 'deployment', 'pod'] },
  { name: 'Cluster / node', by: ['cluster', 'node', 'pod'] },
  { name: 'Host / container', by: ['host', 'container'] },
  { name: 'User / namespace', by: ['user', 'namespace'] },
  { name: 'Namespace / workload', by: ['namespace', 'workloadkind', 'workload', 'pod'] },
  { name: 'Format / host', by: ['format', 'host'] },
];
