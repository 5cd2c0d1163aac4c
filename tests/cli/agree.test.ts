/** Graph, hierarchy, list and command line count alike: the last asks the engine that holds the case, over its socket, as another process would. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSample } from '../../resources/sample/generate';
import { variant } from '../../resources/sample/options';
import { pack } from '../../resources/sample/pack';
import { ATTRIBUTES, type Attribute, KINDS } from '../../workers/contract/attributes';
import type { Group } from '../../workers/contract/count';
import { printFilter } from '../../workers/contract/filter';
import { formatTime, parseTime } from '../../workers/contract/time';
import type { View } from '../../workers/contract/view';
import { type HostedEngine, startEngine } from '../../workers/host';
import { filters } from '../workers/contract/filter-arbitrary';
import { exhibit } from './io';

const VIEWS = 200;
const PATH = ['cluster', 'namespace', 'deployment', 'pod'];

const folder = mkdtempSync(join(tmpdir(), 'exhibit-agree-'));
const dir = join(folder, 'case.exhibit');
let host: HostedEngine;
beforeAll(async () => {
  const { files, truth } = generateSample(variant(7, { extraSessions: 0 }));
  const path = join(folder, 'bundle.tgz');
  writeFileSync(path, pack(files));
  host = startEngine();
  await host.engine.open({ dir, create: true });
  await host.engine.import({ path, clusters: truth.clusters });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Views made of values that occur, so that most show something and leave something out. */
async function views(): Promise<readonly View[]> {
  const occurring = new Map<string, readonly string[]>();
  for (const { name } of ATTRIBUTES) {
    const found = await host.engine.values({ attribute: name, limit: 5 });
    if (found.length > 0)
      occurring.set(
        name,
        found.map(({ value }) => value),
      );
  }
  const present = ATTRIBUTES.filter(({ name }) => occurring.has(name));
  const valuesOf = ({ name }: Attribute) => fc.constantFrom(...(occurring.get(name) ?? []));
  const { first, last } = await host.engine.info();
  const [from, to] = [parseTime(first ?? ''), parseTime(last ?? '')] as [bigint, bigint];
  const instant = fc.option(fc.bigInt({ min: from, max: to }), { nil: undefined });
  const view = fc
    .record(
      {
        filter: filters(present, valuesOf, fc.constantFrom('curl', 'bash', '10.244', 'pods')).map(printFilter),
        window: fc.tuple(instant, instant),
        kinds: fc.subarray([...KINDS], { minLength: 1 }),
      },
      { requiredKeys: ['filter', 'window'] },
    )
    .map(({ window: [one, other], ...rest }): View => {
      const inOrder = one === undefined || other === undefined || one < other;
      return { ...rest, from: inOrder ? one : other, to: inOrder ? other : one };
    });
  return fc.sample(view, { numRuns: VIEWS, seed: 7 });
}

const argsOf = ({ filter, from, to, kinds }: View): string[] => [
  ...(filter ? [filter] : []),
  ...(from === undefined ? [] : ['--from', formatTime(from)]),
  ...(to === undefined ? [] : ['--to', formatTime(to)]),
  ...(kinds === undefined ? [] : ['--kind', kinds.join()]),
];

async function printed<T>(command: string, view: View): Promise<T> {
  const { exit, out, err } = await exhibit([command, '--case', dir, '--json', ...argsOf(view)], host);
  expect({ exit, err }).toMatchObject({ exit: 0 });
  return JSON.parse(out) as T;
}

const top = (groups: readonly Group[]): number =>
  groups.filter(({ path }) => path.length === 1).reduce((sum, { count }) => sum + count, 0);

test(`graph, hierarchy, list and command line agree in ${VIEWS} filters and windows`, async () => {
  const { engine } = host;
  const totals: number[] = [];
  for (const view of await views()) {
    const [graph, groups] = [await engine.graph({ ...view, buckets: 100 }), await engine.groups({ ...view, path: PATH })];
    const { rows, total } = await engine.page({ ...view, at: Math.max(0, graph.total - 3), limit: 10 });
    const counted = await printed<{ readonly count: number }>('count', view);
    const listed = await printed<{ readonly groups: readonly Group[] }>('groups', view);
    totals.push(total);

    const drawn = KINDS.reduce((sum, kind) => sum + graph.counts[kind], 0);
    expect(
      { graph: graph.total, drawn, tree: top(groups), end: rows.length, count: counted.count, groups: top(listed.groups) },
      argsOf(view).join(' '),
    ).toEqual({ graph: total, drawn: total, tree: total, end: Math.min(3, total), count: total, groups: total });
    expect(listed.groups).toEqual(groups);
  }
  // Views that show nothing, or all, would prove little.
  const { activities } = await engine.info();
  expect(totals.filter((total) => total > 0 && total < activities).length).toBeGreaterThan(VIEWS / 3);
});

test('findings of the command line are those of the workbench; each filter counts what is cited, and the story is among them', async () => {
  const found = await host.engine.findings({});

  expect(await printed('findings', {})).toEqual(found);
  expect(found.findings.map(({ rule }) => rule)).toEqual(
    expect.arrayContaining(['history-removed', 'secure-delete', 'download', 'session-to-unknown-address', 'kube-exec-shell']),
  );
  for (const { filter, count } of found.findings) expect((await host.engine.count({ filter: filter ?? '' })).count).toBe(count);
  const { out, err } = await exhibit(['findings', '--case', dir, 'finding = "secure-delete"'], host);
  expect(out).toContain('File deleted so that it cannot be restored');
  expect(err).toMatch(/\d+ rules: .*--json says why\./);
});
