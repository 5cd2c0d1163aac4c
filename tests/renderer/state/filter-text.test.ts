import { expect, test } from 'vitest';
import { joinFilter } from '../../../renderer/state/filter-text';
import { parseFilter, printFilter } from '../../../workers/contract/filter';

test.for([
  { title: 'nothing', parts: {}, meaning: '' },
  { title: 'a filter alone', parts: { filter: 'comm="ps"' }, meaning: 'comm="ps"' },
  { title: 'a scope alone', parts: { scope: [[{ attribute: 'namespace', value: 'billing' }]] }, meaning: 'namespace="billing"' },
  { title: 'a level that is absent', parts: { scope: [[{ attribute: 'pod', value: null }]] }, meaning: 'not pod exists' },
  {
    title: 'a filter that ends in an open quote',
    parts: { scope: [[{ attribute: 'pod', value: 'a"b' }]], filter: 'sourceaddresses!="172.20.41.2' },
    meaning: 'pod="a\\"b" sourceaddresses!="172.20.41.2"',
  },
  {
    title: 'an or beside a scope',
    parts: { scope: [[{ attribute: 'pod', value: 'x' }]], filter: 'comm="a" or comm="b"' },
    meaning: 'pod="x" (comm="a" or comm="b")',
  },
  {
    title: 'an or that ends in an open quote beside a scope',
    parts: { scope: [[{ attribute: 'pod', value: 'x' }]], filter: 'comm="a" or comm="b' },
    meaning: 'pod="x" (comm="a" or comm="b")',
  },
  {
    title: 'several places together',
    parts: {
      scope: [
        [
          { attribute: 'namespace', value: 'shop' },
          { attribute: 'deployment', value: 'cart' },
        ],
        [{ attribute: 'namespace', value: 'billing' }],
      ],
      filter: 'pid=1',
    },
    meaning: '(namespace="shop" deployment="cart" or namespace="billing") pid="1"',
  },
  { title: 'interactive only', parts: { interactive: true, filter: 'pid=1' }, meaning: 'interactive="yes" pid="1"' },
])('$title', ({ parts, meaning }) => {
  const text = joinFilter({ scope: [], interactive: false, filter: '', ...parts });
  expect(printFilter(parseFilter(text))).toBe(meaning);
});
