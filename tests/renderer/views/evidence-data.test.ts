import { expect, test } from 'vitest';
import { gapsFirst, gapWords } from '../../../renderer/views/activity/coverage-data';
import { journalWords, ledgerOf, leftWords } from '../../../renderer/views/evidence/evidence-data';
import type { JournalLine } from '../../../workers/contract/case';
import type { Coverage } from '../../../workers/contract/coverage';
import type { EvidenceInfo, MemberInfo } from '../../../workers/contract/evidence';

const line = (seq: number, what: string, detail: JournalLine['detail']): JournalLine => ({
  seq,
  what,
  detail,
  at: '2026-03-17T14:00:00Z',
  by: 'examiner',
  hash: '',
});

test('an outcome names the evidence of its intent', () => {
  const intent = line(2, 'import', { intent: true, evidence: 'E3', name: 'audit.log' });

  expect(journalWords(intent)).toEqual({ what: 'import begun', detail: 'E3 audit.log' });
  expect(journalWords(line(3, 'import', { of: 2, outcome: 'done' }), intent)).toEqual({ what: 'import done', detail: 'E3' });
  expect(journalWords(line(3, 'import', { of: 2, outcome: 'failed', why: 'The disk is full.' }), intent)).toEqual({
    what: 'import failed',
    detail: 'E3 The disk is full.',
  });
});

test.each([
  [undefined, ''],
  [0.2, 'about 1 s of this step left'],
  [600, 'about 10 min of this step left'],
  [7200, 'about 2.0 h of this step left'],
])('%s s left read “%s”', (seconds, words) => expect(leftWords(seconds)).toBe(words));

test('sources that were silent come first, the others in their order; how long is said', () => {
  const source = (name: string, gaps: Coverage['gaps'] = []): Coverage => ({
    source: name,
    format: 'tetragon',
    place: null,
    state: 'complete',
    detail: '',
    rejected: 0,
    selects: null,
    first: '2026-03-17T00:00:00Z',
    last: '2026-03-17T23:00:00Z',
    gaps,
  });
  const silent = source('c', [{ from: '2026-03-17T10:00:00Z', to: '2026-03-17T11:28:00Z', why: 'silent' }]);

  expect(gapsFirst([source('a'), source('b'), silent]).map((one) => one.source)).toEqual(['c', 'a', 'b']);
  expect([gapWords(silent), gapWords(source('a'))]).toEqual(['silent 1 h 28 min', 'no gaps']);
});

test('two members of one path are two lines', () => {
  const cut = { path: 'a.tgz' } as MemberInfo;
  const lines = ledgerOf([{ id: 'E1', members: [cut, cut] } as unknown as EvidenceInfo]);
  expect(new Set(lines.map(({ key }) => key)).size).toBe(3);
});
