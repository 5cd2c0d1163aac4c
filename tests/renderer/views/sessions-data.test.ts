import { expect, test } from 'vitest';
import { followed } from '../../../renderer/views/sessions/sessions-data';
import type { SessionSummary } from '../../../workers/contract/session';

test('what followed is all of a session but what opened it', () => {
  const session = { counts: { exec: 1, cmd: 3 }, originator: { kind: 'exec' } } as unknown as SessionSummary;

  expect(['exec', 'cmd', 'net'].map((kind) => followed(session, kind as 'exec'))).toEqual([0, 3, 0]);
});
