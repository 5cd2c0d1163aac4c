import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_KINDS, FLOW_COLUMNS, type Flow, type FlowNode, foldId, HOUSEKEEPING } from '../../../workers/contract/flow';
import { flow } from '../../../workers/queries/flow';
import { Kept } from '../../../workers/queries/kept';
import { page } from '../../../workers/queries/page';
import type { Source } from '../../../workers/queries/source';
import { ADDRESSES, NUMBERS, type RandomCase, randomCase, TEXTS } from '../filter/random-case';
import { type MadeCase, madeCase } from './made-case';

let one: RandomCase;
let made: MadeCase;
let random: Source;
beforeAll(async () => {
  one = await randomCase(150, 11);
  random = { connection: one.connection, kept: new Kept() };
  made = await madeCase();
  await calls(made);
});
afterAll(async () => {
  await one.close();
  await made.database.close();
});

/** 60 pods' service accounts, three people (one from two addresses), a node, and somebody anonymous who is refused. */
async function calls({ connection }: MadeCase) {
  await connection.run(`
    INSERT INTO actor (actor, "user", groups, sourceaddresses, impersonated)
    SELECT i, 'system:serviceaccount:shop:app-' || i, ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'], ['10.244.1.' || i], NULL
    FROM range(1, 61) t(i)
    UNION ALL VALUES
      (61, 'ann', ['oncall', 'system:authenticated'], ['203.0.113.7'], NULL),
      (62, 'ann', ['oncall', 'system:authenticated'], ['192.0.2.9', '203.0.113.8'], 'break-glass'),
      (63, 'ben', ['dev', 'system:authenticated'], ['203.0.113.9'], NULL),
      (64, 'system:node:node-1', ['system:nodes', 'system:authenticated'], ['10.0.1.11'], NULL),
      (65, 'system:anonymous', ['system:unauthenticated'], ['198.51.100.1'], NULL)`);
  await connection.run(`
    INSERT INTO address
    SELECT address, CAST('281470681743360' AS UHUGEINT) + CAST(list_sum(list_transform(string_split(address, '.'), lambda part, i: CAST(part AS BIGINT) << (32 - 8 * i))) AS UHUGEINT)
    FROM (SELECT DISTINCT unnest(sourceaddresses) AS address FROM actor)`);
  await connection.run(`
    INSERT INTO activity BY NAME
    SELECT i AS key, 2 AS member, i AS record, 1 AS k, i AS "offset", 1 AS "length", 0 AS content, 1 AS scope, CAST(CASE WHEN i <= 60 THEN i ELSE 61 + (i - 61) % 5 END AS INTEGER) AS actor,
      make_timestamp_ns(1773738000000000000 + i) AS time,
      CAST(CASE WHEN i > 60 AND (i - 61) % 5 < 2 THEN 'exec' ELSE 'api' END AS kind) AS kind,
      CASE WHEN i <= 60 THEN 'configmaps' WHEN (i - 61) % 5 = 3 THEN 'leases' WHEN (i - 61) % 5 = 2 THEN 'roles' ELSE 'pods' END AS resource,
      CASE WHEN i <= 60 THEN 'WatchConfigmaps' WHEN (i - 61) % 5 = 3 THEN 'UpdateLeases' WHEN (i - 61) % 5 = 2 THEN 'CreateRoles_WithPodExec' ELSE 'CreatePods_Exec' END AS action,
      CASE WHEN i > 60 AND (i - 61) % 5 = 4 THEN 403 ELSE 200 END AS code,
      CAST(CASE WHEN i > 60 AND (i - 61) % 5 = 4 THEN 'refused' ELSE 'ok' END AS result) AS result
    FROM range(1, 111) t(i)`);
}

const width = FLOW_COLUMNS.length;
const sum = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);
const ofNode = ({ paths, calls: counts }: Flow, node: number): number =>
  sum(counts.filter((_, path) => paths.subarray(path * width, (path + 1) * width).includes(node)));
const told = (of: Flow, column: string) =>
  new Map(
    of.nodes.flatMap((node, i) =>
      node.column === column
        ? [[node.value === undefined ? `+${node.folded} ${node.family}` : node.value, ofNode(of, i)] as const]
        : [],
    ),
  );
const find = (of: Flow, test: (node: FlowNode) => boolean) => of.nodes.filter(test);

test('each call goes through one node of each column: every column sums to the list’s count, whatever is folded, lit or opened', async () => {
  const term = fc.constantFrom(
    '',
    'user exists',
    `user="${TEXTS[0]}"`,
    `sourceaddresses="${ADDRESSES[0]}"`,
    'not action exists',
    `code=${NUMBERS[3]}`,
  );
  const asked = fc.record({
    filter: term,
    lit: fc.option(term, { nil: undefined }),
    most: fc.integer({ min: 1, max: 12 }),
    open: fc.subarray([foldId('user', 'others'), foldId('sourceaddresses', 'external'), foldId('action', 'others')]),
  });
  await fc.assert(
    fc.asyncProperty(asked, async (request) => {
      const of = await flow(random, request);
      const list = (filter: string) => page(random, { filter, kinds: API_KINDS, limit: 0 });
      const { total } = await list(request.filter);
      expect(sum(of.calls)).toBe(total);
      expect(sum(of.lit)).toBe((await list(`${request.filter} ${request.lit ?? ''}`)).total);
      expect(sum(of.execs)).toBe((await page(random, { filter: request.filter, kinds: ['exec'], limit: 0 })).total);
      for (const [i, column] of FLOW_COLUMNS.entries()) {
        const nodes = of.nodes.flatMap((node, at) => (node.column === column ? [at] : []));
        expect(sum(nodes.map((node) => ofNode(of, node)))).toBe(total);
        expect(of.paths.filter((_, at) => at % width === i).every((node) => nodes.includes(node))).toBe(true);
      }
    }),
    { numRuns: 5 },
  );
});

test('people are told apart, machines are folded by what they are', async () => {
  const of = await flow(made.source, {});
  expect(told(of, 'user')).toEqual(
    new Map<string, number>([
      ['ann', 20],
      ['ben', 10],
      ['system:anonymous', 10],
      ['system:node:node-1', 10],
      ['+60 service accounts', 60],
    ]),
  );
  expect(told(of, 'sourceaddresses').get('+60 10.244.0.0/16')).toBe(60);
  expect(told(of, 'code')).toEqual(
    new Map([
      ['200', 100],
      ['403', 10],
    ]),
  );
});

test('of several addresses the one that the server saw counts; groups that everybody has are left out', async () => {
  const of = await flow(made.source, {});
  expect(told(of, 'sourceaddresses').get('203.0.113.8')).toBe(10);
  expect(told(of, 'sourceaddresses').has('192.0.2.9')).toBe(false);
  expect(told(of, 'groups').get('["oncall"]')).toBe(20);
  expect(told(of, 'impersonated')).toEqual(
    new Map<string | null, number>([
      ['break-glass', 10],
      [null, 100],
    ]),
  );
});

test('what is lit is told apart before the rest, and machines too', async () => {
  const of = await flow(made.source, { lit: 'user endswith ":app-7"' });
  expect(find(of, ({ value }) => value === 'system:serviceaccount:shop:app-7')).toHaveLength(1);
  expect(sum(of.lit)).toBe(1);
  expect(find(of, ({ family, value }) => family === 'service accounts' && value === undefined)).toMatchObject([
    { folded: 59, whole: false },
  ]);
});

test('an opened fold shows a stretch of its values, and keeps the rest', async () => {
  const id = foldId('user', 'service accounts');
  for (const [open, inside, rest] of [
    [[id], 20, 40],
    [[id, id], 40, 20],
    [[id, id, id], 60, 0],
  ] as const) {
    const of = await flow(made.source, { open });
    const accounts = find(of, ({ column, family }) => column === 'user' && family === 'service accounts');
    expect(accounts.filter((node) => node.inside)).toHaveLength(inside);
    expect(accounts.filter(({ value }) => value === undefined).map(({ folded }) => folded)).toEqual(rest === 0 ? [] : [rest]);
  }
});

test('housekeeping is what components do for themselves; neither people nor what was refused are', async () => {
  const { rows, total } = await page(made.source, { filter: HOUSEKEEPING, limit: 100 });
  expect(total).toBe(10);
  expect(new Set(rows.map(({ action, user }) => `${action} ${user}`))).toEqual(new Set(['UpdateLeases system:node:node-1']));
});

test('arrays that crossed to another thread are there when the same is asked again', async () => {
  const first = await flow(made.source, { most: 3 });
  const sent = structuredClone(first, {
    transfer: [first.paths.buffer, first.calls.buffer, first.lit.buffer, first.execs.buffer],
  });
  expect(await flow(made.source, { most: 3 })).toEqual(sent);
});

test('too many folds at once are refused', async () => {
  await expect(flow(made.source, { open: Array(201).fill('user:nodes') })).rejects.toMatchObject({ code: 'usage' });
});
