import { describe, expect, test } from 'vitest';
import { DEFAULT_KINDS } from '../../../renderer/state/address';
import { jumpTo, kindsFor, matching, together } from '../../../renderer/views/board/marks-data';
import type { ActivityJson } from '../../../workers/contract/activity';
import { KINDS } from '../../../workers/contract/attributes';
import type { BoardEntry, Mark } from '../../../workers/contract/marks';

const activity = (id: string): ActivityJson => ({ id, kind: 'cmd', records: [], cmdline: 'ab -n 200', pod: 'storefront-1' });
const entry = (mark: Partial<Mark>, more: Partial<BoardEntry> = {}): BoardEntry => ({
  mark: {
    mark: 'm',
    on: 'activity',
    target: 'E1:1',
    kind: 'note',
    text: 'odd',
    author: 'examiner-1',
    at: '2026-03-18T07:00:00Z',
    ...mark,
  },
  time: '2026-03-17T12:00:00.000000000Z',
  end: null,
  activity: activity('E1:1'),
  label: null,
  ...more,
});

test('marks on one thing stand together, also by different records of it; others apart', () => {
  const one = entry({});
  const same = entry({ target: 'E1:2', kind: 'tag' });
  const session = entry({ on: 'session' });
  const other = entry({ target: 'E1:9' }, { activity: activity('E1:9') });

  expect(together([one, same, session, other]).map((group) => group.length)).toEqual([2, 1, 1]);
});

describe('found by', () => {
  const all = [
    entry({}),
    entry({ kind: 'tag', text: 'load' }),
    entry({ on: 'session', kind: 'reason', text: 'CHG-1' }, { label: 'S-25' }),
  ];
  test.for([
    [{ text: '', kinds: [] }, 3],
    [{ text: 'STOREFRONT ab', kinds: [] }, 3],
    [{ text: 's-25', kinds: [] }, 1],
    [{ text: 'examiner', kinds: ['tag'] }, 1],
    [{ text: 'nothing like it', kinds: [] }, 0],
  ] as const)('%o: %d', ([filter, count]) => {
    expect(matching(all, filter)).toHaveLength(count);
  });
});

test('leads to the activity at all times, to the trace of a session, to the stretch of time; nowhere where the record is gone', () => {
  expect(jumpTo(entry({}))).toMatchObject({ view: 'activity', at: 'E1:1', filter: '', from: undefined });
  expect(jumpTo(entry({ on: 'session' }))).toMatchObject({ view: 'trace', session: 'E1:1' });
  expect(jumpTo(entry({ on: 'range' }, { activity: null, end: '2026-03-17T13:00:00.000000000Z' }))).toMatchObject({
    view: 'activity',
    from: 1_773_748_800_000_000_000n,
    to: 1_773_752_400_000_000_000n,
  });
  expect(jumpTo(entry({}, { activity: null }))).toBeUndefined();
});

test('what is jumped to is in view, whatever was left out or folded before', () => {
  const everything = { filter: '', off: [], scope: [], interactive: false };
  expect(jumpTo(entry({}))).toMatchObject({ ...everything, fold: false, from: undefined, kinds: DEFAULT_KINDS });
  expect(jumpTo(entry({}, { activity: { ...activity('E1:1'), kind: 'api' } }))).toMatchObject({ kinds: KINDS });
  expect(jumpTo(entry({ on: 'range' }, { activity: null, end: '2026-03-17T13:00:00Z' }))).toMatchObject(everything);
});

test('a reason is for sessions alone', () => {
  expect(kindsFor('session')).toContain('reason');
  expect([...kindsFor('activity'), ...kindsFor('range')]).not.toContain('reason');
});
