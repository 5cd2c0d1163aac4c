import { expect, test } from 'vitest';
import { DEFAULT_COLUMNS } from '../../../renderer/state/address';
import { COLUMN_OPTIONS, equationOf, layoutOf, textOf } from '../../../renderer/views/activity/list-columns';
import { copied, csvOf } from '../../../renderer/views/activity/row-copy';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { SessionSummary } from '../../../workers/contract/session';

const records = [{ evidence: 'E1', member: 'a.log', record: '1' }];
const exec: ActivityJson = {
  id: 'E1/a.log:1',
  kind: 'exec',
  time: '2026-03-17T14:03:11.482913000Z',
  label: 'kube exec',
  command: ['sh', '-c', 'echo "hi"\tx'],
  namespace: 'billing',
  pod: 'billing-api-7d9c5b7f6-x2x4q',
  user: 'johndoe',
  sourceaddresses: ['203.0.113.7', '10.0.0.1'],
  session: 'E1/a.log:1',
  code: 101,
  records,
};
const command: ActivityJson = {
  id: 'E1/b.log:2',
  kind: 'cmd',
  comm: 'curl',
  cmdline: '=cmd()',
  username: 'root',
  session: 'E1/a.log:1',
  records,
};
const session = { session: 'E1/a.log:1', label: 'S-14', user: 'johndoe' } as SessionSummary;

test('every attribute but the time can be a column, once', () => {
  const names = COLUMN_OPTIONS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['kind', 'what', 'place', 'pid', 'sourceaddresses']));
  expect(names).not.toContain('time');
});

test('the summary takes what is left, scope and user a share of it; without a summary the last column does', () => {
  const none = () => undefined;
  // What a window of 1280 px has beside the hierarchy and the details.
  expect(layoutOf(DEFAULT_COLUMNS, none).leastPx).toBeLessThanOrEqual(702);
  expect(layoutOf(DEFAULT_COLUMNS, none).template).toBe(
    '158px 100px minmax(146px, 1fr) minmax(106px, 0.5fr) minmax(84px, 0.1fr) 64px 44px',
  );
  expect(layoutOf(['pid', 'comm'], none).template).toBe('158px 76px minmax(130px, 1fr) 44px');
  expect(layoutOf(['what', 'pid'], (column) => (column === 'what' ? 300 : undefined))).toEqual({
    template: '158px 300px minmax(76px, 1fr) 44px',
    leastPx: 158 + 300 + 76 + 44,
  });
  expect(layoutOf(['pid'], none, 'day').template).toBe('206px minmax(76px, 1fr) 44px');
});

test.for([
  [exec, 'kind', { attribute: 'label', value: 'kube exec' }],
  [exec, 'place', { attribute: 'pod', value: 'billing-api-7d9c5b7f6-x2x4q' }],
  [exec, 'user', { attribute: 'user', value: 'johndoe' }],
  [exec, 'code', { attribute: 'code', value: '101' }],
  [exec, 'command', { attribute: 'command', value: `sh -c 'echo "hi"\tx'` }],
  [exec, 'sourceaddresses', undefined],
  [exec, 'pid', undefined],
  [exec, 'end', undefined],
  [command, 'what', { attribute: 'comm', value: 'curl' }],
  [command, 'user', { attribute: 'session', value: 'E1/a.log:1' }],
] as const)('= and != on a cell name what it shows (%#)', ([activity, column, expected]) => {
  expect(equationOf(activity, column)).toEqual(expected);
});

test('in a session the user is who opened it', () => {
  expect(textOf(command, 'user', session)).toBe('johndoe');
  expect(textOf(command, 'user')).toBe('root');
  expect(textOf(exec, 'user', session)).toBe('johndoe');
  expect(textOf(command, 'session', session)).toBe('S-14');
});

test('a copied row is one line of cells, a copied CSV is quoted and defused', () => {
  expect(copied({ activity: exec, session }, ['kind', 'what'], 'row')).toBe(
    `2026-03-17T14:03:11.482913000Z\tkube exec\tsh -c 'echo "hi" x'`,
  );
  expect(csvOf([{ activity: command, session }], ['cmdline', 'user'])).toBe(`time,cmdline,User\r\n,'=cmd(),johndoe\r\n`);
  expect(JSON.parse(copied({ activity: exec, session }, [], 'json'))).toEqual(exec);
  expect(copied({ activity: exec, session }, [], 'id')).toBe('E1/a.log:1');
});
