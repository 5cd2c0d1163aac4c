import { expect, test } from 'vitest';
import { SPLITS, Splits } from '../../../renderer/state/splits.svelte';

function storage(start: string | null = null) {
  let kept = start;
  return {
    getItem: () => kept,
    setItem: (_: string, value: string) => {
      kept = value;
    },
  };
}

test('a panel follows the hand at once, and keeps its size once it is let go', () => {
  const on = storage();
  const splits = new Splits(on);
  splits.drag('tree', 300);
  expect(splits.size('tree')).toBe(300);
  expect(on.getItem()).toBeNull();
  splits.set('tree', splits.size('tree'));
  expect(new Splits(on).size('tree')).toBe(300);
});

test('sizes stay within their bounds, whatever was kept', () => {
  const splits = new Splits(storage('{"tree":9999,"details":"x","evidence":null}'));

  expect(splits.size('tree')).toBe(SPLITS.tree.most);
  expect(splits.size('details')).toBe(SPLITS.details.start);
  expect(splits.size('evidence')).toBe(SPLITS.evidence.start);
  expect(new Splits(storage('no JSON')).size('tree')).toBe(SPLITS.tree.start);
});
