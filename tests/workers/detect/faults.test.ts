import { expect, test } from 'vitest';
import type { Coverage } from '../../../workers/contract/coverage';
import { parseTime } from '../../../workers/contract/time';
import { faultsOf } from '../../../workers/detect/faults';

const at = (hour: number) => `2026-03-17T${String(hour).padStart(2, '0')}:00:00.000000000Z`;
const source = (place: string, more: Partial<Coverage> = {}): Coverage => ({
  source: `${place}, agent`,
  format: 'agent',
  place,
  state: 'complete',
  detail: '',
  first: at(8),
  last: at(18),
  rejected: 0,
  selects: null,
  gaps: [],
  ...more,
});
const gap = { from: at(10), to: at(12), why: '' };
const hits = (place: string) => source(place, { state: 'hits-only' });
const period = (from: number, to: number) => ({ from: parseTime(at(from)), to: parseTime(at(to)) });

test.for<[what: string, sources: Coverage[], period: ReturnType<typeof period> | object, faults: string[]]>([
  ['sources that tell all', [source('a'), source('b')], {}, []],
  ['a silence', [source('a', { gaps: [gap] })], {}, ['a, agent is silent from 2026-03-17T10:00:00Z to 2026-03-17T12:00:00Z']],
  ['a silence at another time', [source('a', { gaps: [gap] })], period(13, 14), []],
  ['a silence that reaches into the period', [source('a', { gaps: [gap] })], period(11, 14), [expect.stringContaining('silent')]],
  [
    'a source of another time',
    [source('a', { last: at(9) }), source('b')],
    period(11, 12),
    ['a, agent tells nothing of this period'],
  ],
  ['records that cannot be read', [source('a', { rejected: 1 })], {}, ['1 record of a, agent could not be read']],
  ['hits alone', [source('a'), hits('b')], {}, ['b, agent tells only what an agent’s rule matched']],
  ['hits beside one that tells all', [source('a'), hits('a')], {}, []],
  ['a filter of its own', [source('a', { selects: 'Only packets.' })], {}, ['a, agent: only packets']],
  ['a filter beside one that tells all', [source('a', { selects: 'Only packets.' }), source('a')], {}, []],
])('%s', ([, sources, of, faults]) => {
  expect(faultsOf(sources, of, false)).toEqual(faults);
});

test('a source of hits alone lacks nothing where hits are looked for', () => {
  expect(faultsOf([hits('a')], {}, true)).toEqual([]);
});
