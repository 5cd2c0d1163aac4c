import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../renderer/state/failure';
import { type Ended, importLines, outcomeOf, remarksOf } from '../../../renderer/views/evidence/import-lines';
import type { ImportResult } from '../../../workers/contract/evidence';

const FULL: Failure = { code: 'failed', message: 'The disk is full.', place: {} };
const result = (totals: Partial<ImportResult['totals']> = {}, already = false): ImportResult =>
  ({
    seconds: 1.25,
    totals: { records: 1_204, yielded: 0, activities: 1_200, merged: 3, duplicates: 1, ignored: 0, rejected: 0, ...totals },
    rejects: [],
    evidence: [
      {
        name: 'a.log',
        already,
        members: [
          { path: '', warning: 'cut off' },
          { path: 'b', warning: null },
        ],
      },
    ],
  }) as unknown as ImportResult;
const IDLE = {
  earlier: [],
  ended: '',
  result: undefined,
  failure: undefined,
  stoppedAt: undefined,
  name: undefined,
  waiting: [],
};

describe('imports in a row', () => {
  test('none', () => {
    expect(importLines(IDLE)).toEqual([]);
  });

  test('those that ended, the one that runs, those that wait: in the order in which they were asked for', () => {
    const row = { ...IDLE, earlier: [{ name: 'a', result: result() }], ended: 'a', name: 'b', waiting: ['c', 'd'] };

    expect(importLines(row)).toMatchObject([
      { state: 'ended', name: 'a', last: false },
      { state: 'running', name: 'b' },
      { state: 'waiting', name: 'c', at: 0 },
      { state: 'waiting', name: 'd', at: 1 },
    ]);
  });

  test('one that has just ended stays in its place while the next begins', () => {
    expect(importLines({ ...IDLE, ended: 'a', result: result(), name: 'b' })).toMatchObject([
      { state: 'ended', name: 'a', last: true },
      { state: 'running', name: 'b' },
    ]);
  });

  test('stopped before anything was read, the last one is still told of', () => {
    expect(importLines({ ...IDLE, ended: 'a', stoppedAt: 0 })).toMatchObject([{ state: 'ended', name: 'a', last: true }]);
  });
});

test.for<{
  readonly title: string;
  readonly ended: Omit<Ended, 'name'>;
  readonly sort: string;
  readonly says: readonly string[];
}>([
  {
    title: 'one that brought something',
    ended: { result: result() },
    sort: 'done',
    says: ['1,200 activities', 'from 1,204 records in 1.3 s; 3 merged, 1 duplicate, 0 ignored, 0 rejected'],
  },
  { title: 'a single activity', ended: { result: result({ activities: 1 }) }, sort: 'done', says: ['1 activity'] },
  { title: 'rejects', ended: { result: result({ rejected: 2 }) }, sort: 'partly', says: ['1,200 activities', '2 rejected'] },
  { title: 'nothing', ended: { result: result({ activities: 0 }) }, sort: 'nothing', says: ['No activity came of it'] },
  { title: 'the same bytes again', ended: { result: result({}, true) }, sort: 'done', says: ['Already in this case'] },
  {
    title: 'a failure',
    ended: { failure: FULL },
    sort: 'failed',
    says: ['The import failed', 'The disk is full.', 'Nothing of it'],
  },
  { title: 'a stop', ended: { stoppedAt: 0.699 }, sort: 'stopped', says: ['Stopped at 69 % by you', 'Nothing of it was added'] },
  { title: 'a stop at an unknown share', ended: {}, sort: 'stopped', says: ['Stopped by you'] },
])('what is said of $title', ({ ended, sort, says }) => {
  const outcome = outcomeOf({ name: 'a.log', ...ended });

  expect(outcome.sort).toBe(sort);
  for (const words of says) expect(`${outcome.what} ${outcome.more}`).toContain(words);
});

test('remarks name the evidence where its member has no path; of what was here already none is made again', () => {
  expect(remarksOf(result())).toEqual([{ at: 'a.log', why: 'cut off' }]);
  expect(remarksOf(result({}, true))).toEqual([]);
});
