/** What is said of a node: who it is made of, what was called with which result, and what stands beside it on its calls. */
import { FLOW_COLUMNS, type Flow, type FlowColumn, type FlowNode } from '../../../workers/contract/flow';
import { counted, grouped } from '../../data/numbers';
import { pathAt } from './flow-data';
import { nodeName, shortName, valueName } from './flow-names';

export interface ReadLine {
  /** Before it, in a column of its own; a word where nothing is counted. */
  readonly lead: string;
  readonly text: string;
  /** Whether the evidence wrote it. */
  readonly quoted?: boolean;
}

const BESIDE: readonly (readonly [FlowColumn, string])[] = [
  ['sourceaddresses', 'from'],
  ['groups', 'groups'],
  ['clouduser', 'cloud'],
  ['user', 'as'],
  ['impersonated', 'acting as'],
  ['action', 'calls'],
];
const NAMED = 3;

/** @param through the paths of `flow` that are the node's */
export function readOut(flow: Flow, node: FlowNode, through: readonly number[]): readonly ReadLine[] {
  const execs = sum(through, (path) => flow.execs[path] ?? 0);
  const others = sum(through, (path) => (flow.calls[path] ?? 0) - (flow.execs[path] ?? 0));
  const refused = (of: (path: number) => number) =>
    sum(
      through.filter((path) => isRefused(nodeOf(flow, path, 'code'))),
      of,
    );
  const line = (count: number, what: string, failed: number): readonly ReadLine[] => {
    const said =
      failed === 0 ? '' : failed === count ? (count === 1 ? ', refused' : ', all refused') : `, ${grouped(failed)} refused`;
    return count === 0 ? [] : [{ lead: grouped(count), text: what + (node.column === 'code' ? '' : said) }];
  };
  const other = execs > 0 ? 'other ' : '';
  return [
    ...membersOf(node),
    ...line(
      execs,
      execs === 1 ? 'exec' : 'execs',
      refused((path) => flow.execs[path] ?? 0),
    ),
    ...line(
      others,
      `${other}${others === 1 ? 'call' : 'calls'}`,
      refused((path) => (flow.calls[path] ?? 0) - (flow.execs[path] ?? 0)),
    ),
    ...BESIDE.filter(([column]) => column !== node.column).flatMap(([column, lead]) => beside(flow, through, column, lead)),
  ];
}

function membersOf({ column, value, folded, members }: FlowNode): readonly ReadLine[] {
  if (value !== undefined) return [];
  const shown = members.slice(0, NAMED).map((member) => shortName(valueName(column, member)));
  return [{ lead: grouped(folded), text: namesWith(shown, folded - shown.length), quoted: true }];
}

/** The nodes of another column that its calls go through, most of them first. */
function beside(flow: Flow, through: readonly number[], column: FlowColumn, lead: string): readonly ReadLine[] {
  const counts = new Map<number, number>();
  for (const path of through) {
    const at = pathAt(flow, path)[FLOW_COLUMNS.indexOf(column)] as number;
    counts.set(at, (counts.get(at) ?? 0) + (flow.calls[path] ?? 0));
  }
  const told = [...counts]
    .sort((a, b) => b[1] - a[1])
    .flatMap(([at]) => (flow.nodes[at]?.value === null ? [] : [flow.nodes[at] as FlowNode]));
  if (told.length === 0) return [];
  const names = told
    .slice(0, NAMED)
    .map((node) => (node.value === undefined ? `${nodeName(node)} (${grouped(node.folded)})` : shortName(nodeName(node))));
  return [{ lead, text: namesWith(names, told.length - names.length), quoted: true }];
}

const namesWith = (names: readonly string[], more: number): string =>
  [...names, ...(more > 0 ? [`${grouped(more)} more`] : [])].join(', ');

const nodeOf = (flow: Flow, path: number, column: FlowColumn): FlowNode =>
  flow.nodes[pathAt(flow, path)[FLOW_COLUMNS.indexOf(column)] as number] as FlowNode;

/** Statuses from 400 on; of a fold all of them. */
function isRefused({ value, folded, members }: FlowNode): boolean {
  const codes = value === undefined ? members : [value];
  return folded <= codes.length && codes.every((code) => code !== null && Number(code) >= 400);
}

/** `9 sessions, among them S-11, S-14`. */
export const sessionsLine = (labels: readonly string[]): ReadLine => ({
  lead: grouped(labels.length),
  text:
    labels.length <= NAMED
      ? `${labels.length === 1 ? 'session' : 'sessions'}: ${labels.join(', ')}`
      : `${counted(labels.length, 'session').replace(/^\S+ /, '')}, among them ${labels.slice(0, NAMED).join(', ')}`,
});

const sum = (paths: readonly number[], of: (path: number) => number): number =>
  paths.reduce((total, path) => total + of(path), 0);
