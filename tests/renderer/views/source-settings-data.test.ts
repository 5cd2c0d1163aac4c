/** Settings of a source as rows of a form: nothing is lost on the way to the engine and back. */
import { expect, test } from 'vitest';
import {
  patternOf,
  rowsOf,
  SourceSettingsForm,
  settingsOf,
  zoneless,
} from '../../../renderer/views/evidence/source-settings.svelte';
import { ExhibitError } from '../../../workers/contract/errors';
import type { EvidenceInfo, MemberInfo, SettingsRequest } from '../../../workers/contract/evidence';

const SETTINGS = {
  zones: [
    { member: '**', value: 'UTC' },
    { member: 'b.log', value: 'Europe/Berlin' },
  ],
  clusters: [{ member: 'a.log', value: 'east' }],
  offsets: [{ member: '**', value: '-0.25' }],
};

test('what was said comes back as it was, in its order', () => {
  expect(settingsOf(rowsOf(SETTINGS))).toEqual(SETTINGS);
});

test('a row without a member is for all members, one without a value says nothing', () => {
  const rows = [
    { what: 'zones' as const, member: ' ', value: ' Asia/Tokyo ' },
    { what: 'offsets' as const, member: 'a.log', value: ' ' },
  ];
  expect(settingsOf(rows)).toEqual({ zones: [{ member: '**', value: 'Asia/Tokyo' }], clusters: [], offsets: [] });
});

test('members whose times name no zone are listed, those with most records first', () => {
  const member = (path: string, n?: number) => ({ path, ...(n !== undefined && { zoneless: n }) }) as MemberInfo;
  expect(zoneless([member('a', 3), member('b'), member('c', 7)]).map(({ path }) => path)).toEqual(['c', 'a']);
  expect(patternOf('odd*name.log')).toBe('odd?name.log');
});

test('a refusal is told, and what was typed stays', async () => {
  const asked: SettingsRequest[] = [];
  const form = new SourceSettingsForm({
    setSettings: (request) => {
      asked.push(request);
      return Promise.reject(new ExhibitError('usage', '“Mars” is not a time zone.'));
    },
    stop: () => Promise.resolve(),
  });
  form.begin({ settings: { zones: [], clusters: [], offsets: [] } } as unknown as EvidenceInfo);
  form.add({ what: 'zones', member: 'b.log' });
  expect(form.rows).toHaveLength(1);
  (form.rows[0] as { value: string }).value = 'Mars';
  expect(await form.keep('E1')).toBe(false);
  expect(asked).toEqual([{ evidence: 'E1', zones: [{ member: 'b.log', value: 'Mars' }], clusters: [], offsets: [] }]);
  expect(form.said).toContain('not a time zone');
  expect(form.rows[0]?.value).toBe('Mars');
});
