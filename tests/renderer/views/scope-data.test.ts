import { expect, test } from 'vitest';
import {
  exclusionOf,
  keyOf,
  levelsAtOnce,
  linesOf,
  openAtFirst,
  openBelow,
  stepsOf,
  treeOf,
  withFound,
} from '../../../renderer/views/activity/scope-data';

const groups = [
  { path: ['shop'], count: 12 },
  { path: ['shop', 'cart'], count: 7 },
  { path: ['shop', null], count: 5 },
  { path: [null], count: 3 },
  { path: ['billing'], count: 30 },
  { path: ['billing', 'api'], count: 30 },
  { path: ['billing', 'api', 'api-1'], count: 30 },
];
const tree = treeOf(groups, 'count', 3);
const names = (open: ReadonlySet<string>, search = '') =>
  linesOf(tree, open, search).map(({ node, depth }) => `${'-'.repeat(depth)}${node.value} ${node.count}`);

test('the root is the sum of the outermost level', () => {
  expect(tree.count).toBe(45);
});

test('the largest comes first, what is absent last', () => {
  expect(tree.children.map((c) => c.value)).toEqual(['billing', 'shop', null]);
  expect(treeOf(groups, 'name', 3).children.map((c) => c.value)).toEqual(['billing', 'shop', null]);
});

test('only open levels show', () => {
  expect(names(new Set([keyOf(['shop'])]))).toEqual(['null 45', '-billing 30', '-shop 12', '--cart 7', '--null 5', '-null 3']);
});

test('a search opens what leads to a name', () => {
  expect(names(new Set(), 'api-1')).toEqual(['null 45', '-billing 30', '--api 30', '---api-1 30']);
});

test('what was found deeper shows below what leads to it, once each', () => {
  const found = [
    { path: ['shop'], count: 12 },
    { path: ['shop', 'cart'], count: 7 },
    { path: ['shop', 'cart', 'cart-9'], count: 4 },
  ];
  const all = withFound(groups, found);
  expect(all).toHaveLength(groups.length + 1);
  const lines = linesOf(treeOf(all, 'count', 3), new Set(), 'T-9');
  expect(lines.map(({ node, open }) => `${node.value} ${node.count} ${open}`)).toEqual([
    'null 45 true',
    'shop 12 true',
    'cart 7 true',
    'cart-9 4 false',
  ]);
});

test('a path is a scope, absent levels too', () => {
  expect(stepsOf(['shop', null], ['namespace', 'deployment'])).toEqual([
    { attribute: 'namespace', value: 'shop' },
    { attribute: 'deployment', value: null },
  ]);
});

test('the way to the chosen scope is open at first', () => {
  const many = treeOf(
    Array.from({ length: 20 }, (_, i) => ({ path: [`n${i}`], count: 1 })),
    'count',
    2,
  );
  expect([
    ...openAtFirst(many, [
      [
        { attribute: 'namespace', value: 'n3' },
        { attribute: 'deployment', value: 'x' },
      ],
    ]),
  ]).toEqual([keyOf(['n3'])]);
});

test('levels that are not here yet can be opened, those below an absent outermost one cannot', () => {
  const lazy = treeOf(
    [
      { path: ['johndoe'], count: 2 },
      { path: [null], count: 1 },
    ],
    'count',
    2,
  );
  expect(lazy.children.map((c) => c.opens)).toEqual([true, false]);
});

test.for([
  [['namespace', 'deployment', 'pod'], 3],
  [['host', 'container', 'comm'], 2],
  [['user', 'sourceaddresses'], 1],
] as const)('of %o, %i levels come at once', ([by, levels]) => {
  expect(levelsAtOnce(by)).toBe(levels);
});

test('only what lies deeper is asked for by node', () => {
  const open = new Set([['a'], ['a', 'b'], ['a', 'b', 'c']].map(keyOf));
  expect(openBelow(open, ['host', 'container', 'comm'])).toEqual([['a', 'b']]);
});

const twice = treeOf(
  [
    { path: ['shop'], count: 2 },
    { path: ['shop', 'api'], count: 2 },
    { path: ['billing'], count: 3 },
    { path: ['billing', 'api'], count: 1 },
    { path: ['billing', 'cart'], count: 1 },
    { path: ['billing', null], count: 1 },
    { path: [null], count: 4 },
  ],
  'count',
  2,
);
test.for([
  [['shop'], 'namespace!="shop"'],
  [['billing', 'cart'], 'deployment!="cart"'],
  [['billing', 'api'], 'not (namespace="billing" deployment="api")'],
  [['billing', null], 'not (namespace="billing" not deployment exists)'],
  [[null], 'namespace exists'],
] as const)('%o is kept out by %s', ([path, term]) => {
  expect(exclusionOf(twice, path, ['namespace', 'deployment'])).toBe(term);
});
