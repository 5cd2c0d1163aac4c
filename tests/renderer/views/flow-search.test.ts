import { expect, test } from 'vitest';
import { HOME } from '../../../renderer/state/address';
import { searchFilter, wordsIn } from '../../../renderer/views/flow/flow-search';
import { callChanges, closed, opened, switched, viewsOf } from '../../../renderer/views/flow/flow-view';
import { parse } from '../../../workers/contract/filter';
import { HOUSEKEEPING } from '../../../workers/contract/flow';

test.for([
  ['', []],
  ['exec', [['exec', false]]],
  [
    'delete  jobs',
    [
      ['delete', false],
      ['jobs', false],
    ],
  ],
  [
    'exec -pod',
    [
      ['exec', false],
      ['pod', true],
    ],
  ],
  [
    '"two words" -"and three"',
    [
      ['two words', false],
      ['and three', true],
    ],
  ],
  ['"unclosed', [['unclosed', false]]],
  ['- ""', [['-', false]]],
  ['1 2 3 4 5 6 7 8 9', [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [String(n), false])],
] as const)('%s are words', ([search, words]) => {
  expect(wordsIn(search).map(({ text, without }) => [text, without])).toEqual(words);
});

test.for([
  ['exec', 'action contains "exec"', true],
  ['10.244.1.7', 'sourceaddresses="10.244.1.7"', true],
  ['10.244', 'sourceaddresses in "10.244.0.0/16"', true],
  ['203.0.113.', 'sourceaddresses in "203.0.113.0/24"', true],
  ['10.0.0.0/8', 'sourceaddresses in "10.0.0.0/8"', true],
  ['1.2.3.4.5', 'sourceaddresses', false],
  ['external', 'not sourceaddresses in private', true],
  ['403', 'code in ("403")', true],
  ['forbid', 'code in ("403")', true],
  ['ok', 'code in', false],
  ['rbac', 'resource in ("roles"', true],
  ['a"b\\', 'name contains "a\\"b\\\\"', true],
] as const)('%s looks for %s: %s', ([search, part, there]) => {
  const filter = searchFilter(search);
  expect(() => parse(filter)).not.toThrow();
  expect(filter.includes(part)).toBe(there);
});

test('each word is a term of its own, a minus negates it', () => {
  const terms = parse(searchFilter('exec -pod')).terms;
  expect(terms.map(({ filter }) => filter.type)).toEqual(['or', 'not']);
});

const asked = { filter: 'user="ann"', from: 5n };
test('housekeeping is left out until it is asked for, and counted', () => {
  const views = viewsOf(asked, { find: '', only: [] });
  expect(views.calls.filter).toBe(`user="ann" not ${HOUSEKEEPING}`);
  expect(views.leftOut?.filter).toBe(`user="ann" ${HOUSEKEEPING}`);
  expect(views).toMatchObject({ lit: undefined, calls: { from: 5n, kinds: ['exec', 'api'] } });
  expect(viewsOf({}, { find: '', only: ['housekeeping'] })).toMatchObject({
    drawn: { kinds: ['exec', 'api'] },
    leftOut: undefined,
  });
  expect(viewsOf({}, { find: '', only: ['housekeeping'] }).drawn.filter).toBeUndefined();
});

test('a search lights what it finds, or hides the rest; the tables have what it finds either way', () => {
  const [lit, hidden] = [[], ['hide']].map((only) => viewsOf(asked, { find: 'exec', only }));
  expect(lit?.lit).toBe(searchFilter('exec'));
  expect(lit?.drawn.filter).not.toContain('exec');
  expect(hidden?.lit).toBeUndefined();
  expect(hidden?.drawn).toEqual(hidden?.calls);
  expect(hidden?.calls).toEqual(lit?.calls);
  for (const { filter } of [lit, hidden].flatMap((views) => (views ? [views.calls, views.errors] : [])))
    expect(() => parse(filter ?? '')).not.toThrow();
});

test('folds open a stretch at a time and close at once', () => {
  const twice = opened(opened(['hide'], 'user:nodes'), 'user:nodes');
  expect(viewsOf({}, { find: '', only: twice }).open).toEqual(['user:nodes', 'user:nodes']);
  expect(closed(twice, 'user:nodes')).toEqual(['hide']);
  expect(switched(['hide'], 'hide')).toEqual([]);
});

test('where no call is in view, each single change is offered with what it would show', () => {
  const changes = callChanges({ ...HOME, view: 'flow', find: 'exec', filter: 'user="ann"', from: 1n, kinds: ['cmd'] }, 'errors');
  expect(changes.map(({ name }) => name)).toEqual([
    'all calls instead of this search',
    'calls that went well too',
    'with housekeeping',
    'switch off',
    'all times instead of this window',
  ]);
  expect(changes.every(({ view }) => view.kinds?.join() === 'exec,api')).toBe(true);
  expect(changes.find(({ name }) => name === 'switch off')?.view.filter).not.toContain('ann');
});
