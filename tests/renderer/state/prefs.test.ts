import { expect, test } from 'vitest';
import { Prefs } from '../../../renderer/state/prefs.svelte';

function storage(start?: string) {
  const kept = new Map(start === undefined ? [] : [['exhibit.prefs', start]]);
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
}

test('what was chosen is there again the next time', () => {
  const on = storage();
  const prefs = new Prefs(on);
  prefs.density = 'compact';
  prefs.setWidth('user', 180.4);
  prefs.addGrouping(['user', 'sourceaddresses']);
  prefs.used('one', 'comm="ps"');
  const again = new Prefs(on);

  expect(again.rowPx).toBe(22);
  expect(again.width('user')).toBe(180);
  expect(again.groupings).toEqual([['user', 'sourceaddresses']]);
  expect(again.history('one')).toEqual(['comm="ps"']);
  expect(again.history('another')).toEqual([]);
});

test.for(['', 'x', '[]', 'null', '{"density":7,"widths":{"a":"b"},"groupings":[[1],["user"]],"history":{"x":3}}'])(
  '%s in the storage is as at the start',
  (text) => {
    const prefs = new Prefs(storage(text));

    expect(prefs.rowPx).toBe(26);
    expect(prefs.width('a')).toBeUndefined();
    expect(prefs.history('x')).toEqual([]);
  },
);

test('a filter that is used again moves to the front, and the history stays short', () => {
  const prefs = new Prefs(storage());
  for (let i = 0; i < 60; i++) prefs.used('c', `pid=${i}`);
  prefs.used('c', 'pid=30');

  expect(prefs.history('c')).toHaveLength(50);
  expect(prefs.history('c').slice(0, 2)).toEqual(['pid=30', 'pid=59']);
});

test('a width that a hand still moves is seen, and written once it is let go', () => {
  const on = storage();
  const prefs = new Prefs(on);
  prefs.dragWidth('user', 200);
  expect(prefs.width('user')).toBe(200);
  expect(new Prefs(on).width('user')).toBeUndefined();
  prefs.setWidth('user', prefs.width('user'));
  expect(new Prefs(on).width('user')).toBe(200);
});

test('names that objects have of themselves are names like others', () => {
  const prefs = new Prefs(storage());

  expect(prefs.width('constructor')).toBeUndefined();
  expect(prefs.history('__proto__')).toEqual([]);
});
