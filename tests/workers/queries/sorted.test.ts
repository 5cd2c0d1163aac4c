import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress } from '../../../workers/contract/address';
import { type Attribute, attribute } from '../../../workers/contract/attributes';
import { inView } from '../../../workers/queries/in-view';
import { Kept } from '../../../workers/queries/kept';
import { orderOf } from '../../../workers/queries/order';
import { page } from '../../../workers/queries/page';
import { position } from '../../../workers/queries/position';
import { query } from '../../../workers/queries/query';
import { Sorted } from '../../../workers/queries/sorted';
import type { Source } from '../../../workers/queries/source';
import { type Activity, type RandomCase, randomCase } from '../filter/random-case';

let one: RandomCase;
let source: Source;
beforeAll(async () => {
  one = await randomCase(70, 11);
  source = { connection: one.connection, kept: new Kept() };
});
afterAll(() => one.close());

type Comparable = string | number | bigint;

/** What a row is compared by, worked out from the plain object. */
function comparedBy(row: Activity, of: Attribute): Comparable | undefined {
  const value = row.get(of.name);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  if (of.name === 'evidence') return Number(String(value).slice(1));
  if (of.name === 'id')
    return `${row.get('evidence')} ${row.get('member')} ${String(row.get('record')).split('.', 1)[0]?.padStart(9, '0')}`;
  if (of.name === 'record') return Number.parseInt(String(value), 10);
  if (of.type === 'choice') return (of.choices ?? []).indexOf(String(value));
  if (of.type === 'address') return parseAddress(String(value)) ?? 2n ** 200n;
  return Array.isArray(value) ? value.join(', ') : (value as Comparable);
}

function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Keys in the order that is promised. */
function expected(of: Attribute, descending: boolean): readonly bigint[] {
  const rows = [...one.activities].map(([key, row]) => ({ key, row, value: comparedBy(row, of) }));
  const byTime = (a: (typeof rows)[number], b: (typeof rows)[number]) => {
    const [s, t] = [a.row.get('time'), b.row.get('time')] as (bigint | undefined)[];
    if (s !== t) return s === undefined ? 1 : t === undefined ? -1 : compare(s, t);
    return compare(a.row.get('id') as string, b.row.get('id') as string);
  };
  const valued = rows
    .filter(({ value }) => value !== undefined)
    .sort((a, b) => compare(a.value as Comparable, b.value as Comparable) || byTime(a, b));
  const rest = rows.filter(({ value }) => value === undefined).sort(byTime);
  const parts = descending ? [valued.reverse(), rest.reverse()] : [valued, rest];
  return parts.flat().map(({ key }) => key);
}

// One of each sort of place and type; those that a filter or a bound value could get wrong among them.
test.for([
  'comm',
  'pid',
  'severity',
  'duration',
  'command',
  'server',
  'pod',
  'evidence',
  'record',
  'id',
  'tag',
  'interactive',
  'confidence',
  'process',
])('sorts by %s, equal ones by time and id, those without it last, both ways round', async (name) => {
  const of = attribute(name) as Attribute;
  const sorted = await Sorted.of(source, await inView(source, {}), orderOf(name), 12);
  for (const descending of [false, true]) {
    const rows = [...(await sorted.rows(0, 33, descending)), ...(await sorted.rows(33, 100, descending))];
    const keys = rows.map(({ key }) => key);
    expect(keys).toEqual(expected(of, descending));
    expect(await sorted.position(keys[50] as bigint, descending)).toBe(50);
  }
});

test('pages, positions and the whole list agree in a narrowed view, also by what the list makes of several attributes', async () => {
  const view = { kinds: ['cmd', 'net', 'exec', 'api'] as const, filter: 'not pid = 12', order: 'desc' as const };
  for (const sort of ['what', 'place', 'who', 'session', 'comm']) {
    const whole = await page(source, { ...view, sort, limit: 100 });
    const ids = whole.rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(whole.total);
    const part = await page(source, { ...view, sort, at: 20, limit: 5 });
    expect(part.rows.map(({ id }) => id)).toEqual(ids.slice(20, 25));
    expect(await position(source, { ...view, sort, id: ids[20] as string })).toBe(20);
    const told: string[] = [];
    await query(source, { ...view, sort, limit: 30 }, (rows) => void told.push(...rows.map(({ id }) => id)));
    expect(told).toEqual(ids.slice(0, 30));
  }
});

test('the place reads as the list shows it, and comes in that order', async () => {
  const { rows } = await page(source, { sort: 'place', limit: 100 });
  const places = rows.map((row) =>
    [
      row.namespace,
      row.pod ?? row.deployment ?? row.workload ?? (row.namespace ? undefined : (row.host ?? row.node ?? row.cluster)),
    ]
      .filter((part) => part !== undefined)
      .join(' / '),
  );
  const shown = places.filter((place) => place !== '');
  expect(shown).toEqual(shown.toSorted(compare));
  expect(places.slice(shown.length).every((place) => place === '')).toBe(true);
});

test('what there is not to sort by is refused', async () => {
  await expect(page(source, { sort: 'colour', limit: 1 })).rejects.toMatchObject({ code: 'usage' });
});
