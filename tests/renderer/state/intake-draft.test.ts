import { expect, test } from 'vitest';
import { IntakeDraft } from '../../../renderer/state/intake-draft.svelte';

test('what was typed goes with the next import, and with no other', () => {
  const draft = new IntakeDraft();
  expect(draft.isTyped).toBe(false);
  draft.said.receivedFrom = 'desk 4';
  draft.said.note = '  ';
  draft.clusters = 'cp-1/*=prod-eu, cp-2/*=lab';
  draft.zones = 'node-1/messages=Europe/Berlin\nnone';

  expect(draft.isTyped).toBe(true);
  expect(draft.take()).toEqual({
    receivedFrom: 'desk 4',
    clusters: [
      { member: 'cp-1/*', value: 'prod-eu' },
      { member: 'cp-2/*', value: 'lab' },
    ],
    zones: [{ member: 'node-1/messages', value: 'Europe/Berlin' }],
  });
  expect(draft.isTyped).toBe(false);
  expect(draft.take()).toEqual({ clusters: [], zones: [] });
});
