/** Sums over the paths of a flow: nodes, and bands from one column to the next. */
import { FLOW_COLUMNS, type Flow } from '../../../workers/contract/flow';

export interface Sums {
  readonly calls: number;
  readonly lit: number;
  /** Of the lit, those of kind exec. */
  readonly execs: number;
}

/** What runs from a node to one of the next column. */
export interface Band extends Sums {
  readonly from: number;
  readonly to: number;
}

const WIDTH = FLOW_COLUMNS.length;
const NONE: Sums = { calls: 0, lit: 0, execs: 0 };

/** The nodes that a path goes through, in the columns' order. */
export const pathAt = ({ paths }: Pick<Flow, 'paths'>, at: number): readonly number[] =>
  Array.from(paths.subarray(at * WIDTH, (at + 1) * WIDTH));

/** Numbers of the paths that go through a node; of all without one. */
export function pathsThrough(flow: Flow, node?: number): readonly number[] {
  const all = Array.from(flow.calls, (_, at) => at);
  return node === undefined ? all : all.filter((at) => pathAt(flow, at).includes(node));
}

const plus = (sums: Sums, flow: Flow, at: number): Sums => ({
  calls: sums.calls + (flow.calls[at] as number),
  lit: sums.lit + (flow.lit[at] as number),
  execs: sums.execs + Math.min(flow.lit[at] as number, flow.execs[at] as number),
});

export const sumOf = (flow: Flow, paths = pathsThrough(flow)): Sums => paths.reduce((sums, at) => plus(sums, flow, at), NONE);

/** Of each node what these paths bring to it, in the order of `flow.nodes`. */
export function nodeSums(flow: Flow, paths = pathsThrough(flow)): readonly Sums[] {
  const sums = flow.nodes.map(() => NONE);
  for (const at of paths) for (const node of pathAt(flow, at)) sums[node] = plus(sums[node] ?? NONE, flow, at);
  return sums;
}

/** Bands of these paths, by their nodes. */
export function bandsOf(flow: Flow, paths = pathsThrough(flow)): readonly Band[] {
  const bands = new Map<string, Band>();
  for (const at of paths) {
    const nodes = pathAt(flow, at);
    for (let i = 1; i < WIDTH; i++) {
      const [from, to] = [nodes[i - 1] as number, nodes[i] as number];
      const key = bandKey({ from, to });
      bands.set(key, { from, to, ...plus(bands.get(key) ?? NONE, flow, at) });
    }
  }
  return [...bands.values()];
}

export const bandKey = ({ from, to }: Pick<Band, 'from' | 'to'>): string => `${from} ${to}`;

/** The kind whose colour it has: that of most calls that are lit. */
export const kindOf = ({ lit, execs }: Sums): 'exec' | 'api' => (execs * 2 > lit ? 'exec' : 'api');

/** Of a column how many different values there are, those that are folded too. */
export const distinctIn = (flow: Flow, column: number): number =>
  flow.nodes
    .filter((node) => node.column === FLOW_COLUMNS[column] && node.value !== null)
    .reduce((sum, { folded }) => sum + folded, 0);
