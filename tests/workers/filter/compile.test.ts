import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress } from '../../../workers/contract/address';
import { ATTRIBUTES } from '../../../workers/contract/attributes';
import { type Filter, parseFilter, printFilter } from '../../../workers/contract/filter';
import { type Sql, sql } from '../../../workers/contract/sql';
import { formatTime } from '../../../workers/contract/time';
import { compile, compileJoined } from '../../../workers/filter/compile';
import { filters, type ValuesOf } from '../contract/filter-arbitrary';
import { ADDRESSES, CONTAINERS, NUMBERS, type RandomCase, randomCase, TEXTS, TIMES } from './random-case';
import { holds } from './reference';

const PATTERNS = ['*', 'c*', '?URL', 'a\\*', 'x\\*y', '*%', 'a_b', 'a\\\\b', '??', '*ж'];

let one: RandomCase;
let hosts: ReadonlySet<bigint>;
beforeAll(async () => {
  one = await randomCase(150, 42);
  const numbers = [...one.activities.values()].map((row) => parseAddress(String(row.get('hostip') ?? '')));
  hosts = new Set(numbers.filter((n) => n !== undefined));
});
afterAll(() => one.close());

const keysOf = async (from: Sql): Promise<readonly bigint[]> => {
  const rows = await one.connection.all<{ key: bigint }>(sql`SELECT a.key FROM activity a ${from} ORDER BY a.key`);
  return rows.map(({ key }) => key);
};
const found = (filter: Filter) => keysOf(sql`WHERE ${compile(filter)}`);
const foundJoined = (filter: Filter) => {
  const { joins, condition } = compileJoined(filter);
  return keysOf(sql`${joins} WHERE ${condition}`);
};
const expected = (filter: Filter): readonly bigint[] =>
  [...one.activities].filter(([, row]) => holds(filter, row, hosts)).map(([key]) => key);

/** Values that occur, so that terms hold for some rows and not for others. */
const occurring: ValuesOf = ({ name, type, choices }) => {
  const own = fc.constantFrom(
    ...[...one.activities.values()].flatMap((row) => (row.has(name) ? [String(row.get(name))] : [])),
    'E1',
  );
  switch (type) {
    case 'number':
      return fc.constantFrom(...NUMBERS.map(String), '1.5', '-1', '0.75');
    case 'time':
      return fc.constantFrom(...TIMES.map(formatTime), '2026-03-17');
    case 'choice':
      return fc.constantFrom(...(choices ?? []));
    case 'address':
    case 'addresses':
      return fc.constantFrom(...ADDRESSES, 'private', 'known', '::ffff:203.0.113.7', '');
    default:
      return name === 'containerid' ? fc.constantFrom(...CONTAINERS) : fc.oneof(fc.constantFrom(...TEXTS, ''), own);
  }
};
/** A pattern means one thing to RE2 and to JavaScript only if it is one. */
const safe = (filter: Filter): boolean => {
  if (filter.type === 'and' || filter.type === 'or') return filter.parts.every(safe);
  if (filter.type === 'not') return safe(filter.part);
  return !(filter.type === 'match' && filter.operator === 'matches') || /^[\w .^$[\]+-]*$/.test(filter.value);
};

const anyOccurring = () => filters(ATTRIBUTES, occurring, fc.constantFrom(...TEXTS, 'E1', '10.0')).filter(safe);

test('SQL finds what the reference evaluator finds', async () => {
  const property = fc.asyncProperty(anyOccurring(), fc.constantFrom(found, foundJoined), async (filter, find) => {
    expect(await find(filter), printFilter(filter)).toEqual(expected(filter));
  });
  await fc.assert(property, { numRuns: 150 });
});

test.for(PATTERNS.flatMap((pattern) => [`comm like ${JSON.stringify(pattern)}`, `not comm like ${JSON.stringify(pattern)}`]))(
  '%s finds what the reference evaluator finds',
  async (text) => {
    const filter = parseFilter(text);
    expect(await found(filter)).toEqual(expected(filter));
  },
);

test('terms about one dictionary share a look-up, and what must be found there is joined', async () => {
  const filter = parseFilter('(namespace="shop" or namespace="web") pod!="a" pod!="b" comm exists');

  expect(compile(filter).text.match(/IN \(SELECT d\.scope/g)).toHaveLength(2);
  expect(compileJoined(filter).joins.text.match(/JOIN/g)).toHaveLength(1);
});

test('a term and its negation share every activity between them', async () => {
  const property = fc.asyncProperty(anyOccurring(), async (filter) => {
    const [yes, no] = [await found(filter), await found({ type: 'not', part: filter })];
    expect(yes.length + no.length).toBe(one.activities.size);
  });
  await fc.assert(property, { numRuns: 40 });
});

test('as many bare texts as a filter may hold fit into the memory of a case', async () => {
  const words = Array.from({ length: 20 }, (_, i) => `word${i}`);
  expect(await found(parseFilter(`not (${words.join(' ')})`))).toHaveLength(one.activities.size);
});
