import { expect, test } from 'vitest';
import {
  bucketName,
  countBetween,
  fromX,
  marksOf,
  overviewPath,
  plotOf,
  prefersLog,
  tableOf,
  ticksOf,
  toX,
} from '../../../renderer/views/activity/plot-data';
import { KINDS } from '../../../workers/contract/attributes';
import type { Graph } from '../../../workers/contract/graph';
import { parseTime } from '../../../workers/contract/time';

const startNs = parseTime('2026-03-17T14:00:00Z') as bigint;
const widthNs = 300_000_000_000n;

function graphOf(series: { readonly [name: string]: readonly number[] }): Graph {
  const all = [...KINDS, 'policyHits'] as const;
  const size = 4;
  const arrays = Object.fromEntries(
    all.map((name) => [name, Float64Array.from({ length: size }, (_, i) => series[name]?.[i] ?? 0)]),
  );
  const counts = Object.fromEntries(all.map((name) => [name, (series[name] ?? []).reduce((a, b) => a + b, 0)]));
  const total = KINDS.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  return { startNs, widthNs, size, series: arrays as Graph['series'], counts: counts as Graph['counts'], total, undated: 0 };
}
const graph = graphOf({ cmd: [21, 3, 0, 1], net: [874, 2, 1, 0], exec: [3, 0, 0, 1], policyHits: [0, 1, 0, 0] });

test('buckets of another answer are marked at their middles, wherever it begins', () => {
  const found = { ...graphOf({ api: [0, 0, 5, 0], policyHits: [9, 0, 0, 0] }), startNs: startNs + widthNs };

  expect(marksOf(found, graph)).toEqual([3.5 * Number(widthNs)]);
  expect(marksOf(undefined, graph)).toEqual([]);
});

test('draws kinds that are on as lines, execs as stems, hits as marks', () => {
  const plot = plotOf(graph, ['cmd', 'net', 'exec'], true, false);
  expect(plot.lines.map((l) => l.kind)).toEqual(['cmd', 'net']);
  expect(plot.stems.map((s) => s.y)).toEqual([3, 1]);
  expect(plot.hits).toHaveLength(1);
  expect(plot.top).toBeGreaterThan(874);
});

test('a kind that is off is not drawn, nor are hits that are switched off', () => {
  const plot = plotOf(graph, ['cmd'], false, true);
  expect([plot.lines.length, plot.stems.length, plot.hits.length]).toEqual([1, 0, 0]);
});

test('an empty bucket lies on the axis on either scale', () => {
  for (const log of [true, false]) expect(plotOf(graph, ['cmd'], true, log).lines[0]?.ys[2]).toBe(0);
});

test('each nanosecond survives the way to the plot and back', () => {
  for (const ns of [1n, 123_456_789n, 90n * 86_400_000_000_000n + 1n])
    expect(fromX(toX(startNs + ns, graph), graph)).toBe(startNs + ns);
});

test('takes the log scale where one bucket towers over the rest', () => {
  expect(prefersLog(graph, ['cmd', 'net'])).toBe(true);
  expect(prefersLog(graphOf({ cmd: [5, 6, 7, 8] }), ['cmd'])).toBe(false);
});

test('ticks are powers of ten on the log scale, round steps else', () => {
  expect(ticksOf(Math.log10(1001), true).map((t) => t.label)).toEqual(['1', '10', '100', '1k']);
  expect(ticksOf(21, false).map((t) => t.label)).toEqual(['0', '10', '20']);
});

test('names a bucket in the zone', () => {
  expect(bucketName(graph, 0, 'UTC')).toBe('Tue 17 Mar 14:00–14:05');
  const wide = (days: bigint) =>
    bucketName({ ...graph, startNs: startNs - 14n * 3_600_000_000_000n, widthNs: days * 86_400_000_000_000n }, 0, 'UTC');
  expect([wide(1n), wide(7n)]).toEqual(['Tue 17 Mar 2026', '17 Mar 2026–24 Mar 2026']);
  expect(bucketName(graph, 0, 'Asia/Tokyo')).toBe('Tue 17 Mar 23:00–23:05');
  const day = { ...graph, startNs: startNs - 14n * 3_600_000_000_000n, widthNs: 86_400_000_000_000n };
  expect(bucketName(day, 0, 'Asia/Kolkata')).toBe('17 Mar 2026 05:30–18 Mar 2026 05:30');
});

test('a brush counts what it covers', () => {
  expect(countBetween(graph, ['cmd', 'net'], startNs, startNs + 2n * widthNs)).toBe(900);
});

test('the table sums to the legend', () => {
  const rows = tableOf(graph, KINDS, 'UTC', 2);
  const sums = KINDS.map((_, i) => rows.reduce((sum, row) => sum + (row.counts[i] ?? 0), 0));
  expect(sums).toEqual(KINDS.map((kind) => graph.counts[kind]));
});

test('rows of the table say as many digits as tell them apart', () => {
  const names = tableOf({ ...graph, widthNs: 100_000_000n }, KINDS, 'UTC').map(({ name }) => name);
  expect(names[0]).toBe('2026-03-17 14:00:00.000 to 2026-03-17 14:00:00.100');
  expect(new Set(names).size).toBe(names.length);
});

test('the overview stays inside its box', () => {
  const path = overviewPath(graph, KINDS, { from: startNs, to: startNs + 4n * widthNs }, 400, 18);
  const numbers = [...path.matchAll(/[ML]([\d.-]+),([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  for (const [x, y] of numbers) expect(x! >= 0 && x! <= 400 && y! >= 0 && y! <= 18).toBe(true);
});
