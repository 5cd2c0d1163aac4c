import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bandsOf, distinctIn, kindOf, nodeSums, pathsThrough, sumOf } from '../../../renderer/views/flow/flow-data';
import { layoutOf } from '../../../renderer/views/flow/flow-layout';
import { movedBy } from '../../../renderer/views/flow/flow-move';
import { crossings, untangled } from '../../../renderer/views/flow/flow-order';
import { readOut, sessionsLine } from '../../../renderer/views/flow/flow-readout';
import { FLOW_COLUMNS, type Flow, type FlowNode } from '../../../workers/contract/flow';

interface Call {
  readonly path: readonly (string | null)[];
  readonly calls: number;
  readonly lit: number;
  readonly execs: number;
}
/** A flow of these paths, each value a node of its own. */
function flowOf(calls: readonly Call[]): Flow {
  const keys = calls.flatMap(({ path }) => path.map((value, column) => ({ column, value })));
  const known = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  const nodes = known.map(
    ({ column, value }): FlowNode => ({
      column: FLOW_COLUMNS[column]!,
      value,
      family: 'others',
      inside: false,
      folded: 1,
      members: [],
      whole: true,
    }),
  );
  const at = (column: number, value: string | null) => known.findIndex((key) => key.column === column && key.value === value);
  return {
    nodes,
    paths: Float64Array.from(calls.flatMap(({ path }) => path.map((value, column) => at(column, value)))),
    calls: Float64Array.from(calls.map((call) => call.calls)),
    lit: Float64Array.from(calls.map((call) => call.lit)),
    execs: Float64Array.from(calls.map((call) => call.execs)),
  };
}
const value = fc.constantFrom('["a"]', '["b"]', '["c"]', null);
const anyFlow = fc
  .array(
    fc
      .record({
        path: fc.array(value, { minLength: 8, maxLength: 8 }),
        calls: fc.integer({ min: 1, max: 1000 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ path, calls, share }) => ({ path, calls, lit: Math.floor(calls * share), execs: 0 })),
    { minLength: 1, maxLength: 30 },
  )
  .map(flowOf);

test('what goes into a node comes out of it, and each column sums to all calls', () => {
  const property = fc.property(anyFlow, (flow) => {
    const [sums, bands, all] = [nodeSums(flow), bandsOf(flow), sumOf(flow)];
    flow.nodes.forEach((node, i) => {
      const of = (side: 'from' | 'to') => bands.filter((band) => band[side] === i).reduce((sum, { calls }) => sum + calls, 0);
      const column = FLOW_COLUMNS.indexOf(node.column);
      if (column > 0) expect(of('to')).toBe(sums[i]!.calls);
      if (column < 7) expect(of('from')).toBe(sums[i]!.calls);
    });
    for (const column of FLOW_COLUMNS) {
      const own = sums.filter((_, i) => flow.nodes[i]!.column === column);
      expect(own.reduce((sum, { lit }) => sum + lit, 0)).toBe(all.lit);
    }
    const through = nodeSums(flow, pathsThrough(flow, 0));
    expect(through[0]).toEqual(sums[0]);
  });
  fc.assert(property, { numRuns: 15 });
});

test('every node is drawn once, none over another, and every band from one to the next', () => {
  const property = fc.property(
    anyFlow,
    fc.integer({ min: 900, max: 2000 }),
    fc.integer({ min: 100, max: 900 }),
    (flow, width, height) => {
      const bands = bandsOf(flow);
      const layout = layoutOf({ flow, sums: nodeSums(flow), bands, width, height });
      expect(layout.boxes.map(({ node }) => node).sort()).toEqual(flow.nodes.map((_, i) => i).sort());
      expect(layout.bands).toHaveLength(bands.length);
      for (const one of layout.boxes) {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + one.width).toBeLessThanOrEqual(width);
        expect(one.y + one.height).toBeLessThanOrEqual(layout.height);
        const others = layout.boxes.filter((other) => other !== one && other.column === one.column);
        expect(others.some((other) => other.y < one.y + one.height && one.y < other.y + other.height)).toBe(false);
      }
    },
  );
  fc.assert(property, { numRuns: 15 });
});

test('no order has more crossings than the one it began with', () => {
  const property = fc.property(anyFlow, (flow) => {
    const bands = bandsOf(flow);
    const columns = FLOW_COLUMNS.map((column) => flow.nodes.flatMap((node, i) => (node.column === column ? [[i]] : [])));
    const order = untangled(columns, bands);
    expect(crossings(order, bands)).toBeLessThanOrEqual(crossings(columns, bands));
    expect(order.map((blocks) => blocks.flat().sort())).toEqual(columns.map((blocks) => blocks.flat().sort()));
  });
  fc.assert(property, { numRuns: 15 });
});

test('two bands that cross are untangled', () => {
  const [a, b] = [
    { from: 0, to: 3, calls: 5, lit: 5, execs: 0 },
    { from: 1, to: 2, calls: 5, lit: 5, execs: 0 },
  ];
  const order = untangled(
    [
      [[0], [1]],
      [[2], [3]],
    ],
    [a, b],
  );
  expect(order).toEqual([
    [[0], [1]],
    [[3], [2]],
  ]);
});

const story = flowOf([
  { path: ['203.0.113.7', '["dev"]', null, 'johndoe', null, 'pods', 'CreatePods_Exec', '101'], calls: 9, lit: 9, execs: 9 },
  { path: ['203.0.113.7', '["dev"]', null, 'johndoe', null, 'pods', 'GetPods', '200'], calls: 29, lit: 0, execs: 0 },
  { path: ['203.0.113.7', '["dev"]', null, 'johndoe', null, 'pods', 'GetPods', '403'], calls: 3, lit: 0, execs: 0 },
  { path: ['10.0.4.12', '["oncall"]', null, 'ann', null, 'pods', 'CreatePods_Exec', '403'], calls: 1, lit: 1, execs: 1 },
]);
const at = (name: string) => story.nodes.findIndex((node) => node.value === name);

test('the read-out says what was called with which result, from where, and as whom', () => {
  const said = (name: string) =>
    readOut(story, story.nodes[at(name)]!, pathsThrough(story, at(name))).map(({ lead, text }) => `${lead} ${text}`);
  expect(said('johndoe')).toEqual([
    '9 execs',
    '32 other calls, 3 refused',
    'from 203.0.113.7',
    'groups dev',
    'calls GetPods, CreatePods_Exec',
  ]);
  expect(said('ann')).toEqual(['1 exec, refused', 'from 10.0.4.12', 'groups oncall', 'calls CreatePods_Exec']);
  expect(said('GetPods')).toContain('as johndoe');
});

test('a band has the colour of the kind that most of its calls are of', () => {
  const sums = nodeSums(story);
  expect(kindOf(sums[at('CreatePods_Exec')]!)).toBe('exec');
  expect(kindOf(sums[at('GetPods')]!)).toBe('api');
  expect(distinctIn(story, FLOW_COLUMNS.indexOf('code'))).toBe(3);
  expect(distinctIn(story, FLOW_COLUMNS.indexOf('clouduser'))).toBe(0);
});

test.for([
  [['S-1'], '1 session: S-1'],
  [['S-1', 'S-2'], '2 sessions: S-1, S-2'],
  [['S-1', 'S-2', 'S-3', 'S-4'], '4 sessions, among them S-1, S-2, S-3'],
] as const)('%s are said', ([labels, said]) => {
  const { lead, text } = sessionsLine(labels);
  expect(`${lead} ${text}`).toBe(said);
});

test('arrows move within a column and to the nearest of the next', () => {
  const layout = layoutOf({ flow: story, sums: nodeSums(story), bands: bandsOf(story), width: 1400, height: 300 });
  const box = (name: string) => layout.boxes.find(({ node }) => node === at(name))!;
  const inColumn = layout.boxes.filter(({ column }) => column === 3).sort((a, b) => a.y - b.y);
  expect(movedBy('ArrowDown', layout.boxes, inColumn[0]!)).toBe(inColumn[1]);
  expect(movedBy('ArrowUp', layout.boxes, inColumn[0]!)).toBeUndefined();
  expect(movedBy('End', layout.boxes, inColumn[0]!)).toBe(inColumn[1]);
  expect(movedBy('ArrowRight', layout.boxes, box('johndoe'))?.column).toBe(4);
  expect(movedBy('ArrowLeft', layout.boxes, box('203.0.113.7'))).toBeUndefined();
  expect(movedBy('toString', layout.boxes, box('johndoe'))).toBeUndefined();
});
