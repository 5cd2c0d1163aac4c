import { expect, test } from 'vitest';
import type { Failure } from '../../../renderer/state/failure';
import { Opening } from '../../../renderer/views/welcome/opening.svelte';
import type { CaseInfo } from '../../../workers/contract/case';
import type { ErrorCode } from '../../../workers/contract/errors';
import type { Shell } from '../../../workers/contract/shell';

/** A page whose shell opens to read alone. */
function made(code: ErrorCode) {
  const asked: string[] = [];
  let failures = 0;
  const shell = {
    openCase: async (handle: string, readOnly?: boolean) => {
      asked.push(readOnly ? `${handle} to read` : handle);
      return { readOnly } as CaseInfo;
    },
  } as unknown as Shell;
  const open = async (how: (shell: Shell) => Promise<CaseInfo>): Promise<Failure | undefined> =>
    (await how(shell)).readOnly ? undefined : { code, message: 'It says read-only.', place: {} };
  return { opening: new Opening({ open }, () => failures++), asked, failures: () => failures };
}
const CASE = { handle: 'h', name: 'IR-9' };

test('a case whose journal is damaged can be read: the failure offers it', async () => {
  const { opening, asked, failures } = made('journal-damaged');

  expect(await opening.case(CASE)).toBe(false);
  expect(opening.failed).toMatchObject({ what: 'IR-9', failure: { code: 'journal-damaged' } });
  expect([opening.busy, failures()]).toEqual(['', 1]);
  opening.failed?.toRead?.();
  await expect.poll(() => opening.failed).toBeUndefined();
  expect(asked).toEqual(['h', 'h to read']);
});

test.for(['case-damaged', 'case-locked', 'case-newer', 'failed'] as const)(
  'after %s it is offered only to try again, whatever the sentence says',
  async (code) => {
    const { opening, asked } = made(code);
    await opening.case(CASE);

    expect(opening.failed?.toRead).toBeUndefined();
    opening.failed?.retry();
    await expect.poll(() => asked).toEqual(['h', 'h']);
  },
);
