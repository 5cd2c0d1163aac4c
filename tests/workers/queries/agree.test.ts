import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ATTRIBUTES, KINDS } from '../../../workers/contract/attributes';
import { printFilter } from '../../../workers/contract/filter';
import { formatTime } from '../../../workers/contract/time';
import type { View } from '../../../workers/contract/view';
import { count } from '../../../workers/queries/count';
import { activityDetail } from '../../../workers/queries/detail';
import { graph } from '../../../workers/queries/graph';
import { groups } from '../../../workers/queries/groups';
import { Kept } from '../../../workers/queries/kept';
import { page } from '../../../workers/queries/page';
import { position } from '../../../workers/queries/position';
import { query } from '../../../workers/queries/query';
import type { Source } from '../../../workers/queries/source';
import { values } from '../../../workers/queries/values';
import { filters } from '../contract/filter-arbitrary';
import { ADDRESSES, CONTAINERS, NUMBERS, type RandomCase, randomCase, TEXTS, TIMES } from '../filter/random-case';

let one: RandomCase;
let source: Source;
beforeAll(async () => {
  one = await randomCase(150, 7);
  source = { connection: one.connection, kept: new Kept() };
});
afterAll(() => one.close());

const anyView: fc.Arbitrary<View> = fc.record(
  {
    filter: filters(
      ATTRIBUTES.filter(({ type }) => type !== 'flag'),
      ({ name, type, choices }) => {
        if (name === 'containerid') return fc.constantFrom(...CONTAINERS);
        if (type === 'number') return fc.constantFrom(...NUMBERS.map(String));
        if (type === 'time') return fc.constantFrom(...TIMES.map(formatTime));
        if (type === 'choice') return fc.constantFrom(...(choices ?? []));
        return type === 'address' || type === 'addresses'
          ? fc.constantFrom(...ADDRESSES)
          : fc.constantFrom(...TEXTS, 'E1').filter((t) => !/[\\*]/.test(t));
      },
      fc.constantFrom(...TEXTS),
    ).map(printFilter),
    from: fc.constantFrom(...TIMES),
    to: fc.constantFrom(...TIMES, 1_773_738_002_000_000_000n),
    kinds: fc.subarray([...KINDS]),
  },
  { requiredKeys: [] },
);

const PATH = ['cluster', 'namespace', 'pod'];

test('list, graph, hierarchy, counts and export agree for any view', async () => {
  const property = fc.asyncProperty(anyView, async (view) => {
    const drawn = await graph(source, { ...view, buckets: 50 });
    const tree = await groups(source, { ...view, path: PATH });
    const byKind = await count(source, { ...view, by: ['kind'], bucketNs: 3_600_000_000_000n });
    const ids: string[] = [];
    const exported = await query(source, view, (rows) => void ids.push(...rows.map((row) => row.id)));
    const { total, rows } = await page(source, { ...view, limit: 1000 });
    const kinds = KINDS.reduce((sum, kind) => sum + drawn.counts[kind], 0);
    const drawnBars = KINDS.reduce((sum, kind) => sum + drawn.series[kind].reduce((a, b) => a + b, 0), 0);
    const windowed = view.from !== undefined || view.to !== undefined;
    expect({
      graph: drawn.total,
      kinds,
      bars: drawnBars + (windowed ? 0 : drawn.undated),
      tree: tree.filter(({ path }) => path.length === 1).reduce((sum, group) => sum + group.count, 0),
      count: byKind.count,
      groups: byKind.groups.reduce((sum, group) => sum + group.count, 0),
      exported,
      ids: new Set(ids).size,
      rows: rows.length,
    }).toEqual({
      graph: total,
      kinds: total,
      bars: total,
      tree: total,
      count: total,
      groups: total,
      exported: total,
      ids: total,
      rows: total,
    });
    expect(byKind.undated).toBe(drawn.undated);
  });
  await fc.assert(property, { numRuns: 30 });
});

test('a parent is the sum of its children, and comes before them', async () => {
  const all = await groups(source, { path: PATH });
  for (const [i, parent] of all.entries()) {
    if (parent.path.length === PATH.length) continue;
    const children = all.filter(
      ({ path }) => path.length === parent.path.length + 1 && parent.path.every((value, d) => path[d] === value),
    );
    expect(children.reduce((sum, child) => sum + child.count, 0)).toBe(parent.count);
    expect(all.indexOf(children[0]!)).toBeGreaterThan(i);
  }
});

test('the list is ordered by time, then id as text, undated last; descending is the reverse', async () => {
  const expected = [...one.activities.values()]
    .map((row) => ({ id: row.get('id') as string, time: row.get('time') as bigint | undefined }))
    .sort((a, b) => compareTimes(a.time, b.time) || (Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) as number))
    .map(({ id }) => id);
  const ascending = (await page(source, { limit: 1000 })).rows.map(({ id }) => id);
  const descending = (await page(source, { limit: 1000, order: 'desc' })).rows.map(({ id }) => id);
  expect(ascending).toEqual(expected);
  expect(descending).toEqual([...expected].reverse());
});

const compareTimes = (a: bigint | undefined, b: bigint | undefined): number =>
  a === b ? 0 : a === undefined ? 1 : b === undefined ? -1 : a < b ? -1 : 1;

test('a page from any position is that stretch of the whole list, and position finds each row again', async () => {
  const whole = (await page(source, { filter: 'not comm="curl"', limit: 1000 })).rows.map(({ id }) => id);
  for (const order of ['asc', 'desc'] as const) {
    const ordered = order === 'asc' ? whole : [...whole].reverse();
    for (const at of [0, 1, 37, whole.length - 3, whole.length, whole.length + 5]) {
      const { rows, total } = await page(source, { filter: 'not comm="curl"', order, at, limit: 7 });
      expect(rows.map(({ id }) => id)).toEqual(ordered.slice(at, at + 7));
      expect(total).toBe(whole.length);
    }
    for (const n of [0, 5, whole.length - 1]) {
      expect(await position(source, { filter: 'not comm="curl"', order, id: ordered[n]! })).toBe(n);
    }
  }
});

test('an activity that is not in view has no position', async () => {
  const { rows } = await page(source, { filter: 'kind=cmd', limit: 1 });
  expect(await position(source, { filter: 'kind=net', id: rows[0]!.id })).toBeNull();
});

test('a row tells each attribute as it was put in', async () => {
  const { rows } = await page(source, { limit: 1000 });
  const byId = new Map([...one.activities.values()].map((row) => [row.get('id'), row]));
  for (const { records, ...row } of rows) {
    const expected = Object.fromEntries(
      [...byId.get(row.id)!].flatMap(([name, value]) => {
        if (Array.isArray(value) && value.length === 0) return [];
        return [[name, typeof value === 'bigint' ? formatTime(value) : value]];
      }),
    );
    expect(row).toEqual(expected);
    expect(records).toHaveLength(1);
  }
});

test('values are counted like the rows that have them', async () => {
  for (const attribute of ['comm', 'namespace', 'groups', 'client', 'sourceaddresses', 'time', 'pid', 'tag']) {
    const top = await values(source, { attribute, limit: 3 });
    for (const { value, count: times } of top) {
      const { count: rows } = await count(source, { filter: `${attribute}="${value}"` });
      // Both spellings of an address, and lists that repeat an element, count differently than rows do.
      if (attribute === 'comm' || attribute === 'namespace' || attribute === 'time' || attribute === 'pid')
        expect(times).toBe(rows);
      else expect(rows).toBeGreaterThan(0);
    }
    expect(top.map((v) => v.count)).toEqual(top.map((v) => v.count).sort((a, b) => b - a));
  }
});

test('counts by attribute and bucket leave nothing out and nothing empty in', async () => {
  const { groups: found, count: total } = await count(source, { by: ['namespace', 'groups'], bucketNs: 1_000_000_000n });
  expect(found.reduce((sum, group) => sum + group.count, 0)).toBe(total);
  expect(found.every((group) => group.count > 0)).toBe(true);
  const keys = found.map(({ count: _, ...rest }) => JSON.stringify(rest));
  expect(new Set(keys).size).toBe(keys.length);
});

test('a detail names the record’s bytes', async () => {
  const { rows } = await page(source, { limit: 1 });
  const detail = await activityDetail(source, rows[0]!.id);
  expect(detail.activity).toEqual(rows[0]);
  expect(detail.places).toMatchObject([{ ...rows[0]!.records[0], offset: 0, length: 1 }]);
});

test.for([
  ['E9:1', 'not-found'],
  ['nonsense', 'usage'],
] as const)('%s fails as %s', async ([id, code]) => {
  await expect(activityDetail(source, id)).rejects.toMatchObject({ code });
});

test.for(['(', '(?=x)', '\\1'])('the pattern %s is refused with its place', async (pattern) => {
  await expect(page(source, { filter: `comm matches "${pattern}"`, limit: 1 })).rejects.toMatchObject({
    code: 'filter',
    place: { from: 13, to: 15 + pattern.length },
  });
});
