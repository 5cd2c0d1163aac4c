import { expect, test } from 'vitest';
import { keyOf, linesOf, openAtFirst, stepsOf, treeOf } from '../../../renderer/views/activity/scope-data';

const groups = [
  { path: ['shop'], count: 12 },
  { path: ['shop', 'cart'], count: 7 },
  { path: ['shop', null], count: 5 },
  { path: [null], count: 3 },
  { path: ['billing'], count: 30 },
  { path: ['billing', 'api'], count: 30 },
  { path: ['billing', 'api', 'api-1'], count: 30 },
];
const tree = treeOf(groups, 'count');
const names = (open: ReadonlySet<string>, search = '') =>
  linesOf(tree, open, search).map(({ node, depth }) => `${'-'.repeat(depth)}${node.value} ${node.count}`);

test('the root is the sum of the outermost level', () => {
  expect(tree.count).toBe(45);
});

test('the largest comes first, what is absent last', () => {
  expect(tree.children.map((c) => c.value)).toEqual(['billing', 'shop', null]);
  expect(treeOf(groups, 'name').children.map((c) => c.value)).toEqual(['billing', 'shop', null]);
});

test('only open levels show', () => {
  expect(names(new Set([keyOf(['shop'])]))).toEqual(['null 45', '-billing 30', '-shop 12', '--cart 7', '--null 5', '-null 3']);
});

test('a search opens what leads to a name', () => {
  expect(names(new Set(), 'api-1')).toEqual(['null 45', '-billing 30', '--api 30', '---api-1 30']);
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
  );
  expect([
    ...openAtFirst(many, [
      { attribute: 'namespace', value: 'n3' },
      { attribute: 'deployment', value: 'x' },
    ]),
  ]).toEqual([keyOf(['n3'])]);
});
