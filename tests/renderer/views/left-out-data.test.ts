import { expect, test } from 'vitest';
import { csvOf, placeOf } from '../../../renderer/views/evidence/left-out-data';
import type { SkippedRecord } from '../../../workers/contract/skipped';

const row = (change: Partial<SkippedRecord>): SkippedRecord => ({
  evidence: 'E1',
  member: 'a.log',
  record: '7',
  fate: 'rejected',
  why: 'not JSON',
  offset: 1042,
  length: 12,
  records: 1,
  ...change,
});

test.for([
  [{}, 'E1/a.log:7'],
  [{ records: 1200 }, 'E1/a.log:7 and 1,199 more'],
  [{ record: null }, 'E1/a.log byte 1,042'],
  [{ record: null, offset: null }, 'E1/a.log'],
] as const)('%o is at %s', ([change, place]) => {
  expect(placeOf(row(change))).toBe(place);
});

test('as CSV: quoted where it must be, harmless in a spreadsheet, absent as empty', () => {
  expect(csvOf([row({ why: 'a "quote", a comma' }), row({ member: '=cmd|calc', record: null, length: null })])).toBe(
    'E1,a.log,7,rejected,"a ""quote"", a comma",1042,12,1\r\nE1,\'=cmd|calc,,rejected,not JSON,1042,,1\r\n',
  );
});
